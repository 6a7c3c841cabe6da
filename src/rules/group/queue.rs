//! The rules of QueueSobject.

use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::rules::declare::rule;

pub(crate) const RULES: &[Rule] =
    &[rule!(Before INSERT only_queues_have_objects), rule!(Before INSERT queue_lists_an_object_once)];

/// Code and text are a choice: no public source quotes them.
fn only_queues_have_objects(save: &mut Save) -> Result<(), Fault> {
    let queue = save.parent("Group", "QueueId")?.is_some_and(|group| group.text("Type") == Some("Queue"));
    if queue { Ok(()) } else { Err(Fault::invalid_cross_reference()) }
}

fn queue_lists_an_object_once(save: &mut Save) -> Result<(), Fault> {
    for id in save.call.org.ids_where(&save.object, "QueueId", save.value("QueueId"), 1000)? {
        let row = save.call.org.find(&save.object, id)?;
        if row.is_some_and(|row| row.get("SobjectType") == save.value("SobjectType")) {
            return Err(object_listed_twice(id));
        }
    }
    Ok(())
}

faults! {
    /// a queue lists the object already
    object_listed_twice(other: Id) = DUPLICATE_VALUE,
        "duplicate value found: SobjectType duplicates value on record with id: {id}" with (id = other.short()), Assumed;
}
