//! External users: the branches of the sequence.

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, To, home, home_with, snapshot};

const FRED: &[(&str, &str)] = &[
    ("Account.Name", "FooBar Industries"),
    ("Account.AccountNumber", "FB-001"),
    ("Contact.LastName", "Foo"),
    ("Contact.Email", "fred@foobar.test"),
    ("User.Username", "fred@foobar.test"),
    ("User.Email", "fred@foobar.test"),
    ("User.FirstName", "Fred"),
    ("User.LastName", "Foo"),
    ("User.ProfileId", PARTNER),
    ("User.PortalRole", "Worker"),
];

/// A login that makes account, contact and user.
pub fn fred(home: &Home) -> String {
    let owner = home.user("channel.manager");
    let mut attributes = FRED.to_vec();
    attributes.push(("Account.Owner", owner.short()));
    home.login(To::Partners, "cust-77", &attributes)
}

fn customer(profile: &str) -> Vec<(&str, &str)> {
    vec![
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("Account.Name", "Acme Customers"),
        ("Account.AccountNumber", "AC-1"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", profile),
    ]
}

#[test]
fn account_contact_and_user_are_made() {
    snapshot("community_all_new", &fred(&home()));
}

#[test]
fn a_known_user_is_updated_with_contact_and_account() {
    let home = home();
    fred(&home);
    let attributes = [
        ("User.Title", "Buyer"),
        ("Contact.Email", "fred@foobar.test"),
        ("Contact.LastName", "Foo-Bar"),
        ("Account.AccountNumber", "FB-001"),
        ("Account.Name", "FooBar Industries"),
        ("Account.TickerSymbol", "FOOB"),
    ];
    snapshot("community_user_found", &home.login(To::Partners, "cust-77", &attributes));
    let told = home.login(To::Partners, "cust-77", &[]);
    snapshot("community_nothing_asserted", &told);
}

#[test]
fn a_contact_is_found_by_email() {
    let home = home();
    home.contact("Acme Customers", "Old", "cora@acme.test");
    let mut attributes = customer(CUSTOMER);
    attributes.retain(|(name, _)| !name.starts_with("Account."));
    snapshot("community_contact_by_email", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn a_contact_is_found_by_id() {
    let home = home();
    let contact = home.contact("Acme Customers", "Holt", "cora@acme.test");
    let attributes = [
        ("User.Contact", contact.short()),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", CUSTOMER),
    ];
    snapshot("community_contact_by_id", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn an_account_is_found_by_number() {
    let home = home();
    home.update("Account", home.account("Acme Customers"), &[("AccountNumber", "AC-1")]);
    snapshot("community_account_by_number", &home.login(To::Customers, "cora", &customer(PLUS)));
}

#[test]
fn an_account_is_found_by_name() {
    let home = home();
    let mut attributes = customer(CUSTOMER);
    attributes.retain(|(name, _)| *name != "Account.AccountNumber");
    snapshot("community_account_by_name", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn an_account_is_found_by_id() {
    let home = home();
    let account = home.account("Acme Customers");
    let mut attributes = customer(CUSTOMER);
    attributes.retain(|(name, _)| !name.starts_with("Account."));
    attributes.push(("Contact.Account", account.as_str()));
    snapshot("community_account_by_id", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn a_contact_is_enough_with_a_self_registration_profile() {
    let home = home_with(|org| {
        let profile = format!("\"urlPathPrefix\": \"customers\", \"selfRegistrationProfile\": {CUSTOMER:?},");
        org.replace("\"urlPathPrefix\": \"customers\",", &profile)
    });
    home.insert(
        "User",
        &[
            ("Username", "cora@acme.test"),
            ("LastName", "x"),
            ("Email", "x@x.test"),
            ("Alias", "x"),
            ("TimeZoneSidKey", "GMT"),
            ("LocaleSidKey", "en_US"),
            ("EmailEncodingKey", "UTF-8"),
            ("LanguageLocaleKey", "en_US"),
            ("ProfileId", home.id("Profile", "Name", "Standard User").as_str()),
        ],
    );
    let account = home.account("Acme Customers");
    let attributes = [
        ("User.FederationIdentifier", "cora"),
        ("User.FirstName", "Cora"),
        ("Contact.Account", account.as_str()),
        ("Contact.Email", "cora@acme.test"),
        ("Contact.LastName", "Holt"),
    ];
    snapshot("community_defaults", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn an_internal_user_logs_in_to_a_community() {
    let home = home();
    home.update("User", home.user("admin"), &[("FederationIdentifier", "adm")]);
    snapshot("community_internal_user", &home.login(To::Customers, "adm", &[("User.Title", "Boss")]));
    let told = home.login(To::Customers, "adm", &[("Contact.LastName", "Boss")]);
    snapshot("conflict_internal_user_with_contact", &told);
}

#[test]
fn the_portal_role_may_be_higher() {
    let home = home_with(|org| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 3"));
    home.update("Account", home.account("Acme Customers"), &[("AccountNumber", "AC-1")]);
    let mut attributes = customer(PLUS);
    attributes.push(("User.PortalRole", "Executive"));
    snapshot("community_executive", &home.login(To::Customers, "cora", &attributes));
}

#[test]
fn a_portal_id_makes_a_portal_login_at_the_org() {
    let home = home();
    let org = fauxforce::model::id::Id::numbered("00D", 1);
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    let mut attributes = customer(CUSTOMER);
    attributes.retain(|(name, _)| !name.starts_with("Account."));
    attributes.extend([("portal_id", "0600000000000AA"), ("organization_id", org.short())]);
    snapshot("portal_contact_by_email", &home.login(To::Internal, "cora", &attributes));
}

#[test]
fn a_profile_that_is_no_member_is_made_and_not_let_in() {
    let home = home();
    home.update("Account", home.account("Acme Partners"), &[("AccountNumber", "AC-1")]);
    let attributes = customer(PARTNER);
    snapshot("community_not_a_member", &home.login(To::Customers, "cora", &attributes));
}
