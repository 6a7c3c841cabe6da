//! Writes of the platform itself: effects of a save, seeds, counters.

use std::sync::Arc;

use rusqlite::params_from_iter;

use super::call::{Call, Operation, RecordInput};
use super::pipeline::{finish, take_over};
use super::rule_book::Phase;
use super::run_rules::run;
use super::save::{Save, begin, faults_of, live_record, logged};
use super::{convert, defaults, remove, write};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::{Input, Value};
use crate::org::Org;
use crate::org::access::Runner;

/// What rules do to other records.
impl Save<'_> {
    /// Inserts another record as the platform, in the name of the same user: an effect of this save.
    pub fn also_insert(&self, object: &'static str, fields: &[(&str, Value)]) -> Result<Id, Fault> {
        insert_as_platform(self.call, object, fields)
    }

    /// Inserts a row that comes with this record, without asking the rules of its object.
    pub fn also_insert_row<const N: usize>(
        &self,
        object: &'static str,
        fields: [(&str, Value); N],
    ) -> Result<Id, Fault> {
        insert_row(self.call, object, fields)
    }

    /// Updates another record as the platform: an effect of this save.
    pub fn also_update(&self, object: &'static str, id: Id, fields: &[(&str, Value)]) -> Result<(), Fault> {
        update_as_platform(self.call, object, id, fields)
    }

    /// Deletes another record as the platform: an effect of this save.
    pub fn also_delete(&self, object: &'static str, id: Id) -> Result<(), Fault> {
        delete_as_platform(self.call, object, id)
    }

    /// The same for an object that is known as such.
    pub fn also_delete_from(&self, object: &Arc<SObject>, id: Id) -> Result<(), Fault> {
        delete_record_as_platform(self.call, object, id)
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
    let save = begin(call, object, Operation::Insert, id, old);
    logged(save, |save| set_and_finish(save, fields)).map_err(first)
}

/// Inserts a row that comes with another record and is right as it is: no rule of its object is asked.
pub(super) fn insert_row<const N: usize>(
    call: Call,
    object: &'static str,
    fields: [(&str, Value); N],
) -> Result<Id, Fault> {
    let object = call.org.standard(object)?;
    let id = call.org.next_id(&object)?;
    let old = Record::empty(object.clone());
    let save = begin(call, object, Operation::Insert, id, old);
    let write = |save: &mut Save| {
        for (name, value) in fields {
            save.set(name, value);
        }
        defaults::fill(save).map_err(faults_of)?;
        defaults::stamp(save);
        write::write(save).map_err(faults_of)?;
        call.org.note_write(&save.new);
        Ok(id)
    };
    logged(save, write).map_err(first)
}

fn set_and_finish(save: &mut Save, fields: &[(&str, Value)]) -> Result<Id, Vec<Fault>> {
    for (name, value) in fields {
        save.set(name, value.clone());
    }
    defaults::fill(save).map_err(faults_of)?;
    run(save, Phase::Default)?;
    finish(save)
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
    let save = begin(call, object, Operation::Update, id, old);
    logged(save, |save| set_and_finish(save, fields)).map(drop).map_err(first)
}

/// Checks values that come from outside against their fields, as a save does: lengths, restricted picklists.
pub(crate) fn check_values(object: &SObject, fields: &[(&str, Value)]) -> Result<(), Fault> {
    for (name, value) in fields {
        if let (Some(field), Value::Text(text)) = (object.field(name), value) {
            convert::value(field, &Input::from(text.as_str()), false)?;
        }
    }
    Ok(())
}

/// Deletes a record as the platform.
pub(crate) fn delete_as_platform(call: Call, object: &'static str, id: Id) -> Result<(), Fault> {
    delete_record_as_platform(call, &call.org.standard(object)?, id)
}

fn delete_record_as_platform(call: Call, object: &Arc<SObject>, id: Id) -> Result<(), Fault> {
    let system = Runner::system(call.runner.user);
    let call = Call { runner: &system, ..call };
    let record = live_record(call, object, id).map_err(first)?;
    remove::delete_record(call, record, id, id).map_err(first)
}

/// Inserts a record that a seed gives, under the id it gives, if any. The runner is the platform.
pub(crate) fn insert_given(call: Call, sent: &RecordInput) -> Result<Id, Vec<Fault>> {
    let object = sent.object.clone();
    call.org.ensure_table(&object).map_err(faults_of)?;
    let id = match sent.id.as_deref().and_then(Id::parse) {
        Some(id) => id,
        None => call.org.next_id(&object).map_err(faults_of)?,
    };
    let old = Record::empty(object.clone());
    logged(begin(call, object, Operation::Insert, id, old), |save| {
        take_over(save, sent)?;
        finish(save)
    })
}

/// Sets fields of a record without rules, stamps or history: what the platform counts and remembers (seats, log-ins).
pub(crate) fn update_without_rules(
    org: &Org,
    object: &'static str,
    id: Id,
    fields: &[(&str, Value)],
) -> Result<(), Fault> {
    let object = org.standard(object)?;
    let sql = write::update_of(&object, fields.iter().map(|(name, _)| *name));
    let key = Value::from(id);
    let values = fields.iter().map(|(_, value)| value).chain([&key]);
    let changes = |name: &str| fields.iter().any(|(field, _)| *field == name);
    org.record_cache
        .write_through(&org.store, &object, changes, || org.store.execute(&sql, params_from_iter(values)))?;
    org.record_cache.set(&object, id, fields);
    Ok(())
}

fn first(faults: Vec<Fault>) -> Fault {
    faults.into_iter().next().unwrap_or_else(Fault::no_access_to_record)
}
