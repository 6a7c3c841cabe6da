//! Writes a tree of members as a type of the WSDL: its elements, in its order, those of the version and no other.
//! Strict clients read by position, and fail on an element that their WSDL does not have.

use serde_json::Value;

use super::writer::Writer;
use super::wsdl::model::{Model, Part};
use crate::world::ApiVersion;

/// Writes an element of that type.
pub fn element(answer: &mut Writer, version: ApiVersion, name: &str, kind: &str, tree: &Value) {
    answer.nest(name, |answer| content(answer, version, kind, tree));
}

/// Writes the elements of that type, those of its base first.
pub fn content(answer: &mut Writer, version: ApiVersion, kind: &str, tree: &Value) {
    let Some(described) = Model::get().of_name(kind) else { return };
    if let Some(base) = described.base {
        content(answer, version, base, tree);
    }
    for part in described.parts(version) {
        let value = tree.get(part.name).unwrap_or(&Value::Null);
        match value {
            Value::Array(items) if part.is_list() => {
                items.iter().for_each(|item| single(answer, version, part, item));
            }
            Value::Null if part.least == 0 => {}
            Value::Null if part.nillable => answer.nil(part.name),
            Value::Null => missing(answer, part),
            value => single(answer, version, part, value),
        }
    }
}

fn single(answer: &mut Writer, version: ApiVersion, part: &Part, value: &Value) {
    let name = part.name;
    match value {
        Value::Null => answer.nil(name),
        Value::Bool(flag) if part.kind == "any" => {
            answer.typed(name, "boolean", if *flag { "true" } else { "false" })
        }
        Value::String(text) if part.kind == "any" => answer.typed(name, "string", text),
        Value::Number(number) if part.kind == "any" => answer.typed(name, "double", &number.to_string()),
        Value::Bool(flag) => answer.flag(name, *flag),
        Value::Number(number) => match number.as_i64() {
            Some(number) if part.kind == "dt" => answer.datetime(name, number),
            Some(number) if part.kind != "d" => answer.int(name, number),
            _ => answer.double(name, number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => answer.text(name, text),
        Value::Array(_) => {}
        // An object may say that it is of a type derived from the declared one.
        Value::Object(members) => match members.get("xsi:type").and_then(Value::as_str) {
            Some(kind) => answer.nest_as(name, kind, |answer| content(answer, version, kind, value)),
            None => element(answer, version, name, part.kind, value),
        },
    }
}

/// What an element has when nothing is known of it that must be there.
fn missing(answer: &mut Writer, part: &Part) {
    match part.kind {
        "b" => answer.flag(part.name, false),
        "i" => answer.int(part.name, 0),
        _ => answer.empty(part.name),
    }
}
