//! Values as pages show them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::place;
use super::visit::Visit;
use crate::dml::display_name;
use crate::model::id::Id;
use crate::model::record::{Cell, Record, Row};
use crate::model::schema::{Field, FieldType};
use crate::model::value::Value;

/// A value on a page; a link where it names a record.
#[derive(Default, Clone)]
pub(super) struct Shown {
    pub text: String,
    pub url: String,
    /// Whether it is a checkbox, and ticked.
    pub tick: Option<bool>,
}

impl Shown {
    pub fn text(text: impl Into<String>) -> Shown {
        Shown { text: text.into(), ..Shown::default() }
    }

    pub fn link(text: impl Into<String>, url: impl Into<String>) -> Shown {
        Shown { text: text.into(), url: url.into(), tick: None }
    }

    pub fn tick(flag: bool) -> Shown {
        Shown { tick: Some(flag), ..Shown::default() }
    }
}

/// A moment as people read it, in a time zone.
pub(super) fn moment(milliseconds: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_millisecond(milliseconds) else { return String::new() };
    zone.to_datetime(at).strftime("%-m/%-d/%Y, %-I:%M %p").to_string()
}

/// A value of a field.
pub(super) fn shown(visit: &Visit, kind: FieldType, value: &Value) -> Shown {
    match (kind, value) {
        (FieldType::Boolean, value) => Shown::tick(value.is_true()),
        (_, Value::Null) => Shown::default(),
        (FieldType::DateTime, Value::Int(at)) => Shown::text(moment(*at, &visit.runner().time_zone)),
        (FieldType::Reference, Value::Text(id)) => match Id::parse(id) {
            Some(id) => reference(visit, id),
            None => Shown::text(id.as_str()),
        },
        (FieldType::Email, Value::Text(address)) => {
            Shown::link(address.as_str(), format!("mailto:{address}"))
        }
        (_, Value::Text(text)) => Shown::text(text.as_str()),
        (_, Value::Int(number)) => Shown::text(number.to_string()),
        (_, Value::Double(number)) => Shown::text(number.to_string()),
        (_, Value::Bool(flag)) => Shown::tick(*flag),
    }
}

/// The name of a record, with its page where the user may see that.
pub(super) fn reference(visit: &Visit, id: Id) -> Shown {
    let org = visit.org();
    let Some(object) = org.schema.by_key_prefix(id.key_prefix()) else { return Shown::text(id.as_str()) };
    let Ok(Some(record)) = org.find(&object, id) else { return Shown::text(id.as_str()) };
    let text = display_name(&record);
    let sees =
        visit.runner().object(&object).read && visit.runner().sees_record(org, &record).unwrap_or_default();
    match sees {
        true => Shown::link(text, place::record(visit.browser, &object.name, id)),
        false => Shown::text(text),
    }
}

/// A field of a record.
pub(super) fn of_record(visit: &Visit, record: &Record, field: &Field) -> Shown {
    shown(visit, field.kind, record.get(&field.name))
}

/// The value in a cell of a query's row; of a parent, its first.
pub(super) fn value_of(cell: &Cell) -> Value {
    match cell {
        Cell::Value(value) => value.clone(),
        Cell::Parent(Some(row)) => row.cells.first().map(value_of).unwrap_or_default(),
        Cell::AnyParent(Some((_, row))) => row.cells.first().map(value_of).unwrap_or_default(),
        _ => Value::Null,
    }
}

/// The text in a column of a query's row.
pub(super) fn text_at(row: &Row, column: usize) -> String {
    match row.cells.get(column).map(value_of) {
        Some(Value::Text(text)) => text,
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Double(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Null) | None => String::new(),
    }
}

/// Whether a column of a query's row is true.
pub(super) fn is_at(row: &Row, column: usize) -> bool {
    row.cells.get(column).is_some_and(|cell| value_of(cell).is_true())
}

/// The id in a column of a query's row.
pub(super) fn id_at(row: &Row, column: usize) -> Option<Id> {
    Id::parse(&text_at(row, column))
}
