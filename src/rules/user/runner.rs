//! Who may create and change which users.

use super::defaults::profile;
use crate::dml::Save;
use crate::model::fault::Fault;
use crate::org::access::{Delegated, manages_external_users};

/// What users may not change about themselves without being an administrator of users.
const NOT_ONES_OWN: &[&str] = &[
    "Username",
    "ProfileId",
    "UserRoleId",
    "IsActive",
    "IsPortalEnabled",
    "FederationIdentifier",
    "ContactId",
];

/// Employees with "Manage Internal Users" manage employees, those with "Manage External Users" external users. Delegated
/// administrators manage the users of their roles or of their account. Everybody may edit their own user within limits.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
pub(super) fn runner_may_manage_the_user(save: &mut Save) -> Result<(), Fault> {
    let runner = save.call.runner;
    if runner.is_system() {
        return Ok(());
    }
    let external = profile(save)?.is_some_and(|profile| profile.license.is_external());
    let user_type = save.text("UserType").unwrap_or_default();
    let manages =
        if external { manages_external_users(runner, user_type) } else { runner.may("ManageInternalUsers") };
    if manages {
        return Ok(());
    }
    let own = !save.is_insert() && save.id == runner.user;
    if own && !NOT_ONES_OWN.iter().any(|field| save.changes(field)) {
        return Ok(());
    }
    if let Some(delegated) = runner.delegated() {
        return is_within_delegation(save, delegated);
    }
    if !save.is_insert() || external || runner.is_external() {
        return Err(Fault::no_access_to_record());
    }
    Err(Fault::entity_cannot_be("inserted", &save.object))
}

/// The user is, and stays, one that the delegated administrator administers, with a profile that they may give.
/// The codes are a choice: no public source quotes them.
/// Source: <https://help.salesforce.com/HTViewHelpDoc?id=admin_delegate.htm>
fn is_within_delegation(save: &Save, delegated: &Delegated) -> Result<(), Fault> {
    // Disabling takes the account away; who could reach the user before may do that.
    let unlinks = save.old.get("IsPortalEnabled").is_true() && !save.value("IsPortalEnabled").is_true();
    if !save.is_insert() && !delegated.administers(&save.old) {
        return Err(Fault::no_access_to_record());
    }
    if let Some(profile) = save.id_in("ProfileId").filter(|_| save.changes("ProfileId"))
        && !delegated.assignable.profiles.contains(&profile)
    {
        return Err(Fault::no_sight_of_record(profile));
    }
    if unlinks || delegated.administers(&save.new) {
        return Ok(());
    }
    // What is outside: the account, the role, or that there is neither with this profile.
    let outside = ["AccountId", "UserRoleId", "ProfileId"].iter().find_map(|field| save.id_in(field));
    Err(outside.map_or_else(Fault::no_access_to_record, Fault::no_sight_of_record))
}
