//! Sharing: employees share everything (public read/write) but contacts without account, external users have what is
//! theirs.

use super::Runner;
use super::setup::manages_external_users;
use crate::org::Org;
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::record::Record;

pub(super) fn sees(runner: &Runner, _org: &Org, record: &Record) -> Result<bool, Fault> {
    let open = match runner.is_external() {
        true => !is_shared_by_owner(record),
        false => !is_private(runner, record),
    };
    Ok(open || is_own(runner, record))
}

/// A contact without account is its owner's and the administrators'.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.contacts_working_with.htm>
fn is_private(runner: &Runner, record: &Record) -> bool {
    record.object.name == "Contact"
        && record.get("AccountId").is_null()
        && !runner.is_system()
        && !runner.object(&record.object).view_all
}

pub(super) fn edits(runner: &Runner, org: &Org, record: &Record) -> Result<bool, Fault> {
    if runner.is_system() {
        return Ok(true);
    }
    if record.object.name == "User" {
        return Ok(edits_user(runner, record));
    }
    sees(runner, org, record)
}

/// Public read/write does not let others delete: the owner may, whoever stands above, and who modifies all.
/// A contact goes with its account ("Controlled by Parent").
pub(super) fn deletes(runner: &Runner, org: &Org, record: &Record) -> Result<bool, Fault> {
    if runner.object(&record.object).modify_all || !is_shared_by_owner(record) {
        return edits(runner, org, record);
    }
    let mut owners: Vec<Id> = record.id("OwnerId").into_iter().collect();
    if let Some(account) = record.id("AccountId") {
        let account = org.find(&org.standard("Account")?, account)?;
        owners.extend(account.and_then(|account| account.id("OwnerId")));
    }
    for owner in owners {
        if owner == runner.user || stands_above(runner, org, owner)? {
            return Ok(true);
        }
    }
    Ok(false)
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

fn is_own(runner: &Runner, record: &Record) -> bool {
    let account = record.id(if record.object.name == "Account" { "Id" } else { "AccountId" });
    record.id("OwnerId") == Some(runner.user)
        || (account.is_some() && account == runner.account)
        || (record.object.name == "Contact" && record.id("Id") == runner.contact)
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
