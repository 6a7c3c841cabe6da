//! Permission sets, groups, roles, UserLogin.

use crate::support::{CUSTOMER, PLUS, home, home_with, refused, unseen};

fn set_with(home: &crate::support::Home, name: &str, permission: &str) -> fauxforce::model::id::Id {
    home.inserted("PermissionSet", &[("Name", name), ("Label", name), (permission, "true")])
}

#[test]
fn setup_rows_need_their_fields() {
    let home = home();
    let message = "Required fields are missing: [GroupId, UserOrGroupId]";
    refused(
        &home.insert("GroupMember", &[]),
        "REQUIRED_FIELD_MISSING",
        message,
        &["GroupId", "UserOrGroupId"],
    );
    let set = home.id("PermissionSet", "Name", "Provisioning");
    let outcome = home.insert("PermissionSetAssignment", &[("PermissionSetId", set.as_str())]);
    refused(&outcome, "REQUIRED_FIELD_MISSING", "Required fields are missing: [AssigneeId]", &["AssigneeId"]);
}

#[test]
fn a_permission_set_is_assigned_once() {
    let home = home();
    let (user, set) = (home.user("integration"), home.id("PermissionSet", "Name", "Provisioning"));
    let outcome = home.insert(
        "PermissionSetAssignment",
        &[("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())],
    );
    let message = format!(
        "Duplicate PermissionSetAssignment.  Assignee: {}; Permission Set: {}",
        user.short(),
        set.short()
    );
    refused(&outcome, "DUPLICATE_VALUE", &message, &["AssigneeId", "PermissionSetId"]);
}

#[test]
fn a_licence_that_lacks_a_permission_is_refused() {
    let home = home();
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    let assign = |set: fauxforce::model::id::Id| {
        home.insert(
            "PermissionSetAssignment",
            &[("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())],
        )
    };
    let message = |permission: &str| format!("The user license doesn't allow the permission: {permission}");
    let freezers = set_with(&home, "Freezers", "PermissionsFreezeUsers");
    refused(&assign(freezers), "FIELD_INTEGRITY_EXCEPTION", &message("FreezeUsers"), &[]);
    let leads = set_with(&home, "Leads", "PermissionsApiEnabled");
    home.inserted(
        "ObjectPermissions",
        &[("ParentId", leads.as_str()), ("SobjectType", "Lead"), ("PermissionsRead", "true")],
    );
    refused(&assign(leads), "FIELD_INTEGRITY_EXCEPTION", &message("Read Lead"), &[]);
    assert!(assign(set_with(&home, "Api", "PermissionsApiEnabled")).is_success());
}

#[test]
fn a_licence_carries_what_its_standard_profile_has() {
    let home = home_with(|org| {
        let clone = r#""profiles": [{ "name": "Apps", "clone": "Partner App Subscription User" },"#;
        org.replace(r#""profiles": ["#, clone)
    });
    let user = home.a_portal_user("Apps", "Acme Partners", "Doe");
    let setup = set_with(&home, "Setup", "PermissionsViewSetup");
    let row = [("AssigneeId", user.as_str()), ("PermissionSetId", setup.as_str())];
    assert!(home.insert("PermissionSetAssignment", &row).is_success());
}

#[test]
fn permission_set_licences_are_assigned_once_and_while_there_are_seats() {
    let home = home();
    let license = home.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
    let assign = |license: fauxforce::model::id::Id, user: &str| {
        let user = home.user(user);
        home.insert(
            "PermissionSetLicenseAssign",
            &[("AssigneeId", user.as_str()), ("PermissionSetLicenseId", license.as_str())],
        )
    };
    assert!(assign(license, "integration").is_success());
    let message = "duplicate value found: <unknown> duplicates value on record with id: <unknown>";
    refused(&assign(license, "integration"), "DUPLICATE_VALUE", message, &[]);
    let full = home.id("PermissionSetLicense", "DeveloperName", "IdentityConnect");
    refused(
        &assign(full, "admin"),
        "LICENSE_LIMIT_EXCEEDED",
        "License Limit Exceeded - Identity Connect",
        &[],
    );
}

#[test]
fn the_same_member_again_is_no_error() {
    let home = home();
    let group = home.inserted("Group", &[("Name", "Team"), ("Type", "Regular")]);
    let admin = home.user("admin");
    let fields = [("GroupId", group.as_str()), ("UserOrGroupId", admin.as_str())];
    let member = home.inserted("GroupMember", &fields);
    assert_eq!(home.inserted("GroupMember", &fields), member);
    assert_eq!(home.ids("GroupMember", "GroupId", group).len(), 1);
}

#[test]
fn who_cannot_be_a_member() {
    let home = home();
    let group = home.inserted("Group", &[("Name", "Team"), ("Type", "Regular")]);
    let inner = home.inserted("Group", &[("Name", "Inner"), ("Type", "Regular")]);
    let add = |group: fauxforce::model::id::Id, member: fauxforce::model::id::Id| {
        home.insert("GroupMember", &[("GroupId", group.as_str()), ("UserOrGroupId", member.as_str())])
    };
    let code = "FIELD_INTEGRITY_EXCEPTION";
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    refused(
        &add(group, user),
        code,
        "high volume portal users cannot be members of groups",
        &["UserOrGroupId"],
    );
    assert!(add(group, inner).is_success());
    refused(&add(inner, group), code, "a group cannot be a member of itself", &["UserOrGroupId"]);
    home.updated("User", home.user("norole.owner"), &[("IsActive", "false")]);
    let outcome = add(group, home.user("norole.owner"));
    refused(&outcome, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user", &[]);
}

#[test]
fn a_developer_name_is_unique() {
    let home = home();
    home.inserted("Group", &[("Name", "Team"), ("Type", "Regular"), ("DeveloperName", "Team")]);
    let message = "This Name already exists or has been previously used. Please choose a different Name.";
    let again = [("Name", "Other"), ("Type", "Regular"), ("DeveloperName", "team")];
    refused(&home.insert("Group", &again), "DUPLICATE_DEVELOPER_NAME", message, &["DeveloperName"]);
    home.inserted("Group", &[("Name", "Team"), ("Type", "Queue"), ("DeveloperName", "Team")]);
    let outcome = home.insert("UserRole", &[("Name", "Boss"), ("DeveloperName", "CEO")]);
    refused(&outcome, "DUPLICATE_DEVELOPER_NAME", message, &["DeveloperName"]);
    let outcome = home.insert("PermissionSet", &[("Name", "Provisioning"), ("Label", "P")]);
    refused(&outcome, "DUPLICATE_DEVELOPER_NAME", message, &["DeveloperName"]);
}

#[test]
fn api_names_are_well_formed() {
    let home = home();
    let message = |object: &str| {
        format!(
            "The {object} API Name can only contain underscores and alphanumeric characters. It must be unique, begin \
             with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores."
        )
    };
    for name in ["My set", "1st", "_x", "x_", "a__b", "é"] {
        let outcome = home.insert("PermissionSet", &[("Name", name), ("Label", "L")]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", &message("Permission Set"), &["Name"]);
        let outcome = home.insert("UserRole", &[("DeveloperName", name), ("Name", "L")]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", &message("Role"), &["DeveloperName"]);
        let fields = [("DeveloperName", name), ("Name", "L"), ("Type", "Regular")];
        let outcome = home.insert("Group", &fields);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", &message("Group"), &["DeveloperName"]);
    }
    assert!(home.insert("PermissionSet", &[("Name", "a_1_B"), ("Label", "L")]).is_success());
}

#[test]
fn roles_have_groups() {
    let home = home();
    let role = home.inserted("UserRole", &[("Name", "VP, Sales & More")]);
    let record = home.record(role);
    assert_eq!(record.text("DeveloperName"), Some("VPSalesMore"));
    let mut kinds: Vec<_> = home
        .ids("Group", "RelatedId", role)
        .iter()
        .map(|id| home.record(*id).text("Type").map(str::to_owned))
        .collect();
    kinds.sort();
    assert_eq!(
        kinds.iter().flatten().collect::<Vec<_>>(),
        ["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"]
    );
    assert!(home.delete(role).is_success());
    assert!(home.ids("Group", "DeveloperName", "VPSalesMore").is_empty());
}

#[test]
fn role_circle() {
    let home = home();
    let (ceo, manager) = (home.id("UserRole", "Name", "CEO"), home.id("UserRole", "Name", "Account Manager"));
    let outcome = home.update("UserRole", ceo, &[("ParentRoleId", manager.as_str())]);
    let message = "attempt to violate hierarchy constraints";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ParentRoleId"]);
}

#[test]
fn queues_list_objects() {
    let home = home();
    let queue = home.inserted("Group", &[("Name", "Cases"), ("Type", "Queue")]);
    home.inserted("QueueSobject", &[("QueueId", queue.as_str()), ("SobjectType", "Case")]);
    let regular = home.inserted("Group", &[("Name", "Team"), ("Type", "Regular")]);
    let outcome = home.insert("QueueSobject", &[("QueueId", regular.as_str()), ("SobjectType", "Case")]);
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    let case = home.inserted("Case", &[("Subject", "Help"), ("OwnerId", queue.as_str())]);
    let message = "Your attempt to delete Cases could not be completed because it is associated with the following \
                   cases.: 00001000\n";
    refused(&home.delete(queue), "DELETE_FAILED", message, &[]);
    home.updated("Case", case, &[("OwnerId", home.user("admin").as_str())]);
    assert!(home.delete(queue).is_success());
}

#[test]
fn groups_of_roles_take_no_members() {
    let home = home();
    let role = home.id("Group", "Type", "Role");
    let user = home.user("norole.owner");
    let outcome = home.insert("GroupMember", &[("GroupId", role.as_str()), ("UserOrGroupId", user.as_str())]);
    unseen(&outcome, role);
}

#[test]
fn freezing_a_user() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let [login] = home.ids("UserLogin", "UserId", user)[..] else { panic!("one UserLogin") };
    home.updated("UserLogin", login, &[("IsFrozen", "true")]);
    assert!(home.record(login).get("IsFrozen").is_true());
    assert!(home.org.runner(user).expect("a runner").is_frozen);
    assert!(home.record(user).get("IsActive").is_true());
    assert_eq!(home.used("Customer Community Plus"), 1);
    home.updated("UserLogin", login, &[("IsFrozen", "false")]);
    let outcome = home.insert("UserLogin", &[("UserId", user.as_str())]);
    refused(
        &outcome,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: User Login",
        &[],
    );
}

#[test]
fn a_lock_is_only_ended() {
    let home = home();
    let [login] = home.ids("UserLogin", "UserId", home.user("admin"))[..] else { panic!("one UserLogin") };
    let outcome = home.update("UserLogin", login, &[("IsPasswordLocked", "true")]);
    let message = "IsPasswordLocked can only be set to false: Password Locked";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["IsPasswordLocked"]);
}

#[test]
fn a_permission_set_group_has_a_set_that_stands_for_it() {
    let home = home();
    let group =
        home.inserted("PermissionSetGroup", &[("DeveloperName", "Staff"), ("MasterLabel", "The staff")]);
    let set = home.ids("PermissionSet", "PermissionSetGroupId", group)[0];
    let named = |set| {
        let record = home.record(set);
        ["Name", "Label", "Type"].map(|field| record.text(field).unwrap_or_default().to_owned())
    };
    assert_eq!(named(set), ["Staff", "The staff", "Group"]);
    home.updated("PermissionSetGroup", group, &[("MasterLabel", "All staff")]);
    assert_eq!(named(set), ["Staff", "All staff", "Group"]);
    let outcome = home.insert("PermissionSet", &[("Name", "Staff"), ("Label", "S")]);
    assert_eq!(outcome.faults[0].code.as_str(), "DUPLICATE_DEVELOPER_NAME", "{:?}", outcome.faults);

    let freezers = set_with(&home, "Freezers", "PermissionsFreezeUsers");
    home.inserted(
        "PermissionSetGroupComponent",
        &[("PermissionSetGroupId", group.as_str()), ("PermissionSetId", freezers.as_str())],
    );
    let again = home.insert(
        "PermissionSetGroupComponent",
        &[("PermissionSetGroupId", group.as_str()), ("PermissionSetId", freezers.as_str())],
    );
    let message = "duplicate value found: <unknown> duplicates value on record with id: <unknown>";
    refused(&again, "DUPLICATE_VALUE", message, &[]);
    let permission =
        [("ParentId", freezers.as_str()), ("SobjectType", "Contact"), ("PermissionsRead", "true")];
    home.inserted("ObjectPermissions", &permission);
    refused(&home.insert("ObjectPermissions", &permission), "DUPLICATE_VALUE", message, &[]);
    let assign = |user: fauxforce::model::id::Id| {
        home.insert(
            "PermissionSetAssignment",
            &[("AssigneeId", user.as_str()), ("PermissionSetGroupId", group.as_str())],
        )
    };
    let outcome = assign(home.user("readonly.owner"));
    let row = home.record(outcome.id.expect("an assignment"));
    assert_eq!((row.id("PermissionSetId"), row.id("PermissionSetGroupId")), (Some(set), Some(group)));
    let runner = home.org.runner(home.user("readonly.owner")).expect("a user");
    assert!(runner.may("FreezeUsers"));
    let outcome = assign(home.a_portal_user(CUSTOMER, "Acme Customers", "Doe"));
    let message = "The user license doesn't allow the permission: FreezeUsers";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &[]);

    let outcome = home.delete(group);
    assert_eq!(outcome.faults[0].code.as_str(), "DELETE_FAILED", "{:?}", outcome.faults);
    assert!(home.delete(row.id("Id").expect("an id")).is_success());
    assert!(home.delete(group).is_success());
    assert!(home.ids("PermissionSet", "Name", "Staff").is_empty());
}
