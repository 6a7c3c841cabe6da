//! Which records a user may see and change. One definition in two forms: SQL for queries, a test for one record.
//!
//! The sharing settings are those of a Developer Edition: employees share everything (public read/write) but contacts
//! without an account; external users have what is theirs.
//! Sources: <https://help.salesforce.com/s/articleView?id=platform.sharing_across_objects.htm> ("Built-In Sharing Behavior"),
//! <https://help.salesforce.com/s/articleView?id=sf.contacts_working_with.htm>

use std::sync::Arc;

use super::setup::manages_external_users;
use super::{ObjectAccess, Runner, has_object_permissions};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::Org;

/// External users of these kinds see the other users of their account.
const SEES_COLLEAGUES: [&str; 2] = ["PowerPartner", "PowerCustomerSuccess"];

/// The records of one object that a user reaches: all, or those that meet one of these conditions.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    All,
    AnyOf(Vec<Condition>),
}

/// What a field of a record must hold.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    /// The field holds this id.
    Is(&'static str, Id),
    /// The field is not empty.
    IsSet(&'static str),
    /// The field names a user of this account.
    IsUserOf(&'static str, Id),
}

impl Condition {
    /// `bind` takes a value and gives its mark in the SQL.
    fn sql(&self, alias: &str, bind: &mut dyn FnMut(Value) -> String) -> String {
        match self {
            Condition::Is(field, id) => format!("{alias}.\"{field}\" = {}", bind(Value::from(*id))),
            Condition::IsSet(field) => format!("{alias}.\"{field}\" IS NOT NULL"),
            Condition::IsUserOf(field, account) => {
                let account = bind(Value::from(*account));
                format!(
                    "{alias}.\"{field}\" IN (SELECT \"Id\" FROM \"User\" WHERE \"AccountId\" = {account})"
                )
            }
        }
    }

    fn holds(&self, org: &Org, record: &Record) -> Result<bool, Fault> {
        Ok(match self {
            Condition::Is(field, id) => record.id(field) == Some(*id),
            Condition::IsSet(field) => !record.get(field).is_null(),
            Condition::IsUserOf(field, account) => {
                let Some(user) = record.id(field) else { return Ok(false) };
                let user = org.find(&org.standard("User")?, user)?;
                user.is_some_and(|user| user.id("AccountId") == Some(*account))
            }
        })
    }
}

impl Reach {
    /// What a user may see.
    fn of_view(runner: &Runner, object: &SObject) -> Reach {
        Reach::of(runner, object, |access| access.view_all || access.modify_all, "ViewAllData")
    }

    /// What a user may change, users excepted.
    fn of_edit(runner: &Runner, object: &SObject) -> Reach {
        Reach::of(runner, object, |access| access.modify_all, "ModifyAllData")
    }

    /// `on_all` and `data` are the permission for all records of one object and of all objects.
    fn of(runner: &Runner, object: &SObject, on_all: fn(ObjectAccess) -> bool, data: &str) -> Reach {
        let name = object.name.as_str();
        let external = runner.is_external();
        if runner.is_system() || !(external || name == "Contact") {
            return Reach::All;
        }
        // Other objects follow user permissions, which say nothing of single records.
        let on_all = has_object_permissions(name) && on_all(runner.object(object));
        if on_all || runner.may(data) || (name == "User" && runner.may("ViewAllUsers")) {
            return Reach::All;
        }
        let mine = |field: &'static str| Condition::Is(field, runner.user);
        let of_account = |field: &'static str| runner.account.map(|account| Condition::Is(field, account));
        let mut conditions = Vec::new();
        match name {
            "Contact" if !external => conditions.extend([Condition::IsSet("AccountId"), mine("OwnerId")]),
            "Account" => conditions.extend(std::iter::once(mine("OwnerId")).chain(of_account("Id"))),
            "Contact" => conditions.extend(std::iter::once(mine("OwnerId")).chain(of_account("AccountId"))),
            "User" => {
                conditions.push(mine("Id"));
                if SEES_COLLEAGUES.contains(&runner.user_type.as_str()) {
                    conditions.extend(of_account("AccountId"));
                }
            }
            _ => {
                let owners = ["OwnerId", "UserId", "AssigneeId"];
                // Metadata, such as profiles, has no owner.
                let Some(owner) = owners.into_iter().find(|name| object.field(name).is_some()) else {
                    return Reach::All;
                };
                conditions.push(mine(owner));
                // The log-ins and permission sets of those whom a delegated administrator administers.
                if owner != "OwnerId"
                    && let Some(account) = runner.delegated().and_then(|delegated| delegated.account())
                {
                    conditions.push(Condition::IsUserOf(owner, account));
                }
            }
        }
        Reach::AnyOf(conditions)
    }

    fn sql(&self, alias: &str, bind: &mut dyn FnMut(Value) -> String) -> Option<String> {
        let Reach::AnyOf(conditions) = self else { return None };
        let conditions: Vec<_> = conditions.iter().map(|condition| condition.sql(alias, bind)).collect();
        Some(format!("({})", conditions.join(" OR ")))
    }

    fn holds(&self, org: &Org, record: &Record) -> Result<bool, Fault> {
        let Reach::AnyOf(conditions) = self else { return Ok(true) };
        for condition in conditions {
            if condition.holds(org, record)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Runner {
    /// The condition in SQL that keeps out the records of an object that the user does not see; `None` when they see all.
    /// `alias` names the object's table; `bind` takes a value and gives its mark in the SQL.
    pub fn visible_rows(
        &self,
        object: &SObject,
        alias: &str,
        bind: &mut dyn FnMut(Value) -> String,
    ) -> Option<String> {
        Reach::of_view(self, object).sql(alias, bind)
    }

    /// Whether sharing shows the user every record of an object.
    pub fn sees_every_record(&self, object: &SObject) -> bool {
        Reach::of_view(self, object) == Reach::All
    }

    /// Whether sharing shows the user this record: the same as [`Runner::visible_rows`], of one record.
    pub fn sees_record(&self, org: &Org, record: &Record) -> Result<bool, Fault> {
        Reach::of_view(self, &record.object).holds(org, record)
    }

    /// Whether sharing lets the user change this record.
    pub fn edits_record(&self, org: &Org, record: &Record) -> Result<bool, Fault> {
        match record.object.name.as_str() {
            "User" if !self.is_system() => Ok(edits_user(self, record)),
            _ => Reach::of_edit(self, &record.object).holds(org, record),
        }
    }

    /// Whether sharing lets the user delete this record. Public read/write does not let others delete: the owner may,
    /// whoever stands above, and who modifies all. A contact goes with its account ("Controlled by Parent").
    pub fn deletes_record(&self, org: &Org, record: &Record) -> Result<bool, Fault> {
        if self.object(&record.object).modify_all || !is_shared_by_owner(record) {
            return self.edits_record(org, record);
        }
        let mut owners: Vec<Id> = record.id("OwnerId").into_iter().collect();
        if let Some(account) = record.id("AccountId") {
            let account = org.find(&org.standard("Account")?, account)?;
            owners.extend(account.and_then(|account| account.id("OwnerId")));
        }
        for owner in owners {
            if owner == self.user || stands_above(self, org, owner)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Org {
    /// A record that is not deleted and that the user may read: by the permissions on its object, and by sharing.
    pub fn find_visible(
        &self,
        runner: &Runner,
        object: &Arc<SObject>,
        id: Id,
    ) -> Result<Option<Record>, Fault> {
        if !runner.object(object).read {
            return Ok(None);
        }
        match self.find(object, id)? {
            Some(record) if !record.get("IsDeleted").is_true() && runner.sees_record(self, &record)? => {
                Ok(Some(record))
            }
            _ => Ok(None),
        }
    }
}

fn edits_user(runner: &Runner, user: &Record) -> bool {
    if user.id("Id") == Some(runner.user) || runner.administers(user) {
        return true;
    }
    let user_type = user.text("UserType").unwrap_or_default();
    if super::is_external_type(user_type) {
        return manages_external_users(runner, user_type);
    }
    runner.may("ManageInternalUsers")
}

fn is_shared_by_owner(record: &Record) -> bool {
    record.object.field("OwnerId").is_some() && record.object.name != "Group"
}

/// Whether the runner's role is above the role of another user.
fn stands_above(runner: &Runner, org: &Org, other: Id) -> Result<bool, Fault> {
    let users = org.standard("User")?;
    let role_of = |user: Id| -> Result<Option<Id>, Fault> {
        Ok(org.find(&users, user)?.and_then(|user| user.id("UserRoleId")))
    };
    let Some(own) = role_of(runner.user)? else { return Ok(false) };
    let roles = org.standard("UserRole")?;
    let mut next = role_of(other)?;
    while let Some(role) = next {
        next = org.find(&roles, role)?.and_then(|role| role.id("ParentRoleId"));
        if next == Some(own) {
            return Ok(true);
        }
    }
    Ok(false)
}
