//! How an sObject lies in the store: one table, a column per stored field, indexes for look-ups.

use std::sync::Arc;

use crate::model::record::Record;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject, Schema};
use crate::model::value::Value;
use crate::store::{Table, quoted};

/// The column that says with which root record a row was deleted, so that it comes back with it.
pub(crate) const DELETION: &str = "_deletion";

/// The table of an object.
pub(crate) fn table<'a>(object: &'a SObject, schema: &Schema) -> Table<'a> {
    let mut columns: Vec<_> =
        object.fields.iter().filter(|f| is_stored(f)).map(|f| (f.name.as_str(), column_type(f))).collect();
    if object.has_recycle_bin() {
        columns.push((DELETION, "TEXT"));
    }
    let indexed = object.fields.iter().filter(|f| is_stored(f) && is_indexed(object, f, schema));
    let mut indexes: Vec<_> = indexed.map(|f| f.name.as_str()).collect();
    if object.has_recycle_bin() {
        // An undelete looks for what was deleted along with a record; rows that are not deleted are not in the index.
        indexes.push(DELETION);
    }
    Table { name: &object.name, columns, indexes }
}

/// Addresses and locations are put together from their parts when read.
pub(crate) fn is_stored(field: &Field) -> bool {
    !field.is_compound()
}

/// Searched by whenever a user, a role or a group is saved, or a login provisions.
const SEARCHED: [(&str, &str); 4] = [
    ("User", "CommunityNickname"),
    ("UserRole", "DeveloperName"),
    ("Group", "DeveloperName"),
    ("Account", "AccountNumber"),
];

/// Look-up fields are, and references to objects that can have records.
fn is_indexed(object: &SObject, field: &Field, schema: &Schema) -> bool {
    if field.kind == FieldType::Id {
        return false;
    }
    let audit = matches!(field.name.as_str(), "CreatedById" | "LastModifiedById");
    let refers =
        field.kind == FieldType::Reference && field.reference_to.iter().any(|name| schema.has_object(name));
    let look_up =
        field.is(FieldFlag::IdLookup) || field.is(FieldFlag::Unique) || field.is(FieldFlag::ExternalId);
    look_up || SEARCHED.contains(&(object.name.as_str(), field.name.as_str())) || (refers && !audit)
}

fn column_type(field: &Field) -> &'static str {
    use FieldType::*;
    match field.kind {
        Id => "TEXT PRIMARY KEY NOT NULL",
        // Statements compare it.
        Boolean if field.name == "IsDeleted" => "INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 0",
        // 1 or 0: see [`Layout::values`]. A PermissionSet has four hundred, and SQLite reads each word of a declaration twice
        // when it makes a table: with a constraint on each that takes 0.8 ms instead of 0.4.
        Boolean => "",
        Int | Long | DateTime => "INTEGER",
        Double | Currency | Percent => "REAL",
        Date | Time | Base64 => "TEXT",
        _ if field.is_case_sensitive() => "TEXT",
        _ => "TEXT COLLATE FOLDED",
    }
}

/// How the columns of an object's table lie, and the statements over all of them. Short statements that name no column
/// are found quickly in the cache of prepared ones: a User has two hundred.
pub(crate) struct Layout {
    /// The record with the id `?1`, all columns.
    pub select: String,
    /// Of [`Layout::look_up`], what is before and behind the field.
    look_up: (String, &'static str),
    /// A row from as many values as there are columns.
    pub insert: String,
    /// The places of the unique fields, with the statement that finds the two oldest live records with the value `?1`.
    pub holders: Vec<(usize, String)>,
    /// Each column's place in the object's fields; `None` for the store's own.
    places: Vec<Option<usize>>,
    /// Whether each column holds a boolean.
    booleans: Vec<bool>,
}

impl Layout {
    /// The layout of a table with these columns, in their order.
    pub fn of<'a>(object: &SObject, columns: impl IntoIterator<Item = &'a str>) -> Layout {
        let places: Vec<_> = columns.into_iter().map(|column| object.field_index(column)).collect();
        let table = quoted(&object.name);
        let marks = vec!["?"; places.len()].join(",");
        let is_boolean =
            |at: usize| object.fields.get(at).is_some_and(|field| field.kind == FieldType::Boolean);
        let booleans = places.iter().map(|place| place.is_some_and(is_boolean)).collect();
        let live = if object.has_recycle_bin() { " AND \"IsDeleted\" = 0" } else { "" };
        // An index has equal values in the order of the rows: nothing to sort.
        let holders = |at: usize| {
            let column = quoted(&object.fields.get(at)?.name);
            let sql = format!("SELECT \"Id\" FROM {table} WHERE {column} = ?1{live} ORDER BY rowid LIMIT 2");
            Some((at, sql))
        };
        Layout {
            select: format!("SELECT * FROM {table} WHERE \"Id\" = ?1"),
            look_up: (
                format!("SELECT \"Id\" FROM {table} WHERE "),
                // An index has equal values in the order of the rows: nothing to sort.
                match object.has_recycle_bin() {
                    true => " = ?1 AND \"IsDeleted\" = 0 ORDER BY rowid LIMIT ?2",
                    false => " = ?1 ORDER BY rowid LIMIT ?2",
                },
            ),
            insert: format!("INSERT INTO {table} VALUES ({marks})"),
            holders: object.places().unique().filter_map(holders).collect(),
            places,
            booleans,
        }
    }

    /// The statement for the ids of the live records with the value `?1` in a field, oldest first, at most `?2`.
    pub fn look_up(&self, field: &str) -> String {
        let (before, behind) = &self.look_up;
        [before.as_str(), &quoted(field), behind].concat()
    }

    /// Reads a row of [`Layout::select`].
    pub fn read(&self, object: &Arc<SObject>, row: &rusqlite::Row) -> rusqlite::Result<Record> {
        let mut values = vec![Value::Null; object.fields.len()];
        for (column, place) in self.places.iter().enumerate() {
            let Some((field, slot)) =
                place.and_then(|at| Some((object.fields.get(at)?, values.get_mut(at)?)))
            else {
                continue;
            };
            *slot = typed(field.kind, row.get_ref(column)?.into());
        }
        Ok(Record::new(object.clone(), values))
    }

    /// The values of [`Layout::insert`] from those of a record, in describe order. `None` for null, which needs no binding; a
    /// boolean is never null.
    pub fn values<'a>(
        &'a self,
        record: impl Fn(usize) -> &'a Value,
    ) -> impl Iterator<Item = Option<&'a Value>> {
        const FALSE: &Value = &Value::Bool(false);
        self.places.iter().zip(&self.booleans).map(move |(place, is_boolean)| match record((*place)?) {
            Value::Null if *is_boolean => Some(FALSE),
            Value::Null => None,
            value => Some(value),
        })
    }
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

/// A record as it will be read, from one that was just written.
pub fn as_read(mut record: Record) -> Record {
    let object = record.object.clone();
    for (at, field) in object.fields.iter().enumerate() {
        let read = match record.at(at) {
            _ if !is_stored(field) => Value::Null,
            Value::Null if field.kind == FieldType::Boolean => Value::Bool(false),
            Value::Int(number) => typed(field.kind, Value::Int(*number)),
            _ => continue,
        };
        record.set_at(at, read);
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::Id;
    use crate::org::Org;
    use crate::org::settings::Settings;
    use crate::store::Store;

    /// A value of its type, a whole number where a double may be.
    fn filled(field: &Field) -> Value {
        match field.kind {
            FieldType::Boolean => Value::Bool(true),
            FieldType::Int | FieldType::Long | FieldType::DateTime => Value::Int(7),
            FieldType::Double | FieldType::Currency | FieldType::Percent => Value::Int(7),
            _ => Value::from("x"),
        }
    }

    #[test]
    fn what_was_written_is_known_as_it_is_read() {
        let store = Store::in_memory().expect("a store");
        let org = Org::new(Id::of_org(0), Schema::standard(Default::default()), Settings::default(), store);
        for name in ["User", "Account", "Contact", "Opportunity", "UserRole"] {
            let object = org.standard(name).expect("an object");
            let layout = org.layout(&object).expect("a table");
            for full in [false, true] {
                let id = org.next_id(&object).expect("an id");
                let mut record = Record::blank(object.clone());
                let fields = object.fields.iter().enumerate().filter(|(_, field)| full && is_stored(field));
                fields.for_each(|(at, field)| record.set_at(at, filled(field)));
                record.set("Id", id);
                org.store.insert(&layout.insert, layout.values(|at| record.at(at))).expect("a row");
                let read = org.store.row(&layout.select, [id.as_str()], |row| layout.read(&object, row));
                let (read, known) = (read.expect("a row").expect("a record"), as_read(record));
                for (at, field) in object.fields.iter().enumerate() {
                    assert_eq!(known.at(at), read.at(at), "{name}.{}", field.name);
                }
            }
        }
    }
}
