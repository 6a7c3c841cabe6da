//! Times in SAML: `xs:dateTime`, in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Milliseconds since 1970 UTC of an `xs:dateTime`; without a zone it is UTC (SAML core 1.3.3).
pub(super) fn parse(text: &str) -> Option<i64> {
    let text = text.trim_matches(|c| c <= ' ');
    if let Some(at) = usual(text.as_bytes()) {
        return Some(at);
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"T:.Z+-".contains(&byte));
    if !plain || !text.contains('T') {
        return None;
    }
    let (text, zone) = shorten_fraction(text);
    let whole = format!("{text}{zone}");
    let parsed = match zone.is_empty() {
        false => whole.parse::<Timestamp>().ok(),
        true => whole
            .parse::<DateTime>()
            .ok()?
            .to_zoned_datetime(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp()),
    };
    parsed.map(Timestamp::as_millisecond)
}

/// The form that nearly all have, which a login reads ten times: in UTC, a fraction of up to nine digits.
fn usual(text: &[u8]) -> Option<i64> {
    let (stamp, rest) = text.strip_suffix(b"Z")?.split_at_checked(19)?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| stamp.get(*at) != Some(mark)) {
        return None;
    }
    let number = |from: usize, to: usize| digits(stamp.get(from..to)?);
    let small = |from: usize| i8::try_from(number(from, from + 2)?).ok();
    let nanoseconds = match rest {
        [] => 0,
        [b'.', fraction @ ..] if (1..10).contains(&fraction.len()) => {
            digits(fraction)? * 10_i32.pow(9 - u32::try_from(fraction.len()).ok()?)
        }
        _ => return None,
    };
    let year = i16::try_from(number(0, 4)?).ok()?;
    let time = DateTime::new(year, small(5)?, small(8)?, small(11)?, small(14)?, small(17)?, nanoseconds);
    Offset::UTC.to_timestamp(time.ok()?).ok().map(Timestamp::as_millisecond)
}

/// The number that up to nine digits write.
fn digits(text: &[u8]) -> Option<i32> {
    text.iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i32::from(digit - b'0')))
}

/// Splits the zone off and cuts a fraction to what the clock can tell: some providers write ten digits and more.
fn shorten_fraction(text: &str) -> (&str, &str) {
    let time = text.find('T').unwrap_or_default();
    let zone = text
        .char_indices()
        .skip_while(|(at, _)| *at < time)
        .find(|(_, c)| matches!(c, 'Z' | '+' | '-'))
        .map_or(text.len(), |(at, _)| at);
    let (stamp, zone) = text.split_at_checked(zone).unwrap_or((text, ""));
    let kept = stamp.find('.').map_or(stamp.len(), |point| stamp.len().min(point + 10));
    (stamp.get(..kept).unwrap_or(stamp), zone)
}

/// As the service prints times, to the millisecond: `2026-01-15T10:00:00.000Z`.
pub(super) fn print(milliseconds: i64) -> String {
    match Timestamp::from_millisecond(milliseconds) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => milliseconds.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_providers_write_is_read() {
        for text in [
            "2026-01-15T10:00:00Z",
            "2026-01-15T10:00:00.000Z",
            "2026-01-15T10:00:00.000999999Z",
            "2026-01-15T10:00:00.0009999999Z",
            "2026-01-15T10:00:00",
            "2026-01-15T11:00:00.0000000000009+01:00",
            "2026-01-15T05:00:00-05:00",
            " 2026-01-15T10:00:00Z\n",
        ] {
            assert_eq!(parse(text), Some(1_768_471_200_000), "{text}");
        }
        for text in [
            "",
            "T",
            "2026-01-15",
            "10:00:00Z",
            "2026-13-15T10:00:00Z",
            "2026-01-15T10:00:00[UTC]",
            "2026-01-15T10:00:00.Z",
            "2026-02-29T10:00:00Z",
            "2026-01-15T24:00:01Z",
            "ü",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(print(1_768_471_200_000), "2026-01-15T10:00:00.000Z");
    }
}
