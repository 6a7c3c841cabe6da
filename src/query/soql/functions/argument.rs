//! The arguments of SQL functions.

use jiff::tz::TimeZone;
use rusqlite::Result;
use rusqlite::functions::Context;
use rusqlite::types::ValueRef;

/// The text of an argument; `None` for null and for numbers.
pub(super) fn text<'c>(context: &'c Context, index: usize) -> Option<&'c str> {
    match context.get_raw(index) {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// The number an argument is; `None` for null and for texts.
pub(super) fn number(context: &Context, index: usize) -> Option<f64> {
    match context.get_raw(index) {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        _ => None,
    }
}

/// A time zone argument, looked up once per statement.
pub(super) fn zone(context: &Context, index: i32) -> Result<std::sync::Arc<TimeZone>> {
    context.get_or_create_aux(index, |value| -> std::result::Result<TimeZone, std::str::Utf8Error> {
        let name = value.as_str().unwrap_or("UTC");
        Ok(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    })
}
