//! `/sobjects/X/listviews`: the list views of an object, what they are, and their records.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm>

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::describe::{answer, view};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::describe::list_view::{self, ListView};
use crate::model::id::Id;
use crate::model::record::Cell;
use crate::model::schema::{FieldType, SObject};
use crate::model::value::Value;
use crate::query::soql::{self, QueryOptions};
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(32);

/// Rows of a page that no `limit` was given for, and the most that one may have.
const USUAL: usize = 25;
const MOST: usize = 2000;

fn object(exchange: &Exchange) -> Result<Arc<SObject>, RestFault> {
    let object = exchange.object()?;
    if exchange.version < FIRST || list_view::of(&object).is_empty() {
        return Err(RestFault::not_found());
    }
    Ok(object)
}

/// The list view that the path names.
fn named<'a>(exchange: &Exchange, object: &'a SObject) -> Result<ListView<'a>, RestFault> {
    let id = Id::parse(&exchange.capture("view"));
    let found = list_view::of(object).into_iter().find(|view| Some(view.id) == id);
    found.ok_or_else(RestFault::not_found)
}

/// The list views of an object.
pub fn list(exchange: &Exchange) -> RestResult {
    let object = object(exchange)?;
    let origin = exchange.request.origin();
    let views: Vec<Json> =
        list_view::of(&object).iter().map(|list| list.basics(view(exchange, &origin))).collect();
    let tree = json!({
        "done": true,
        "listviews": views,
        "nextRecordsUrl": null,
        "size": views.len(),
        "sobjectType": object.name,
    });
    answer(exchange.layout, "ListViews", &tree)
}

/// What a list view is called.
pub fn one(exchange: &Exchange) -> RestResult {
    let object = object(exchange)?;
    let origin = exchange.request.origin();
    let tree = named(exchange, &object)?.basics(view(exchange, &origin));
    answer(exchange.layout, "ListView", &tree)
}

/// Its columns and its query.
pub fn describe(exchange: &Exchange) -> RestResult {
    let object = object(exchange)?;
    let origin = exchange.request.origin();
    let tree = named(exchange, &object)?.described(view(exchange, &origin));
    answer(exchange.layout, "ListViewDescribe", &tree)
}

/// Its records.
pub fn results(exchange: &Exchange) -> RestResult {
    let object = object(exchange)?;
    let origin = exchange.request.origin();
    let view = view(exchange, &origin);
    let list = named(exchange, &object)?;
    let number = |name: &str| exchange.request.query_value(name).and_then(|text| text.parse::<usize>().ok());
    let limit = number("limit").unwrap_or(USUAL).clamp(1, MOST);
    let text = format!("{} LIMIT {limit} OFFSET {}", list.query(view), number("offset").unwrap_or_default());
    let options = QueryOptions { all_rows: false, api_version: exchange.version.number() };
    let context = &exchange.context;
    let found = soql::query(context.org, &exchange.environment(), &context.runner, &text, &options)?;
    let columns = list.columns(view);
    let records = found.rows.iter().map(|row| {
        let cells = columns.iter().zip(&row.cells).map(|((field, _), cell)| {
            let value = match cell {
                Cell::Value(value) => shown(field.kind, value),
                _ => None,
            };
            json!({ "fieldNameOrPath": field.name, "value": value })
        });
        json!({ "columns": cells.collect::<Vec<_>>() })
    });
    let records: Vec<Json> = records.collect();
    let tree = json!({
        "columns": list.described_columns(view),
        "developerName": list.developer_name,
        "done": true,
        "id": list.id.as_str(),
        "label": list.label,
        "records": records,
        "size": records.len(),
    });
    answer(exchange.layout, "ListViewResults", &tree)
}

/// A value as lists show it: a text, whatever the field is.
fn shown(kind: FieldType, value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => flag.to_string(),
        Value::Int(moment) if kind == FieldType::DateTime => {
            let moment = Timestamp::from_millisecond(*moment).ok()?;
            TimeZone::UTC.to_datetime(moment).strftime("%a %b %d %H:%M:%S GMT %Y").to_string()
        }
        Value::Int(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    })
}
