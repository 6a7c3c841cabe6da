//! `/sobjects/X/{field}/{value}`: a record by the value of an external id: read, upsert, delete.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert.htm>

use std::sync::Arc;

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::record_create::{FIRST_WITH_CREATED, created_response, located, save_result};
use super::{body, record_delete, record_get};
use crate::dml::RecordInput;
use crate::message::{Method, Response, StatusCode};
use crate::model::id::Id;
use crate::model::schema::{Field, SObject};
use crate::model::value::Input;

/// Answers for a record that a field of its object names.
pub fn answer(exchange: &Exchange, object: &Arc<SObject>, field: &Field) -> RestResult {
    let visible = exchange.context.runner.sees_field(object, field);
    if !visible || object.external_id(&field.name).is_none() {
        return Err(RestFault::no_external_id(&exchange.capture("id")));
    }
    match exchange.method {
        Method::PATCH => upsert(exchange, object, field),
        Method::DELETE => record_delete::answer(exchange, object, only(exchange, object, field)?),
        _ => record_get::answer(exchange, object, only(exchange, object, field)?),
    }
}

/// The one record that has the value.
///
/// # Errors
/// 404 for none, 300 for several.
fn only(exchange: &Exchange, object: &Arc<SObject>, field: &Field) -> Result<Id, RestFault> {
    match matches(exchange, object, field)?.as_slice() {
        [] => Err(RestFault::not_found()),
        [id] => Ok(*id),
        several => Err(RestFault::several_records(object, field, several)),
    }
}

fn matches(exchange: &Exchange, object: &Arc<SObject>, field: &Field) -> Result<Vec<Id>, RestFault> {
    let value = exchange.capture("part");
    if field.name == "Id" {
        return exchange.record_id(object, &value).map(|id| vec![id]);
    }
    let (environment, options) = (exchange.environment(), exchange.save_options());
    Ok(exchange.call(&environment, &options).matching(object, field, &Input::from(&*value))?)
}

/// Creates the record, or updates it. `updateOnly=true` asks not to create.
fn upsert(exchange: &Exchange, object: &Arc<SObject>, field: &Field) -> RestResult {
    let mut fields = body::record(exchange, object, &[&field.name, "Id"])?;
    let found = matches(exchange, object, field)?;
    if found.len() > 1 {
        return Err(RestFault::several_records(object, field, &found));
    }
    let update_only =
        exchange.request.query_value("updateOnly").is_some_and(|v| v.eq_ignore_ascii_case("true"));
    if found.is_empty() && update_only {
        return Err(RestFault::not_found());
    }
    exchange.check_assignment_rule(std::iter::once(object.name.as_str()))?;
    let (environment, options) = (exchange.environment(), exchange.save_options());
    let call = exchange.call(&environment, &options);
    let saved = match found.first() {
        Some(id) => {
            let sent = RecordInput { object: object.clone(), id: Some(id.as_str().to_owned()), fields };
            call.update_one(&sent)?
        }
        None => {
            fields.push((field.name.clone(), Input::from(&*exchange.capture("part"))));
            call.insert_one(&RecordInput { object: object.clone(), id: None, fields })?
        }
    };
    let created = found.is_empty();
    let id = saved.map_err(RestFault::of_record)?;
    record_get::note_view(exchange, object, id);
    if created {
        return Ok(created_response(exchange, object, id, Some(true)));
    }
    if exchange.version < FIRST_WITH_CREATED {
        return Ok(Response::new(StatusCode::NO_CONTENT));
    }
    let body = save_result(exchange, id, Some(false));
    Ok(located(exchange, object, id, super::document::document(StatusCode::OK, exchange.layout, body)))
}
