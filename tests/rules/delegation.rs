//! Who may create and change which users: administrators, delegated administrators, external ones.

use fauxforce::credentials::password::may_manage;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home, home_with, refused, unseen};

const NO_ACCESS: (&str, &str) =
    ("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");

/// The permission set of `integration` with these user permissions besides `ApiEnabled`, `ViewSetup` and `ViewRoles`.
fn with_permissions(permissions: &str) -> Home {
    home_with(|org| {
        org.replace("\"AssignPermissionSets\",\n", "")
            .replace("\"ManageInternalUsers\",\n", "")
            .replace("\"ManagePartners\",", permissions)
    })
}

#[test]
fn what_an_employee_may_manage_by_permission() {
    let rows = [
        // permission, employees, partners, customers
        ("\"ManageInternalUsers\",", [true, false, false]),
        ("\"ManagePartners\",", [false, true, true]),
        ("\"ManageCssUsers\",", [false, false, true]),
        ("\"ManageUsers\",", [true, true, true]),
        ("", [false, false, false]),
    ];
    for (permission, expected) in rows {
        let home = with_permissions(permission);
        let contacts = [home.contact("Acme Partners", "One"), home.contact("Acme Customers", "Two")];
        let existing = [
            home.user("norole.owner"),
            home.a_portal_user(PARTNER, "Acme Partners", "Pat"),
            home.a_portal_user(PLUS, "Acme Customers", "Cus"),
        ];
        let home = home.run_by("integration");
        let created = [
            home.new_user("Standard User", &[("Username", "new1@example.com")]),
            home.new_user(PARTNER, &[("Username", "new2@example.com"), ("ContactId", contacts[0].as_str())]),
            home.new_user(PLUS, &[("Username", "new3@example.com"), ("ContactId", contacts[1].as_str())]),
        ];
        assert_eq!(created.map(|outcome| outcome.is_success()), expected, "{permission}: create");
        let updated = existing.map(|user| home.update("User", user, &[("Title", "X")]).is_success());
        assert_eq!(updated, expected, "{permission}: update");
    }
}

#[test]
fn managing_external_users_needs_the_account() {
    let home = home_with(|org| {
        org.replace(
            "\"objects\": { \"Account\": \"cre\", \"Contact\": \"cre\" }",
            "\"objects\": { \"Contact\": \"cre\" }",
        )
    });
    let (account, contact) = (home.account("Acme Customers"), home.contact("Acme Customers", "Doe"));
    let home = home.run_by("integration");
    let outcome = home.new_user(PLUS, &[("ContactId", contact.as_str())]);
    unseen(&outcome, account);
}

/// A delegated external user administrator per kind of licence, who may give the profile of their own kind.
fn with_external_administrators() -> Home {
    let mut home = home_with(|org| {
        let mut org = org;
        for profile in [PARTNER, PLUS, CUSTOMER] {
            let line = format!("{{ \"name\": \"{profile}\", \"clone\"");
            let delegated = format!(
                "{{ \"name\": \"{profile}\", \"delegatedExternalUserProfiles\": [\"{profile}\"], \"delegatedExternalUserPermissionSets\": [\"Reports\"], \"clone\""
            );
            assert!(org.contains(&line));
            org = org.replace(&line, &delegated);
        }
        org.replace(
            "\"permissionSets\": [",
            "\"permissionSets\": [ {\"name\": \"Delegate\", \"permissions\": [\"DelegatedPortalUserAdmin\"]}, {\"name\": \"Reports\"},",
        )
    });
    let delegate = home.id("PermissionSet", "Name", "Delegate");
    for (profile, account, name) in [
        (PARTNER, "Acme Partners", "Pat"),
        (PLUS, "Acme Customers", "Plus"),
        (CUSTOMER, "Acme Customers", "Cus"),
    ] {
        let user = home.a_portal_user(profile, account, name);
        home.inserted(
            "PermissionSetAssignment",
            &[("AssigneeId", user.as_str()), ("PermissionSetId", delegate.as_str())],
        );
    }
    home.runner = home.org.runner(home.runner.user).expect("a runner");
    home
}

#[test]
fn an_external_administrator_manages_their_own_account() {
    for (username, account, profile, other) in [
        ("pat@example.com", "Acme Partners", PARTNER, "Acme Customers"),
        ("plus@example.com", "Acme Customers", PLUS, "Acme Partners"),
    ] {
        let home = with_external_administrators();
        let (own, foreign) = (home.contact(account, "Own"), home.contact(other, "Foreign"));
        let stranger = home.a_portal_user(PLUS, other, "Stranger");
        let reports = home.id("PermissionSet", "Name", "Reports");
        let delegate = home.id("PermissionSet", "Name", "Delegate");
        let home = home.run_by(username);
        let user = home.a_user(profile, &[("ContactId", own.as_str()), ("Username", "own@example.com")]);
        assert_eq!(home.record(user).id("CreatedById"), Some(home.user(username)));
        home.updated("User", user, &[("IsActive", "false")]);
        home.updated("User", user, &[("IsActive", "true"), ("Title", "Agent")]);
        assert!(may_manage(&home.runner, &home.record(user)).is_ok());
        assert!(may_manage(&home.runner, &home.record(stranger)).is_err());
        home.inserted(
            "PermissionSetAssignment",
            &[("AssigneeId", user.as_str()), ("PermissionSetId", reports.as_str())],
        );
        let given = [("AssigneeId", user.as_str()), ("PermissionSetId", delegate.as_str())];
        unseen(&home.insert("PermissionSetAssignment", &given), delegate);
        let outcome =
            home.new_user(profile, &[("ContactId", foreign.as_str()), ("Username", "two@example.com")]);
        unseen(&outcome, foreign);
        unseen(&home.update("User", stranger, &[("Title", "X")]), stranger);
        let employee = home.user("norole.owner");
        unseen(&home.update("User", employee, &[("Title", "X")]), employee);
        let outcome = home.new_user("Standard User", &[("Username", "three@example.com")]);
        unseen(&outcome, home.profile("Standard User"));
        // Only profiles that are listed.
        let outcome = home.update("User", user, &[("ProfileId", home.profile(CUSTOMER).as_str())]);
        unseen(&outcome, home.profile(CUSTOMER));
        home.updated("User", user, &[("IsPortalEnabled", "false")]);
    }
}

#[test]
fn licences_without_roles_carry_no_administration() {
    let home = with_external_administrators();
    let contact = home.contact("Acme Customers", "Own");
    let other = home.user("plus@example.com");
    let home = home.run_by("cus@example.com");
    let outcome = home.new_user(CUSTOMER, &[("ContactId", contact.as_str())]);
    refused(&outcome, "INVALID_FIELD", "No such column 'ProfileId' on sobject of type User", &[]);
    unseen(&home.update("User", other, &[("Title", "X")]), other);
}

#[test]
fn an_external_user_without_the_permission_manages_nobody() {
    let home = home();
    let other = home.a_portal_user(PARTNER, "Acme Partners", "Other");
    home.a_portal_user(PARTNER, "Acme Partners", "Pat");
    let home = home.run_by("pat@example.com");
    refused(&home.update("User", other, &[("Title", "X")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
    // Themselves, within limits.
    let own = home.user("pat@example.com");
    home.updated("User", own, &[("Title", "Agent")]);
    refused(&home.update("User", own, &[("IsPortalEnabled", "false")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
}

/// `readonly.owner` administers the users of Channel Manager and below, and may give Standard User and Read Only.
fn with_delegate_group() -> Home {
    let home = home_with(|org| {
        org.replace(
            "\"permissionSets\": [",
            "\"delegateGroups\": [{ \"label\": \"Channel\", \"administrators\": [\"norole.owner@fauxforce.test\"], \
             \"roles\": [\"Channel Manager\"], \"profiles\": [\"Standard User\", \"Read Only\", \"System Administrator\"], \
             \"permissionSets\": [\"Reports\", \"Everything\"], \"groups\": [\"AllInternalUsers\"] }],\n\
             \"permissionSets\": [ {\"name\": \"Setup\", \"permissions\": [\"ViewSetup\", \"ViewRoles\"]}, {\"name\": \"Reports\"}, \
             {\"name\": \"Everything\", \"permissions\": [\"ModifyAllData\"]},",
        )
    });
    let set = home.id("PermissionSet", "Name", "Setup");
    let user = home.user("norole.owner");
    home.inserted(
        "PermissionSetAssignment",
        &[("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())],
    );
    home
}

#[test]
fn a_delegated_administrator_manages_the_users_of_their_roles() {
    let home = with_delegate_group();
    let roles = ["CEO", "Channel Manager", "Account Manager"].map(|name| home.id("UserRole", "Name", name));
    let (below, admin) = (home.user("readonly.owner"), home.user("admin"));
    let sets = ["Reports", "Everything", "Provisioning"].map(|name| home.id("PermissionSet", "Name", name));
    let logins = [below, admin].map(|user| home.id("UserLogin", "UserId", user.as_str()));
    let home = home.run_by("norole.owner");
    // In the role itself and below, with a profile that is listed.
    for (role, username) in [(roles[1], "one@example.com"), (roles[2], "two@example.com")] {
        home.a_user("Standard User", &[("UserRoleId", role.as_str()), ("Username", username)]);
    }
    home.updated("User", below, &[("Title", "X"), ("ProfileId", home.profile("Standard User").as_str())]);
    let create = |profile: &str, role: &str| {
        home.new_user(profile, &[("UserRoleId", role), ("Username", "three@example.com")])
    };
    unseen(&create("Standard User", roles[0].as_str()), roles[0]);
    unseen(&create("Standard User", "-"), home.profile("Standard User"));
    unseen(&create("Solution Manager", roles[1].as_str()), home.profile("Solution Manager"));
    let message = "Cannot grant or remove a profile with modify all data, without having the modify all data permission yourself.";
    refused(&create("System Administrator", roles[1].as_str()), "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    refused(&home.update("User", admin, &[("Title", "X")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
    let outcome = home.update("User", below, &[("UserRoleId", roles[0].as_str())]);
    unseen(&outcome, roles[0]);
    // Permission sets that are listed and do not modify all data.
    let assign = |user: &str, set: &str| {
        home.insert("PermissionSetAssignment", &[("AssigneeId", user), ("PermissionSetId", set)])
    };
    let assigned = assign(below.as_str(), sets[0].as_str());
    assert!(assigned.is_success(), "{:?}", assigned.faults);
    assert!(home.delete(assigned.id.expect("an id")).is_success());
    for (user, set, refused) in
        [(below, sets[1], sets[1]), (below, sets[2], sets[2]), (admin, sets[0], admin)]
    {
        unseen(&assign(user.as_str(), set.as_str()), refused);
    }
    assert!(may_manage(&home.runner, &home.record(below)).is_ok());
    assert!(may_manage(&home.runner, &home.record(admin)).is_err());
    // Unlocking, not freezing.
    home.updated("UserLogin", logins[0], &[("IsPasswordLocked", "false")]);
    refused(
        &home.update("UserLogin", logins[1], &[("IsPasswordLocked", "false")]),
        NO_ACCESS.0,
        NO_ACCESS.1,
        &[],
    );
    refused(&home.update("UserLogin", logins[0], &[("IsFrozen", "true")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
}

#[test]
fn a_delegated_administrator_fills_public_groups() {
    let home = with_delegate_group();
    let other = home.inserted("Group", &[("Name", "Other"), ("Type", "Regular")]);
    let listed = home.id("Group", "DeveloperName", "AllInternalUsers");
    let member = home.user("readonly.owner");
    let home = home.run_by("norole.owner");
    let add =
        |group: &str| home.insert("GroupMember", &[("GroupId", group), ("UserOrGroupId", member.as_str())]);
    let added = add(listed.as_str());
    assert!(added.is_success(), "{:?}", added.faults);
    assert!(home.delete(added.id.expect("an id")).is_success());
    unseen(&add(other.as_str()), other);
    home.inserted("Group", &[("Name", "New"), ("Type", "Regular")]);
    refused(&home.insert("Group", &[("Name", "Q"), ("Type", "Queue")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
    refused(&home.update("Group", other, &[("Name", "X")]), NO_ACCESS.0, NO_ACCESS.1, &[]);
}

#[test]
fn delegation_needs_a_view_of_setup_and_follows_the_roles() {
    let delegated = |setup: &str| {
        let home = home_with(|org| {
            org.replace("\"ViewSetup\"", setup).replace(
                "\"permissionSets\": [",
                "\"delegateGroups\": [{ \"label\": \"Channel\", \"administrators\": [\"integration@fauxforce.test\"], \
                 \"roles\": [\"Account Manager\"], \"profiles\": [\"Standard User\"] }],\n\"permissionSets\": [",
            )
        });
        home.org.runner(home.user("integration")).expect("a runner").delegated().is_some()
    };
    assert!(delegated("\"ViewSetup\""));
    assert!(!delegated("\"ViewHelpLink\""));
    let home = with_delegate_group();
    let user = home.a_user("Standard User", &[("UserRoleId", home.id("UserRole", "Name", "CEO").as_str())]);
    let edits = || {
        let runner = home.org.runner(home.user("norole.owner")).expect("a runner");
        runner.edits_record(&home.org, &home.record(user)).expect("a store")
    };
    assert!(!edits());
    let role = home.inserted(
        "UserRole",
        &[("Name", "New"), ("ParentRoleId", home.id("UserRole", "Name", "Account Manager").as_str())],
    );
    home.updated("User", user, &[("UserRoleId", role.as_str())]);
    assert!(edits());
    home.updated("UserRole", role, &[("ParentRoleId", home.id("UserRole", "Name", "CEO").as_str())]);
    assert!(!edits());
}
