//! The stages of an insert and of an update, in their order.

use std::sync::Arc;

use super::call::{Call, Operation, RecordInput};
use super::rule_book::Phase;
use super::run_rules::run;
use super::save::{Save, begin, faults_of, live_record, logged};
use super::{
    convert, declared_rules, defaults, duplicates, injected_fault, record_id, resolve, unique, write,
};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{FieldFlag, SObject};
use crate::model::value::{Input, Raw, Value};

pub(super) fn insert(call: Call, sent: &RecordInput) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(faults_of)?;
    let id = call.org.next_id(&object).map_err(faults_of)?;
    let old = Record::empty(object.clone());
    logged(begin(call, object, Operation::Insert, id, old), |save| {
        take_over(save, sent)?;
        finish(save)
    })
}

pub(super) fn update(call: Call, sent: &RecordInput) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(faults_of)?;
    let text = sent.id.as_deref().filter(|id| !id.is_empty());
    let text = text.ok_or_else(|| faults_of(id_not_specified()))?;
    let id = record_id::parse(call.org, text).map_err(faults_of)?;
    if object.key_prefix.as_deref().is_some_and(|prefix| prefix != id.key_prefix())
        && let Some(field) = object.field("Id")
    {
        return Err(faults_of(Fault::malformed_id(field, text)));
    }
    let old = live_record(call, &object, id)?;
    logged(begin(call, object, Operation::Update, id, old), |save| {
        take_over(save, sent)?;
        finish(save)
    })
}

/// Takes what was sent into the record. In order, each stage ending the save if it finds a fault: names and JSON types,
/// access to the object and the record, access to the fields, required fields, values.
pub(super) fn take_over(save: &mut Save, sent: &RecordInput) -> Result<(), Vec<Fault>> {
    let object = save.object.clone();
    let mut values = Vec::with_capacity(sent.fields.len());
    for (name, input) in &sent.fields {
        if name.eq_ignore_ascii_case("Id") {
            match input.raw {
                Raw::Null => continue,
                _ => {
                    let insert = save.is_insert();
                    return Err(faults_of(if insert {
                        id_to_insert()
                    } else {
                        Fault::field_in_path_and_body("Id")
                    }));
                }
            }
        }
        values.push(read(save, &object, name, input)?);
    }
    let unread = values.iter().find_map(|read| read.value.as_ref().err().filter(|fault| fault.unread));
    if let Some(fault) = unread {
        return Err(faults_of(fault.clone()));
    }
    may_save(save)?;
    may_write(save, &object, &values)?;
    let mut faults = Vec::new();
    for Reading { index, value } in values {
        if let Some(marks) = save.marks.get_mut(index) {
            marks.sent = true;
            marks.unread = value.is_err();
        }
        match value {
            Ok(value) => save.set_at(index, value),
            Err(fault) => faults.push(fault),
        }
    }
    defaults::fill(save).map_err(faults_of)?;
    run(save, Phase::Default)?;
    required(save)?;
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// What a sent field comes to.
struct Reading {
    index: usize,
    value: Result<Value, Fault>,
}

fn read(save: &Save, object: &Arc<SObject>, name: &str, input: &Input) -> Result<Reading, Vec<Fault>> {
    if let Raw::Object(key) = &input.raw
        && let Some(field) = object.parent_relationship(name)
        && save.call.runner.knows_field(field)
    {
        let Some(index) = object.field_index(&field.name) else {
            return Err(faults_of(Fault::no_such_column(name, object)));
        };
        let value = resolve::parent_by_key(save.call, field, key).map(Value::from);
        return Ok(Reading { index, value });
    }
    let index = object.field_index(name);
    let field = index.and_then(|index| object.fields.get(index));
    let (Some(index), Some(field)) = (index, field.filter(|f| save.call.runner.sees_field(object, f))) else {
        return Err(faults_of(Fault::no_such_column(name, object)));
    };
    let value = convert::value(field, input, save.call.options.truncate)
        .and_then(|value| resolve::check_kind(save.call.org, field, value));
    Ok(Reading { index, value })
}

/// The caller's access to the object and, for an update, to the record.
fn may_save(save: &Save) -> Result<(), Vec<Fault>> {
    let (object, runner) = (&save.object, save.call.runner);
    if runner.is_system() {
        return Ok(());
    }
    let access = runner.object(object);
    if save.is_insert() {
        let may = object.is("createable") && access.create;
        return if may { Ok(()) } else { Err(faults_of(Fault::entity_cannot_be("inserted", object))) };
    }
    if !object.is("updateable") || !access.edit {
        return Err(faults_of(Fault::entity_cannot_be("updated", object)));
    }
    let may = runner.edits_record(save.call.org, &save.old).map_err(faults_of)?;
    if may { Ok(()) } else { Err(faults_of(Fault::no_access_to_record())) }
}

/// The caller's access to the sent fields.
fn may_write(save: &Save, object: &SObject, values: &[Reading]) -> Result<(), Vec<Fault>> {
    let runner = save.call.runner;
    if runner.is_system() {
        return Ok(());
    }
    let needed = if save.is_insert() { FieldFlag::Createable } else { FieldFlag::Updateable };
    let fields = values.iter().filter_map(|reading| object.fields.get(reading.index));
    let locked = fields.filter(|field| !field.is(needed) || !runner.edits_field(object, field));
    let locked: Vec<String> = locked.map(|field| field.name.clone()).collect();
    if locked.is_empty() { Ok(()) } else { Err(faults_of(Fault::fields_not_writeable(&locked))) }
}

/// The stages after the sent values are in the record.
pub(super) fn finish(save: &mut Save) -> Result<Id, Vec<Fault>> {
    resolve::check_references(save)?;
    run(save, Phase::Before)?;
    if let Some(existing) = save.existing {
        return Ok(existing);
    }
    let mut taken = unique::faults(save).map_err(faults_of)?;
    taken.extend(run(save, Phase::Unique).err().unwrap_or_default());
    if !taken.is_empty() {
        return Err(taken);
    }
    let reported = duplicates::check(save).map_err(faults_of)?;
    run(save, Phase::Count)?;
    injected_fault::inject(save).map_err(faults_of)?;
    defaults::stamp(save);
    write::write(save).map_err(faults_of)?;
    save.call.org.note_write(&save.new);
    declared_rules::check(save)?;
    run(save, Phase::After)?;
    (save.call.rules.note_setup_change)(save).map_err(faults_of)?;
    duplicates::report(save, &reported).map_err(faults_of)?;
    Ok(save.id)
}

/// `REQUIRED_FIELD_MISSING`, once, with all names in describe order (for User in the order of its rule).
fn required(save: &Save) -> Result<(), Vec<Fault>> {
    // The platform's own records may lack what the API asks for (a network's mail templates).
    if save.call.runner.is_system() && !save.object.is("createable") {
        return Ok(());
    }
    let object = &save.object;
    let mut missing: Vec<&str> = Vec::new();
    let mut look_at = |index: usize| {
        if !save.marks(index).unread
            && save.new.at(index).is_null()
            && let Some(field) = object.fields.get(index)
        {
            missing.push(&field.name);
        }
    };
    if save.is_insert() {
        object.places().required().for_each(look_at);
    } else {
        let sent = object.fields.iter().enumerate().zip(&save.marks).filter(|(_, marks)| marks.sent);
        let needed = sent.filter(|((_, field), _)| !field.is(FieldFlag::Nillable));
        needed.for_each(|((index, _), _)| look_at(index));
    }
    (save.call.rules.order_of_missing)(&save.object.name, &mut missing);
    if missing.is_empty() { Ok(()) } else { Err(faults_of(Fault::required_field_missing(&missing))) }
}

faults! {
    /// a record to be updated has no id, or an empty one
    id_not_specified() = MISSING_ARGUMENT, "Id not specified in an update call", Seen "public logs of bulk loads";

    /// a record to create has an `Id`
    id_to_insert() = INVALID_FIELD_FOR_INSERT_UPDATE, "cannot specify Id in an insert call", Quoted;
}
