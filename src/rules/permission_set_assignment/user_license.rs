//! What the user licence of the assignee allows.

use super::{assignee_profile, given_sets, license};
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::org::access::{ObjectAccess, ProfileFacts};
use crate::org::license::License;

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

/// A set that was made for a user licence goes to users of that licence only. The words are a choice: no public source
/// quotes them.
/// Source: <https://help.salesforce.com/s/articleView?id=platform.users_permissionset_licenses.htm>
pub(super) fn set_is_for_the_license(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    let Some(profile) = assignee_profile(save)? else { return Ok(()) };
    let org = save.call.org;
    let (sets, licenses) = (org.standard("PermissionSet")?, org.standard("UserLicense")?);
    for id in given_sets(org, &save.new)? {
        let Some(set) = org.find(&sets, id)? else { continue };
        let wanted = set.id("LicenseId").filter(|id| Some(id.key_prefix()) == licenses.key_prefix.as_deref());
        if let Some(wanted) = wanted.filter(|wanted| Some(*wanted) != profile.license_id) {
            let license = org.find(&licenses, wanted)?;
            let license = license.as_ref().and_then(|license| license.text("Name")).unwrap_or_default();
            return Err(set_of_another_license(set.text("Label").unwrap_or_default(), license));
        }
    }
    Ok(())
}

/// The first permission of the set that the user's licence does not carry ends the assignment.
/// Source: as [`FOR_EMPLOYEES`]
pub(super) fn license_allows_the_permissions(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    let Some(profile) = assignee_profile(save)? else { return Ok(()) };
    let sets = given_sets(save.call.org, &save.new)?;
    let licensed = match save.id_in("AssigneeId") {
        Some(user) if profile.license.name == INTEGRATION => {
            license::integrates(save.call.org, user)?
                || license::sets_bring_integration(save.call.org, &sets)?
        }
        _ => false,
    };
    sets.into_iter().try_for_each(|set| license_allows_the_set(save, &profile, set, licensed))
}

/// `licensed`: the user has, or gets with the set, the permission set licence that opens standard objects to integrations.
fn license_allows_the_set(save: &Save, profile: &ProfileFacts, id: Id, licensed: bool) -> Result<(), Fault> {
    let license = &profile.license;
    if is_for_outsiders(license) {
        let held = save.call.org.user_permissions(id)?;
        for name in FOR_EMPLOYEES.iter().filter(|name| held.contains(**name)) {
            if !standard_profile_has(save, profile.license_id, name)? {
                return Err(license_does_not_allow(name));
            }
        }
    }
    for (object, access) in save.call.org.object_permissions(id)? {
        if let Some(verb) = first_refused(license, licensed, &object, access) {
            return Err(license_does_not_allow(&format!("{verb} {object}")));
        }
    }
    Ok(())
}

fn is_for_outsiders(license: &License) -> bool {
    license.is_external() || license.user_type == "CsnOnly"
}

/// The licence of integration users, which opens standard objects only beside a permission set licence.
/// Source: <https://www.goravseth.com/salesforce-integration-user>
pub(super) const INTEGRATION: &str = "Salesforce Integration";

/// What the full licence alone has of the objects whose permissions profiles list.
/// Source: <https://www.lietzau-consulting.de/2023/04/>, <https://help.salesforce.com/s/articleView?id=sf.users_license_types_available.htm>
const ONLY_FOR_CRM: [&str; 5] = ["Campaign", "Case", "Lead", "Opportunity", "Product2"];

/// The licences of employees who work with custom apps.
fn is_platform(license: &License) -> bool {
    license.name != "Salesforce" && matches!(license.family.as_str(), "core" | "identity")
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
    licensed: bool,
    object: &str,
    access: ObjectAccess,
) -> Option<&'static str> {
    let is_standard = !object.contains("__");
    let closed = is_platform(license) && ONLY_FOR_CRM.contains(&object)
        || license.name == INTEGRATION && is_standard && !licensed;
    if closed {
        // Every other permission depends on it.
        return access.read.then_some("Read");
    }
    if !is_for_outsiders(license) {
        return None;
    }
    let chatter = license.user_type == "CsnOnly";
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

faults! {
    /// a permission set that was made for one user licence is assigned to a user of another; the words are ours
    set_of_another_license(label: &str, license: &str) = FIELD_INTEGRITY_EXCEPTION,
        "Permission set {label} can be assigned only to users with the user license {license}", Assumed;

    /// a permission of the set is not carried by the user's licence; the first is named
    license_does_not_allow(permission: &str) = FIELD_INTEGRITY_EXCEPTION,
        "The user license doesn't allow the permission: {permission}",
        Seen "https://github.com/SalesforceLabs/MultiOrgSecuritySummary/issues/5";
}
