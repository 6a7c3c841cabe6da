//! The SQL functions that compiled queries call.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Result};

use super::ast::DatePart;
use argument::{number, text, zone};

mod argument;
mod distance;
mod format;
mod like;
mod picklist;

/// Makes the functions known to a connection.
pub fn register(connection: &Connection) -> Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("soql_like", 2, flags, like::like)?;
    connection.create_scalar_function("soql_includes", 2, flags, picklist::includes)?;
    connection.create_scalar_function("soql_label", 2, flags, picklist::label)?;
    connection.create_scalar_function("soql_rank", 2, flags, picklist::rank)?;
    connection.create_scalar_function("soql_part", 5, flags, part)?;
    connection.create_scalar_function("soql_format", 4, flags, format::format)?;
    connection.create_scalar_function("soql_distance", 5, flags, distance::distance)
}

/// A part of a date by the name that [`part`] knows it by.
pub fn part_name(part: DatePart) -> &'static str {
    match part {
        DatePart::CalendarMonth => "month",
        DatePart::CalendarQuarter => "quarter",
        DatePart::CalendarYear => "year",
        DatePart::DayInMonth => "day",
        DatePart::DayInWeek => "weekday",
        DatePart::DayInYear => "day of year",
        DatePart::DayOnly => "date",
        DatePart::FiscalMonth => "fiscal month",
        DatePart::FiscalQuarter => "fiscal quarter",
        DatePart::FiscalYear => "fiscal year",
        DatePart::HourInDay => "hour",
        DatePart::WeekInMonth => "week of month",
        DatePart::WeekInYear => "week",
    }
}

/// `soql_part(part, date or milliseconds, zone, first month of the fiscal year, named by its start)`
///
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm>
fn part(context: &Context) -> Result<Sql> {
    let (date, hour) = match context.get_raw(1) {
        ValueRef::Integer(millis) => match Timestamp::from_millisecond(millis) {
            Ok(instant) => {
                let zoned = instant.to_zoned_datetime((*zone(context, 2)?).clone());
                (zoned.date(), zoned.hour())
            }
            Err(_) => return Ok(Sql::Null),
        },
        _ => match text(context, 1).and_then(|text| text.parse::<Date>().ok()) {
            Some(date) => (date, 0),
            None => return Ok(Sql::Null),
        },
    };
    let start = number(context, 3).map_or(1, |month| month as i64);
    let by_start = number(context, 4).is_some_and(|flag| flag != 0.0);
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let fiscal_month = (month + 12 - start) % 12 + 1;
    let day_of_year = i64::from(date.day_of_year());
    Ok(Sql::Integer(match text(context, 0).unwrap_or_default() {
        "month" => month,
        "quarter" => (month - 1) / 3 + 1,
        "year" => year,
        "day" => day,
        "weekday" => i64::from(date.weekday().to_sunday_one_offset()),
        "day of year" => day_of_year,
        "fiscal month" => fiscal_month,
        "fiscal quarter" => (fiscal_month - 1) / 3 + 1,
        "fiscal year" if start == 1 => year,
        "fiscal year" => year - i64::from(month < start) + i64::from(!by_start),
        "hour" => i64::from(hour),
        "week of month" => (day - 1) / 7 + 1,
        "week" => (day_of_year - 1) / 7 + 1,
        _ => return Ok(Sql::Text(date.to_string())),
    }))
}
