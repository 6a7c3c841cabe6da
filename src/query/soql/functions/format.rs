//! `FORMAT(field)`: values as the user interface shows them, in the locale en_US.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Result;
use rusqlite::functions::Context;
use rusqlite::types::ValueRef;

/// `soql_format(type, value, scale, zone)`
pub fn format(context: &Context) -> Result<Option<String>> {
    let scale = super::argument::number(context, 2).map_or(0, |scale| scale as usize);
    let kind = super::argument::text(context, 0).unwrap_or_default();
    Ok(match (kind, context.get_raw(1)) {
        (_, ValueRef::Null) => None,
        ("boolean", ValueRef::Integer(flag)) => Some((flag != 0).to_string()),
        ("datetime", ValueRef::Integer(millis)) => {
            let zone = super::argument::zone(context, 3)?;
            let instant = Timestamp::from_millisecond(millis).ok();
            instant.map(|instant| {
                instant.to_zoned_datetime((*zone).clone()).strftime("%-m/%-d/%Y, %-I:%M %p").to_string()
            })
        }
        ("date", _) => {
            let date = super::argument::text(context, 1).and_then(|text| text.parse::<Date>().ok());
            date.map(|date| date.strftime("%-m/%-d/%Y").to_string())
        }
        ("currency", _) => super::argument::number(context, 1).map(|amount| {
            let sign = if amount < 0.0 { "-" } else { "" };
            format!("{sign}${}", grouped(amount.abs(), scale))
        }),
        ("percent", _) => {
            super::argument::number(context, 1).map(|number| format!("{}%", grouped(number, scale)))
        }
        ("double", _) => super::argument::number(context, 1).map(|number| grouped(number, scale)),
        ("int" | "long", _) => super::argument::number(context, 1).map(|number| grouped(number, 0)),
        _ => super::argument::text(context, 1).map(str::to_owned),
    })
}

/// A number with as many decimals, halves rounded up, and commas between thousands.
fn grouped(number: f64, scale: usize) -> String {
    let factor = 10f64.powi(scale.min(18) as i32);
    let text = format!("{:.scale$}", (number * factor).round() / factor);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands() {
        assert_eq!(grouped(1234567.891, 2), "1,234,567.89");
        assert_eq!(grouped(0.5, 0), "1");
        assert_eq!(grouped(-999.0, 0), "-999");
        assert_eq!(grouped(-1000.0, 0), "-1,000");
    }
}
