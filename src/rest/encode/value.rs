//! Stored values as members.

use super::writer::{Layout, Writer};
use crate::lexical;
use crate::model::schema::FieldType;
use crate::model::value::{Seen, Value};

impl Writer {
    /// A value of a field of this type.
    pub fn value(&mut self, name: &str, kind: FieldType, value: &Value) {
        match value {
            Value::Null => self.null(name),
            Value::Bool(flag) => self.bool(name, *flag),
            other => self.seen(name, kind, Seen::from(other)),
        }
    }

    /// A value of a record's field of this type, as the store has it: a checkbox without one is not ticked.
    pub fn seen(&mut self, name: &str, kind: FieldType, value: Seen) {
        match (value, kind) {
            (Seen::Null, FieldType::Boolean) => self.bool(name, false),
            (Seen::Null, _) => self.null(name),
            (Seen::Int(number), FieldType::DateTime) => self.datetime(name, number),
            (Seen::Int(number), FieldType::Boolean) => self.bool(name, number != 0),
            (Seen::Int(number), FieldType::Double | FieldType::Currency | FieldType::Percent) => {
                self.double(name, number as f64);
            }
            (Seen::Int(number), _) => self.int(name, number),
            (Seen::Double(number), _) => self.double(name, number),
            (Seen::Text(text), FieldType::Time) => self.leaf(name, |out, layout| {
                let quote: &[u8] = if layout == Layout::Xml { b"" } else { b"\"" };
                for part in [quote, text.as_bytes(), b"Z", quote] {
                    out.extend_from_slice(part);
                }
            }),
            (Seen::Text(text), FieldType::ComplexValue) => self.complex(name, text),
            (Seen::Text(text), _) => self.text(name, text),
        }
    }
}

impl Writer {
    /// A value that is an object itself: stored as JSON, and a text in XML.
    fn complex(&mut self, name: &str, json: &str) {
        if self.is_xml() {
            return self.text(name, json);
        }
        self.leaf(name, |out, _| out.extend_from_slice(json.as_bytes()));
    }
}

/// With the zone of the layout: `2024-01-01T00:00:00.000+0000`; in XML it is `Z`.
pub(super) fn datetime(out: &mut Vec<u8>, milliseconds: i64, layout: Layout) {
    lexical::datetime(out, milliseconds);
    out.extend_from_slice(if layout == Layout::Xml { b"Z" } else { b"+0000" });
}
