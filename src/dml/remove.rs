//! Delete: into the recycle bin where the object has one, with what hangs on the record.

use std::sync::Arc;

use super::call::{Call, Operation};
use super::rule_book::Phase;
use super::run_rules::run;
use super::save::{Save, begin, faults_of, live_record, logged};
use super::{record_id, references};
use crate::dml::injected_fault;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{ChildRelationship, FieldFlag, SObject};
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::org::access::Runner;
use crate::org::storage::{DELETION, is_stored};
use crate::store::quoted;

/// Deletes a record and its cascade children; other children lose the reference, restricting ones stop it.
pub(super) fn delete(call: Call, text: &str) -> Result<Id, Vec<Fault>> {
    let (object, id) = addressed(call, text)?;
    if !object.is("deletable") || !call.runner.object(&object).delete {
        return Err(faults_of(Fault::entity_cannot_be("deleted", &object)));
    }
    let record = live_record(call, &object, id)?;
    if !call.runner.deletes_record(call.org, &record).map_err(faults_of)? {
        return Err(faults_of(Fault::no_access_to_record()));
    }
    delete_record(call, record, id, id)?;
    Ok(id)
}

/// The object of an id, and the id.
pub(super) fn addressed(call: Call, text: &str) -> Result<(Arc<SObject>, Id), Vec<Fault>> {
    let id = record_id::parse(call.org, text).map_err(faults_of)?;
    let object = call
        .org
        .schema
        .by_key_prefix(id.key_prefix())
        .ok_or_else(|| faults_of(Fault::invalid_cross_reference().of_addressed_record()))?;
    call.org.ensure_table(&object).map_err(faults_of)?;
    Ok((object, id))
}

pub(super) fn delete_record(call: Call, record: Record, id: Id, root: Id) -> Result<(), Vec<Fault>> {
    let object = record.object.clone();
    logged(begin(call, object, Operation::Delete, id, record), |save| delete_in(save, root))
}

fn delete_in(save: &mut Save, root: Id) -> Result<(), Vec<Fault>> {
    let (call, object, id) = (save.call, save.object.clone(), save.id);
    run(save, Phase::Before)?;
    injected_fault::inject(save).map_err(faults_of)?;
    for relationship in call.org.children_with_table(&object).map_err(faults_of)?.iter() {
        remove_children(call, &save.old, relationship, (id, root))?;
    }
    let table = quoted(&object.name);
    let changed = if object.has_recycle_bin() {
        let now = call.environment.now();
        let stamp = if object.field("LastModifiedDate").is_some() {
            ", \"LastModifiedDate\" = ?2, \"LastModifiedById\" = ?4"
        } else {
            ""
        };
        let modstamp =
            if object.field("SystemModstamp").is_some() { ", \"SystemModstamp\" = ?2" } else { "" };
        let sql = format!(
            "UPDATE {table} SET \"IsDeleted\" = 1, {} = ?3{stamp}{modstamp} WHERE \"Id\" = ?1 AND ?2 IS NOT NULL AND ?4 IS NOT NULL",
            quoted(DELETION)
        );
        let user = call.runner.user;
        call.org.store.execute(&sql, rusqlite::params![id.as_str(), now, root.as_str(), user.as_str()])
    } else {
        call.org.store.execute(&format!("DELETE FROM {table} WHERE \"Id\" = ?1"), [id.as_str()])
    };
    changed.map_err(|error| faults_of(error.into()))?;
    call.org.note_write(&save.old);
    run(save, Phase::After)?;
    (call.rules.note_setup_change)(save).map_err(faults_of)
}

/// What becomes of the records that refer to one that goes: they go too, lose the reference, or stop it.
fn remove_children(
    call: Call,
    gone: &Record,
    relationship: &ChildRelationship,
    (id, root): (Id, Id),
) -> Result<(), Vec<Fault>> {
    let Some(kind) = call.org.schema.object(&relationship.child) else { return Ok(()) };
    let Some(field) = kind.field(&relationship.field).filter(|field| is_stored(field)) else { return Ok(()) };
    let ids = call.org.ids_where(&kind, &field.name, &Value::from(id), NO_LIMIT).map_err(faults_of)?;
    if ids.is_empty() {
        return Ok(());
    }
    if relationship.restricted_delete || field.is(FieldFlag::RestrictedDelete) {
        return Err(faults_of(restricted(call, gone, &kind, &ids).map_err(faults_of)?));
    }
    if !(relationship.cascade_delete || field.is(FieldFlag::CascadeDelete)) {
        return detach(call, &kind, &field.name, (id, root)).map_err(faults_of);
    }
    let system = Runner::system(call.runner.user);
    for child in ids {
        if let Some(record) = call.org.find(&kind, child).map_err(faults_of)? {
            delete_record(Call { runner: &system, ..call }, record, child, root)?;
        }
    }
    Ok(())
}

/// Takes the reference to a record that goes from those that stay, which get it back if the record comes back.
fn detach(call: Call, object: &SObject, field: &str, (gone, root): (Id, Id)) -> Result<(), Fault> {
    references::remember_references(call, root, object, field, gone)?;
    references::clear_reference(call, object, field, gone)
}

/// `Your attempt to delete … could not be completed because it is associated with the following cases.: 00001005`
fn restricted(call: Call, record: &Record, kind: &Arc<SObject>, ids: &[Id]) -> Result<Fault, Fault> {
    let name = display_name(record);
    let mut names = Vec::new();
    for id in ids {
        if let Some(child) = call.org.find(kind, *id)? {
            names.push(display_name(&child));
        }
    }
    Ok(associated_with(&name, &kind.label_plural.to_lowercase(), &names))
}

pub(crate) fn display_name(record: &Record) -> String {
    let field = record.object.name_field.as_deref().unwrap_or("Name");
    let name = record.text(field).or(record.text("Id")).unwrap_or_default();
    match record.text("Salutation") {
        Some(salutation) => format!("{salutation} {name}"),
        None => name.to_owned(),
    }
}

faults! {
    /// a record to delete has children that restrict it, users of a portal, or users that need it
    pub(crate) associated_with(name: &str, kind: &str, others: &[String]) = DELETE_FAILED,
        "Your attempt to delete {name} could not be completed because it is associated with the following {kind}.: {others}\n"
            with (others = others.join(", ")),
        Documented "https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations";
}
