//! `PATCH /sobjects/X/{id}`: some fields of a record get other values.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm>

use std::sync::Arc;

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{body, conditional, record_get};
use crate::dml::RecordInput;
use crate::message::{Response, StatusCode};
use crate::model::id::Id;
use crate::model::schema::SObject;

/// Updates the record that the path names by id.
pub fn by_id(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let id = exchange.record_id(&object, &exchange.capture("id"))?;
    answer(exchange, &object, id)
}

/// Updates a record with the request's body: 204.
pub fn answer(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> RestResult {
    let fields = body::record(exchange, object, &["Id"])?;
    if conditional::is_conditional(exchange.request) {
        record_get::check_conditions(exchange, object, id)?;
    }
    exchange.check_assignment_rule(std::iter::once(object.name.as_str()))?;
    let (environment, options) = (exchange.environment(), exchange.save_options());
    let sent = RecordInput { object: object.clone(), id: Some(id.as_str().to_owned()), fields };
    exchange.call(&environment, &options).update_one(&sent)?.map_err(RestFault::of_record)?;
    record_get::note_view(exchange, object, id);
    Ok(Response::new(StatusCode::NO_CONTENT))
}
