//! `GET /sobjects/X/{id}`: a record, or some of its fields.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm>

use std::sync::Arc;

use super::conditional;
use super::encode::{NO_PAGES, Writer, cells};
use super::exchange::{Answer, Exchange};
use super::fault::RestFault;
use crate::cloud::ApiVersion;
use crate::message::{HeaderValue, StatusCode, header};
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::record::{Row, Shape};
use crate::org::schema::SObject;
use crate::org::soql;

/// From this version on no field may be asked for twice.
const FIRST_WITHOUT_REPETITION: ApiVersion = ApiVersion::new(29);

/// Reads the record that the path names by id.
pub fn by_id(exchange: &Exchange) -> Answer {
    let object = exchange.object()?;
    let id = exchange.record_id(&object, &exchange.capture("id"))?;
    answer(exchange, &object, id)
}

/// Reads a record that the user may see.
pub fn answer(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> Answer {
    let wanted = exchange.request.query_value("fields").filter(|list| !list.trim().is_empty());
    let names = wanted.as_deref().map(|list| names(exchange, object, list)).transpose()?;
    let (shape, row) = retrieve(exchange, object, id, names.as_deref())?;
    let tag = conditional::has_tag(object).then(|| match names {
        None => Ok(conditional::tag(&row)),
        Some(_) => retrieve(exchange, object, id, None).map(|(_, whole)| conditional::tag(&whole)),
    });
    let tag = tag.transpose()?;
    if conditional::is_conditional(exchange.request) {
        check_conditions(exchange, object, id)?;
    }
    note_view(exchange, object, id);
    let (version, layout) = (exchange.version, exchange.layout);
    let body = Writer::record_document(layout, &object.name, Some((version, id)), |w| {
        cells(w, version, &shape, &row, NO_PAGES);
    });
    let mut response = super::document(StatusCode::OK, layout, body);
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        response.headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The fields of a record that exists, is not deleted, and is shown to the user.
///
/// # Errors
/// 404, and `INVALID_FIELD` for a name that is none.
fn retrieve(
    exchange: &Exchange,
    object: &Arc<SObject>,
    id: Id,
    names: Option<&[&str]>,
) -> Result<(Arc<Shape>, Row), RestFault> {
    let (org, runner) = (exchange.visit.org, &exchange.visit.runner);
    match soql::retrieve(org, runner, object, id, names, false)? {
        Some(found) => Ok(found),
        None if org.exists(object, id)? == Some(true) => {
            Err(RestFault::of_record(vec![Fault::entity_is_deleted().of_addressed_record()]))
        }
        None => Err(RestFault::not_found()),
    }
}

/// Holds the conditions of a request against the record as it is.
pub fn check_conditions(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> Result<(), RestFault> {
    let (shape, row) = retrieve(exchange, object, id, None)?;
    conditional::check(exchange.request, &exchange.method, &shape, &row)
}

/// Puts a record among those that its user has viewed, unless the client asks not to.
pub fn note_view(exchange: &Exchange, object: &SObject, id: Id) {
    let unwanted =
        exchange.option("sforce-mru", "updateMru").is_some_and(|v| v.eq_ignore_ascii_case("false"));
    if !unwanted && object.is("mruEnabled") {
        exchange.visit.org.recent.view(exchange.visit.runner.user, id);
    }
}

/// The fields that a `fields` parameter names, `Id` always among them.
pub fn names<'n>(exchange: &Exchange, object: &SObject, list: &'n str) -> Result<Vec<&'n str>, Fault> {
    let mut names: Vec<&str> = Vec::new();
    for name in list.split(',').map(str::trim) {
        let repeated = names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if repeated && exchange.version >= FIRST_WITHOUT_REPETITION {
            return Err(Fault::duplicate_field(object.field(name).map_or(name, |field| &field.name)));
        }
        names.push(name);
    }
    if !names.iter().any(|name| name.eq_ignore_ascii_case("Id")) {
        names.push("Id");
    }
    Ok(names)
}
