//! `POST /sobjects/X`: a new record. `POST /sobjects/X/Id` is the same, for clients that upsert.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_basic_info_post.htm>

use super::encode::{Writer, record_url};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{body, record_get};
use crate::dml::RecordInput;
use crate::message::{HeaderValue, Response, StatusCode, header};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::world::ApiVersion;

/// From this version on an upsert says whether it has created the record.
pub const FIRST_WITH_CREATED: ApiVersion = ApiVersion::new(46);
/// From this version on `Id` may stand in the path of a `POST`.
const FIRST_WITH_ID: ApiVersion = ApiVersion::new(37);

/// Creates a record.
pub fn create(exchange: &Exchange) -> RestResult {
    insert(exchange, None)
}

/// Creates a record as if `Id` were its external id.
pub fn create_at_id(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_WITH_ID {
        return Err(RestFault::not_found());
    }
    insert(exchange, Some(true))
}

fn insert(exchange: &Exchange, created: Option<bool>) -> RestResult {
    let object = exchange.object()?;
    let fields = body::record(exchange, &object, &["Id"])?;
    exchange.check_assignment_rule(std::iter::once(object.name.as_str()))?;
    let (environment, options) = (exchange.environment(), exchange.save_options());
    let sent = RecordInput { object: object.clone(), id: None, fields };
    let id = exchange.call(&environment, &options).insert_one(&sent)?.map_err(RestFault::of_record)?;
    record_get::note_view(exchange, &object, id);
    Ok(created_response(exchange, &object, id, created))
}

/// 201 with the new record's id and path.
pub fn created_response(exchange: &Exchange, object: &SObject, id: Id, created: Option<bool>) -> Response {
    let body = save_result(exchange, id, created);
    located(exchange, object, id, super::document::document(StatusCode::CREATED, exchange.layout, body))
}

/// The response with the path of the record that it is about.
pub fn located(exchange: &Exchange, object: &SObject, id: Id, response: Response) -> Response {
    match HeaderValue::try_from(record_url(exchange.version, &object.name, id.as_str())) {
        Ok(location) => response.with_header(header::LOCATION, location),
        Err(_) => response,
    }
}

/// `{"id":…,"success":true,"errors":[]}`, and `created` where the version has it.
pub fn save_result(exchange: &Exchange, id: Id, created: Option<bool>) -> Vec<u8> {
    let created = created.filter(|_| exchange.version >= FIRST_WITH_CREATED);
    Writer::object(exchange.layout, "Result", |w| {
        if let Some(created) = created.filter(|_| w.is_xml()) {
            w.bool("created", created);
        }
        w.text("id", id.as_str());
        w.bool("success", true);
        w.items("errors", |_| {});
        if let Some(created) = created.filter(|_| !w.is_xml()) {
            w.bool("created", created);
        }
    })
}
