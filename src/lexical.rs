//! Numbers and times in the form that every surface writes them: that of Java's `Double` and of XML Schema.

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::Offset;

pub fn int(out: &mut Vec<u8>, number: i64) {
    // Writing into a vector does not fail.
    _ = write!(out, "{number}");
}

/// As Java's `Double.toString`: a fraction always, an exponent below 10⁻³ and from 10⁷ on.
pub fn double(out: &mut Vec<u8>, number: f64) {
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

/// `2024-01-01T00:00:00.000`, of milliseconds since 1970 UTC; the zone is the caller's to write.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_valid_date_formats.htm>
pub fn datetime(out: &mut Vec<u8>, milliseconds: i64) {
    let at = Offset::UTC.to_datetime(Timestamp::from_millisecond(milliseconds).unwrap_or_default());
    let [y1, y2] = two(at.year() / 100);
    let [y3, y4] = two(at.year() % 100);
    let [m1, m2] = two(at.month().into());
    let [d1, d2] = two(at.day().into());
    let [h1, h2] = two(at.hour().into());
    let [n1, n2] = two(at.minute().into());
    let [s1, s2] = two(at.second().into());
    let [_, f1] = two(at.millisecond() / 100);
    let [f2, f3] = two(at.millisecond() % 100);
    out.extend_from_slice(&[
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2,
        f3,
    ]);
}

/// The two digits of a number below 100.
fn two(number: i16) -> [u8; 2] {
    let number = number.unsigned_abs() as u8;
    [b'0' + number / 10 % 10, b'0' + number % 10]
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
        assert_eq!(text(|out| datetime(out, 1_704_067_200_007)), "2024-01-01T00:00:00.007");
        assert_eq!(text(|out| datetime(out, -1)), "1969-12-31T23:59:59.999");
    }
}
