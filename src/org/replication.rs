//! Which records of an object have changed or gone in a span of time.

use super::Org;
use super::access::Runner;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::store::quoted;

/// From `start` on, up to before `end`; milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: i64,
    pub end: i64,
}

/// What is kept track of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackedChange {
    Updates,
    Deletions,
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

impl TrackedChange {
    fn days(self) -> i64 {
        match self {
            TrackedChange::Updates => 30,
            TrackedChange::Deletions => 15,
        }
    }

    /// The earliest time that is kept track of.
    pub fn since(self, now: i64) -> i64 {
        to_minute(now - self.days() * DAY)
    }
}

impl Span {
    /// The part of a span that is covered: seconds do not count, nor does what has not happened yet.
    ///
    /// # Errors
    /// `INVALID_REPLICATION_DATE`
    pub fn covered(start: i64, end: i64, now: i64, kept: TrackedChange) -> Result<Span, Fault> {
        if end - start < MINUTE {
            return Err(end_before_start());
        }
        let days = kept.days();
        if start < now - days * DAY - DAY {
            return Err(too_long_ago(days));
        }
        Ok(Span { start: to_minute(start), end: to_minute(end.min(now)) })
    }
}

fn to_minute(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(MINUTE) * MINUTE
}

/// Whether changes of the object's records are told.
///
/// # Errors
/// `INVALID_TYPE`
pub fn supports(object: &SObject) -> Result<(), Fault> {
    if object.is("replicateable") { Ok(()) } else { Err(not_replicateable(object)) }
}

/// The live records that the user sees and that were created or changed, oldest change first.
pub fn updated(org: &Org, runner: &Runner, object: &SObject, span: Span) -> Result<Vec<Id>, Fault> {
    Ok(changed(org, runner, object, span, false)?.into_iter().map(|(id, _)| id).collect())
}

/// The records that the user sees and that went into the recycle bin, with the time, oldest first.
pub fn deleted(org: &Org, runner: &Runner, object: &SObject, span: Span) -> Result<Vec<(Id, i64)>, Fault> {
    if object.has_recycle_bin() { changed(org, runner, object, span, true) } else { Ok(Vec::new()) }
}

fn changed(
    org: &Org,
    runner: &Runner,
    object: &SObject,
    span: Span,
    deleted: bool,
) -> Result<Vec<(Id, i64)>, Fault> {
    org.ensure_table(object)?;
    let stamp = ["SystemModstamp", "LastModifiedDate", "CreatedDate"];
    let Some(stamp) = stamp.into_iter().find(|name| object.field(name).is_some()) else {
        return Ok(Vec::new());
    };
    let deleted = match (object.has_recycle_bin(), deleted) {
        (true, true) => "\"IsDeleted\" = 1",
        (true, false) => "\"IsDeleted\" = 0",
        (false, _) => "TRUE",
    };
    let mut params = vec![Value::Int(span.start), Value::Int(span.end)];
    let visible = runner.visible_rows(object, "r", &mut |value| {
        params.push(value);
        format!("?{}", params.len())
    });
    let visible = visible.unwrap_or_else(|| "TRUE".to_owned());
    let sql = format!(
        "SELECT \"Id\", {stamp} FROM {} r WHERE {deleted} AND {visible} AND {stamp} >= ?1 AND {stamp} < ?2 ORDER BY {stamp}, \"Id\"",
        quoted(&object.name),
        stamp = quoted(stamp),
    );
    let read = |row: &rusqlite::Row| Ok((row.get::<_, String>(0)?, row.get(1)?));
    let rows = org.store.rows(&sql, rusqlite::params_from_iter(&params), read)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((Id::parse(&id)?, at))).collect())
}

faults! {
    /// a replication call is made for an object that does not support it
    not_replicateable(object: &SObject) = INVALID_TYPE,
        "entity type {name} does not support replication" with (name = object.name), Assumed;

    /// `end` of a replication call is less than a minute after `start`
    end_before_start() = INVALID_REPLICATION_DATE,
        "startDate must be at least one minute greater than endDate", Quoted;

    /// `start` of a replication call is longer ago than the service remembers
    too_long_ago(days: i64) = INVALID_REPLICATION_DATE, "startDate is more than {days} days ago", Quoted;
}
