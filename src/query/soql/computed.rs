//! Objects whose rows are worked out when a query asks for them: definitions, closed and open activities, sessions. What
//! they are made of is in other tables, in the schema or in the world.

use serde_json::Value as Json;

use super::compiler::Compiler;
use super::textual::is_textual;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::org::storage::is_stored;
use crate::store::quoted;

mod activities;
mod definitions;
mod people;

/// The SQL after FROM for an object: its table, or a query that stands for one.
///
/// # Errors
/// A definition is asked for without the filter that it needs; a store that failed.
pub fn table(compiler: &Compiler, object: &SObject) -> Result<String, Fault> {
    let rows = match object.name.as_str() {
        "ActivityHistory" => return activities::table(compiler, object, true),
        "OpenActivity" => return activities::table(compiler, object, false),
        "LoginEvent" => return people::logins(compiler, object),
        "EntityDefinition" => definitions::entities(compiler, object)?,
        "FieldDefinition" => definitions::fields(compiler, object)?,
        "AuthSession" => people::sessions(compiler, object)?,
        "CurrencyType" => people::currencies(compiler, object)?,
        "DelegateGroup" => people::delegate_groups(compiler, object),
        "DelegateGroupMember" => people::delegated_administrators(compiler, object),
        "TwoFactorMethodsInfo" => people::verification_methods(compiler, object)?,
        "UserPermissionAccess" => people::permissions(compiler, object),
        _ => return Ok(quoted(&object.name)),
    };
    Ok(rows.sql(compiler))
}

/// The id of every row of an object that identifies its rows by another field, as the real service gives it.
const EMPTY_ID: &str = "000000000000000AAA";

/// Rows that have been worked out. A field that is not set is null, or false.
struct Rows<'o> {
    object: &'o SObject,
    rows: Vec<Vec<Json>>,
}

impl<'o> Rows<'o> {
    fn of(object: &'o SObject) -> Rows<'o> {
        Rows { object, rows: Vec::new() }
    }

    /// Adds a row; fields that the object does not have are left out.
    fn add<'v>(&mut self, values: impl IntoIterator<Item = (&'v str, Json)>) {
        let mut row = vec![Json::Null; self.object.fields.len()];
        for (name, value) in values {
            if let Some(slot) = self.object.field_index(name).and_then(|index| row.get_mut(index)) {
                *slot = value;
            }
        }
        self.rows.push(row);
    }

    /// The id of the row that is added next, numbered within the org.
    fn next_id(&self, org: Id) -> Json {
        let prefix = self.object.key_prefix.as_deref().unwrap_or("000");
        Json::from(org.in_org(prefix, self.rows.len() as u64 + 1).as_str())
    }

    /// A query that gives the rows.
    fn sql(self, compiler: &Compiler) -> String {
        let columns = self.object.fields.iter().enumerate().filter(|(_, field)| is_stored(field));
        let columns = columns.map(|(index, field)| {
            let collation = if is_textual(field.kind) { " COLLATE FOLDED" } else { "" };
            format!("json_extract(value, '$[{index}]'){collation} AS {}", quoted(&field.name))
        });
        let columns: Vec<String> = columns.collect();
        let rows = compiler.bind(Json::from(self.rows).to_string());
        format!("(SELECT {} FROM json_each({rows}))", columns.join(", "))
    }
}
