//! Permission sets and the licences that they are made for.

use fauxforce::dml::Outcome;
use fauxforce::model::id::Id;

use crate::support::{Home, home, refused};

fn assignment(home: &Home, user: Id, set: Id) -> Outcome {
    let row = [("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())];
    home.insert("PermissionSetAssignment", &row)
}

/// A permission set that lets read these objects, made for a licence or for none.
fn set_that_reads(home: &Home, name: &str, license: Option<Id>, objects: &[&str]) -> Id {
    let license = license.map(|id| id.to_string()).unwrap_or("null".to_owned());
    let set = home.inserted("PermissionSet", &[("Name", name), ("Label", name), ("LicenseId", &license)]);
    for object in objects {
        let row = [("ParentId", set.as_str()), ("SobjectType", object), ("PermissionsRead", "true")];
        home.inserted("ObjectPermissions", &row);
    }
    set
}

#[test]
fn a_set_for_a_user_licence_goes_to_its_users_only() {
    let home = home();
    let platform = home.id("UserLicense", "Name", "Salesforce Platform");
    let set = set_that_reads(&home, "Apps", Some(platform), &["Account"]);
    let message =
        "Permission set Apps can be assigned only to users with the user license Salesforce Platform";
    refused(&assignment(&home, home.user("norole.owner"), set), "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    let user = home.a_user("Standard Platform User", &[]);
    assert!(assignment(&home, user, set).is_success());
}

#[test]
fn a_platform_licence_has_no_sales_objects() {
    let home = home();
    let user = home.a_user("Standard Platform User", &[]);
    for object in ["Product2", "Opportunity", "Lead", "Case", "Campaign"] {
        let set = set_that_reads(&home, &format!("Reads_{object}"), None, &[object]);
        let message = format!("The user license doesn't allow the permission: Read {object}");
        refused(&assignment(&home, user, set), "FIELD_INTEGRITY_EXCEPTION", &message, &[]);
        assert!(assignment(&home, home.user("norole.owner"), set).is_success());
    }
    let set = set_that_reads(&home, "Reads_people", None, &["Account", "Contact"]);
    assert!(assignment(&home, user, set).is_success());
}

#[test]
fn an_integration_licence_opens_objects_beside_a_permission_set_licence() {
    let home = home();
    let user = home.a_user("Minimum Access - API Only Integrations", &[]);
    let set = set_that_reads(&home, "Reads_accounts", None, &["Account"]);
    let message = "The user license doesn't allow the permission: Read Account";
    refused(&assignment(&home, user, set), "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    let license = home.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
    let row = home.inserted(
        "PermissionSetLicenseAssign",
        &[("AssigneeId", user.as_str()), ("PermissionSetLicenseId", license.as_str())],
    );
    let given = assignment(&home, user, set).id.expect("an assignment");
    let message =
        "The permission set license can't be removed, because permission set Reads_accounts requires it";
    refused(&home.delete(row), "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    // Somebody has made the row, so that it stays when the set goes.
    assert!(home.delete(given).is_success());
    assert!(home.delete(row).is_success());
}

#[test]
fn a_set_brings_its_permission_set_licence() {
    let home = home();
    let license = home.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
    let used = || home.record(license).get("UsedLicenses").clone();
    let rows = |user: Id| home.ids("PermissionSetLicenseAssign", "AssigneeId", user);
    let [one, two] = ["One", "Two"].map(|name| set_that_reads(&home, name, Some(license), &["Account"]));
    let user = home.a_user("Minimum Access - API Only Integrations", &[]);
    let first = assignment(&home, user, one).id.expect("an assignment");
    let second = assignment(&home, user, two).id.expect("an assignment");
    assert_eq!((rows(user).len(), used()), (1, 1.into()));
    let refusal = home.delete(rows(user)[0]);
    assert_eq!(refusal.faults[0].code.as_str(), "FIELD_INTEGRITY_EXCEPTION", "{:?}", refusal.faults);
    assert!(home.delete(first).is_success());
    assert_eq!((rows(user).len(), used()), (1, 1.into()));
    assert!(home.delete(second).is_success());
    assert_eq!((rows(user).len(), used()), (0, 0.into()));
    // Without a free seat the set cannot be assigned.
    let full = home.id("PermissionSetLicense", "DeveloperName", "IdentityConnect");
    let set = set_that_reads(&home, "Three", Some(full), &[]);
    let refusal = assignment(&home, home.user("norole.owner"), set);
    refused(&refusal, "LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded - Identity Connect", &[]);
    assert!(home.ids("PermissionSetAssignment", "PermissionSetId", set).is_empty());
}

#[test]
fn a_group_of_sets_brings_their_licences() {
    let home = home();
    let license = home.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
    let set = set_that_reads(&home, "One", Some(license), &[]);
    let group = home.inserted("PermissionSetGroup", &[("DeveloperName", "Staff"), ("MasterLabel", "Staff")]);
    home.inserted(
        "PermissionSetGroupComponent",
        &[("PermissionSetGroupId", group.as_str()), ("PermissionSetId", set.as_str())],
    );
    let user = home.user("norole.owner");
    let row = [("AssigneeId", user.as_str()), ("PermissionSetGroupId", group.as_str())];
    let given = home.inserted("PermissionSetAssignment", &row);
    assert_eq!(home.ids("PermissionSetLicenseAssign", "AssigneeId", user).len(), 1);
    assert!(home.delete(given).is_success());
    assert!(home.ids("PermissionSetLicenseAssign", "AssigneeId", user).is_empty());
}
