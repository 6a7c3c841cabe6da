//! The role: of the right kind, and for role-based portal users given.

use super::defaults::profile;
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;
use crate::rules::portal;

/// A licence without roles takes the role away, unless one is asked for.
/// Source: <https://www.codeulike.com/2014/05/salesforce-user-license-transitions.html>
pub(super) fn role_goes_with_license(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("ProfileId") || save.changes("UserRoleId") {
        return Ok(());
    }
    if profile(save)?.is_some_and(|profile| !profile.license.roles) {
        save.set("UserRoleId", Value::Null);
    }
    Ok(())
}

/// Internal users have internal roles, portal users those of their account and kind, high-volume users none.
/// Source: a public log of an enterprise directory's connector
pub(super) fn role_type_matches_user_type(save: &mut Save) -> Result<(), Fault> {
    if !(save.changes("UserRoleId") || save.changes("ProfileId")) {
        return Ok(());
    }
    let Some(role) = save.parent("UserRole", "UserRoleId")? else { return Ok(()) };
    let Some(profile) = profile(save)? else { return Ok(()) };
    let portal_type = role.text("PortalType").filter(|kind| *kind != "None");
    let own_account = portal_type.is_none() || role.id("PortalAccountId") == save.id_in("AccountId");
    let fits = profile.license.roles && portal_type == profile.license.portal_type() && own_account;
    if fits { Ok(()) } else { Err(role_type_mismatch()) }
}

/// A role-based portal user gets a role of the account: the one its `PortalRole` names, else the lowest.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.networks_roles_partner_about.htm>
pub(super) fn portal_user_gets_a_role(save: &mut Save) -> Result<(), Fault> {
    let Some(account) = save.parent("Account", "AccountId")? else { return Ok(()) };
    let Some(portal_type) = profile(save)?.and_then(|profile| profile.license.portal_type()) else {
        return Ok(());
    };
    let other_level = save.changes("PortalRole") && !save.changes("UserRoleId");
    if save.value("UserRoleId").is_null() || other_level {
        let level = save.text("PortalRole").unwrap_or("Worker").to_owned();
        let role = portal::role_for(save.call, &account, portal_type, &level)?;
        save.set("UserRoleId", role);
    }
    if let Some(role) = save.parent("UserRole", "UserRoleId")? {
        save.set("PortalRole", role.get("PortalRole").clone());
    }
    Ok(())
}

/// Who owns accounts with portal roles cannot lose the role that those hang on.
pub(super) fn owner_of_portal_accounts_keeps_a_role(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("UserRoleId") || !save.value("UserRoleId").is_null() {
        return Ok(());
    }
    if portal::roles_of_owner(save.call, save.id)?.is_empty() {
        Ok(())
    } else {
        Err(role_of_portal_account_owner())
    }
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>
pub(super) fn portal_roles_follow_the_owners_role(save: &mut Save) -> Result<(), Fault> {
    let (Some(role), true) = (save.id_in("UserRoleId"), save.changes("UserRoleId")) else { return Ok(()) };
    let Some(old) = save.old.id("UserRoleId") else { return Ok(()) };
    for portal_role in portal::roles_of_owner(save.call, save.id)? {
        if portal_role.id("ParentRoleId") == Some(old)
            && let Some(id) = portal_role.id("Id")
        {
            save.also_update("UserRole", id, &[("ParentRoleId", Value::from(role))])?;
        }
    }
    Ok(())
}

faults! {
    /// a user who owns accounts with portal users loses the role
    role_of_portal_account_owner() = FIELD_INTEGRITY_EXCEPTION on ["UserRoleId"],
        "You cannot unset the role on the owner of a portal account",
        Seen "the page on which users are edited (the beginning of the text; code and field are inferred)";

    /// an internal role on a portal user, a portal role of another kind or account, any role where the licence has none
    role_type_mismatch() = FIELD_INTEGRITY_EXCEPTION,
        "role type must match user type", Seen "a public log of an enterprise directory's connector";
}
