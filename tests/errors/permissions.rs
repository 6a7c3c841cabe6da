//! What permission sets, groups, roles and queues can be refused for.

use serde_json::json;

use crate::scene::{CUSTOMER, PARTNER, STANDARD, Scenario};
use crate::surroundings::{Got, Surroundings};

pub const SCENARIOS: &[Scenario] = &[
    ("duplicate_assignment", |rig| {
        let set = rig.id("PermissionSet", "Name", "Provisioning");
        assign(rig, &rig.user("integration"), &set)
    }),
    ("license_does_not_allow", |rig| {
        let user = rig.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
        assign(rig, &user, &set_with(rig, "PermissionsFreezeUsers"))
    }),
    ("set_of_another_license", |rig| {
        let license = rig.id("UserLicense", "Name", "Salesforce Platform");
        let set = rig.made("PermissionSet", json!({ "Name": "Apps", "Label": "Apps", "LicenseId": license }));
        assign(rig, &rig.user("norole.owner"), &set)
    }),
    ("no_package_license", |rig| {
        let package = rig.id("PackageLicense", "NamespacePrefix", "acmehr");
        // A package without seats is of another seed.
        rig.only_on_an_emulator().execute("UPDATE \"PackageLicense\" SET \"AllowedLicenses\" = 0");
        let row = json!({ "PackageLicenseId": package, "UserId": rig.user("norole.owner") });
        rig.insert("UserPackageLicense", row)
    }),
    ("license_is_needed", |rig| {
        let license = rig.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
        let set =
            rig.made("PermissionSet", json!({ "Name": "Robots", "Label": "Robots", "LicenseId": license }));
        let user = rig.user("norole.owner");
        rig.made("PermissionSetAssignment", json!({ "AssigneeId": user, "PermissionSetId": set }));
        let row = rig
            .ids(&format!("SELECT Id FROM PermissionSetLicenseAssign WHERE AssigneeId = '{user}'"))
            .remove(0);
        rig.remove("PermissionSetLicenseAssign", &row)
    }),
    ("too_much_for_a_guest", |rig| {
        let set = set_with(rig, "PermissionsApiEnabled");
        rig.made(
            "ObjectPermissions",
            json!({ "ParentId": set, "SobjectType": "Contact", "PermissionsRead": true, "PermissionsEdit": true }),
        );
        // No API makes a guest.
        let guest = rig.a_user(STANDARD, json!({}));
        let profile = rig.profile("Guest License User");
        rig.only_on_an_emulator().execute(&format!(
            "UPDATE \"User\" SET \"ProfileId\" = '{profile}', \"UserType\" = 'Guest' WHERE \"Id\" = '{guest}'"
        ));
        assign(rig, &guest, &set)
    }),
    ("lacks_what_it_depends_on", |rig| {
        let set = set_with(rig, "PermissionsApiEnabled");
        rig.insert(
            "ObjectPermissions",
            json!({
                "ParentId": set, "SobjectType": "Contact", "PermissionsCreate": true, "PermissionsModifyAllRecords": true,
                "PermissionsDelete": true,
            }),
        )
    }),
    ("set_of_profile", |rig| {
        let set = rig.ids("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true").remove(0);
        assign(rig, &rig.user("integration"), &set)
    }),
    ("row_is_there", |rig| {
        let license = rig.id("PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl");
        let row = json!({ "AssigneeId": rig.user("integration"), "PermissionSetLicenseId": license });
        rig.made("PermissionSetLicenseAssign", row.clone());
        rig.insert("PermissionSetLicenseAssign", row)
    }),
    ("no_permission_set_license", |rig| {
        let license = rig.id("PermissionSetLicense", "DeveloperName", "IdentityConnect");
        let row = json!({ "AssigneeId": rig.user("integration"), "PermissionSetLicenseId": license });
        rig.insert("PermissionSetLicenseAssign", row)
    }),
    ("high_volume_member", |rig| {
        let user = rig.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
        add(rig, &group(rig, "Team"), &user)
    }),
    ("group_in_itself", |rig| {
        let (outer, inner) = (group(rig, "Outer"), group(rig, "Inner"));
        assert_eq!(add(rig, &outer, &inner).status, 201);
        add(rig, &inner, &outer)
    }),
    ("inactive_user", |rig| {
        let user = rig.a_user(STANDARD, json!({ "IsActive": false }));
        add(rig, &group(rig, "Team"), &user)
    }),
    ("object_listed_twice", |rig| {
        let queue = rig.made("Group", json!({ "Name": "Cases", "Type": "Queue" }));
        let row = json!({ "QueueId": queue, "SobjectType": "Case" });
        rig.made("QueueSobject", row.clone());
        rig.insert("QueueSobject", row)
    }),
    ("duplicate_developer_name", |rig| {
        rig.insert("UserRole", json!({ "Name": "Boss", "DeveloperName": "CEO" }))
    }),
    ("malformed_api_name", |rig| rig.insert("PermissionSet", json!({ "Name": "My set", "Label": "My set" }))),
    ("hierarchy_violated", |rig| {
        let below = rig.id("UserRole", "Name", "Account Manager");
        rig.update("UserRole", &rig.id("UserRole", "Name", "CEO"), json!({ "ParentRoleId": below }))
    }),
    ("portal_role_field", |rig| {
        rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let role = rig.id("UserRole", "Name", "Acme Partners Partner User");
        rig.update("UserRole", &role, json!({ "Name": "Mine" }))
    }),
    ("portal_role_field", |rig| {
        let account = rig.account("Acme Customers");
        rig.insert(
            "UserRole",
            json!({ "Name": "Mine", "PortalType": "CustomerPortal", "PortalAccountId": account }),
        )
    }),
    ("no_more_portal_roles", |rig| {
        let row = json!({ "PortalType": "CustomerPortal", "PortalAccountId": rig.account("Acme Customers") });
        for level in ["User", "Manager", "Executive"] {
            let role = rig.made("UserRole", row.clone());
            assert_eq!(rig.record("UserRole", &role)["Name"], format!("Acme Customers Customer {level}"));
        }
        let parent = |role: &str, name: &str| {
            let role = rig.id("UserRole", "Name", role);
            assert_eq!(rig.record("UserRole", &role)["ParentRoleId"], rig.id("UserRole", "Name", name));
        };
        parent("Acme Customers Customer User", "Acme Customers Customer Manager");
        parent("Acme Customers Customer Manager", "Acme Customers Customer Executive");
        parent("Acme Customers Customer Executive", "Channel Manager");
        rig.insert("UserRole", row)
    }),
    ("associated_with", |rig| rig.remove("UserRole", &rig.id("UserRole", "Name", "Channel Manager"))),
];

fn assign(rig: &Surroundings, user: &str, set: &str) -> Got {
    rig.insert("PermissionSetAssignment", json!({ "AssigneeId": user, "PermissionSetId": set }))
}

fn set_with(rig: &Surroundings, permission: &str) -> String {
    rig.made("PermissionSet", json!({ "Name": "Some", "Label": "Some", permission: true }))
}

fn group(rig: &Surroundings, name: &str) -> String {
    rig.made("Group", json!({ "Name": name, "Type": "Regular" }))
}

fn add(rig: &Surroundings, group: &str, member: &str) -> Got {
    rig.insert("GroupMember", json!({ "GroupId": group, "UserOrGroupId": member }))
}
