//! Setup > Employee User Settings: which employees get users, and of what kind.
//! Sources: the article "Provision User Records for Custom Integrations" of Salesforce Help, and
//! <https://developer.salesforce.com/docs/atlas.en-us.238.0.api_meta.meta/api_meta/meta_employeeusersettings.htm>.
//! Which names match and the value of Employee Status without a choice are inferred.

use serde::{Deserialize, Serialize};

use super::Org;
use crate::model::id::Id;
use crate::store::StoreError;

/// The settings of the page. Profile and permission set are named, so that a seed can say them.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", expecting = "an object with profile")]
pub struct EmployeeUserSettings {
    /// Name of the profile of new users.
    pub profile: String,
    #[serde(default = "utf_8")]
    pub email_encoding: String,
    /// The status whose employees get users.
    #[serde(default = "active")]
    pub employee_status: String,
    /// Name of the permission set that the users get.
    pub permission_set: Option<String>,
    /// What usernames have behind the `@`; without it that of the contact's address.
    pub domain_name: Option<String>,
    #[serde(default = "on")]
    pub automatic_user_creation: bool,
    /// Changes of employees and their contacts are made to their users, too.
    #[serde(default)]
    pub cascade_employee_changes: bool,
}

fn utf_8() -> String {
    "UTF-8".to_owned()
}

fn active() -> String {
    "Active".to_owned()
}

fn on() -> bool {
    true
}

const CHANGED: &str = "_employee_user_settings";
const DUE: &str = "_employee_due";

impl Org {
    /// The settings as they are now; `None` before somebody has made them.
    pub fn employee_user_settings(&self) -> Result<Option<EmployeeUserSettings>, StoreError> {
        if !self.store.has_table(CHANGED)? {
            return Ok(self.settings.employees.clone());
        }
        let sql = "SELECT settings FROM \"_employee_user_settings\"";
        let changed = self.store.row(sql, [], |row| row.get::<_, String>(0))?;
        Ok(match changed {
            Some(text) => serde_json::from_str(&text).ok(),
            None => self.settings.employees.clone(),
        })
    }

    /// Changes the settings.
    pub fn set_employee_user_settings(&self, settings: &EmployeeUserSettings) -> Result<(), StoreError> {
        let text = serde_json::json!(settings).to_string();
        self.store.run(
            "CREATE TABLE IF NOT EXISTS \"_employee_user_settings\" \
             (one INTEGER PRIMARY KEY, settings TEXT NOT NULL)",
        )?;
        let sql = "INSERT OR REPLACE INTO \"_employee_user_settings\" VALUES (1, ?1)";
        self.store.execute(sql, [text])?;
        Ok(())
    }

    /// Notes that an employee has come into the status whose employees get users.
    pub(crate) fn await_user(&self, employee: Id) -> Result<(), StoreError> {
        if !self.store.has_table(DUE)? {
            let table = "CREATE TABLE \"_employee_due\" (employee TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID";
            self.store.run(table)?;
        }
        self.store.execute("INSERT OR IGNORE INTO \"_employee_due\" VALUES (?1)", [employee.as_str()])?;
        self.employees_wait.set(true);
        Ok(())
    }

    /// The first employees that came into the status and were not looked at since.
    pub(crate) fn awaiting_users(&self, limit: usize) -> Result<Vec<Id>, StoreError> {
        if !self.store.has_table(DUE)? {
            return Ok(Vec::new());
        }
        let sql = "SELECT employee FROM \"_employee_due\" ORDER BY employee LIMIT ?1";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = self.store.rows(sql, [limit], |row| row.get::<_, String>(0))?;
        Ok(found.iter().filter_map(|id| Id::parse(id)).collect())
    }

    /// How many employees came into the status and were not looked at since.
    pub(crate) fn count_awaiting_users(&self) -> Result<i64, StoreError> {
        if !self.store.has_table(DUE)? {
            return Ok(0);
        }
        let sql = "SELECT count(*) FROM \"_employee_due\"";
        Ok(self.store.row(sql, [], |row| row.get(0))?.unwrap_or_default())
    }

    /// An employee has been looked at.
    pub(crate) fn awaits_no_user(&self, employee: Id) -> Result<(), StoreError> {
        if self.store.has_table(DUE)? {
            self.store.execute("DELETE FROM \"_employee_due\" WHERE employee = ?1", [employee.as_str()])?;
        }
        Ok(())
    }
}
