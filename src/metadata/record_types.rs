//! What an org's records say of its objects: record types, and when what a user sees of the schema last changed.

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::org::Org;
use crate::store::quoted;

/// A record type of an object. The master one is no record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordType {
    pub id: Id,
    pub name: String,
    pub developer_name: String,
    pub active: bool,
    /// Of person accounts.
    pub person: bool,
    /// A new record gets it when it names none and is no person.
    pub default: bool,
}

/// Only accounts have a default record type, and only where there are person accounts: the oldest active one of its
/// kind.
fn default_place(org: &Org, object: &SObject, found: &[RecordType], person: bool) -> Option<usize> {
    let may = object.name == "Account" && org.schema.has_feature("PersonAccounts");
    found.iter().position(|kind| may && kind.active && kind.person == person)
}

impl Org {
    /// The record types of an object, oldest first.
    pub fn record_types(&self, object: &SObject) -> Result<Vec<RecordType>, Fault> {
        let record_type = self.standard("RecordType")?;
        let ids = self.ids_where(&record_type, "SobjectType", &object.name.as_str().into(), NO_LIMIT)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(record) = self.find(&record_type, id)? else { continue };
            let text = |name| record.text(name).unwrap_or_default().to_owned();
            let (name, developer_name) = (text("Name"), text("DeveloperName"));
            let is = |name| record.get(name).is_true();
            let (active, person) = (is("IsActive"), is("IsPersonType"));
            found.push(RecordType { id, name, developer_name, active, person, default: false });
        }
        if let Some(default) = default_place(self, object, &found, false) {
            found.iter_mut().skip(default).take(1).for_each(|kind| kind.default = true);
        }
        Ok(found)
    }

    /// The record type that a new record gets when it names none, by whether it is a person.
    pub fn default_record_type(&self, object: &SObject, person: bool) -> Result<Option<RecordType>, Fault> {
        let mut found = self.record_types(object)?;
        let place = default_place(self, object, &found, person);
        Ok(place.map(|place| found.swap_remove(place)))
    }

    /// When what this user sees of objects and fields last changed: milliseconds since 1970 UTC.
    /// An org's schema is as old as the org, unless it has objects and fields of its own; what can change besides is who
    /// may see which part of it.
    pub fn metadata_changed(&self, user: Id) -> Result<i64, Fault> {
        let organization = self.find(&self.standard("Organization")?, self.id)?;
        let created = match organization.as_ref().map(|record| record.get("CreatedDate")) {
            Some(Value::Int(time)) => *time,
            _ => 0,
        };
        let mut latest = created.max(self.definitions_changed().unwrap_or_default());
        for name in ["Profile", "PermissionSet", "ObjectPermissions", "FieldPermissions", "RecordType"] {
            self.ensure_table(&*self.standard(name)?)?;
            let sql = format!("SELECT max(\"SystemModstamp\") FROM {}", quoted(name));
            latest = latest.max(self.latest(&sql, [])?);
        }
        for (name, reference) in [("PermissionSetAssignment", "AssigneeId"), ("User", "Id")] {
            self.ensure_table(&*self.standard(name)?)?;
            let (table, column) = (quoted(name), quoted(reference));
            let sql = format!("SELECT max(\"SystemModstamp\") FROM {table} WHERE {column} = ?1");
            latest = latest.max(self.latest(&sql, [user.as_str()])?);
        }
        Ok(latest)
    }

    fn latest(&self, sql: &str, params: impl rusqlite::Params) -> Result<i64, Fault> {
        let found = self.store.row(sql, params, |row| row.get::<_, Option<i64>>(0))?;
        Ok(found.flatten().unwrap_or_default())
    }
}
