//! `/sobjects/X/updated` and `/sobjects/X/deleted`: which records have changed or gone in a span of time.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm>

use std::sync::Arc;

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::dml::datetime;
use crate::model::fault::{Fault, faults};
use crate::model::schema::SObject;
use crate::org::replication::{self, Span, TrackedChange};
use crate::world::ApiVersion;

const FIRST_UPDATED: ApiVersion = ApiVersion::new(31);
const FIRST_DELETED: ApiVersion = ApiVersion::new(29);

/// The ids of the records that were created or changed.
pub fn updated(exchange: &Exchange) -> RestResult {
    let (object, span) = asked(exchange, FIRST_UPDATED, TrackedChange::Updates)?;
    let ids = replication::updated(exchange.context.org, &exchange.context.runner, &object, span)?;
    Ok(exchange.ok(&object.name, |w| {
        w.items("ids", |w| ids.iter().for_each(|id| w.text("ids", id.as_str())));
        w.datetime("latestDateCovered", span.end);
    }))
}

/// The ids of the records that were deleted, and when.
pub fn deleted(exchange: &Exchange) -> RestResult {
    let (object, span) = asked(exchange, FIRST_DELETED, TrackedChange::Deletions)?;
    let gone = replication::deleted(exchange.context.org, &exchange.context.runner, &object, span)?;
    let earliest = TrackedChange::Deletions.since(exchange.context.state.clock.now());
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

fn asked(
    exchange: &Exchange,
    first: ApiVersion,
    kept: TrackedChange,
) -> Result<(Arc<SObject>, Span), RestFault> {
    let object = exchange.object()?;
    if exchange.version < first {
        return Err(RestFault::not_found());
    }
    replication::supports(&object)?;
    let (start, end) = (time(exchange, "start")?, time(exchange, "end")?);
    let span = Span::covered(start, end, exchange.context.state.clock.now(), kept)?;
    Ok((object, span))
}

fn time(exchange: &Exchange, name: &'static str) -> Result<i64, Fault> {
    let text = exchange.request.query_value(name).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| missing(name))?;
    // A plus sign that was not encoded has become a blank.
    datetime(&text.replace(' ', "+")).ok_or_else(|| no_date(name, &text))
}

faults! {
    /// a replication call has no `start` or no `end`
    missing(name: &str) = MISSING_ARGUMENT, "{name} is a required query parameter", Assumed;

    /// `start` or `end` of a replication call is no date with time
    no_date(name: &str, text: &str) = ILLEGAL_QUERY_PARAMETER_VALUE,
        "Invalid value for query parameter {name}: {text}", Assumed;
}
