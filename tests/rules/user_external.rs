//! User: contacts, accounts, portal roles.

use fauxforce::org::Link;

use crate::support::{CUSTOMER, PARTNER, PLUS, home, home_of, home_with, refused, seed_with};

#[test]
fn an_internal_user_has_no_contact() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    let outcome = home.new_user("Standard User", &[("ContactId", contact.as_str())]);
    let message = "only portal users can be associated to a contact";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ContactId"]);
}

#[test]
fn a_portal_user_needs_a_contact() {
    let message = "Cannot create a portal user without contact";
    for profile in [CUSTOMER, PLUS, PARTNER] {
        refused(&home().new_user(profile, &[]), "INVALID_CROSS_REFERENCE_KEY", message, &["ContactId"]);
    }
}

#[test]
fn standard_external_profiles_need_a_setting() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    let contact = [("ContactId", contact.as_str())];
    let message = "To create or update users for this profile, go to Setup > Digital Experiences > Settings and select \
                   Allow using standard external profiles for self-registration, user creation, and login.";
    for profile in ["Customer Community User", "Partner Community User", "External Identity User"] {
        refused(&home.new_user(profile, &contact), "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    }
    let home = home_with(|org| {
        org.replace("\"allowStandardExternalProfiles\": false", "\"allowStandardExternalProfiles\": true")
    });
    let contact = home.contact("Acme Customers", "Doe");
    home.a_user("Customer Community User", &[("ContactId", contact.as_str())]);
}

#[test]
fn the_owner_of_a_portal_account_needs_a_role() {
    let home = home();
    let message = "portal account owner must have a role";
    let contact = home.contact("Norole Industries", "Doe");
    for profile in [CUSTOMER, PLUS, PARTNER] {
        let outcome = home.new_user(profile, &[("ContactId", contact.as_str())]);
        refused(&outcome, "UNKNOWN_EXCEPTION", message, &[]);
    }
    let alone = home.inserted("Contact", &[("LastName", "Alone")]);
    refused(&home.new_user(PLUS, &[("ContactId", alone.as_str())]), "UNKNOWN_EXCEPTION", message, &[]);
    home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let owner = home.user("channel.manager");
    let outcome = home.update("User", owner, &[("UserRoleId", "null")]);
    let unset = "You cannot unset the role on the owner of a portal account";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", unset, &["UserRoleId"]);
    let account = home.account("Acme Customers");
    let norole = home.user("norole.owner");
    let outcome = home.update("Account", account, &[("OwnerId", norole.as_str())]);
    refused(&outcome, "UNKNOWN_EXCEPTION", message, &[]);
}

#[test]
fn a_contact_has_one_user_only() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    let second = [("ContactId", contact.as_str()), ("Username", "two@example.com")];
    let message = "portal user already exists for contact";
    refused(&home.new_user(PLUS, &second), "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT", message, &[]);
    home.updated("User", user, &[("IsActive", "false")]);
    refused(&home.new_user(PLUS, &second), "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT", message, &[]);
}

#[test]
fn portal_users_own_no_partner_accounts() {
    let home = home();
    let user = home.a_portal_user(PARTNER, "Acme Partners", "Doe");
    let message = "portal users cannot own partner accounts";
    let outcome = home.update("Account", home.account("Acme Partners"), &[("OwnerId", user.as_str())]);
    refused(&outcome, "UNKNOWN_EXCEPTION", message, &[]);
    let plain = home.account("Acme Customers");
    home.inserted(
        "Contact",
        &[("LastName", "Owned"), ("AccountId", plain.as_str()), ("OwnerId", user.as_str())],
    );
    refused(&home.update("Account", plain, &[("IsPartner", "true")]), "UNKNOWN_EXCEPTION", message, &[]);
    let home = home.run_by("doe@example.com");
    let account = home.account("Acme Partners");
    let outcome = home.insert("Contact", &[("LastName", "New"), ("AccountId", account.as_str())]);
    refused(&outcome, "UNKNOWN_EXCEPTION", message, &[]);
}

#[test]
fn the_contact_of_a_user_does_not_change() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let other = home.contact("Acme Customers", "Other");
    let message = "Unable to create/update fields: ContactId. Please check the security settings of this field and \
                   verify that it is read/write for your profile or permission set.";
    for contact in [other.as_str(), "null"] {
        let outcome = home.update("User", user, &[("ContactId", contact)]);
        refused(&outcome, "INVALID_FIELD_FOR_INSERT_UPDATE", message, &["ContactId"]);
    }
    assert!(home.record(user).get("IsPortalEnabled").is_true());
    home.updated("User", user, &[("ContactId", "null"), ("IsPortalEnabled", "false")]);
    assert!(!home.record(user).get("IsActive").is_true());
}

#[test]
fn the_email_of_an_external_user_changes_at_once() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    home.updated("User", user, &[("Email", "new@example.com")]);
    let record = home.record(user);
    assert_eq!(record.text("Email"), Some("new@example.com"));
    assert!(!record.get("HasUserVerifiedEmail").is_true());
    assert!(home.environment.mails.borrow().is_empty());
}

#[test]
fn an_external_user_verifies_their_own_new_email() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let home = home.run_by("doe@example.com");
    home.updated("User", user, &[("Email", "new@example.com")]);
    assert_eq!(home.record(user).text("Email"), Some("jo@example.com"));
    let mails = home.environment.mails.take();
    let told: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    assert_eq!(told, [("email_change", "new@example.com"), ("email_change_notice", "jo@example.com")]);
    let Some(Link::ConfirmEmail { token }) = &mails[0].link else { panic!("{:?}", mails[0]) };
    let confirmed = fauxforce::rules::confirm_email_change(&home.org, &home.environment, token);
    assert_eq!(confirmed.expect("a store"), Some(user));
    let record = home.record(user);
    assert_eq!(record.text("Email"), Some("new@example.com"));
    assert!(record.get("HasUserVerifiedEmail").is_true());
    // An administrator's change is not verified.
    let home = home.run_by("admin");
    home.updated("User", user, &[("Email", "other@example.com")]);
    assert!(!home.record(user).get("HasUserVerifiedEmail").is_true());
}

#[test]
fn a_disabled_portal_user_is_unlinked() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    assert_eq!(home.used("Customer Community Plus"), 1);
    home.updated("User", user, &[("IsPortalEnabled", "false")]);
    let record = home.record(user);
    for field in ["ContactId", "AccountId", "UserRoleId"] {
        assert!(record.get(field).is_null(), "{field}");
    }
    assert!(!record.get("IsActive").is_true());
    assert_eq!(home.used("Customer Community Plus"), 0);
    // The contact and the username are free for a new user.
    assert_ne!(record.text("Username"), Some("doe@example.com"));
    home.a_user(PLUS, &[("ContactId", contact.as_str()), ("Username", "doe@example.com")]);
    let message = "Cannot create a portal user without contact";
    let outcome = home.update("User", user, &[("IsActive", "true")]);
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", message, &["ContactId"]);
}

#[test]
fn a_disabled_user_loses_groups_shares_and_permission_sets() {
    let home = home();
    let (user, account) = (home.a_portal_user(PLUS, "Acme Customers", "Doe"), home.account("Acme Partners"));
    let group = home.inserted("Group", &[("Name", "Team"), ("Type", "Regular")]);
    home.inserted("GroupMember", &[("GroupId", group.as_str()), ("UserOrGroupId", user.as_str())]);
    let set = home.inserted("PermissionSet", &[("Name", "Extra"), ("Label", "Extra")]);
    home.inserted(
        "PermissionSetAssignment",
        &[("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())],
    );
    home.inserted(
        "AccountShare",
        &[
            ("AccountId", account.as_str()),
            ("UserOrGroupId", user.as_str()),
            ("AccountAccessLevel", "Read"),
            ("OpportunityAccessLevel", "None"),
        ],
    );
    home.environment.mails.take();
    home.updated("User", user, &[("IsPortalEnabled", "false")]);
    assert!(home.ids("GroupMember", "UserOrGroupId", user).is_empty());
    assert!(home.ids("AccountShare", "UserOrGroupId", user).is_empty());
    let sets = home.ids("PermissionSetAssignment", "AssigneeId", user);
    assert_eq!(sets.len(), 1, "that of the profile stays");
    assert!(home.environment.mails.take().is_empty(), "nobody is told of the username");
}

#[test]
fn a_disabled_user_comes_back_without_contact_only() {
    let home = home_with(|org| {
        org.replace("\"allowStandardExternalProfiles\": false", "\"allowStandardExternalProfiles\": true")
    });
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    home.updated("User", user, &[("IsPortalEnabled", "false")]);
    let not_again = "Unable to create/update fields: ContactId. Please check the security settings of this field and \
                     verify that it is read/write for your profile or permission set.";
    let link = [("ContactId", contact.as_str())];
    refused(&home.update("User", user, &link), "INVALID_FIELD_FOR_INSERT_UPDATE", not_again, &["ContactId"]);
    let outcome = home.update("User", user, &[("IsActive", "true"), ("ContactId", contact.as_str())]);
    refused(&outcome, "INVALID_FIELD_FOR_INSERT_UPDATE", not_again, &["ContactId"]);
    let profile = home.profile("External Identity User");
    let back = [("IsActive", "true"), ("ProfileId", profile.as_str()), ("Username", "doe@example.com")];
    home.updated("User", user, &back);
    let record = home.record(user);
    assert!(record.get("IsActive").is_true() && record.get("ContactId").is_null());
    assert_eq!(record.text("Username"), Some("doe@example.com"));
    refused(&home.update("User", user, &link), "INVALID_FIELD_FOR_INSERT_UPDATE", not_again, &["ContactId"]);
    // Another internal or external licence stays out of reach.
    let outcome = home.update("User", user, &[("ProfileId", home.profile(CUSTOMER).as_str())]);
    refused(
        &outcome,
        "INVALID_CROSS_REFERENCE_KEY",
        "Cannot create a portal user without contact",
        &["ContactId"],
    );
}

#[test]
fn a_partner_user_makes_a_partner_account() {
    let home = home();
    let account = home.account("Acme Customers");
    assert!(!home.record(account).get("IsPartner").is_true());
    home.a_portal_user(PARTNER, "Acme Customers", "Doe");
    assert!(home.record(account).get("IsPartner").is_true());
    assert!(!home.record(account).get("IsCustomerPortal").is_true());
    home.a_portal_user(CUSTOMER, "Acme Customers", "Two");
    assert!(home.record(account).get("IsCustomerPortal").is_true());
}

#[test]
fn a_customer_account_stays_one() {
    let home = home();
    home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    let outcome = home.update("Account", home.account("Acme Customers"), &[("IsCustomerPortal", "false")]);
    let message = "a customer portal account cannot be disabled";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["IsCustomerPortal"]);
}

#[test]
fn disabling_a_partner_account_unlinks_its_users() {
    let home = home();
    let user = home.a_portal_user(PARTNER, "Acme Partners", "Doe");
    let account = home.account("Acme Partners");
    home.updated("Account", account, &[("IsPartner", "false")]);
    assert!(home.record(user).get("ContactId").is_null());
    assert!(home.ids("UserRole", "PortalAccountId", account).is_empty());
}

#[test]
fn portal_roles_are_chosen_by_level() {
    let home = home_with(|org| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 3"));
    let contact = home.contact("Acme Customers", "Doe");
    let user = home.a_user(PLUS, &[("ContactId", contact.as_str()), ("PortalRole", "Manager")]);
    let role = home.record(home.record(user).id("UserRoleId").expect("a role"));
    assert_eq!(role.text("Name"), Some("Acme Customers Customer Manager"));
    assert_eq!(role.text("DeveloperName"), Some("AcmeCustomersCustomerManager"));
    let above = home.record(role.id("ParentRoleId").expect("a parent"));
    assert_eq!(above.text("PortalRole"), Some("Executive"));
    assert_eq!(above.id("ParentRoleId"), Some(home.id("UserRole", "Name", "Channel Manager")));
    assert_eq!(home.ids("UserRole", "PortalAccountId", home.account("Acme Customers")).len(), 3);
}

#[test]
fn portal_roles_follow_the_account() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let role = home.record(user).id("UserRoleId").expect("a role");
    let owner = home.user("readonly.owner");
    home.updated(
        "Account",
        home.account("Acme Customers"),
        &[("OwnerId", owner.as_str()), ("Name", "Renamed")],
    );
    let role = home.record(role);
    assert_eq!(role.text("Name"), Some("Renamed Customer User"));
    assert_eq!(role.id("PortalAccountOwnerId"), Some(owner));
    assert_eq!(role.id("ParentRoleId"), Some(home.id("UserRole", "Name", "Account Manager")));
}

#[test]
fn portal_user_moves_with_the_contact() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    let account = home.account("Acme Partners");
    home.updated("Contact", contact, &[("AccountId", account.as_str())]);
    let record = home.record(user);
    assert_eq!(record.id("AccountId"), Some(account));
    let role = home.record(record.id("UserRoleId").expect("a role"));
    assert_eq!(role.text("Name"), Some("Acme Partners Customer User"));
    let norole = home.account("Norole Industries");
    let message = "A portal user's contact record must include an account. Furthermore, the owner of the account must \
                   be associated with a role.";
    for account in ["null", norole.as_str()] {
        let outcome = home.update("Contact", contact, &[("AccountId", account)]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["AccountId"]);
    }
}

#[test]
fn high_volume_users_upgrade_to_role_based_ones() {
    let home = home();
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    assert!(home.record(user).get("UserRoleId").is_null());
    home.updated("User", user, &[("ProfileId", home.profile(PLUS).as_str())]);
    let record = home.record(user);
    assert_eq!(record.text("UserType"), Some("PowerCustomerSuccess"));
    assert!(!record.get("UserRoleId").is_null());
    home.updated("User", user, &[("ProfileId", home.profile(CUSTOMER).as_str())]);
    assert!(home.record(user).get("UserRoleId").is_null());
}

#[test]
fn account_flags_are_there_with_the_licences() {
    let none = |org: String, kinds: &[&str]| {
        let mut org: serde_json::Value = serde_json::from_str(&org).expect("JSON");
        let licenses = org["licenses"].as_object_mut().expect("licenses");
        for (name, seats) in licenses.iter_mut() {
            if kinds.iter().any(|kind| name.contains(kind)) {
                *seats = 0.into();
            }
        }
        org.to_string()
    };
    let has = |home: &crate::support::Home, field: &str| {
        home.org.standard("Account").expect("Account").field(field).is_some()
    };
    let accounts = include_str!("../../seed/default/data/Account.json");
    let plain: String = accounts.lines().filter(|line| !line.contains("IsPartner")).collect();
    let seed = seed_with(|org| none(org, &["Partner", "External Apps"]), &[("data/Account.json", &plain)]);
    let home = home_of(&seed);
    assert!(!has(&home, "IsPartner") && has(&home, "IsCustomerPortal"));
    home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let home = home_with(|org| none(org, &["Customer", "Authenticated", "External Identity"]));
    assert!(has(&home, "IsPartner") && !has(&home, "IsCustomerPortal"));
    home.a_portal_user(PARTNER, "Acme Partners", "Doe");
}

#[test]
fn a_partner_moves_with_the_contact_and_keeps_the_level() {
    let home = home_with(|org| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 2"));
    let contact = home.contact("Acme Partners", "Doe");
    let user = home.a_user(PARTNER, &[("ContactId", contact.as_str()), ("PortalRole", "Manager")]);
    let role = |user| home.record(home.record(user).id("UserRoleId").expect("a role"));
    assert_eq!(role(user).text("Name"), Some("Acme Partners Partner Manager"));
    let plain = home.account("Acme Customers");
    let message = "the contact of a partner user can only move to a partner account";
    let outcome = home.update("Contact", contact, &[("AccountId", plain.as_str())]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["AccountId"]);
    let owner = home.user("readonly.owner");
    home.updated("Account", plain, &[("IsPartner", "true"), ("OwnerId", owner.as_str())]);
    home.updated("Contact", contact, &[("AccountId", plain.as_str())]);
    assert_eq!(home.record(user).id("AccountId"), Some(plain));
    assert_eq!(role(user).text("Name"), Some("Acme Customers Partner Manager"));
    assert_eq!(role(user).id("ParentRoleId"), Some(home.id("UserRole", "Name", "Account Manager")));
    // The roles of the account that was left stay for others.
    assert_eq!(home.ids("UserRole", "PortalAccountId", home.account("Acme Partners")).len(), 2);
}

#[test]
fn a_high_volume_user_moves_without_roles() {
    let home = home();
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    let account = home.account("Acme Partners");
    home.updated("Contact", contact, &[("AccountId", account.as_str())]);
    let record = home.record(user);
    assert_eq!(record.id("AccountId"), Some(account));
    assert!(record.get("UserRoleId").is_null() && record.get("PortalRole").is_null());
}

#[test]
fn one_to_three_roles_per_account_as_the_org_says() {
    for (count, names) in
        [(1, &["User"][..]), (2, &["Manager", "User"]), (3, &["Executive", "Manager", "User"])]
    {
        let home = home_with(|org| {
            org.replace("\"portalRolesPerAccount\": 1", &format!("\"portalRolesPerAccount\": {count}"))
        });
        home.a_portal_user(PARTNER, "Acme Partners", "Pat");
        home.a_portal_user(PLUS, "Acme Partners", "Cus");
        for kind in ["Partner", "Customer"] {
            let mut parent = Some(home.id("UserRole", "Name", "Channel Manager"));
            for name in names {
                let role = home.id("UserRole", "Name", &format!("Acme Partners {kind} {name}"));
                assert_eq!(home.record(role).id("ParentRoleId"), parent, "{count} {kind} {name}");
                parent = Some(role);
            }
        }
        let roles = home.ids("UserRole", "PortalAccountId", home.account("Acme Partners"));
        assert_eq!(roles.len(), 2 * names.len());
    }
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>
#[test]
fn portal_roles_move_down_when_the_lowest_is_deleted() {
    let home = home_with(|org| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 3"));
    let user = home.a_portal_user(PARTNER, "Acme Partners", "Doe");
    let role = |name: &str| home.id("UserRole", "Name", &format!("Acme Partners Partner {name}"));
    let (lowest, manager, executive) = (role("User"), role("Manager"), role("Executive"));
    let message = "Your attempt to delete Acme Partners Partner User could not be completed because it is associated with \
                   the following users.: Doe\n";
    refused(&home.delete(lowest), "DELETE_FAILED", message, &[]);
    home.updated("User", user, &[("UserRoleId", manager.as_str())]);
    assert!(home.delete(lowest).is_success());
    let lowered = home.record(manager);
    assert_eq!(lowered.text("Name"), Some("Acme Partners Partner User"));
    assert_eq!(lowered.text("PortalRole"), Some("Worker"));
    assert_eq!(lowered.id("ParentRoleId"), Some(executive));
    assert_eq!(home.record(user).text("PortalRole"), Some("Worker"));
    assert!(home.delete(executive).is_success());
    let owners = home.id("UserRole", "Name", "Channel Manager");
    assert_eq!(home.record(manager).id("ParentRoleId"), Some(owners), "the role below has moved up");
}
