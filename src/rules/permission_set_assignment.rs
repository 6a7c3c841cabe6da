//! The rules of PermissionSetAssignment. [`license`]: of PermissionSetLicenseAssign.

use std::sync::Arc;

use super::declare::rule;
use super::{delegation, network, permission_set_group};
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::org::access::{ObjectAccess, ProfileFacts};
use crate::org::license::License;

pub(super) mod license;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT assignment_is_active),
    rule!(Default INSERT group_brings_its_set),
    rule!(Before INSERT names_a_set_or_a_group),
    rule!(Before INSERT delegation::delegated_administrators_assign_what_is_listed),
    rule!(Before DELETE delegation::delegated_administrators_assign_what_is_listed),
    rule!(Before INSERT sets_of_profiles_come_with_users),
    rule!(Before DELETE sets_of_profiles_stay_with_users),
    rule!(Before INSERT guests_get_read_and_create_only),
    rule!(Before INSERT license_allows_the_permissions),
    rule!(Unique INSERT set_is_assigned_once),
    rule!(After INSERT network::user_is_member_by_permission_set),
    rule!(After DELETE network::user_is_member_by_permission_set),
];

fn assignment_is_active(save: &mut Save) -> Result<(), Fault> {
    save.set("IsActive", true);
    Ok(())
}

/// Who is assigned a group is shown with the set that stands for it, too.
fn group_brings_its_set(save: &mut Save) -> Result<(), Fault> {
    let (true, Some(group)) = (save.value("PermissionSetId").is_null(), save.id_in("PermissionSetGroupId"))
    else {
        return Ok(());
    };
    if let Some(set) = permission_set_group::set_of(save, group)? {
        save.set("PermissionSetId", set);
    }
    Ok(())
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm>
fn names_a_set_or_a_group(save: &mut Save) -> Result<(), Fault> {
    let neither = save.value("PermissionSetId").is_null() && save.value("PermissionSetGroupId").is_null();
    if neither { Err(Fault::required_field_missing(&["PermissionSetId"])) } else { Ok(()) }
}

fn set(save: &Save) -> Result<Option<Record>, Fault> {
    save.parent("PermissionSet", "PermissionSetId")
}

/// Code and text are a choice: no public source quotes them.
fn sets_of_profiles_come_with_users(save: &mut Save) -> Result<(), Fault> {
    let owned =
        !save.call.runner.is_system() && set(save)?.is_some_and(|set| set.get("IsOwnedByProfile").is_true());
    if owned { Err(set_of_profile()) } else { Ok(()) }
}

fn sets_of_profiles_stay_with_users(save: &mut Save) -> Result<(), Fault> {
    sets_of_profiles_come_with_users(save)
}

fn assignee_profile(save: &Save) -> Result<Option<Arc<ProfileFacts>>, Fault> {
    let user = save.parent("User", "AssigneeId")?;
    let profile = user.and_then(|user| user.id("ProfileId")).map(|id| save.call.org.profile(id));
    Ok(profile.transpose()?.flatten())
}

/// Source: public issues that quote this text
fn guests_get_read_and_create_only(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    let guest = assignee_profile(save)?.is_some_and(|profile| profile.license.user_type == "Guest");
    let (true, Some(set)) = (guest, set(save)?) else { return Ok(()) };
    let Some(id) = set.id("Id") else { return Ok(()) };
    for (_, access) in save.call.org.object_permissions(id)? {
        let excess = [
            (access.edit, "update"),
            (access.delete, "delete"),
            (access.view_all, "view all"),
            (access.modify_all, "modify all"),
        ];
        if let Some((_, word)) = excess.iter().find(|(given, _)| *given) {
            return Err(too_much_for_a_guest(set.text("Label").unwrap_or_default(), word));
        }
    }
    Ok(())
}

/// Administration, which no external or Chatter licence carries. What the real service allows each licence is not
/// public as a whole: a permission that is not here is let through.
/// Source: <https://github.com/SalesforceLabs/MultiOrgSecuritySummary/issues/5>
const FOR_EMPLOYEES: &[&str] = &[
    "AssignPermissionSets",
    "AuthorApex",
    "ClientSecretRotation",
    "ConnectOrgToEnvironmentHub",
    "CreatePackaging",
    "CustomizeApplication",
    "DataExport",
    "DelegatedTwoFactor",
    "EditBillingInfo",
    "ExternalClientAppAdmin",
    "ExternalClientAppDeveloper",
    "FreezeUsers",
    "ImportCustomObjects",
    "InstallPackaging",
    "ManageAuthProviders",
    "ManageCertificates",
    "ManageCssUsers",
    "ManageCustomDomains",
    "ManageCustomPermissions",
    "ManageDataIntegrations",
    "ManageHealthCheck",
    "ManageHubConnections",
    "ManageInternalUsers",
    "ManageIpAddresses",
    "ManageLoginAccessPolicies",
    "ManageMobile",
    "ManageNetworks",
    "ManagePartners",
    "ManagePasswordPolicies",
    "ManageProfilesPermissionsets",
    "ManageReleaseUpdates",
    "ManageRemoteAccess",
    "ManageRoles",
    "ManageSharing",
    "ManageTranslation",
    "ManageUsers",
    "ModifyAllData",
    "ModifyDataClassification",
    "ModifyMetadata",
    "MonitorLoginHistory",
    "Packaging2",
    "Packaging2Delete",
    "PublishPackaging",
    "ResetPasswords",
    "TransferAnyEntity",
    "ViewAllData",
    "ViewAllProfiles",
    "ViewAllUsers",
    "ViewClientSecret",
    "ViewEventLogFiles",
    "ViewHealthCheck",
    "ViewSetup",
];

/// The first permission of the set that the user's licence does not carry ends the assignment.
/// Source: as [`FOR_EMPLOYEES`]
fn license_allows_the_permissions(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    let Some(profile) = assignee_profile(save)? else { return Ok(()) };
    if !(profile.license.is_external() || profile.license.user_type == "CsnOnly") {
        return Ok(());
    }
    let mut sets: Vec<Id> = save.id_in("PermissionSetId").into_iter().collect();
    if let Some(group) = save.id_in("PermissionSetGroupId") {
        sets.extend(save.call.org.permission_sets_of_group(group)?);
    }
    sets.into_iter().try_for_each(|set| license_allows_the_set(save, &profile, set))
}

fn license_allows_the_set(save: &Save, profile: &ProfileFacts, id: Id) -> Result<(), Fault> {
    let license = &profile.license;
    let chatter = license.user_type == "CsnOnly";
    let held = save.call.org.user_permissions(id)?;
    for name in FOR_EMPLOYEES.iter().filter(|name| held.contains(**name)) {
        if !standard_profile_has(save, profile.license_id, name)? {
            return Err(license_does_not_allow(name));
        }
    }
    for (object, access) in save.call.org.object_permissions(id)? {
        if let Some(verb) = first_refused(license, chatter, &object, access) {
            let label = save.call.org.schema.object(&object).map_or(object, |object| object.label.clone());
            return Err(license_does_not_allow(&format!("{verb} {label}")));
        }
    }
    Ok(())
}

/// Whether a standard profile of a licence has a permission, which the licence then carries: "View Setup and
/// Configuration" is among those of Partner App Subscription.
fn standard_profile_has(save: &Save, license: Option<Id>, permission: &str) -> Result<bool, Fault> {
    let (org, Some(license)) = (save.call.org, license) else { return Ok(false) };
    for id in org.ids_where(&*org.standard("Profile")?, "UserLicenseId", &Value::from(license), NO_LIMIT)? {
        let profile = org.profile(id)?.filter(|profile| !profile.is_custom);
        if let Some(set) = profile.and_then(|profile| profile.permission_set)
            && org.user_permissions(set)?.contains(permission)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The word of the first object permission that the licence does not carry.
fn first_refused(
    license: &License,
    chatter: bool,
    object: &str,
    access: ObjectAccess,
) -> Option<&'static str> {
    let partner = license.user_type == "PowerPartner";
    let sales = matches!(object, "Lead" | "Opportunity" | "Campaign");
    if access.read && (chatter || (sales && !partner)) {
        return Some("Read");
    }
    let high_volume = license.user_type == "CspLitePortal";
    [(access.view_all, "View All"), (access.modify_all, "Modify All")]
        .into_iter()
        .find(|(given, _)| *given && high_volume)
        .map(|(_, word)| word)
}

/// Source: <https://github.com/forcedotcom/sfdx-core>
fn set_is_assigned_once(save: &mut Save) -> Result<(), Fault> {
    let Some(assignee) = save.id_in("AssigneeId") else { return Ok(()) };
    for id in save.call.org.ids_where(&save.object, "AssigneeId", &Value::from(assignee), NO_LIMIT)? {
        let Some(row) = save.call.org.find(&save.object, id)? else { continue };
        let same = |field: &str| save.id_in(field).is_some() && row.id(field) == save.id_in(field);
        if id != save.id && (same("PermissionSetId") || same("PermissionSetGroupId")) {
            let set = save.id_in("PermissionSetId").or(save.id_in("PermissionSetGroupId"));
            return Err(duplicate_assignment(assignee, set.as_ref().map_or("", Id::short)));
        }
    }
    Ok(())
}

faults! {
    /// the user has the permission set, or the group, already
    duplicate_assignment(assignee: Id, set: &str) = DUPLICATE_VALUE on ["AssigneeId", "PermissionSetId"],
        "Duplicate PermissionSetAssignment.  Assignee: {assignee}; Permission Set: {set}" with (assignee = assignee.short()),
        Seen "https://github.com/forcedotcom/devops-center-feedback/issues/290";

    /// a permission of the set is not carried by the user's licence; the first is named
    license_does_not_allow(permission: &str) = FIELD_INTEGRITY_EXCEPTION,
        "The user license doesn't allow the permission: {permission}",
        Seen "https://github.com/SalesforceLabs/MultiOrgSecuritySummary/issues/5";

    /// a guest user is given more than reading and creating
    too_much_for_a_guest(label: &str, permission: &str) = FIELD_INTEGRITY_EXCEPTION,
        "You can't assign permission set {label} which contains a [{permission}] object permission to a guest user. The \
         only object permissions allowed for guest users are read and create",
        Seen "public issues that quote it";

    /// the hidden permission set of a profile is assigned or taken away
    set_of_profile() = FIELD_INTEGRITY_EXCEPTION,
        "The permission set of a profile cannot be assigned or removed", Assumed;
}
