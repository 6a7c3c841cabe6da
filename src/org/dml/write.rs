//! The statement at the end of a save.

use rusqlite::params_from_iter;

use super::{Operation, Save};
use crate::org::fault::Fault;
use crate::org::storage;
use crate::org::value::Value;
use crate::store::quoted;

/// Inserts the record, or updates the columns that changed. `last` promises that nothing after it fails the save.
pub(super) fn write(save: &Save, last: bool) -> Result<(), Fault> {
    if save.operation == Operation::Insert { insert(save, last) } else { update(save) }
}

fn insert(save: &Save, last: bool) -> Result<(), Fault> {
    let layout = save.call.org.layout(&save.object)?;
    let values = layout.values(|at| save.new.at(at));
    Ok(save.call.org.store.insert(&layout.insert, values, last)?)
}

fn update(save: &Save) -> Result<(), Fault> {
    if save.new.is_copy_of(&save.old) {
        return Ok(());
    }
    let fields = save.object.fields.iter().enumerate();
    let changed = fields
        .filter(|(index, field)| storage::is_stored(field) && save.new.at(*index) != save.old.at(*index));
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        return Ok(());
    }
    let pairs: Vec<_> = changed.iter().map(|(_, field)| format!("{} = ?", quoted(&field.name))).collect();
    let sql = format!("UPDATE {} SET {} WHERE \"Id\" = ?", quoted(&save.object.name), pairs.join(", "));
    let id = Value::from(save.id);
    let values = changed.iter().map(|(index, _)| save.new.at(*index)).chain([&id]);
    save.call.org.store.execute(&sql, params_from_iter(values))?;
    Ok(())
}
