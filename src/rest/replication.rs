//! `/sobjects/X/updated` and `/sobjects/X/deleted`: which records have changed or gone in a span of time.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm>

use std::sync::Arc;

use super::exchange::{Answer, Exchange};
use super::fault::RestFault;
use crate::cloud::ApiVersion;
use crate::org::dml::datetime;
use crate::org::fault::{Fault, faults};
use crate::org::replication::{self, Span};
use crate::org::schema::SObject;

const FIRST_UPDATED: ApiVersion = ApiVersion::new(31);
const FIRST_DELETED: ApiVersion = ApiVersion::new(29);
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// For how many days changes are known, and deletions.
const UPDATES_KEPT: i64 = 30;
const DELETIONS_KEPT: i64 = 15;

/// The ids of the records that were created or changed.
pub fn updated(exchange: &Exchange) -> Answer {
    let (object, span) = asked(exchange, FIRST_UPDATED, UPDATES_KEPT)?;
    let ids = replication::updated(exchange.visit.org, &object, span)?;
    Ok(exchange.ok(&object.name, |w| {
        w.items("ids", |w| ids.iter().for_each(|id| w.text("ids", id.as_str())));
        w.datetime("latestDateCovered", span.end);
    }))
}

/// The ids of the records that were deleted, and when.
pub fn deleted(exchange: &Exchange) -> Answer {
    let (object, span) = asked(exchange, FIRST_DELETED, DELETIONS_KEPT)?;
    let gone = replication::deleted(exchange.visit.org, &object, span)?;
    let earliest = to_minute(exchange.visit.state.clock.now() - DELETIONS_KEPT * DAY);
    Ok(exchange.ok(&object.name, |w| {
        w.items("deletedRecords", |w| {
            for (id, at) in gone {
                w.group("deletedRecords", |w| {
                    if w.is_xml() {
                        w.datetime("deletedDate", at);
                        w.text("id", id.as_str());
                    } else {
                        w.text("id", id.as_str());
                        w.datetime("deletedDate", at);
                    }
                });
            }
        });
        w.datetime("earliestDateAvailable", earliest);
        w.datetime("latestDateCovered", span.end);
    }))
}

fn asked(exchange: &Exchange, first: ApiVersion, days: i64) -> Result<(Arc<SObject>, Span), RestFault> {
    let object = exchange.object()?;
    if exchange.version < first {
        return Err(RestFault::not_found());
    }
    if !object.is("replicateable") {
        return Err(not_replicateable(&object).into());
    }
    let (start, end) = (time(exchange, "start")?, time(exchange, "end")?);
    let now = exchange.visit.state.clock.now();
    if end - start < MINUTE {
        return Err(end_before_start().into());
    }
    if start < now - days * DAY - DAY {
        return Err(too_long_ago(days).into());
    }
    // Seconds do not count, and what has not happened yet is not covered.
    Ok((object, Span { start: to_minute(start), end: to_minute(end.min(now)) }))
}

fn time(exchange: &Exchange, name: &'static str) -> Result<i64, Fault> {
    let text = exchange.request.query_value(name).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| missing(name))?;
    // A plus sign that was not encoded has become a blank.
    datetime(&text.replace(' ', "+")).ok_or_else(|| no_date(name, &text))
}

fn to_minute(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(MINUTE) * MINUTE
}

faults! {
    /// `end` of a replication call is less than a minute after `start`
    end_before_start() = INVALID_REPLICATION_DATE,
        "startDate must be at least one minute greater than endDate", Quoted;

    /// `start` of a replication call is longer ago than the service remembers
    too_long_ago(days: i64) = INVALID_REPLICATION_DATE, "startDate is more than {days} days ago", Quoted;

    /// a replication call has no `start` or no `end`
    missing(name: &str) = MISSING_ARGUMENT, "{name} is a required query parameter", Assumed;

    /// `start` or `end` of a replication call is no date with time
    no_date(name: &str, text: &str) = ILLEGAL_QUERY_PARAMETER_VALUE,
        "Invalid value for query parameter {name}: {text}", Assumed;

    /// a replication call is made for an object that does not support it
    not_replicateable(object: &SObject) = INVALID_TYPE,
        "entity type {name} does not support replication" with (name = object.name), Assumed;
}
