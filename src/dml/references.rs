//! References between records that change without a save: those that records lose when another goes, and get back when it
//! comes back.

use super::call::Call;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::store::{Table, quoted};

/// References that records have lost to deletions. Made when the first is lost: most orgs never need it.
const LOST: &str = "_lost_reference";
const LOST_COLUMNS: [(&str, &str); 5] = [
    ("root", "TEXT NOT NULL"),
    ("object", "TEXT NOT NULL"),
    ("field", "TEXT NOT NULL"),
    ("record", "TEXT NOT NULL"),
    ("value", "TEXT NOT NULL"),
];

/// Keeps the references that live records lose when a record goes: their field, and what it pointed at.
pub(super) fn remember_references(
    call: Call,
    root: Id,
    object: &SObject,
    field: &str,
    value: Id,
) -> Result<(), Fault> {
    let store = &call.org.store;
    if !store.has_table(LOST)? {
        store.make(&Table { name: LOST, columns: LOST_COLUMNS.to_vec(), indexes: vec!["root"] })?;
    }
    let (table, column) = (quoted(&object.name), quoted(field));
    let live = if object.has_recycle_bin() { " AND \"IsDeleted\" = 0" } else { "" };
    let sql = format!(
        "INSERT INTO \"{LOST}\" SELECT ?1, ?2, ?3, \"Id\", ?4 FROM {table} WHERE {column} = ?4{live} ORDER BY rowid"
    );
    store.execute(&sql, [root.as_str(), &object.name, field, value.as_str()])?;
    Ok(())
}

/// Records that lost their reference to one of the restored get it back, unless they have another by now.
pub(super) fn restore_references(call: Call, root: Id) -> Result<(), Fault> {
    if !call.org.store.has_table(LOST)? {
        return Ok(());
    }
    let sql = format!("SELECT object, field, record, value FROM \"{LOST}\" WHERE root = ?1 ORDER BY rowid");
    let read = |row: &rusqlite::Row| Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    for [object, field, record, value] in call.org.store.rows(&sql, [root.as_str()], read)? {
        let (Some(object), Some(record)) = (call.org.object(&object)?, Id::parse(&record)) else { continue };
        let holds = call.org.find(&object, record)?.is_some_and(|record| record.get(&field).is_null());
        if holds {
            set_reference(call, &object, &field, record, Id::parse(&value))?;
        }
    }
    forget_references(call, root)
}

/// What was lost to the deletion of this record is not given back.
pub(super) fn forget_references(call: Call, root: Id) -> Result<(), Fault> {
    if call.org.store.has_table(LOST)? {
        let sql = format!("DELETE FROM \"{LOST}\" WHERE root = ?1");
        call.org.store.execute(&sql, [root.as_str()])?;
    }
    Ok(())
}

/// Sets a reference of a related record without a save. That changes the system's stamp, not who last modified the record.
pub(super) fn set_reference(
    call: Call,
    object: &SObject,
    field: &str,
    id: Id,
    to: Option<Id>,
) -> Result<(), Fault> {
    call.org.check_deadline()?;
    let stamp = if object.field("SystemModstamp").is_some() { ", \"SystemModstamp\" = ?3" } else { "" };
    let (table, column) = (quoted(&object.name), quoted(field));
    let sql = format!("UPDATE {table} SET {column} = ?1{stamp} WHERE \"Id\" = ?2 AND ?3 IS NOT NULL");
    let to = to.map_or(Value::Null, Value::from);
    call.org.store.execute(&sql, rusqlite::params![to, id.as_str(), call.environment.now()])?;
    Ok(())
}

/// Takes a reference from all live records that have it, as [`set_reference`] would from each.
pub(super) fn clear_reference(call: Call, object: &SObject, field: &str, gone: Id) -> Result<(), Fault> {
    let stamp = if object.field("SystemModstamp").is_some() { ", \"SystemModstamp\" = ?2" } else { "" };
    let live = if object.has_recycle_bin() { " AND \"IsDeleted\" = 0" } else { "" };
    let (table, column) = (quoted(&object.name), quoted(field));
    let sql =
        format!("UPDATE {table} SET {column} = NULL{stamp} WHERE {column} = ?1{live} AND ?2 IS NOT NULL");
    call.org.store.execute(&sql, rusqlite::params![gone.as_str(), call.environment.now()])?;
    Ok(())
}
