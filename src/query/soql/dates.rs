//! Date literals: `TODAY`, `LAST_WEEK`, `NEXT_N_MONTHS:3`, …
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm>

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

/// A literal that names a range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateLiteral {
    unit: Unit,
    reach: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

/// Which units around the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The one this many units away.
    At(i64),
    /// As many before the present one.
    Before(i64),
    /// As many after the present one.
    After(i64),
}

impl DateLiteral {
    /// The literal of this name, in any case.
    pub fn named(name: &str) -> Option<DateLiteral> {
        let (unit, reach) = match name.to_ascii_uppercase().as_str() {
            "YESTERDAY" => (Unit::Day, Reach::At(-1)),
            "TODAY" => (Unit::Day, Reach::At(0)),
            "TOMORROW" => (Unit::Day, Reach::At(1)),
            "LAST_90_DAYS" => (Unit::Day, Reach::Before(90)),
            "NEXT_90_DAYS" => (Unit::Day, Reach::After(90)),
            name => {
                let (at, unit) = if let Some(unit) = name.strip_prefix("LAST_") {
                    (-1, unit)
                } else if let Some(unit) = name.strip_prefix("THIS_") {
                    (0, unit)
                } else {
                    (1, name.strip_prefix("NEXT_")?)
                };
                (Unit::singular(unit)?, Reach::At(at))
            }
        };
        Some(DateLiteral { unit, reach })
    }

    /// The literal of this name and number: `LAST_N_DAYS` and 3.
    pub fn numbered(name: &str, number: i64) -> Option<DateLiteral> {
        let name = name.to_ascii_uppercase();
        let (unit, reach) = if let Some(unit) = name.strip_prefix("LAST_N_") {
            (unit, Reach::Before(number))
        } else if let Some(unit) = name.strip_prefix("NEXT_N_") {
            (unit, Reach::After(number))
        } else {
            (name.strip_prefix("N_")?.strip_suffix("_AGO")?, Reach::At(number.checked_neg()?))
        };
        Some(DateLiteral { unit: Unit::plural(unit)?, reach })
    }

    /// The first day of the range and the first day after it, seen on a day. `None` outside the calendar.
    pub fn days(self, today: Date, fiscal_start: i8) -> Option<(Date, Date)> {
        let start = self.unit.start(today, fiscal_start)?;
        let at = |count: i64| self.unit.add(start, count);
        match self.reach {
            Reach::At(count) => Some((at(count)?, at(count.checked_add(1)?)?)),
            // Of days, and of days only, the present one counts as well.
            Reach::Before(count) if self.unit == Unit::Day => Some((at(count.checked_neg()?)?, at(1)?)),
            Reach::Before(count) => Some((at(count.checked_neg()?)?, start)),
            Reach::After(count) => Some((at(1)?, at(count.checked_add(1)?)?)),
        }
    }

    /// True when the answer depends on when the org's fiscal year begins.
    pub fn is_fiscal(self) -> bool {
        matches!(self.unit, Unit::FiscalQuarter | Unit::FiscalYear)
    }
}

impl Unit {
    fn singular(name: &str) -> Option<Unit> {
        Some(match name {
            "WEEK" => Unit::Week,
            "MONTH" => Unit::Month,
            "QUARTER" => Unit::Quarter,
            "YEAR" => Unit::Year,
            "FISCAL_QUARTER" => Unit::FiscalQuarter,
            "FISCAL_YEAR" => Unit::FiscalYear,
            _ => return None,
        })
    }

    fn plural(name: &str) -> Option<Unit> {
        match name.strip_suffix('S')? {
            "DAY" => Some(Unit::Day),
            unit => Unit::singular(unit),
        }
    }

    /// The first day of the unit that a day is in. Weeks begin on Sunday, as in the locale en_US.
    fn start(self, day: Date, fiscal_start: i8) -> Option<Date> {
        let months_back = match self {
            Unit::Day => return Some(day),
            Unit::Week => {
                return day.checked_sub(Span::new().days(day.weekday().since(Weekday::Sunday))).ok();
            }
            Unit::Month => 0,
            Unit::Quarter => (day.month() - 1) % 3,
            Unit::Year => day.month() - 1,
            Unit::FiscalQuarter => (day.month() + 12 - fiscal_start) % 3,
            Unit::FiscalYear => (day.month() + 12 - fiscal_start) % 12,
        };
        day.first_of_month().checked_sub(Span::new().months(months_back)).ok()
    }

    fn add(self, start: Date, count: i64) -> Option<Date> {
        let span = match self {
            Unit::Day => Span::new().try_days(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Month => Span::new().try_months(count),
            Unit::Quarter | Unit::FiscalQuarter => Span::new().try_months(count.checked_mul(3)?),
            Unit::Year | Unit::FiscalYear => Span::new().try_years(count),
        };
        start.checked_add(span.ok()?).ok()
    }
}

/// Reads `yyyy-MM-dd`. `None` for no date, or one outside the years 1700 to 4000.
pub fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (1700..=4000).contains(&date.year()).then_some(date)
}

/// Reads `yyyy-MM-ddTHH:mm:ss[.SSS]` with `Z`, `+HH:mm` or `+HHmm`: milliseconds since 1970 UTC.
pub fn datetime(text: &str) -> Option<i64> {
    let (day, rest) = text.split_once(['T', 't'])?;
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone)?;
    let clock: Time = clock.parse().ok()?;
    let (sign, offset) = zone.split_at_checked(1)?;
    let digits = offset.replace(':', "");
    let seconds = match (sign, digits.len()) {
        ("Z" | "z", 0) => 0,
        ("+" | "-", 4) => {
            let (hours, minutes) = digits.split_at_checked(2)?;
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            if hours > 14 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if sign == "-" { -1 } else { 1 }
        }
        _ => return None,
    };
    let offset = Offset::from_seconds(seconds).ok()?;
    Some(offset.to_timestamp(date(day)?.to_datetime(clock)).ok()?.as_millisecond())
}

/// Reads `HH:mm:ss[.SSS][Z]`: the form that times are stored in.
pub fn time(text: &str) -> Option<String> {
    let clock: Time = text.trim_end_matches(['Z', 'z']).parse().ok()?;
    Some(clock.strftime("%H:%M:%S.%3f").to_string())
}

/// The day it is in a time zone at an instant.
pub fn day_of(millis: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_millisecond(millis).ok()?.to_zoned_datetime(zone.clone()).date())
}

/// When a day begins in a time zone: milliseconds since 1970 UTC.
pub fn start_of(day: Date, zone: &TimeZone) -> Option<i64> {
    Some(day.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Ranges as seen on Wednesday, 15 May 2024.
    fn days(text: &str) -> String {
        let literal = match text.split_once(':') {
            Some((name, number)) => DateLiteral::numbered(name, number.parse().expect("a number")),
            None => DateLiteral::named(text),
        };
        let (start, end) = literal.expect(text).days(date(2024, 5, 15), 2).expect(text);
        format!("{start} {end}")
    }

    #[test]
    fn ranges() {
        for (text, expected) in [
            ("YESTERDAY", "2024-05-14 2024-05-15"),
            ("today", "2024-05-15 2024-05-16"),
            ("TOMORROW", "2024-05-16 2024-05-17"),
            ("LAST_WEEK", "2024-05-05 2024-05-12"),
            ("THIS_WEEK", "2024-05-12 2024-05-19"),
            ("NEXT_MONTH", "2024-06-01 2024-07-01"),
            ("LAST_90_DAYS", "2024-02-15 2024-05-16"),
            ("NEXT_90_DAYS", "2024-05-16 2024-08-14"),
            ("THIS_QUARTER", "2024-04-01 2024-07-01"),
            ("LAST_YEAR", "2023-01-01 2024-01-01"),
            ("THIS_FISCAL_QUARTER", "2024-05-01 2024-08-01"),
            ("THIS_FISCAL_YEAR", "2024-02-01 2025-02-01"),
            ("LAST_N_DAYS:1", "2024-05-14 2024-05-16"),
            ("NEXT_N_DAYS:3", "2024-05-16 2024-05-19"),
            ("N_DAYS_AGO:3", "2024-05-12 2024-05-13"),
            ("LAST_N_WEEKS:2", "2024-04-28 2024-05-12"),
            ("NEXT_N_MONTHS:2", "2024-06-01 2024-08-01"),
            ("N_QUARTERS_AGO:1", "2024-01-01 2024-04-01"),
            ("LAST_N_YEARS:2", "2022-01-01 2024-01-01"),
            ("N_FISCAL_YEARS_AGO:1", "2023-02-01 2024-02-01"),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn written_out() {
        assert_eq!(datetime("2024-01-01T01:00:00+01:00"), Some(1_704_067_200_000));
        assert_eq!(datetime("2024-01-01t00:00:00.000z"), Some(1_704_067_200_000));
        for text in [
            "2020-12-12t12:12:00-25:00",
            "2020-52-12t12:12:00-05:00",
            "1600-01-01T00:00:00Z",
            "2024-01-01T00:00",
        ] {
            assert_eq!(datetime(text), None, "{text}");
        }
        assert_eq!(super::date("2024-02-30"), None);
        assert_eq!(time("10:15:30Z").as_deref(), Some("10:15:30.000"));
    }

    #[test]
    fn what_is_no_literal() {
        for text in ["", "NOW", "THIS_DAY", "LAST_N_DAYS", "NEXT_", "LAST_FISCAL", "N_AGO"] {
            assert_eq!(DateLiteral::named(text), None, "{text}");
        }
        assert_eq!(DateLiteral::numbered("LAST_N_DAY", 1), None);
        let far = DateLiteral::numbered("LAST_N_YEARS", i64::MAX).expect("a literal");
        assert_eq!(far.days(date(2024, 5, 15), 1), None);
    }
}
