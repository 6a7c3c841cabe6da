//! One record on its way through the pipeline, as rules see it.

use std::sync::Arc;

use super::call::{Call, Operation};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{Field, SObject};
use crate::model::value::Value;
use crate::org::save_log::LoggedField;

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
    /// A rule found the record that an insert asks for: nothing is written, and this is its id.
    pub existing: Option<Id>,
    /// By place in the object's fields.
    pub(super) marks: Vec<Marks>,
    /// The rules that have refused it.
    pub(super) refused_by: Vec<&'static str>,
}

/// How a field came to its value.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    /// The caller sent it.
    pub sent: bool,
    /// The caller sent it, or a rule set it.
    pub written: bool,
    /// The sent value could not be read, so that the field is empty but not missing.
    pub unread: bool,
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
        self.object.field_index(name).is_some_and(|index| self.marks(index).sent)
    }

    /// True when a caller sent anything: effects of other saves send nothing.
    pub fn was_asked_for(&self) -> bool {
        self.marks.iter().any(|marks| marks.sent)
    }

    /// True when the caller sent the field or a rule set it: defaults leave it alone.
    pub fn is_given(&self, name: &str) -> bool {
        self.object.field_index(name).is_some_and(|index| self.marks(index).written)
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

    /// The field's label, which field-level integrity faults end with.
    pub fn label<'s>(&'s self, field: &'s str) -> &'s str {
        self.field(field).map_or(field, |field| &field.label)
    }

    /// Sets a field in a 'default' or 'before' rule; a field the object does not have is left out.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(index) = self.object.field_index(name) {
            self.set_at(index, value.into());
        }
    }

    pub(super) fn set_at(&mut self, index: usize, value: Value) {
        self.new.set_at(index, value);
        if let Some(marks) = self.marks.get_mut(index) {
            marks.written = true;
        }
    }

    /// How the field at this place came to its value.
    pub(super) fn marks(&self, index: usize) -> Marks {
        self.marks.get(index).copied().unwrap_or_default()
    }

    /// A record that this one refers to, whoever may see it.
    pub fn parent(&self, object: &'static str, field: &str) -> Result<Option<Record>, Fault> {
        match self.id_in(field) {
            Some(id) => self.call.org.find(&self.call.org.standard(object)?, id),
            None => Ok(None),
        }
    }
}

/// The addressed record, if it exists, is not in the recycle bin, and the caller may see it.
pub(super) fn live_record(call: Call, object: &Arc<SObject>, id: Id) -> Result<Record, Vec<Fault>> {
    let record = call
        .org
        .find(object, id)
        .map_err(faults_of)?
        .ok_or_else(|| faults_of(Fault::invalid_cross_reference().of_addressed_record()))?;
    if record.get("IsDeleted").is_true() {
        return Err(faults_of(Fault::entity_is_deleted().of_addressed_record()));
    }
    if !call.runner.sees_record(call.org, &record).map_err(faults_of)? {
        return Err(faults_of(Fault::no_sight_of_record(id)));
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
    let new = match operation {
        Operation::Insert => Record::blank(object.clone()),
        Operation::Update | Operation::Delete | Operation::Undelete => old.clone(),
    };
    let marks = vec![Marks::default(); object.fields.len()];
    Save { call, object, operation, id, old, new, existing: None, marks, refused_by: Vec::new() }
}

/// Does what a save consists of, and tells the log of saves how it went.
pub(super) fn logged<T>(
    mut save: Save,
    work: impl FnOnce(&mut Save) -> Result<T, Vec<Fault>>,
) -> Result<T, Vec<Fault>> {
    let log = &save.call.org.save_log;
    let Some(place) = log.begin(&save.object, save.operation.name(), save.id) else {
        return work(&mut save);
    };
    let result = work(&mut save);
    let fields = || match save.operation {
        Operation::Insert | Operation::Update => {
            LoggedField::of_save((&save.old, &save.new), save.is_insert(), |index| save.marks(index).sent)
        }
        Operation::Delete | Operation::Undelete => Vec::new(),
    };
    let refusal = result.as_ref().err().map(|faults| (save.refused_by.clone(), faults.as_slice()));
    log.end((place, save.operation.name()), &save.object, fields, refusal);
    result
}

/// A fault as the faults of a record.
pub(super) fn faults_of(fault: Fault) -> Vec<Fault> {
    vec![fault]
}
