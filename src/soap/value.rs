//! Values of fields, in the lexical forms of XML Schema.

use std::borrow::Cow;

use super::writer::{Writer, sf};
use crate::lexical;
use crate::model::schema::FieldType;
use crate::model::value::Value;

/// Writes a field of a record.
pub fn field(answer: &mut Writer, name: &str, kind: FieldType, value: &Value) {
    match value {
        Value::Null => answer.nil(sf(name)),
        value => answer.text(sf(name), lexeme(kind, value)),
    }
}

/// Writes a value that no WSDL tells the type of, such as that of `COUNT(Id)`.
pub fn typed(answer: &mut Writer, name: &str, kind: FieldType, value: &Value) {
    let schema_type = match (value, kind) {
        (Value::Null, _) => return answer.nil(sf(name)),
        (_, FieldType::DateTime) => "dateTime",
        (_, FieldType::Date) => "date",
        (_, FieldType::Time) => "time",
        (_, FieldType::Boolean) => "boolean",
        (_, FieldType::Double | FieldType::Currency | FieldType::Percent) | (Value::Double(_), _) => "double",
        (Value::Int(_), _) => "int",
        _ => "string",
    };
    answer.typed(sf(name), schema_type, &lexeme(kind, value));
}

fn lexeme(kind: FieldType, value: &Value) -> Cow<'_, str> {
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::with_capacity(24);
        write(&mut out);
        Cow::Owned(String::from_utf8(out).unwrap_or_default())
    };
    match (value, kind) {
        (Value::Null, _) => Cow::Borrowed(""),
        (Value::Bool(flag), _) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        (Value::Int(flag), FieldType::Boolean) => Cow::Borrowed(if *flag != 0 { "true" } else { "false" }),
        (Value::Int(time), FieldType::DateTime) => written(&|out| {
            lexical::datetime(out, *time);
            out.push(b'Z');
        }),
        (Value::Int(number), FieldType::Double | FieldType::Currency | FieldType::Percent) => {
            written(&|out| lexical::double(out, *number as f64))
        }
        (Value::Int(number), _) => written(&|out| lexical::int(out, *number)),
        (Value::Double(number), _) => written(&|out| lexical::double(out, *number)),
        (Value::Text(text), FieldType::Time) => Cow::Owned(format!("{text}Z")),
        (Value::Text(text), _) => Cow::Borrowed(text),
    }
}

/// Base part first, as in the WSDL.
const LOCATION: [&str; 2] = ["latitude", "longitude"];
const ADDRESS: [&str; 8] =
    ["city", "country", "countryCode", "geocodeAccuracy", "postalCode", "state", "stateCode", "street"];

/// Writes an address or location. `says_type` is for where the WSDL does not.
pub fn compound(
    answer: &mut Writer,
    name: &str,
    parts: &[(&'static str, FieldType)],
    values: &[Value],
    says_type: bool,
) {
    let is_address = parts.iter().any(|(name, _)| *name == "city");
    let more: &[&str] = if is_address { &ADDRESS } else { &[] };
    let inside = |answer: &mut Writer| {
        for part in LOCATION.iter().chain(more) {
            let place = parts.iter().position(|(name, _)| name == part);
            match place.and_then(|place| values.get(place)) {
                Some(Value::Text(text)) => answer.text(*part, text),
                Some(Value::Double(number)) => answer.double(*part, *number),
                Some(Value::Int(number)) => answer.double(*part, *number as f64),
                _ => answer.nil(*part),
            }
        }
    };
    match (says_type, is_address) {
        (true, true) => answer.nest_as(sf(name), "address", inside),
        (true, false) => answer.nest_as(sf(name), "location", inside),
        (false, _) => answer.nest(sf(name), inside),
    }
}
