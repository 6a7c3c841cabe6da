//! Record types.

use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;

/// Every object has it, and it is no record.
const MASTER: &str = "012000000000000AAA";

/// The master record type is none.
pub(super) fn master_record_type_is_none(save: &mut Save) -> Result<(), Fault> {
    if save.text("RecordTypeId") == Some(MASTER) {
        save.set("RecordTypeId", Value::Null);
    }
    Ok(())
}

/// The record type belongs to the object and is active.
pub(super) fn record_type_is_one_of_the_object(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("RecordTypeId") {
        return Ok(());
    }
    let Some(id) = save.id_in("RecordTypeId") else { return Ok(()) };
    let fits = save.parent("RecordType", "RecordTypeId")?.is_some_and(|kind| {
        kind.text("SobjectType") == Some(&save.object.name) && kind.get("IsActive").is_true()
    });
    if fits { Ok(()) } else { Err(not_valid_for_the_user(id)) }
}

faults! {
    /// a record type is of another object, or inactive
    not_valid_for_the_user(id: Id) = INVALID_CROSS_REFERENCE_KEY on ["RecordTypeId"],
        "Record Type ID: this ID value isn't valid for the user: {id}", Quoted;
}
