//! Writes what was read, for a subrequest that has its body inside another.

use crate::model::value::Raw;
use crate::rest::encode::json_string;

/// Appends a value as JSON text.
pub fn write(out: &mut Vec<u8>, value: &Raw) {
    match value {
        Raw::Null => out.extend_from_slice(b"null"),
        Raw::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Raw::Int(text) | Raw::Float(text) => out.extend_from_slice(text.as_bytes()),
        Raw::Text(text) => json_string(out, text),
        Raw::Object(members) => {
            out.push(b'{');
            for (place, (name, value)) in members.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                json_string(out, name);
                out.push(b':');
                write(out, &value.raw);
            }
            out.push(b'}');
        }
        Raw::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(out, &item.raw);
            }
            out.push(b']');
        }
    }
}
