//! One record on its way through the pipeline.

use std::sync::Arc;

use super::{Call, Operation, Phase, Sent, convert, defaults, duplicates, platform, resolve, unique, write};
use crate::dml::declared_rules;
use crate::dml::injected_fault;
use crate::model::fault::{Fault, StatusCode, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{Field, FieldFlag, SObject};
use crate::model::value::{Input, Raw, Value};

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
    marks: Vec<Marks>,
}

/// How a field came to its value.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    /// The caller sent it.
    pub sent: bool,
    /// The caller sent it, or a rule set it.
    pub written: bool,
    /// The sent value could not be read, so that the field is empty but not missing.
    unread: bool,
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

    /// Inserts another record as the platform, in the name of the same user: an effect of this save.
    pub fn also_insert(&self, object: &'static str, fields: &[(&str, Value)]) -> Result<Id, Fault> {
        platform::insert_as_platform(self.call, object, fields)
    }

    /// Inserts a row that comes with this record, without asking the rules of its object.
    pub fn also_insert_row<const N: usize>(
        &self,
        object: &'static str,
        fields: [(&str, Value); N],
    ) -> Result<Id, Fault> {
        platform::insert_row(self.call, object, fields)
    }

    /// Updates another record as the platform: an effect of this save.
    pub fn also_update(&self, object: &'static str, id: Id, fields: &[(&str, Value)]) -> Result<(), Fault> {
        platform::update_as_platform(self.call, object, id, fields)
    }

    /// Deletes another record as the platform: an effect of this save.
    pub fn also_delete(&self, object: &'static str, id: Id) -> Result<(), Fault> {
        platform::delete_as_platform(self.call, object, id)
    }
}

pub(super) fn insert(call: Call, sent: &Sent) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(one)?;
    let id = call.org.next_id(&object).map_err(one)?;
    let old = Record::empty(object.clone());
    let mut save = begin(call, object, Operation::Insert, id, old);
    take_over(&mut save, sent)?;
    finish(save)
}

pub(super) fn update(call: Call, sent: &Sent) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(one)?;
    let text = sent.id.as_deref().ok_or_else(|| one(id_not_specified()))?;
    let id = Id::parse(text).ok_or_else(|| one(Fault::malformed_record_id(text)))?;
    if object.key_prefix.as_deref().is_some_and(|prefix| prefix != id.key_prefix())
        && let Some(field) = object.field("Id")
    {
        return Err(one(Fault::malformed_id(field, text)));
    }
    let old = live_record(call, &object, id)?;
    let mut save = begin(call, object, Operation::Update, id, old);
    take_over(&mut save, sent)?;
    finish(save)
}

/// The addressed record, if it exists, is not in the recycle bin, and the caller may see it.
pub(super) fn live_record(call: Call, object: &Arc<SObject>, id: Id) -> Result<Record, Vec<Fault>> {
    let record = call
        .org
        .find(object, id)
        .map_err(one)?
        .ok_or_else(|| one(Fault::invalid_cross_reference().of_addressed_record()))?;
    if record.get("IsDeleted").is_true() {
        return Err(one(Fault::entity_is_deleted().of_addressed_record()));
    }
    if !call.runner.sees_record(call.org, &record).map_err(one)? {
        return Err(one(Fault::no_sight_of_record(id)));
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
    Save { call, object, operation, id, old, new, existing: None, marks }
}

/// Takes what was sent into the record. In order, each stage ending the save if it finds a fault: names and JSON types,
/// access to the object and the record, access to the fields, required fields, values.
pub(super) fn take_over(save: &mut Save, sent: &Sent) -> Result<(), Vec<Fault>> {
    let object = save.object.clone();
    let mut values = Vec::with_capacity(sent.fields.len());
    for (name, input) in &sent.fields {
        if name.eq_ignore_ascii_case("Id") {
            match input.raw {
                Raw::Null => continue,
                _ => {
                    let insert = save.is_insert();
                    return Err(one(if insert {
                        id_to_insert()
                    } else {
                        Fault::field_in_path_and_body("Id")
                    }));
                }
            }
        }
        values.push(read(save, &object, name, input)?);
    }
    let broken_json = values.iter().find_map(|read| match &read.value {
        Err(fault) if fault.code == StatusCode::JSON_PARSER_ERROR => Some(fault.clone()),
        _ => None,
    });
    if let Some(fault) = broken_json {
        return Err(one(fault));
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
    defaults::fill(save).map_err(one)?;
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
    {
        let Some(index) = object.field_index(&field.name) else {
            return Err(one(Fault::no_such_column(name, object)));
        };
        let value = resolve::parent_by_key(save.call, field, key).map(Value::from);
        return Ok(Reading { index, value });
    }
    let index = object.field_index(name);
    let field = index.and_then(|index| object.fields.get(index));
    let (Some(index), Some(field)) = (index, field.filter(|f| save.call.runner.sees_field(object, f))) else {
        return Err(one(Fault::no_such_column(name, object)));
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
        return if may { Ok(()) } else { Err(one(Fault::entity_cannot_be("inserted", object))) };
    }
    if !object.is("updateable") || !access.edit {
        return Err(one(Fault::entity_cannot_be("updated", object)));
    }
    let may = runner.edits_record(save.call.org, &save.old).map_err(one)?;
    if may { Ok(()) } else { Err(one(Fault::no_access_to_record())) }
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
    if locked.is_empty() { Ok(()) } else { Err(one(Fault::fields_not_writeable(&locked))) }
}

/// The stages after the sent values are in the record.
pub(super) fn finish(mut save: Save) -> Result<Id, Vec<Fault>> {
    resolve::check_references(&save)?;
    run(&mut save, Phase::Before)?;
    if let Some(existing) = save.existing {
        return Ok(existing);
    }
    let mut taken = unique::faults(&save).map_err(one)?;
    taken.extend(run(&mut save, Phase::Unique).err().unwrap_or_default());
    if !taken.is_empty() {
        return Err(taken);
    }
    let reported = duplicates::check(&save).map_err(one)?;
    run(&mut save, Phase::Count)?;
    injected_fault::inject(&save).map_err(one)?;
    defaults::stamp(&mut save);
    write::write(&save).map_err(one)?;
    save.call.org.note_write(&save.new);
    declared_rules::check(&save)?;
    run(&mut save, Phase::After)?;
    duplicates::report(&save, &reported).map_err(one)?;
    Ok(save.id)
}

/// Runs the object's rules of a phase. Faults about fields are reported together, as the service does; one about the
/// whole record ends the phase and is reported only when it comes first. Effects build on each other: after one has
/// failed the next would blame the wrong thing.
///
/// Every save, deletion and undeletion of a record comes by here, those of a cascade too: it ends when the call has had its
/// time.
pub(super) fn run(save: &mut Save, phase: Phase) -> Result<(), Vec<Fault>> {
    save.call.org.check_deadline().map_err(one)?;
    let mut faults: Vec<Fault> = Vec::new();
    for rule in (save.call.rules.rules_of)(&save.object.name) {
        if rule.phase != phase || !rule.on.contains(&save.operation) {
            continue;
        }
        let Err(fault) = (rule.enforce)(save) else { continue };
        let of_record = fault.fields.is_empty();
        if !of_record || faults.is_empty() {
            faults.push(fault);
        }
        if of_record || matches!(phase, Phase::Default | Phase::Count | Phase::After) {
            break;
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
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
    if missing.is_empty() { Ok(()) } else { Err(one(Fault::required_field_missing(&missing))) }
}

pub(super) fn one(fault: Fault) -> Vec<Fault> {
    vec![fault]
}

faults! {
    /// a record to be updated has no id
    id_not_specified() = MISSING_ARGUMENT, "Id not specified in an update call", Quoted;

    /// a record to create has an `Id`
    id_to_insert() = INVALID_FIELD_FOR_INSERT_UPDATE, "cannot specify Id in an insert call", Quoted;
}
