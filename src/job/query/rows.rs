//! Rows as the results of bulk queries have them.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use crate::job::batch_error::BatchError;
use crate::job::bulk_job::Job;
use crate::job::results;
use crate::lexical;
use crate::model::record::{Cell, Content, Row, Shape};
use crate::model::schema::FieldType;
use crate::model::value::Value;
use crate::xml::escaped;

/// The columns: `Account.Name` for a field of a parent.
pub fn names(shape: &Shape) -> Vec<String> {
    let mut names = Vec::new();
    collect_names(shape, "", &mut names);
    names
}

fn collect_names(shape: &Shape, prefix: &str, names: &mut Vec<String>) {
    for column in &shape.columns {
        match &column.content {
            Content::Parent(parent) => collect_names(parent, &format!("{prefix}{}.", column.name), names),
            Content::AnyParent(parents) => {
                if let Some(parent) = parents.first() {
                    collect_names(parent, &format!("{prefix}{}.", column.name), names);
                }
            }
            _ => names.push(format!("{prefix}{}", column.name)),
        }
    }
}

/// CSV lines, every value quoted; null is empty.
pub fn csv(job: &Job, shape: &Shape, rows: &[Row]) -> Result<Vec<u8>, BatchError> {
    let failed = |error: csv::Error| BatchError::internal(&error.to_string());
    let mut writer = results::writer(job);
    for row in rows {
        let mut values = Vec::new();
        collect(shape, Some(row), &mut |kind, value| values.push(text(kind, value).into_owned()));
        writer.write_record(&values).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| BatchError::internal(&error.to_string()))
}

/// Hands out the values of a row in the order of [`names`].
fn collect(shape: &Shape, row: Option<&Row>, take: &mut impl FnMut(FieldType, &Value)) {
    for (place, column) in shape.columns.iter().enumerate() {
        let cell = row.and_then(|row| row.cells.get(place));
        match (&column.content, cell) {
            (Content::Value(kind), Some(Cell::Value(value))) => take(*kind, value),
            (Content::Parent(parent), Some(Cell::Parent(row))) => collect(parent, row.as_deref(), take),
            (Content::Parent(parent), _) => collect(parent, None, take),
            (Content::AnyParent(parents), cell) => {
                let found = match cell {
                    Some(Cell::AnyParent(Some((which, row)))) => {
                        parents.get(*which).map(|shape| (shape, row))
                    }
                    _ => None,
                };
                match (found, parents.first()) {
                    (Some((shape, row)), _) => collect(shape, Some(row), take),
                    (None, Some(shape)) => collect(shape, None, take),
                    (None, None) => {}
                }
            }
            (Content::Value(kind), _) => take(*kind, &Value::Null),
            _ => take(FieldType::String, &Value::Null),
        }
    }
}

/// A value as text: `2024-01-01T00:00:00.000Z`, `100.0`, `true`.
fn text(kind: FieldType, value: &Value) -> Cow<'_, str> {
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        Cow::Owned(String::from_utf8(out).unwrap_or_default())
    };
    match (value, kind) {
        (Value::Null, FieldType::Boolean) => Cow::Borrowed("false"),
        (Value::Null, _) => Cow::Borrowed(""),
        (Value::Bool(flag), _) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        (Value::Int(number), FieldType::Boolean) => {
            Cow::Borrowed(if *number != 0 { "true" } else { "false" })
        }
        (Value::Int(time), FieldType::DateTime) => written(&|out| {
            lexical::datetime(out, *time);
            out.push(b'Z');
        }),
        (Value::Int(number), FieldType::Double | FieldType::Currency | FieldType::Percent) => {
            written(&|out| lexical::double(out, *number as f64))
        }
        (Value::Int(number), _) => Cow::Owned(number.to_string()),
        (Value::Double(number), _) => written(&|out| lexical::double(out, *number)),
        (Value::Text(text), FieldType::Time) => Cow::Owned(format!("{text}Z")),
        (Value::Text(text), _) => Cow::Borrowed(text),
    }
}

/// JSON objects with commas between them; times are milliseconds since 1970.
pub fn json(job: &Job, shape: &Shape, rows: &[Row]) -> Vec<u8> {
    let objects: Vec<String> = rows.iter().map(|row| object(job, shape, row).to_string()).collect();
    objects.join(",").into_bytes()
}

fn object(job: &Job, shape: &Shape, row: &Row) -> Json {
    let mut members = Map::new();
    if let (Some(object), Some(id)) = (&shape.object, row.id) {
        let url = format!("/services/data/v{}.0/sobjects/{}/{id}", job.api_version, object.name);
        members.insert("attributes".to_owned(), serde_json::json!({ "type": object.name, "url": url }));
    }
    for (column, cell) in shape.columns.iter().zip(&row.cells) {
        let value = match (&column.content, cell) {
            (Content::Value(kind), Cell::Value(value)) => plain(*kind, value),
            (Content::Parent(shape), Cell::Parent(Some(row))) => object(job, shape, row),
            (Content::AnyParent(shapes), Cell::AnyParent(Some((which, row)))) => {
                shapes.get(*which).map_or(Json::Null, |shape| object(job, shape, row))
            }
            _ => Json::Null,
        };
        members.insert(column.name.clone(), value);
    }
    Json::Object(members)
}

fn plain(kind: FieldType, value: &Value) -> Json {
    match (value, kind) {
        (Value::Null, FieldType::Boolean) => Json::Bool(false),
        (Value::Null, _) => Json::Null,
        (Value::Bool(flag), _) => Json::Bool(*flag),
        (Value::Int(number), FieldType::Boolean) => Json::Bool(*number != 0),
        (Value::Int(number), FieldType::Double | FieldType::Currency | FieldType::Percent) => {
            Json::from(*number as f64)
        }
        (Value::Int(number), _) => Json::from(*number),
        (Value::Double(number), _) => Json::from(*number),
        (Value::Text(text), _) => Json::from(text.as_str()),
    }
}

/// `<records>` elements.
pub fn xml(shape: &Shape, rows: &[Row]) -> Vec<u8> {
    let mut out = String::new();
    for row in rows {
        element(&mut out, "records", shape, row);
    }
    out.into_bytes()
}

fn element(out: &mut String, name: &str, shape: &Shape, row: &Row) {
    let object = shape.object.as_deref().map_or("AggregateResult", |object| &object.name);
    out.push_str(&format!("<{name} xsi:type=\"sObject\"><type>{object}</type>"));
    if let Some(id) = row.id {
        out.push_str(&format!("<Id>{id}</Id>"));
    }
    for (column, cell) in shape.columns.iter().zip(&row.cells) {
        let name = &column.name;
        match (&column.content, cell) {
            (Content::Value(FieldType::Id), _) if name == "Id" => {}
            (Content::Value(kind), Cell::Value(value)) if !value.is_null() => {
                out.push_str(&format!("<{name}>{}</{name}>", escaped(&text(*kind, value))));
            }
            (Content::Parent(shape), Cell::Parent(Some(row))) => element(out, name, shape, row),
            (Content::AnyParent(shapes), Cell::AnyParent(Some((which, row)))) => {
                if let Some(shape) = shapes.get(*which) {
                    element(out, name, shape, row);
                }
            }
            _ => out.push_str(&format!("<{name} xsi:nil=\"true\"/>")),
        }
    }
    out.push_str(&format!("</{name}>"));
}
