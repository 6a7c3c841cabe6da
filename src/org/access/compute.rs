//! Adds up a user's access from the records that give it.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;
use jiff::tz::TimeZone;

use super::{Access, FieldAccess, NEWEST, ObjectAccess, Runner};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org};

impl Org {
    /// The user as one who runs calls. Cached until their access changes.
    ///
    /// # Errors
    /// `INVALID_CROSS_REFERENCE_KEY` when there is no such user.
    pub fn runner(&self, user: Id) -> Result<Runner, Fault> {
        if let Some(runner) = self.access.borrow().runners.get(&user) {
            return Ok(runner.clone());
        }
        let record = self.find(&self.standard("User")?, user)?.ok_or_else(Fault::invalid_cross_reference)?;
        let mut runner = Runner {
            user,
            profile: record.id("ProfileId"),
            is_active: record.get("IsActive").is_true(),
            is_frozen: self.is_frozen(user)?,
            user_type: record.text("UserType").unwrap_or("Standard").to_owned(),
            account: record.id("AccountId"),
            contact: record.id("ContactId"),
            time_zone: time_zone(&record),
            access: self.access_of(&record)?,
            delegated: None,
            api_version: NEWEST,
        };
        runner.delegated = self.delegated_to(&runner)?;
        self.access.borrow_mut().make_room();
        self.access.borrow_mut().runners.insert(user, runner.clone());
        Ok(runner)
    }

    fn is_frozen(&self, user: Id) -> Result<bool, Fault> {
        let logins = self.standard("UserLogin")?;
        match self.ids_where(&logins, "UserId", &Value::from(user), 1)?.first() {
            Some(login) => {
                Ok(self.find(&logins, *login)?.is_some_and(|login| login.get("IsFrozen").is_true()))
            }
            None => Ok(false),
        }
    }

    fn access_of(&self, user: &Record) -> Result<Arc<Access>, Fault> {
        let sets = self.permission_sets_of(user)?;
        if let Some(access) = self.access.borrow().access.get(&sets) {
            return Ok(access.clone());
        }
        let access = Arc::new(self.add_up(&sets)?);
        self.access.borrow_mut().make_room();
        self.access.borrow_mut().access.insert(sets, access.clone());
        Ok(access)
    }

    /// The set that the profile owns and those assigned, alone and in groups; sorted, each once.
    pub(crate) fn permission_sets_of(&self, user: &Record) -> Result<Vec<Id>, Fault> {
        let mut sets = Vec::new();
        if let Some(profile) = user.id("ProfileId").map(|id| self.profile(id)).transpose()?.flatten() {
            sets.extend(profile.permission_set);
        }
        let assignment = self.standard("PermissionSetAssignment")?;
        if let Some(id) = user.id("Id") {
            for row in self.ids_where(&assignment, "AssigneeId", &Value::from(id), NO_LIMIT)? {
                let Some(row) = self.find(&assignment, row)? else { continue };
                sets.extend(row.id("PermissionSetId"));
                if let Some(group) = row.id("PermissionSetGroupId") {
                    sets.extend(self.permission_sets_of_group(group)?);
                }
            }
        }
        sets.sort();
        sets.dedup();
        Ok(sets)
    }

    /// The sets that a group is made of.
    pub(crate) fn permission_sets_of_group(&self, group: Id) -> Result<Vec<Id>, Fault> {
        let component = self.standard("PermissionSetGroupComponent")?;
        let rows = self.ids_where(&component, "PermissionSetGroupId", &Value::from(group), NO_LIMIT)?;
        let mut sets = Vec::new();
        for row in rows {
            sets.extend(self.find(&component, row)?.and_then(|row| row.id("PermissionSetId")));
        }
        Ok(sets)
    }

    fn add_up(&self, sets: &[Id]) -> Result<Access, Fault> {
        let mut access = Access::default();
        for set in sets {
            access.permissions.extend(self.user_permissions(*set)?);
            for (object, given) in self.object_permissions(*set)? {
                let known = access.objects.entry(object).or_default();
                *known = known.or(given);
            }
            let field_permissions = self.standard("FieldPermissions")?;
            for row in self.ids_where(&field_permissions, "ParentId", &Value::from(*set), NO_LIMIT)? {
                let Some(row) = self.find(&field_permissions, row)? else { continue };
                let Some(field) = row.text("Field") else { continue };
                let known = access.fields.entry(field.to_owned()).or_insert(FieldAccess::default());
                known.read |= row.get("PermissionsRead").is_true();
                known.edit |= row.get("PermissionsEdit").is_true();
            }
        }
        Ok(access)
    }

    /// Names, without `Permissions`, of the user permissions that a permission set gives.
    pub(crate) fn user_permissions(&self, set: Id) -> Result<HashSet<String, FixedState>, Fault> {
        let Some(set) = self.find(&self.standard("PermissionSet")?, set)? else {
            return Ok(HashSet::default());
        };
        let fields = set.object.fields.iter().enumerate();
        let held = fields.filter(|(index, _)| set.at(*index).is_true());
        Ok(held.filter_map(|(_, field)| field.name.strip_prefix("Permissions")).map(str::to_owned).collect())
    }

    /// The object permissions that a permission set gives.
    pub(crate) fn object_permissions(&self, set: Id) -> Result<Vec<(String, ObjectAccess)>, Fault> {
        let kind = self.standard("ObjectPermissions")?;
        let mut all = Vec::new();
        for row in self.ids_where(&kind, "ParentId", &Value::from(set), NO_LIMIT)? {
            let Some(row) = self.find(&kind, row)? else { continue };
            let Some(object) = row.text("SobjectType") else { continue };
            let given = ObjectAccess {
                read: row.get("PermissionsRead").is_true(),
                create: row.get("PermissionsCreate").is_true(),
                edit: row.get("PermissionsEdit").is_true(),
                delete: row.get("PermissionsDelete").is_true(),
                view_all: row.get("PermissionsViewAllRecords").is_true(),
                modify_all: row.get("PermissionsModifyAllRecords").is_true(),
            };
            all.push((object.to_owned(), given));
        }
        Ok(all)
    }
}

impl Runner {
    /// Whether all that was taken from the user's row is still what the row says.
    pub(super) fn is_as(&self, user: &Record) -> bool {
        self.profile == user.id("ProfileId")
            && self.is_active == user.get("IsActive").is_true()
            && self.user_type == user.text("UserType").unwrap_or("Standard")
            && self.account == user.id("AccountId")
            && self.contact == user.id("ContactId")
            && self.time_zone.iana_name() == user.text("TimeZoneSidKey")
    }
}

fn time_zone(user: &Record) -> TimeZone {
    user.text("TimeZoneSidKey").and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
