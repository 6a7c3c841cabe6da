//! The recycle bin: what was deleted together comes back together, or goes for good.
//!
//! A row knows the record it was deleted with ([`DELETION`]): itself, or one that it hung on. Only that record is in the
//! bin; the others are in it with it. References that the deletion took from records that stayed are kept beside.
//! Source: <https://developer.salesforce.com/docs/platform/api/guide/sforce-api-calls-undelete.html>

use std::collections::HashSet;
use std::sync::Arc;

use super::call::{Call, Operation};
use super::references::{forget_references, restore_references};
use super::remove::addressed;
use super::rule_book::Phase;
use super::run_rules::run;
use super::save::{Save, begin, faults_of, logged};
use super::unique;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{FieldFlag, FieldType, SObject};
use crate::org::storage::DELETION;
use crate::store::quoted;

/// Brings back a record and what was deleted along with it.
pub(super) fn undelete(call: Call, text: &str) -> Result<Id, Vec<Fault>> {
    let (object, id) = addressed(call, text)?;
    if !object.is("undeletable") {
        return Err(faults_of(not_undeletable()));
    }
    if !call.runner.object(&object).delete {
        return Err(faults_of(Fault::entity_cannot_be("undeleted", &object)));
    }
    in_bin(call, &object, id, not_in_bin())?;
    for (object, ids) in deleted_together(call, &object, id).map_err(faults_of)? {
        ids.into_iter().try_for_each(|row| restore_record(call, &object, row, id))?;
    }
    restore_references(call, id).map_err(faults_of)?;
    Ok(id)
}

/// Takes a record, and what was deleted along with it, out of the bin for good.
pub(super) fn empty(call: Call, text: &str) -> Result<Id, Vec<Fault>> {
    let (object, id) = addressed(call, text)?;
    in_bin(call, &object, id, nothing_to_empty())?;
    forget(call, id).map_err(faults_of)?;
    Ok(id)
}

/// Nothing brings back what was deleted with this record.
pub(super) fn forget(call: Call, root: Id) -> Result<(), Fault> {
    let object = call.org.schema.by_key_prefix(root.key_prefix());
    let Some(object) = object.filter(|object| object.has_recycle_bin()) else { return Ok(()) };
    for (object, _) in deleted_together(call, &object, root)? {
        let (table, column) = (quoted(&object.name), quoted(DELETION));
        let sql = format!("UPDATE {table} SET {column} = NULL WHERE {column} = ?1");
        call.org.store.execute(&sql, [root.as_str()])?;
    }
    forget_references(call, root)
}

/// The record is in the bin, as itself, and the caller may take it out.
fn in_bin(call: Call, object: &Arc<SObject>, id: Id, absent: Fault) -> Result<(), Vec<Fault>> {
    let record = call.org.find(object, id).map_err(faults_of)?;
    let record = record.ok_or_else(|| faults_of(Fault::invalid_cross_reference().of_addressed_record()))?;
    let root = deleted_with(call, object, id).map_err(faults_of)?;
    if root.as_deref() != Some(id.as_str()) {
        return Err(faults_of(absent));
    }
    if !call.runner.sees_record(call.org, &record).map_err(faults_of)? {
        return Err(faults_of(Fault::no_sight_of_record(id)));
    }
    if !call.runner.deletes_record(call.org, &record).map_err(faults_of)? {
        return Err(faults_of(Fault::no_access_to_record()));
    }
    Ok(())
}

/// Rows of one object.
type Rows = (Arc<SObject>, Vec<Id>);

/// The rows that were deleted with the root record, by object: its own, its children's, theirs.
fn deleted_together(call: Call, object: &Arc<SObject>, root: Id) -> Result<Vec<Rows>, Fault> {
    let (mut together, mut seen) = (Vec::new(), HashSet::from([object.name.clone()]));
    let mut next = vec![object.clone()];
    while let Some(object) = next.pop() {
        call.org.ensure_table(&object)?;
        let sql = format!("SELECT \"Id\" FROM {} WHERE {} = ?1", quoted(&object.name), quoted(DELETION));
        let found = call.org.store.rows(&sql, [root.as_str()], |row| row.get::<_, String>(0))?;
        let ids: Vec<Id> = found.iter().filter_map(|id| Id::parse(id)).collect();
        if ids.is_empty() {
            continue;
        }
        for child in call.org.children_with_table(&object)?.iter() {
            if seen.insert(child.child.to_string())
                && let Some(kind) = call.org.object(&child.child)?.filter(|kind| kind.has_recycle_bin())
            {
                next.push(kind);
            }
        }
        together.push((object, ids));
    }
    Ok(together)
}

fn restore_record(call: Call, object: &Arc<SObject>, id: Id, root: Id) -> Result<(), Vec<Fault>> {
    let Some(record) = call.org.find(object, id).map_err(faults_of)? else { return Ok(()) };
    let mut save = begin(call, object.clone(), Operation::Undelete, id, Record::empty(object.clone()));
    save.new = record;
    logged(save, |save| restore_in(save, root))
}

fn restore_in(save: &mut Save, root: Id) -> Result<(), Vec<Fault>> {
    let (call, object, id) = (save.call, save.object.clone(), save.id);
    run(save, Phase::Before)?;
    let duplicates = unique::faults(save).map_err(faults_of)?;
    if !duplicates.is_empty() {
        return Err(duplicates);
    }
    let mut sets = vec!["\"IsDeleted\" = 0".to_owned(), format!("{} = NULL", quoted(DELETION))];
    for field in ["LastModifiedDate", "SystemModstamp"] {
        sets.extend(object.field(field).map(|field| format!("{} = ?2", quoted(&field.name))));
    }
    sets.extend(object.field("LastModifiedById").map(|_| "\"LastModifiedById\" = ?3".to_owned()));
    sets.extend(object.field("MasterRecordId").map(|_| "\"MasterRecordId\" = NULL".to_owned()));
    sets.extend(lost_parents(call, &save.new, root).map_err(faults_of)?);
    let table = quoted(&object.name);
    let sql = format!(
        "UPDATE {table} SET {} WHERE \"Id\" = ?1 AND ?2 IS NOT NULL AND ?3 IS NOT NULL",
        sets.join(", ")
    );
    let (now, user) = (call.environment.now(), call.runner.user);
    let written = call.org.store.execute(&sql, rusqlite::params![id.as_str(), now, user.as_str()]);
    written.map_err(|error| faults_of(error.into()))?;
    call.org.note_write(&save.new);
    run(save, Phase::After)
}

/// What empties the look-ups of a record that comes back to records that have gone meanwhile.
///
/// # Errors
/// `ENTITY_IS_DELETED` where the record cannot be without the other.
fn lost_parents(call: Call, record: &Record, root: Id) -> Result<Vec<String>, Fault> {
    let mut sets = Vec::new();
    for field in record.object.fields.iter().filter(|field| field.kind == FieldType::Reference) {
        let audit = matches!(field.name.as_str(), "CreatedById" | "LastModifiedById" | "MasterRecordId");
        let Some(id) = record.id(&field.name).filter(|_| !audit) else { continue };
        let Some(parent) = call.org.schema.by_key_prefix(id.key_prefix()) else { continue };
        if !parent.has_recycle_bin() || call.org.exists(&parent, id)? == Some(false) {
            continue;
        }
        if deleted_with(call, &parent, id)?.as_deref() == Some(root.as_str()) {
            continue;
        }
        match field.is(FieldFlag::Nillable) {
            true => sets.push(format!("{} = NULL", quoted(&field.name))),
            false => return Err(Fault::entity_is_deleted()),
        }
    }
    Ok(sets)
}

/// The id of the record with which a row was deleted; `None` for one that is not in the bin.
fn deleted_with(call: Call, object: &SObject, id: Id) -> Result<Option<String>, Fault> {
    if !object.has_recycle_bin() {
        return Ok(None);
    }
    let sql = format!("SELECT {} FROM {} WHERE \"Id\" = ?1", quoted(DELETION), quoted(&object.name));
    Ok(call.org.store.row(&sql, [id.as_str()], |row| row.get::<_, Option<String>>(0))?.flatten())
}

faults! {
    /// a record of an object whose records cannot be undeleted is undeleted
    not_undeletable() = CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, "Entity type is not undeletable",
        Seen "https://salesforce.stackexchange.com/questions/138077";

    /// a record to undelete is not in the recycle bin, or in it with the record that it was deleted with
    not_in_bin() = UNDELETE_FAILED, "Entity is not in the recycle bin",
        Documented "https://help.salesforce.com/s/articleView?id=000386040&type=1";

    /// a record to take out of the recycle bin for good is not in it
    nothing_to_empty() = DELETE_FAILED, "Entity is not in the recycle bin", Assumed;
}
