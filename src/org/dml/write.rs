//! The statement at the end of a save.

use rusqlite::params_from_iter;

use super::{Operation, Save};
use crate::org::fault::Fault;
use crate::org::storage;
use crate::org::value::Value;
use crate::store::quoted;

/// Inserts the record, or updates the columns that changed.
/// Only columns with a value are named: a User has two hundred, and most stay at their default.
pub(super) fn write(save: &Save) -> Result<(), Fault> {
    let insert = save.operation == Operation::Insert;
    let mut columns = Vec::new();
    let mut values: Vec<&Value> = Vec::new();
    for (index, field) in save.object.fields.iter().enumerate() {
        let value = save.new.at(index);
        let skip = if insert {
            value.is_null() || *value == Value::Bool(false)
        } else {
            value == save.old.at(index)
        };
        if !skip && storage::is_stored(field) {
            columns.push(quoted(&field.name));
            values.push(value);
        }
    }
    let id = Value::from(save.id);
    let table = quoted(&save.object.name);
    let sql = if insert {
        let marks = vec!["?"; columns.len()].join(", ");
        format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "))
    } else {
        if columns.is_empty() {
            return Ok(());
        }
        values.push(&id);
        let pairs: Vec<_> = columns.iter().map(|column| format!("{column} = ?")).collect();
        format!("UPDATE {table} SET {} WHERE \"Id\" = ?", pairs.join(", "))
    };
    save.call.org.store.execute(&sql, params_from_iter(values))?;
    Ok(())
}
