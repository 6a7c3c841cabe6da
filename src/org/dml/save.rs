//! One record on its way through the pipeline.

use std::sync::Arc;

use super::{Call, Operation, Sent, convert, defaults, resolve, unique, write};
use crate::org::access::Runner;
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::record::Record;
use crate::org::rule::{self, Phase};
use crate::org::schema::{Field, FieldFlag, SObject};
use crate::org::value::{Raw, Value};

/// What a rule sees of a save: the record before and after, who saves, and the org and world around it.
pub struct Save<'a> {
    pub call: Call<'a>,
    pub object: Arc<SObject>,
    pub operation: Operation,
    pub id: Id,
    /// The stored record before the save; empty for an insert.
    pub old: Record,
    /// The record as it will be stored.
    pub new: Record,
    /// By place in the object's fields: the caller sent it, or a rule set it.
    pub(super) sent: Vec<bool>,
    pub(super) written: Vec<bool>,
}

impl<'a> Save<'a> {
    /// The value after the save.
    pub fn value(&self, name: &str) -> &Value {
        self.new.get(name)
    }

    /// The text after the save.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.new.text(name)
    }

    /// The reference after the save.
    pub fn id_in(&self, name: &str) -> Option<Id> {
        self.new.id(name)
    }

    /// True when the caller named the field, with whatever value.
    pub fn was_sent(&self, name: &str) -> bool {
        self.object.field_index(name).and_then(|index| self.sent.get(index)).is_some_and(|sent| *sent)
    }

    /// True when the save gives the field another value than it had; for an insert, any value.
    pub fn changes(&self, name: &str) -> bool {
        self.object.field_index(name).is_some_and(|index| self.old.at(index) != self.new.at(index))
    }

    pub fn is_insert(&self) -> bool {
        self.operation == Operation::Insert
    }

    /// The field's definition, for its label.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.object.field(name)
    }

    /// Sets a field in a 'default' or 'before' rule; a field the object does not have is left out.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(index) = self.object.field_index(name) {
            self.set_at(index, value.into());
        }
    }

    pub(super) fn set_at(&mut self, index: usize, value: Value) {
        self.new.set_at(index, value);
        if let Some(written) = self.written.get_mut(index) {
            *written = true;
        }
    }

    /// A record that this one refers to, whoever may see it.
    pub fn parent(&self, object: &'static str, field: &str) -> Result<Option<Record>, Fault> {
        match self.id_in(field) {
            Some(id) => self.call.org.find(&self.call.org.standard(object)?, id),
            None => Ok(None),
        }
    }

    /// Inserts another record as the platform, in the name of the same user: an effect of this save.
    pub fn also_insert(&self, object: &'static str, fields: &[(&str, Value)]) -> Result<Id, Fault> {
        insert_as_platform(self.call, object, fields)
    }

    /// Updates another record as the platform: an effect of this save.
    pub fn also_update(&self, object: &'static str, id: Id, fields: &[(&str, Value)]) -> Result<(), Fault> {
        update_as_platform(self.call, object, id, fields)
    }
}

/// Inserts a record as the platform, with any field of the object, read-only ones too.
pub(crate) fn insert_as_platform(
    call: Call,
    object: &'static str,
    fields: &[(&str, Value)],
) -> Result<Id, Fault> {
    let system = Runner::system(call.runner.user);
    let call = Call { runner: &system, ..call };
    let object = call.org.standard(object)?;
    let id = call.org.next_id(&object)?;
    let old = Record::empty(object.clone());
    let mut save = begin(call, object, Operation::Insert, id, old);
    for (name, value) in fields {
        save.set(name, value.clone());
    }
    finish(save).map_err(first)
}

/// Updates a record as the platform, with any field of the object, read-only ones too.
pub(crate) fn update_as_platform(
    call: Call,
    object: &'static str,
    id: Id,
    fields: &[(&str, Value)],
) -> Result<(), Fault> {
    let system = Runner::system(call.runner.user);
    let call = Call { runner: &system, ..call };
    let object = call.org.standard(object)?;
    let old = call.org.find(&object, id)?.ok_or_else(Fault::invalid_cross_reference)?;
    let mut save = begin(call, object, Operation::Update, id, old);
    for (name, value) in fields {
        save.set(name, value.clone());
    }
    finish(save).map(drop).map_err(first)
}

fn first(faults: Vec<Fault>) -> Fault {
    faults.into_iter().next().unwrap_or_else(Fault::no_access_to_record)
}

pub(super) fn insert(call: Call, sent: &Sent) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(one)?;
    if !object.is("createable") {
        return Err(one(Fault::entity_cannot_be("inserted", &object)));
    }
    if !call.runner.object(&object).create {
        return Err(one(Fault::entity_cannot_be("inserted", &object)));
    }
    let id = call.org.next_id(&object).map_err(one)?;
    let old = Record::empty(object.clone());
    let mut save = begin(call, object, Operation::Insert, id, old);
    take_over(&mut save, sent, FieldFlag::Createable)?;
    finish(save)
}

pub(super) fn update(call: Call, sent: &Sent) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(one)?;
    let text = sent.id.as_deref().unwrap_or_default();
    let id = Id::parse(text).ok_or_else(|| one(Fault::malformed_record_id(text)))?;
    if !object.is("updateable") || !call.runner.object(&object).edit {
        return Err(one(Fault::entity_cannot_be("updated", &object)));
    }
    let old = live_record(call, &object, id)?;
    if !call.runner.edits_record(call.org, &old).map_err(one)? {
        return Err(one(Fault::no_access_to_record()));
    }
    let mut save = begin(call, object, Operation::Update, id, old);
    take_over(&mut save, sent, FieldFlag::Updateable)?;
    finish(save)
}

/// The addressed record, if it exists and is not in the recycle bin.
pub(super) fn live_record(call: Call, object: &Arc<SObject>, id: Id) -> Result<Record, Vec<Fault>> {
    let record = call
        .org
        .find(object, id)
        .map_err(one)?
        .ok_or_else(|| one(Fault::invalid_cross_reference().of_addressed_record()))?;
    if record.get("IsDeleted").is_true() {
        return Err(one(Fault::entity_is_deleted().of_addressed_record()));
    }
    Ok(record)
}

pub(super) fn begin<'a>(
    call: Call<'a>,
    object: Arc<SObject>,
    operation: Operation,
    id: Id,
    old: Record,
) -> Save<'a> {
    let new = old.clone();
    let count = object.fields.len();
    Save { call, object, operation, id, old, new, sent: vec![false; count], written: vec![false; count] }
}

/// Checks names, write access and types of what was sent, and puts it into the record.
fn take_over(save: &mut Save, sent: &Sent, needed: FieldFlag) -> Result<(), Vec<Fault>> {
    let object = save.object.clone();
    let mut locked = Vec::new();
    let mut accepted = Vec::with_capacity(sent.fields.len());
    for (name, input) in &sent.fields {
        if let (Raw::Object(key), Some(field)) = (&input.raw, object.parent_relationship(name)) {
            let id = resolve::parent_by_key(save.call, field, key).map_err(one)?;
            accepted.push((field, object.field_index(&field.name), id));
            continue;
        }
        let Some(field) = object.field(name).filter(|f| save.call.runner.sees_field(&object, f)) else {
            return Err(one(Fault::no_such_column(name, &object)));
        };
        let writeable = field.is(needed) && save.call.runner.edits_field(&object, field);
        if !writeable && !save.call.runner.is_system() {
            locked.push(field.name.clone());
            continue;
        }
        accepted.push((field, object.field_index(name), input.clone()));
    }
    if !locked.is_empty() {
        return Err(one(Fault::fields_not_writeable(&locked)));
    }
    let mut faults = Vec::new();
    for (field, index, input) in accepted {
        let Some(index) = index else { continue };
        match convert::value(field, &input, save.call.options.truncate) {
            Ok(value) => {
                save.set_at(index, value);
                if let Some(sent) = save.sent.get_mut(index) {
                    *sent = true;
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    // A body that the JSON parser refuses never reaches the checks of required fields.
    if faults.iter().any(|fault| fault.code == super::StatusCode::JSON_PARSER_ERROR) {
        faults.truncate(1);
        return Err(faults);
    }
    defaults::fill(save).map_err(one)?;
    run(save, Phase::Default)?;
    required(save)?;
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The stages after the sent values are in the record.
fn finish(mut save: Save) -> Result<Id, Vec<Fault>> {
    if save.call.runner.is_system() {
        defaults::fill(&mut save).map_err(one)?;
        run(&mut save, Phase::Default)?;
    }
    resolve::check_references(&save)?;
    run(&mut save, Phase::Before)?;
    unique::check(&save)?;
    run(&mut save, Phase::Count)?;
    defaults::stamp(&mut save);
    write::write(&save).map_err(one)?;
    save.call.org.note_write(&save.object);
    run(&mut save, Phase::After)?;
    Ok(save.id)
}

/// Runs the object's rules of a phase; all faults of the phase are reported together.
pub(super) fn run(save: &mut Save, phase: Phase) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    for rule in rule::of(&save.object.name) {
        if rule.phase == phase && rule.on.contains(&save.operation) {
            if let Err(fault) = (rule.enforce)(save) {
                faults.push(fault);
                // Effects build on each other: after one has failed the next would only blame the wrong thing.
                if phase == Phase::After || phase == Phase::Default {
                    break;
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// `REQUIRED_FIELD_MISSING`, once, with all names in describe order (for User in the order of its rule).
fn required(save: &Save) -> Result<(), Vec<Fault>> {
    let mut missing: Vec<&str> = Vec::new();
    for (index, field) in save.object.fields.iter().enumerate() {
        let required = if save.is_insert() {
            field.is_required()
        } else {
            save.sent.get(index).is_some_and(|sent| *sent) && !field.is(FieldFlag::Nillable)
        };
        if required && save.new.at(index).is_null() {
            missing.push(&field.name);
        }
    }
    rule::order_of_missing(&save.object.name, &mut missing);
    if missing.is_empty() { Ok(()) } else { Err(one(Fault::required_field_missing(&missing))) }
}

pub(super) fn one(fault: Fault) -> Vec<Fault> {
    vec![fault]
}
