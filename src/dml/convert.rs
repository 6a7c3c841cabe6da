//! From what was sent to what is stored: types, lengths, picklists, e-mail syntax.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil;
use jiff::tz::Offset;

use crate::model::email_address::{is_email_address, without_label};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType};
use crate::model::value::{Input, Raw, Value};

/// Reads a sent value as the field's type.
///
/// # Errors
/// `JSON_PARSER_ERROR` or `INVALID_TYPE_ON_FIELD_IN_RECORD`, `STRING_TOO_LONG`, `INVALID_EMAIL_ADDRESS`,
/// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, `MALFORMED_ID`, `NUMBER_OUTSIDE_VALID_RANGE`.
pub(super) fn value(field: &Field, input: &Input, truncate: bool) -> Result<Value, Fault> {
    use FieldType::*;
    let wrong = || Fault::wrong_type(field, input);
    match field.kind {
        Boolean => match &input.raw {
            Raw::Bool(flag) => Ok(Value::Bool(*flag)),
            Raw::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(wrong()),
            },
            Raw::Null => Ok(Value::Bool(false)),
            _ => Err(wrong()),
        },
        _ if input.raw == Raw::Null => Ok(Value::Null),
        Int | Long => match &input.raw {
            Raw::Int(text) | Raw::Text(text) => integer(field, text.trim(), input),
            Raw::Float(text) => match text.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 => integer(field, &format!("{number:.0}"), input),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        },
        Double | Currency | Percent => match &input.raw {
            Raw::Int(text) | Raw::Float(text) | Raw::Text(text) => {
                let text = text.trim();
                if text.is_empty() {
                    return Ok(Value::Null);
                }
                let number = text.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(wrong)?;
                double(field, number, text)
            }
            _ => Err(wrong()),
        },
        DateTime => match &input.raw {
            Raw::Text(text) => datetime(text.trim()).map(Value::Int).ok_or_else(wrong),
            _ => Err(wrong()),
        },
        Date => match &input.raw {
            Raw::Text(text) => date(text.trim()).map(Value::Text).ok_or_else(wrong),
            _ => Err(wrong()),
        },
        Base64 => match &input.raw {
            // A file may be empty.
            Raw::Text(text) => base64(text).map(Value::Text).ok_or_else(wrong),
            _ => Err(wrong()),
        },
        Time => match &input.raw {
            Raw::Text(text) => time(text.trim()).map(Value::Text).ok_or_else(wrong),
            _ => Err(wrong()),
        },
        _ => {
            let text = match &input.raw {
                Raw::Text(text) | Raw::Int(text) | Raw::Float(text) => text.as_str(),
                Raw::Bool(true) => "true",
                Raw::Bool(false) => "false",
                _ => return Err(wrong()),
            };
            textual(field, text, truncate)
        }
    }
}

/// Base64 without the line breaks that it may be sent with (RFC 2045, 6.8); `None` when it is none.
fn base64(text: &str) -> Option<String> {
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(&text).ok().map(|_| text)
}

fn textual(field: &Field, text: &str, truncate: bool) -> Result<Value, Fault> {
    if matches!(field.kind, FieldType::Id | FieldType::Reference) {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        return Id::parse(text).map(Value::from).ok_or_else(|| Fault::malformed_id(field, text));
    }
    let text = if field.kind == FieldType::TextArea { text } else { text.trim() };
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if field.kind == FieldType::Email {
        return email(field, text, truncate);
    }
    fits(field, text)?;
    within_length(field, text, truncate)
}

/// E-mail addresses are kept in lower case, and without a label behind them.
fn email(field: &Field, text: &str, truncate: bool) -> Result<Value, Fault> {
    match within_length(field, without_label(text), truncate)? {
        Value::Text(address) if is_email_address(&address) => Ok(Value::Text(address.to_lowercase())),
        _ => Err(Fault::invalid_email_address(field, text)),
    }
}

/// A picklist that is restricted has the value, or all of them.
fn fits(field: &Field, text: &str) -> Result<(), Fault> {
    let listed = field.kind == FieldType::Picklist && field.is(FieldFlag::RestrictedPicklist);
    if listed && !field.is_address_code() {
        restricted(field, text)?;
    }
    if field.kind == FieldType::MultiPicklist && field.is(FieldFlag::RestrictedPicklist) {
        text.split(';').try_for_each(|part| restricted(field, part))?;
    }
    Ok(())
}

fn within_length(field: &Field, text: &str, truncate: bool) -> Result<Value, Fault> {
    let length = field.length as usize;
    if field.kind.is_text() && length > 0 && text.len() > length && text.chars().count() > length {
        if !truncate {
            return Err(Fault::string_too_long(field, text));
        }
        return Ok(Value::Text(text.chars().take(length).collect()));
    }
    Ok(Value::from(text))
}

fn restricted(field: &Field, value: &str) -> Result<(), Fault> {
    let known = field.picklist.as_ref().is_none_or(|list| list.has_active(value));
    if known { Ok(()) } else { Err(Fault::bad_picklist_value(field, value)) }
}

fn integer(field: &Field, text: &str, input: &Input) -> Result<Value, Fault> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let number: i64 = text.parse().map_err(|_| Fault::wrong_type(field, input))?;
    let digits = if field.digits == 0 { 9 } else { field.digits.min(18) };
    if number.unsigned_abs() >= 10u64.pow(digits) {
        return Err(Fault::number_out_of_range(field, text));
    }
    Ok(Value::Int(number))
}

fn double(field: &Field, number: f64, text: &str) -> Result<Value, Fault> {
    let whole = field.precision.saturating_sub(field.scale);
    if whole > 0 && number.abs() >= 10f64.powi(whole as i32) {
        return Err(Fault::number_out_of_range(field, text));
    }
    let factor = 10f64.powi(field.scale as i32);
    let rounded = (number * factor).round() / factor;
    Ok(Value::Double(if rounded.is_finite() { rounded } else { number }))
}

/// Milliseconds since 1970 of `yyyy-MM-ddTHH:mm:ss[.SSS]` with `Z`, `+HH:mm` or `+HHmm`.
pub(crate) fn datetime(text: &str) -> Option<i64> {
    let (day, rest) = text.split_once('T')?;
    let day: civil::Date = strict_date(day)?;
    let zone = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone)?;
    let clock: civil::Time = clock.parse().ok()?;
    let offset = match zone {
        "Z" => Offset::UTC,
        _ => {
            let (sign, digits) = zone.split_at_checked(1)?;
            let digits = digits.replace(':', "");
            if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let (hours, minutes) = digits.split_at_checked(2)?;
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()?
        }
    };
    offset.to_timestamp(day.to_datetime(clock)).ok().map(|instant| instant.as_millisecond())
}

/// `yyyy-MM-dd`; of a whole datetime the day is taken.
pub(crate) fn date(text: &str) -> Option<String> {
    let day = match text.split_once('T') {
        Some((day, _)) => {
            datetime(text)?;
            day
        }
        None => text,
    };
    strict_date(day).map(|date| date.to_string())
}

fn strict_date(text: &str) -> Option<civil::Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if shaped { text.parse().ok() } else { None }
}

/// `HH:mm:ss.SSS`, with or without the `Z` that the wire has.
fn time(text: &str) -> Option<String> {
    let clock: civil::Time = text.trim_end_matches('Z').parse().ok()?;
    Some(clock.strftime("%H:%M:%S.%3f").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn datetimes() {
        assert_eq!(datetime("2024-01-01T00:00:00.000+0000"), Some(1_704_067_200_000));
        assert_eq!(datetime("2024-01-01T01:00:00+01:00"), Some(1_704_067_200_000));
        assert_eq!(datetime("2024-01-01T00:00:00Z"), Some(1_704_067_200_000));
        for wrong in ["2017-10-17 00:00:00", "2024-01-01", "", "2024-01-01T00:00:00", "2024-1-01T00:00:00Z"] {
            assert_eq!(datetime(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = (datetime(&text), date(&text), time(&text));
        }
    }
}
