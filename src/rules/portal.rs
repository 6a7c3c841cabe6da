//! The roles that the platform makes for accounts with partner or customer users.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>

use crate::dml::{Call, delete_as_platform, insert_as_platform, update_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;

/// `UserRole.PortalRole` and the word in its name, from the bottom.
const LEVELS: [(&str, &str); 3] = [("Worker", "User"), ("Manager", "Manager"), ("Executive", "Executive")];
/// A person account has one role for its one user.
const PERSON: (&str, &str) = ("PersonAccount", "Person Account");
const MOST: usize = 1000;

/// The role of the account's owner, which the account's roles hang on.
pub(super) fn owner_role(call: Call, account: &Record) -> Result<Id, Fault> {
    let Some(owner) = account.id("OwnerId") else { return Err(owner_must_have_a_role()) };
    let owner = call.org.find(&call.org.standard("User")?, owner)?;
    match owner.as_ref().and_then(|owner| owner.id("UserRoleId")) {
        Some(role) => Ok(role),
        None => {
            let owner = owner.as_ref().and_then(|owner| owner.text("Username")).unwrap_or_default();
            let account = account.text("Name").unwrap_or_default();
            Err(owner_must_have_a_role()
                .because(format!("{owner}, the owner of the account {account}, has no role")))
        }
    }
}

/// The account's role of this portal type and level; the lowest where there is no such level. Made if missing.
pub(super) fn role_for(call: Call, account: &Record, portal_type: &str, level: &str) -> Result<Id, Fault> {
    let account_id = account.id("Id").ok_or_else(Fault::invalid_cross_reference)?;
    let mut roles = roles_of_type(call, account_id, portal_type)?;
    if roles.is_empty() {
        make_roles(call, account, portal_type)?;
        roles = roles_of_type(call, account_id, portal_type)?;
    }
    let at = |level: &str| roles.iter().find(|role| role.text("PortalRole") == Some(level));
    let role = at(level).or_else(|| at("Worker")).or(roles.first()).and_then(|role| role.id("Id"));
    role.ok_or_else(Fault::invalid_cross_reference)
}

/// Makes the account's roles of a portal type, from the top, as many as the org's settings say.
pub(super) fn make_roles(call: Call, account: &Record, portal_type: &str) -> Result<(), Fault> {
    let mut parent = owner_role(call, account)?;
    let count = usize::from(call.org.settings.portal_roles_per_account.clamp(1, 3));
    let levels = match account.get("IsPersonAccount").is_true() {
        true => std::slice::from_ref(&PERSON),
        false => LEVELS.get(..count).unwrap_or(&LEVELS),
    };
    for (level, word) in levels.iter().rev() {
        parent = insert_as_platform(
            call,
            "UserRole",
            &[
                ("Name", Value::from(role_name(account, portal_type, word))),
                ("ParentRoleId", Value::from(parent)),
                ("PortalType", Value::from(portal_type)),
                ("PortalRole", Value::from(*level)),
                ("PortalAccountId", account.get("Id").clone()),
                ("PortalAccountOwnerId", account.get("OwnerId").clone()),
            ],
        )?;
    }
    Ok(())
}

/// Level and name of the role that an account lacks, the lowest first; `None` when it has all.
pub(super) fn next_role(
    call: Call,
    account: &Record,
    portal_type: &str,
) -> Result<Option<(&'static str, String)>, Fault> {
    let account_id = account.id("Id").ok_or_else(Fault::invalid_cross_reference)?;
    let roles = roles_of_type(call, account_id, portal_type)?;
    let missing =
        LEVELS.iter().find(|(level, _)| !roles.iter().any(|role| role.text("PortalRole") == Some(level)));
    Ok(missing.map(|(level, word)| (*level, role_name(account, portal_type, word))))
}

/// `<Account Name> Customer User`, `<Account Name> Partner Manager`, …
fn role_name(account: &Record, portal_type: &str, word: &str) -> String {
    let kind = if portal_type == "Partner" { "Partner" } else { "Customer" };
    let ending = format!(" {kind} {word}");
    let name = account.text("Name").unwrap_or_default();
    name.chars().take(80 - ending.len()).collect::<String>() + &ending
}

/// All roles of an account.
pub(super) fn roles_of_account(call: Call, account: Id) -> Result<Vec<Record>, Fault> {
    roles_where(call, "PortalAccountId", account)
}

/// All roles of the accounts of an owner.
pub(super) fn roles_of_owner(call: Call, owner: Id) -> Result<Vec<Record>, Fault> {
    roles_where(call, "PortalAccountOwnerId", owner)
}

pub(super) fn roles_of_type(call: Call, account: Id, portal_type: &str) -> Result<Vec<Record>, Fault> {
    let mut roles = roles_of_account(call, account)?;
    roles.retain(|role| role.text("PortalType") == Some(portal_type));
    Ok(roles)
}

fn roles_where(call: Call, field: &str, id: Id) -> Result<Vec<Record>, Fault> {
    let object = call.org.standard("UserRole")?;
    let ids = call.org.ids_where(&object, field, &Value::from(id), MOST)?;
    let roles: Result<Vec<_>, _> = ids.into_iter().map(|id| call.org.find(&object, id)).collect();
    Ok(roles?.into_iter().flatten().collect())
}

/// The topmost roles move under the new owner's role.
pub(super) fn follow_owner(call: Call, account: &Record) -> Result<(), Fault> {
    let Some(account_id) = account.id("Id") else { return Ok(()) };
    let roles = roles_of_account(call, account_id)?;
    if roles.is_empty() {
        return Ok(());
    }
    let owner_role = owner_role(call, account)?;
    let own: Vec<Id> = roles.iter().filter_map(|role| role.id("Id")).collect();
    for role in &roles {
        let Some(id) = role.id("Id") else { continue };
        let mut fields = vec![("PortalAccountOwnerId", account.get("OwnerId").clone())];
        if !role.id("ParentRoleId").is_some_and(|parent| own.contains(&parent)) {
            fields.push(("ParentRoleId", Value::from(owner_role)));
        }
        update_as_platform(call, "UserRole", id, &fields)?;
    }
    Ok(())
}

/// The roles are named after the account.
pub(super) fn follow_name(call: Call, account: &Record) -> Result<(), Fault> {
    let Some(account_id) = account.id("Id") else { return Ok(()) };
    for role in roles_of_account(call, account_id)? {
        let mut levels = LEVELS.iter().chain([&PERSON]);
        let word = levels.find(|(level, _)| role.text("PortalRole") == Some(level)).map(|(_, word)| *word);
        if let (Some(id), Some(word)) = (role.id("Id"), word) {
            let name = role_name(account, role.text("PortalType").unwrap_or_default(), word);
            update_as_platform(call, "UserRole", id, &[("Name", Value::from(name))])?;
        }
    }
    Ok(())
}

/// The account's Manager role becomes its User role, users and all.
pub(super) fn lower_manager(call: Call, account: Id, portal_type: &str) -> Result<(), Fault> {
    let [(lowest, word), (manager, _), _] = LEVELS;
    let roles = roles_of_type(call, account, portal_type)?;
    let account = call.org.find(&call.org.standard("Account")?, account)?;
    let role = roles.iter().find(|role| role.text("PortalRole") == Some(manager));
    let (Some(role), Some(account)) = (role.and_then(|role| role.id("Id")), account) else { return Ok(()) };
    let name = role_name(&account, portal_type, word);
    let fields = [("PortalRole", Value::from(lowest)), ("Name", Value::from(name))];
    update_as_platform(call, "UserRole", role, &fields)?;
    let users = call.org.standard("User")?;
    for user in call.org.ids_where(&users, "UserRoleId", &Value::from(role), MOST)? {
        update_as_platform(call, "User", user, &[("PortalRole", Value::from(lowest))])?;
    }
    Ok(())
}

/// Deletes an account's roles, of one portal type or of all, from the bottom.
pub(super) fn delete_roles(call: Call, account: Id, portal_type: Option<&str>) -> Result<(), Fault> {
    let mut roles = roles_of_account(call, account)?;
    roles.retain(|role| portal_type.is_none_or(|kind| role.text("PortalType") == Some(kind)));
    roles.sort_by_key(|role| LEVELS.iter().position(|(level, _)| role.text("PortalRole") == Some(level)));
    for id in roles.iter().filter_map(|role| role.id("Id")) {
        delete_as_platform(call, "UserRole", id)?;
    }
    Ok(())
}

faults! {
    /// the owner of an external user's account has no role, or the contact has no account
    pub(super) owner_must_have_a_role() = UNKNOWN_EXCEPTION,
        "portal account owner must have a role", Seen "https://help.salesforce.com/s/articleView?id=000389462&type=1";

    /// a portal user is to own an account that is enabled for a portal, or has a contact of a partner account
    pub(super) portal_users_cannot_own() = UNKNOWN_EXCEPTION,
        "portal users cannot own partner accounts",
        Seen "https://sfdcian.com/unknown_exceptionportal-users-cannot-own-partner-accounts/";
}
