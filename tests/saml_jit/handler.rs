//! Handlers: the generated template, declared variants, and how they fail.

use crate::support::{CUSTOMER, Home, To, home_with, snapshot};

/// The default seed with a handler on both configurations.
fn home_of(handler: &str) -> Home {
    home_as(handler, "admin@fauxforce.test")
}

fn home_as(handler: &str, user: &str) -> Home {
    home_with(|org| {
        let on = format!(
            "\"userProvisioning\": true, \"samlJitHandlerId\": \"StandardUserHandler\", \"executionUserId\": {user:?}"
        );
        let org = org.replace("\"userProvisioning\": true", &on);
        org.replace("\"logins\": [", &format!("\"samlJitHandlers\": [{handler}],\n  \"logins\": ["))
    })
}

const TEMPLATE: &str = r#"{"class": "StandardUserHandler"}"#;

const DECLARED: &str = r#"{
  "class": "StandardUserHandler",
  "fields": {
    "mail": ["User.Email", "User.Username", "Contact.Email"],
    "sn": ["User.LastName", "Contact.LastName"],
    "company": "Account.Name",
    "customerNumber": "Account.AccountNumber"
  },
  "defaults": {"User.ProfileId": "Acme Customer Community User", "User.CommunityNickname": "{sn}-{customerNumber}"},
  "match": {"User": "Username", "Contact": ["Email"], "Account": ["AccountNumber", "Name"]},
  "required": {"mail": "No mail, no login"}
}"#;

fn ada(home: &Home) -> [(&'static str, String); 5] {
    let profile = home.id("Profile", "Name", "Standard User").to_string();
    [
        ("User.Username", "ada@acme.test".to_owned()),
        ("User.Email", "ada@acme.test".to_owned()),
        ("User.FirstName", "Ada".to_owned()),
        ("User.LastName", "Lovelace".to_owned()),
        ("User.ProfileId", profile),
    ]
}

fn login(home: &Home, to: To, attributes: &[(&'static str, String)]) -> String {
    let attributes: Vec<_> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    home.login(to, "emp-1001", &attributes)
}

#[test]
fn the_template_makes_and_updates_internal_users() {
    let home = home_of(TEMPLATE);
    snapshot("handler_create", &login(&home, To::Internal, &ada(&home)));
    snapshot("handler_update", &home.login(To::Internal, "emp-1001", &[("User.Title", "Countess")]));
    let told =
        home.login(To::Internal, "emp-1001", &[("user.Title", "Not a key"), ("User.title", "Nor this")]);
    assert!(told.contains("| Success |") && !told.contains("Title"), "{told}");
    let told = home.login(To::Internal, "emp-1001", &[("User.ProfileId", "Standard User")]);
    snapshot("handler_profile_by_name", &told);
}

#[test]
fn the_template_makes_account_and_contact() {
    let home = home_as(TEMPLATE, "channel.manager@fauxforce.test");
    snapshot("handler_execution_user", &login(&home, To::Internal, &ada(&home)));
    let home = home_of(TEMPLATE);
    home.update("User", home.user("admin"), &[("UserRoleId", home.id("UserRole", "Name", "CEO").as_str())]);
    let profile = home.id("Profile", "Name", CUSTOMER);
    let attributes = [
        ("Account.Name", "New Ltd"),
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", profile.as_str()),
        ("User.CommunityNickname", "cora"),
    ];
    snapshot("handler_site_create", &home.login(To::Customers, "cora", &attributes));
    snapshot("handler_site_update_fails", &home.login(To::Customers, "cora", &[("User.Title", "Buyer")]));
    let contact = home.id("Contact", "Email", "cora@acme.test");
    let attributes = [("User.Contact", contact.as_str()), ("Contact.LastName", "Holt-Foo")];
    snapshot("handler_site_update", &home.login(To::Customers, "cora", &attributes));
    let other = home.contact("Acme Customers", "Other", "other@acme.test");
    let told = home.login(To::Customers, "cora", &[("User.Contact", other.as_str())]);
    snapshot("handler_site_contact_change", &told);
}

#[test]
fn a_dml_exception_is_the_details() {
    let home = home_of(TEMPLATE);
    let told = home.login(To::Customers, "cora", &[("Contact.LastName", "Holt")]);
    snapshot("error_41", &told);
}

#[test]
fn a_class_that_is_no_handler() {
    let home = home_of(r#"{"class": "Another"}"#);
    snapshot("error_39", &login(&home, To::Internal, &ada(&home)));
}

#[test]
fn an_execution_user_who_is_inactive() {
    let home = home_as(TEMPLATE, "integration@fauxforce.test");
    home.update("User", home.user("integration"), &[("IsActive", "false")]);
    snapshot("error_40_inactive", &login(&home, To::Internal, &ada(&home)));
}

#[test]
fn a_declared_handler_maps_matches_and_requires() {
    let home = home_of(DECLARED);
    home.update("Account", home.account("Acme Customers"), &[("AccountNumber", "AC-1")]);
    let attributes = [
        ("mail", "cora@acme.test"),
        ("sn", "Holt"),
        ("company", "Acme Customers"),
        ("customerNumber", "AC-1"),
    ];
    snapshot("declared_create", &home.login(To::Customers, "cora", &attributes));
    snapshot(
        "declared_update",
        &home.login(To::Customers, "cora", &[("mail", "cora@acme.test"), ("sn", "Foo")]),
    );
    snapshot("declared_linked", &home.login(To::Customers, "cora-2", &attributes));
    snapshot("declared_required", &home.login(To::Customers, "cora-3", &[("sn", "Foo")]));
}
