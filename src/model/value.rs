//! Field values as the store keeps them and as callers send them.

use rusqlite::types::{ToSql, ToSqlOutput, Value as Sql, ValueRef};

/// A stored field value. The field's type says how to read it:
/// datetimes are `Int` milliseconds since 1970 UTC, dates `Text` `yyyy-MM-dd`,
/// times `Text` `HH:mm:ss.SSS`, ids `Text` of 18 characters, base64 `Text`.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
}

impl Value {
    /// The text inside, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// True for `Bool(true)` and for a stored non-zero integer.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true)) || matches!(self, Value::Int(n) if *n != 0)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}

impl From<super::id::Id> for Value {
    fn from(id: super::id::Id) -> Value {
        Value::Text(id.as_str().to_owned())
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Sql::Null),
            Value::Bool(flag) => ToSqlOutput::Owned(Sql::Integer(i64::from(*flag))),
            Value::Int(number) => ToSqlOutput::Owned(Sql::Integer(*number)),
            Value::Double(number) => ToSqlOutput::Owned(Sql::Real(*number)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// A stored value, looked at where it lies. What [`Value`] says of types holds, but SQLite's own types show:
/// booleans are `Int`, and so may whole doubles be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen<'a> {
    Null,
    Int(i64),
    Double(f64),
    Text(&'a str),
}

impl<'a> From<ValueRef<'a>> for Seen<'a> {
    fn from(value: ValueRef<'a>) -> Seen<'a> {
        match value {
            ValueRef::Null => Seen::Null,
            ValueRef::Integer(number) => Seen::Int(number),
            ValueRef::Real(number) => Seen::Double(number),
            // What was stored was a `str`.
            ValueRef::Text(text) | ValueRef::Blob(text) => {
                Seen::Text(std::str::from_utf8(text).unwrap_or_default())
            }
        }
    }
}

impl<'a> From<&'a Value> for Seen<'a> {
    fn from(value: &'a Value) -> Seen<'a> {
        match value {
            Value::Null => Seen::Null,
            Value::Bool(flag) => Seen::Int(i64::from(*flag)),
            Value::Int(number) => Seen::Int(*number),
            Value::Double(number) => Seen::Double(*number),
            Value::Text(text) => Seen::Text(text),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Value {
        match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Real(number) => Value::Double(number),
            // What was stored was a `str`.
            ValueRef::Text(text) | ValueRef::Blob(text) => {
                Value::Text(std::str::from_utf8(text).unwrap_or_default().to_owned())
            }
        }
    }
}

/// What a caller sent for a field, before the field's type is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    Null,
    Bool(bool),
    /// A number without fraction or exponent, as written.
    Int(String),
    /// A number with a fraction or an exponent, as written.
    Float(String),
    Text(String),
    /// An object: a parent named by one of its own fields, `{"ExtId__c": "x"}`.
    Object(Vec<(String, Input)>),
    Array(Vec<Input>),
}

impl Raw {
    /// The name that the service's JSON parser has for such a value, and how messages show it.
    pub fn token(&self) -> (&'static str, &str) {
        match self {
            Raw::Null => ("VALUE_NULL", "null"),
            Raw::Bool(true) => ("VALUE_TRUE", "true"),
            Raw::Bool(false) => ("VALUE_FALSE", "false"),
            Raw::Int(text) => ("VALUE_NUMBER_INT", text),
            Raw::Float(text) => ("VALUE_NUMBER_FLOAT", text),
            Raw::Text(text) => ("VALUE_STRING", text),
            Raw::Object(_) => ("START_OBJECT", "{"),
            Raw::Array(_) => ("START_ARRAY", "["),
        }
    }
}

/// A sent value and, where the wire has places (JSON, CSV), where it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub raw: Raw,
    pub at: Option<Place>,
}

/// Where a value stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Json(Position),
    /// The column of a CSV, from 0 on.
    Csv(usize),
}

impl Input {
    /// A value from a wire without places (SOAP, XML, seeds).
    pub fn new(raw: Raw) -> Input {
        Input { raw, at: None }
    }

    /// Where the value stood in a JSON document; its beginning for a value from elsewhere.
    pub fn position(&self) -> Position {
        match self.at {
            Some(Place::Json(position)) => position,
            Some(Place::Csv(_)) | None => Position { line: 1, column: 1 },
        }
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Input {
        Input::new(Raw::Text(text.to_owned()))
    }
}

/// 1-based line and column in a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}
