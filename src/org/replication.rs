//! Which records of an object have changed or gone in a span of time.

use super::Org;
use super::fault::Fault;
use super::id::Id;
use super::schema::SObject;
use crate::store::quoted;

/// From `start` on, up to before `end`; milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: i64,
    pub end: i64,
}

/// The live records that were created or changed, oldest change first.
pub fn updated(org: &Org, object: &SObject, span: Span) -> Result<Vec<Id>, Fault> {
    Ok(changed(org, object, span, false)?.into_iter().map(|(id, _)| id).collect())
}

/// The records that went into the recycle bin, with the time, oldest first.
pub fn deleted(org: &Org, object: &SObject, span: Span) -> Result<Vec<(Id, i64)>, Fault> {
    if object.has_recycle_bin() { changed(org, object, span, true) } else { Ok(Vec::new()) }
}

fn changed(org: &Org, object: &SObject, span: Span, deleted: bool) -> Result<Vec<(Id, i64)>, Fault> {
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
    let sql = format!(
        "SELECT \"Id\", {stamp} FROM {} WHERE {deleted} AND {stamp} >= ?1 AND {stamp} < ?2 ORDER BY {stamp}, \"Id\"",
        quoted(&object.name),
        stamp = quoted(stamp),
    );
    let read = |row: &rusqlite::Row| Ok((row.get::<_, String>(0)?, row.get(1)?));
    let rows = org.store.rows(&sql, [span.start, span.end], read)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((Id::parse(&id)?, at))).collect())
}
