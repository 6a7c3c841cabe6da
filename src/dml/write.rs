//! The statement at the end of a save.

use rusqlite::params_from_iter;

use super::call::Operation;
use super::rule_book::Phase;
use super::save::Save;
use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::storage;
use crate::store::quoted;

/// Inserts the record, or updates the columns that changed.
pub(super) fn write(save: &Save) -> Result<(), Fault> {
    if save.operation == Operation::Insert { insert(save) } else { update(save) }
}

fn insert(save: &Save) -> Result<(), Fault> {
    let org = save.call.org;
    let layout = org.layout(&save.object)?;
    let values = layout.values(|at| save.new.at(at));
    org.store.insert(&layout.insert, values)?;
    // What the platform has written it mostly reads again, as a login that provisions does; and so do effects.
    if save.call.runner.is_system() || save.call.rules.has(&save.object.name, Phase::After, Operation::Insert)
    {
        org.record_cache.keep_written(save.id, &save.new);
    }
    Ok(())
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
    let sql = update_of(&save.object, changed.iter().map(|(_, field)| field.name.as_str()));
    let id = Value::from(save.id);
    let values = changed.iter().map(|(index, _)| save.new.at(*index)).chain([&id]);
    let org = save.call.org;
    let changes = |name: &str| changed.iter().any(|(_, field)| field.name == name);
    org.record_cache.write_through(&org.store, &save.object, changes, || {
        org.store.execute(&sql, params_from_iter(values))
    })?;
    org.record_cache.keep_written(save.id, &save.new);
    Ok(())
}

/// The statement that sets these columns of the row with an id, which is its last parameter.
pub(super) fn update_of<'a>(object: &SObject, columns: impl Iterator<Item = &'a str>) -> String {
    let mut sql = String::with_capacity(256);
    sql += "UPDATE ";
    sql += &quoted(&object.name);
    for (place, column) in columns.enumerate() {
        sql += if place == 0 { " SET " } else { " = ?, " };
        sql += &quoted(column);
    }
    sql + " = ? WHERE \"Id\" = ?"
}
