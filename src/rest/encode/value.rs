//! Numbers and times as text.

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Layout, Writer};
use crate::org::schema::FieldType;
use crate::org::value::Value;

impl Writer {
    /// A stored value of a field of this type.
    pub fn value(&mut self, name: &str, kind: FieldType, value: &Value) {
        match (value, kind) {
            (Value::Null, FieldType::Boolean) => self.bool(name, false),
            (Value::Null, _) => self.null(name),
            (Value::Bool(flag), _) => self.bool(name, *flag),
            (Value::Int(number), FieldType::DateTime) => self.datetime(name, *number),
            (Value::Int(number), FieldType::Boolean) => self.bool(name, *number != 0),
            (Value::Int(number), FieldType::Double | FieldType::Currency | FieldType::Percent) => {
                self.double(name, *number as f64);
            }
            (Value::Int(number), _) => self.int(name, *number),
            (Value::Double(number), _) => self.double(name, *number),
            (Value::Text(text), FieldType::Time) => self.leaf(name, |out, layout| {
                let quote: &[u8] = if layout == Layout::Xml { b"" } else { b"\"" };
                for part in [quote, text.as_bytes(), b"Z", quote] {
                    out.extend_from_slice(part);
                }
            }),
            (Value::Text(text), _) => self.text(name, text),
        }
    }
}

pub(super) fn int(out: &mut Vec<u8>, number: i64) {
    // Writing into a vector does not fail.
    _ = write!(out, "{number}");
}

/// As Java's `Double.toString`: a fraction always, an exponent below 10⁻³ and from 10⁷ on.
pub(super) fn double(out: &mut Vec<u8>, number: f64) {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e7).contains(&size) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = if digits.contains('.') { "" } else { ".0" };
        _ = write!(out, "{digits}{fraction}E{exponent}");
        return;
    }
    let fraction = if number.fract() == 0.0 { ".0" } else { "" };
    _ = write!(out, "{number}{fraction}");
}

/// `2024-01-01T00:00:00.000+0000`; in XML the zone is `Z`.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_valid_date_formats.htm>
pub(super) fn datetime(out: &mut Vec<u8>, milliseconds: i64, layout: Layout) {
    let instant = Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    let at = Offset::UTC.to_datetime(instant);
    let year = u32::from(at.year().unsigned_abs());
    digits(out, year, 4);
    for (separator, part) in [(b'-', at.month()), (b'-', at.day()), (b'T', at.hour()), (b':', at.minute())] {
        out.push(separator);
        digits(out, part.unsigned_abs().into(), 2);
    }
    out.push(b':');
    digits(out, at.second().unsigned_abs().into(), 2);
    out.push(b'.');
    digits(out, at.millisecond().unsigned_abs().into(), 3);
    out.extend_from_slice(if layout == Layout::Xml { b"Z" } else { b"+0000" });
}

fn digits(out: &mut Vec<u8>, number: u32, count: u32) {
    for place in (0..count).rev() {
        out.push(b'0' + (number / 10u32.pow(place) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn doubles_look_like_javas() {
        for (number, expected) in [
            (0.0, "0.0"),
            (100.0, "100.0"),
            (-16.5, "-16.5"),
            (0.001, "0.001"),
            (0.00025, "2.5E-4"),
            (9_999_999.5, "9999999.5"),
            (10_000_000.0, "1.0E7"),
            (350_000_000.0, "3.5E8"),
            (-1.23e-7, "-1.23E-7"),
        ] {
            assert_eq!(text(|out| double(out, number)), expected);
        }
    }

    #[test]
    fn times() {
        assert_eq!(
            text(|out| datetime(out, 1_704_067_200_007, Layout::Json)),
            "2024-01-01T00:00:00.007+0000"
        );
        assert_eq!(text(|out| datetime(out, -1, Layout::Xml)), "1969-12-31T23:59:59.999Z");
    }
}
