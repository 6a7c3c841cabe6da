//! `/sobjects/X/{id}/{name}…`: what a record refers to, or what refers to it, by relationship names; or a record by the
//! external id that the second segment names, or the file in one of its fields.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{external_id, record_delete, record_get, record_update};
use crate::message::{Method, Response, StatusCode, header, percent_decoded};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{FieldType, SObject};
use crate::query::soql;
use crate::router::Methods;
use crate::world::ApiVersion;

/// Relationships may stand in paths from this version on.
const FIRST: ApiVersion = ApiVersion::new(36);
/// How many relationships to parents may follow each other.
const MOST_PARENTS: usize = 5;

/// Answers for two segments after the object: `{id}/{relationship}` or `{field}/{value}`.
pub fn of_record_or_external_id(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let named = exchange.capture("id");
    if let Some(field) = object.field(&named) {
        return external_id::answer(exchange, &object, field);
    }
    answer(exchange, &object)
}

/// Answers for three segments and more after the object.
pub fn of_record(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    answer(exchange, &object)
}

/// Where a path of relationships leads.
enum Target {
    Record(Arc<SObject>, Id),
    /// The records of an object that refer to a record by a field.
    Children {
        object: Arc<SObject>,
        field: String,
        parent: Id,
    },
    /// A file in a field of a record.
    File(Record, usize),
}

fn answer(exchange: &Exchange, object: &Arc<SObject>) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let id = exchange.record_id(object, &exchange.capture("id"))?;
    match (follow(exchange, object.clone(), id)?, &exchange.method) {
        (Target::Record(object, id), &Method::PATCH) => record_update::answer(exchange, &object, id),
        (Target::Record(object, id), &Method::DELETE) => record_delete::answer(exchange, &object, id),
        (Target::Record(object, id), _) => record_get::answer(exchange, &object, id),
        (_, method @ (&Method::PATCH | &Method::DELETE)) => {
            Err(RestFault::method_not_allowed(method, Methods::GET))
        }
        (Target::Children { object, field, parent }, _) => children(exchange, &object, &field, parent),
        (Target::File(record, place), _) => file(&record, place),
    }
}

fn follow(exchange: &Exchange, mut object: Arc<SObject>, mut id: Id) -> Result<Target, RestFault> {
    let rest = exchange.captures.raw("rest");
    let names =
        std::iter::once(exchange.captures.raw("part")).chain(rest.split('/').filter(|name| !name.is_empty()));
    let names: Vec<_> = names.map(percent_decoded).collect();
    for (step, name) in names.iter().enumerate() {
        let record = existing(exchange, &object, id)?;
        if let Some(field) = object.parent_relationship(name) {
            let visible = exchange.context.runner.sees_field(&object, field);
            let parent = record.id(&field.name).filter(|_| visible && step < MOST_PARENTS);
            id = parent.ok_or_else(RestFault::not_found)?;
            let parents = exchange.context.org.schema.by_key_prefix(id.key_prefix());
            let readable = parents.filter(|object| exchange.context.runner.object(object).read);
            object = readable.ok_or_else(RestFault::not_found)?;
            continue;
        }
        if step + 1 < names.len() {
            return Err(RestFault::not_found());
        }
        if let Some(place) = object.field_index(name) {
            let field = object.fields.get(place).filter(|field| field.kind == FieldType::Base64);
            let visible = field.is_some_and(|field| exchange.context.runner.sees_field(&object, field));
            return if visible { Ok(Target::File(record, place)) } else { Err(RestFault::not_found()) };
        }
        let child = object.child_relationship(name).ok_or_else(RestFault::not_found)?;
        let children = exchange.context.org.object(&child.child)?;
        let children = children.filter(|object| exchange.context.runner.object(object).read);
        let children = children.ok_or_else(RestFault::not_found)?;
        return Ok(Target::Children { object: children, field: child.field.to_string(), parent: id });
    }
    Ok(Target::Record(object, id))
}

fn children(exchange: &Exchange, object: &Arc<SObject>, field: &str, parent: Id) -> RestResult {
    let wanted = exchange.request.query_value("fields").filter(|list| !list.trim().is_empty());
    let columns = match &wanted {
        Some(list) => {
            // Checked before they go into a query's text.
            let (org, runner) = (exchange.context.org, &exchange.context.runner);
            let names = record_get::names(exchange, object, list)?;
            soql::retrieve(org, runner, object, parent, Some(&names), false)?;
            names
        }
        None => {
            let seen = object.fields.iter().filter(|field| exchange.context.runner.sees_field(object, field));
            seen.map(|field| field.name.as_str()).collect()
        }
    };
    let text = format!("SELECT {} FROM {} WHERE {field} = '{parent}'", columns.join(", "), object.name);
    super::query::answer(exchange, &text, false)
}

/// A record that exists, is not deleted, and is shown to the user.
fn existing(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> Result<Record, RestFault> {
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    org.find_visible(runner, object, id)?.ok_or_else(RestFault::not_found)
}

/// The bytes of a file, as they were uploaded.
fn file(record: &Record, place: usize) -> RestResult {
    let text = record.at(place).as_text().ok_or_else(RestFault::not_found)?;
    let bytes = STANDARD.decode(text).map_err(|_| RestFault::not_found())?;
    let kind = record.text("ContentType").and_then(|kind| crate::message::HeaderValue::from_str(kind).ok());
    let kind = kind.unwrap_or(crate::message::HeaderValue::from_static("application/octet-stream"));
    let mut response = Response::new(StatusCode::OK).with_header(header::CONTENT_TYPE, kind);
    response.body = bytes.into();
    Ok(response)
}
