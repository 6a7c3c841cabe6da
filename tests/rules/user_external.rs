//! User: contacts, accounts, portal roles.

use crate::support::{CUSTOMER, PARTNER, PLUS, home, home_with, refused};

#[test]
fn row_19_contact_on_an_internal_user() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    let outcome = home.new_user("Standard User", &[("ContactId", contact.as_str())]);
    let message = "only portal users can be associated to a contact";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ContactId"]);
}

#[test]
fn row_20_portal_user_without_contact() {
    let message = "Cannot create a portal user without contact";
    for profile in [CUSTOMER, PLUS, PARTNER] {
        refused(&home().new_user(profile, &[]), "INVALID_CROSS_REFERENCE_KEY", message, &["ContactId"]);
    }
}

#[test]
fn row_22_standard_external_profile() {
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
fn row_29_owner_without_role() {
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
    refused(&home.update("User", owner, &[("UserRoleId", "null")]), "UNKNOWN_EXCEPTION", message, &[]);
    let account = home.account("Acme Customers");
    let norole = home.user("norole.owner");
    let outcome = home.update("Account", account, &[("OwnerId", norole.as_str())]);
    refused(&outcome, "UNKNOWN_EXCEPTION", message, &[]);
}

#[test]
fn row_30_second_user_of_a_contact() {
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
fn row_31_portal_users_own_no_partner_accounts() {
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
fn row_33_contact_does_not_change() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let other = home.contact("Acme Customers", "Other");
    let message = "Unable to create/update fields: ContactId. Please check the security settings of this field and \
                   verify that it is read/write for your profile or permission set.";
    let outcome = home.update("User", user, &[("ContactId", other.as_str())]);
    refused(&outcome, "INVALID_FIELD_FOR_INSERT_UPDATE", message, &["ContactId"]);
}

#[test]
fn row_84_external_email_changes_at_once() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    home.updated("User", user, &[("Email", "new@example.com")]);
    let record = home.record(user);
    assert_eq!(record.text("Email"), Some("new@example.com"));
    assert!(!record.get("HasUserVerifiedEmail").is_true());
    assert!(home.world.mails.borrow().is_empty());
}

#[test]
fn row_87_disabled_user_is_unlinked() {
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
    let outcome = home.update("User", user, &[("IsActive", "true")]);
    let message = "Cannot create a portal user without contact";
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", message, &["ContactId"]);
    // The contact, and even the username, are free again.
    home.a_user(PLUS, &[("ContactId", contact.as_str()), ("Username", "doe@example.com")]);
}

#[test]
fn row_88_partner_user_makes_a_partner_account() {
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
fn row_89_customer_account_stays_one() {
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
