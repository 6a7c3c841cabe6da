//! Permission sets of users, members of groups.

use super::{Fields, NotProvisioned, ScimUsers};
use crate::dml::RecordInput;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Input;

impl ScimUsers<'_> {
    /// The permission sets of a user that are no profile's and no group's: `(row, permission set)`.
    pub fn permission_sets(&self, user: Id) -> Result<Vec<(Id, Id)>, Fault> {
        let sets = self.org.standard("PermissionSet")?;
        let mut held = Vec::new();
        for row in self.records_where("PermissionSetAssignment", "AssigneeId", user)? {
            let (Some(id), Some(set)) = (row.id("Id"), row.id("PermissionSetId")) else { continue };
            let found = self.org.find(&sets, set)?;
            let stands_alone = |set: &Record| {
                !set.get("IsOwnedByProfile").is_true() && set.get("PermissionSetGroupId").is_null()
            };
            if found.as_ref().is_some_and(stands_alone) {
                held.push((id, set));
            }
        }
        Ok(held)
    }

    /// Assigns permission sets that the user does not have yet.
    pub fn assign(&self, user: Id, sets: &[String]) -> Result<(), NotProvisioned> {
        let held = self.permission_sets(user)?;
        for set in sets.iter().filter(|set| !held.iter().any(|(_, held)| Id::parse(set) == Some(*held))) {
            let fields = [("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())];
            self.insert_row("PermissionSetAssignment", fields)?;
        }
        Ok(())
    }

    /// Takes away the permission sets that are not among these.
    pub fn keep(&self, user: Id, sets: &[String]) -> Result<(), NotProvisioned> {
        for (row, set) in self.permission_sets(user)? {
            if !sets.iter().any(|kept| Id::parse(kept) == Some(set)) {
                self.delete_row(row)?;
            }
        }
        Ok(())
    }

    /// Puts a user or group into a group.
    pub fn join(&self, group: &str, member: &str) -> Result<(), NotProvisioned> {
        self.insert_row("GroupMember", [("GroupId", group), ("UserOrGroupId", member)])
    }

    /// Takes the rows of GroupMember away in which `field` is this id, but for those whose `other` is among the kept.
    pub fn leave(&self, field: &str, id: Id, other: &str, kept: &[String]) -> Result<(), NotProvisioned> {
        for row in self.records_where("GroupMember", field, id)? {
            let stays =
                row.id(other).is_some_and(|other| kept.iter().any(|kept| Id::parse(kept) == Some(other)));
            if let Some(row) = row.id("Id").filter(|_| !stays) {
                self.delete_row(row)?;
            }
        }
        Ok(())
    }

    fn insert_row(&self, object: &'static str, fields: [(&str, &str); 2]) -> Result<(), NotProvisioned> {
        let fields: Fields = fields.map(|(name, value)| (name.to_owned(), Input::from(value))).into();
        let sent = RecordInput { object: self.org.standard(object)?, id: None, fields };
        self.call(|call| call.insert_one(&sent))?.map(drop).map_err(NotProvisioned::RowNotSaved)
    }

    fn delete_row(&self, row: Id) -> Result<(), NotProvisioned> {
        self.call(|call| call.delete_one(row))?.map(drop).map_err(NotProvisioned::RowNotSaved)
    }
}
