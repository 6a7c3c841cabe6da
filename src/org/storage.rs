//! How an sObject lies in the store: one table, a column per stored field, indexes for look-ups.

use std::sync::Arc;

use super::record::Record;
use super::schema::{Field, FieldFlag, FieldType, SObject};
use super::value::Value;
use crate::store::{Table, quoted};

/// The column that says with which root record a row was deleted, so that it comes back with it.
pub(super) const DELETION: &str = "_deletion";

/// The table of an object.
pub(super) fn table(object: &SObject) -> Table<'_> {
    let mut columns: Vec<_> =
        object.fields.iter().filter(|f| is_stored(f)).map(|f| (f.name.as_str(), column_type(f))).collect();
    if object.has_recycle_bin() {
        columns.push((DELETION, "TEXT"));
    }
    let indexes =
        object.fields.iter().filter(|f| is_stored(f) && is_indexed(f)).map(|f| f.name.as_str()).collect();
    Table { name: &object.name, columns, indexes }
}

/// Addresses and locations are put together from their parts when read.
pub(super) fn is_stored(field: &Field) -> bool {
    !field.is_compound()
}

fn is_indexed(field: &Field) -> bool {
    if field.kind == FieldType::Id {
        return false;
    }
    let audit = matches!(field.name.as_str(), "CreatedById" | "LastModifiedById");
    let look_up =
        field.is(FieldFlag::IdLookup) || field.is(FieldFlag::Unique) || field.is(FieldFlag::ExternalId);
    look_up || field.name == "CommunityNickname" || (field.kind == FieldType::Reference && !audit)
}

fn column_type(field: &Field) -> &'static str {
    use FieldType::*;
    match field.kind {
        Id => "TEXT PRIMARY KEY NOT NULL",
        Boolean => "INTEGER NOT NULL DEFAULT 0",
        Int | Long | DateTime => "INTEGER",
        Double | Currency | Percent => "REAL",
        Date | Time | Base64 => "TEXT",
        _ if field.is_case_sensitive() => "TEXT",
        _ => "TEXT COLLATE FOLDED",
    }
}

/// `INSERT` of every stored field. One statement per object: preparing one for each set of columns would cost more
/// than binding nulls.
pub(super) fn insert(object: &SObject) -> String {
    let columns: Vec<_> = object.fields.iter().filter(|f| is_stored(f)).map(|f| quoted(&f.name)).collect();
    let marks = vec!["?"; columns.len()].join(",");
    format!("INSERT INTO {} ({}) VALUES ({marks})", quoted(&object.name), columns.join(","))
}

/// `SELECT` of every stored field, by id.
pub(super) fn select_by_id(object: &SObject) -> String {
    let columns: Vec<_> = object.fields.iter().filter(|f| is_stored(f)).map(|f| quoted(&f.name)).collect();
    format!("SELECT {} FROM {} WHERE \"Id\" = ?1", columns.join(", "), quoted(&object.name))
}

/// Reads a row of [`select_by_id`]'s columns.
pub(super) fn read_record(object: &Arc<SObject>, row: &rusqlite::Row) -> rusqlite::Result<Record> {
    let mut values = Vec::with_capacity(object.fields.len());
    let mut column = 0;
    for field in &object.fields {
        if !is_stored(field) {
            values.push(Value::Null);
            continue;
        }
        values.push(typed(field.kind, row.get_ref(column)?.into()));
        column += 1;
    }
    Ok(Record::new(object.clone(), values))
}

/// SQLite has no booleans and may hand a whole double back as an integer: sets that right.
pub fn typed(kind: FieldType, value: Value) -> Value {
    match (kind, value) {
        (FieldType::Boolean, Value::Int(number)) => Value::Bool(number != 0),
        (FieldType::Double | FieldType::Currency | FieldType::Percent, Value::Int(number)) => {
            Value::Double(number as f64)
        }
        (_, value) => value,
    }
}
