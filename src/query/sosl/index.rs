//! The index of an object's names, e-mail addresses and phone numbers.

use super::parse::Scope;
use super::term;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::org::Org;
use crate::org::storage::is_stored;
use crate::store::quoted;

/// Texts that name a record, beside its name field.
const NAMES: &[&str] =
    &["Name", "FirstName", "LastName", "Username", "CommunityNickname", "Alias", "Company"];

/// Words that a pattern may stand for.
const MOST_WORDS: usize = 1000;

/// The ids of the records that match, the best first. Deleted ones are among them.
pub(super) fn matches(
    org: &Org,
    object: &SObject,
    scope: Scope,
    term: &str,
    most: usize,
) -> Result<Vec<Id>, Fault> {
    org.ensure_table(object)?;
    let index = format!("_search.{}", object.name);
    if !org.store.has_table(&index)? {
        org.uncounted(|| org.savepoint(|| org.store.run(&making(object, &index))))?;
    }
    let expression = term::expression(term, &mut |pattern| words(org, &index, pattern))?;
    let columns = match scope {
        Scope::All => "",
        Scope::Name => "{name} : ",
        Scope::Email => "{email} : ",
        Scope::Phone => "{phone} : ",
        Scope::Sidebar => "{name email phone} : ",
    };
    let (table, index) = (quoted(&object.name), quoted(&index));
    let sql = format!(
        "SELECT r.\"Id\" FROM {index} AS s JOIN {table} AS r ON r.rowid = s.rowid WHERE {index} MATCH ?1 \
         ORDER BY s.rank, r.\"Id\" LIMIT ?2"
    );
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let expression = format!("{columns}({expression})");
    let found = org.store.rows(&sql, rusqlite::params![expression, limit], |row| row.get::<_, String>(0))?;
    Ok(found.iter().filter_map(|id| Id::parse(id)).collect())
}

/// The words of an index that a pattern stands for.
fn words(org: &Org, index: &str, pattern: &str) -> Result<Vec<String>, Fault> {
    let vocabulary = quoted(&format!("_vocabulary.{index}"));
    let making = format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{vocabulary} USING fts5vocab('main', {index}, 'row')",
        index = quoted(index),
    );
    org.store.run(&making)?;
    let sql = format!("SELECT term FROM temp.{vocabulary} WHERE term GLOB ?1 LIMIT {MOST_WORDS}");
    Ok(org.store.rows(&sql, [pattern], |row| row.get(0))?)
}

/// Drops the index of an object and what keeps it.
pub(super) fn forget(org: &Org, object: &str) -> Result<(), Fault> {
    let index = format!("_search.{object}");
    let triggers = ["insert", "update", "delete"]
        .map(|name| format!("DROP TRIGGER IF EXISTS {};", quoted(&format!("{index}.{name}"))));
    org.store.run(&triggers.concat())?;
    Ok(org.store.drop_table(&index)?)
}

/// The statements that make an index, fill it, and keep it.
fn making(object: &SObject, index: &str) -> String {
    let is_name = |field: &Field| field.is(FieldFlag::NameField) || NAMES.contains(&field.name.as_str());
    let kinds: [&dyn Fn(&Field) -> bool; 3] =
        [&is_name, &|field| field.kind == FieldType::Email, &|field| field.kind == FieldType::Phone];
    let column = |row: &str, belongs: &dyn Fn(&Field) -> bool| {
        let fields = object.fields.iter().filter(|field| is_stored(field) && belongs(field));
        let parts: Vec<String> =
            fields.map(|field| format!("ifnull({row}{}, '')", quoted(&field.name))).collect();
        if parts.is_empty() { "''".to_owned() } else { parts.join(" || ' ' || ") }
    };
    let values = |row: &str| kinds.map(|belongs| column(row, belongs)).join(", ");
    let (table, index_name) = (quoted(&object.name), quoted(index));
    let trigger = |name: &str| quoted(&format!("{index}.{name}"));
    let (new, old) = (values("new."), values(""));
    format!(
        "CREATE VIRTUAL TABLE {index_name} USING fts5(name, email, phone, tokenize = 'unicode61 remove_diacritics 2');\
         INSERT INTO {index_name} (rowid, name, email, phone) SELECT rowid, {old} FROM {table};\
         CREATE TRIGGER {insert} AFTER INSERT ON {table} BEGIN \
           INSERT INTO {index_name} (rowid, name, email, phone) VALUES (new.rowid, {new}); END;\
         CREATE TRIGGER {update} AFTER UPDATE ON {table} BEGIN \
           DELETE FROM {index_name} WHERE rowid = old.rowid; \
           INSERT INTO {index_name} (rowid, name, email, phone) VALUES (new.rowid, {new}); END;\
         CREATE TRIGGER {delete} AFTER DELETE ON {table} BEGIN \
           DELETE FROM {index_name} WHERE rowid = old.rowid; END;",
        insert = trigger("insert"),
        update = trigger("update"),
        delete = trigger("delete"),
    )
}
