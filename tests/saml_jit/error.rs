//! Rows of the error table that are no conflict between records.

use crate::support::{ADA, CUSTOMER, Home, To, home, home_of, home_with, snapshot};
use fauxforce::flow::jit::JitErrorCode;
use fauxforce::message::Method;

fn ada(home: &Home, more: &[(&str, &str)]) -> String {
    let mut attributes = ADA.to_vec();
    attributes.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    attributes.extend(more.iter().filter(|(_, value)| *value != "-"));
    home.login(To::Internal, "emp-1001", &attributes)
}

#[test]
fn error_01_missing_federation_id() {
    let home = home_with(|org| {
        org.replace(
            "\"userProvisioning\": true",
            "\"userProvisioning\": true, \"identityLocation\": \"Attribute\", \"attributeName\": \"uid\"",
        )
    });
    let mut attributes = ADA.to_vec();
    attributes.push(("uid", " "));
    snapshot("error_01", &home.login(To::Internal, "emp-1001", &attributes));
}

#[test]
fn error_02_mismatched_federation_id() {
    snapshot("error_02", &ada(&home(), &[("User.FederationIdentifier", "emp-2")]));
}

#[test]
fn error_03_another_organization() {
    let portal = [("portal_id", "0600000000000AA"), ("organization_id", "00D000000000999")];
    snapshot("error_03", &ada(&home(), &portal));
    let home = home_with(|org| org.replace("\"userProvisioning\": true", "\"userProvisioning\": false"));
    let told = ada(&home, &portal);
    assert!(told.contains("| Failed: Invalid Organization Id |"), "{told}");
}

#[test]
fn error_04_creation_is_locked() {
    let home = home();
    let body = r#"{"federationId": "emp-1001", "held": true}"#.to_owned();
    home.request(Method::POST, "/_fauxforce/saml/locks", body, &[("content-type", "application/json")]);
    snapshot("error_04", &ada(&home, &[]));
    let body = r#"{"federationId": "emp-1001", "held": false}"#.to_owned();
    home.request(Method::POST, "/_fauxforce/saml/locks", body, &[("content-type", "application/json")]);
    assert!(ada(&home, &[]).contains("new User"));
}

#[test]
fn error_05_the_save_of_the_user_fails() {
    let home = home();
    ada(&home, &[]);
    snapshot("error_05_username", &home.login(To::Internal, "emp-9999", ADA));
    let told = |name: &str, more: &[(&str, &str)]| {
        let mut more = more.to_vec();
        more.push(("User.Username", "new@acme.test"));
        let mut attributes = ADA.to_vec();
        attributes.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        attributes.extend(more.iter().filter(|(_, value)| *value != "-"));
        snapshot(name, &home.login(To::Internal, "emp-2", &attributes));
    };
    told("error_05_required", &[("User.LastName", "-"), ("User.ProfileId", "-")]);
    told("error_05_time_zone", &[("User.TimeZoneSidKey", "Europe/Nowhere")]);
    told("error_05_too_long", &[("User.Alias", "muchtoolong")]);
    told("error_05_no_portal_user", &[("User.ProfileId", CUSTOMER)]);
    snapshot("error_05_update", &home.login(To::Internal, "emp-1001", &[("User.Email", "no address")]));
}

#[test]
fn error_06_no_admin_context() {
    let home = home();
    home.update("User", home.id("User", "Alias", "autoproc"), &[("IsActive", "false")]);
    snapshot("error_06", &ada(&home, &[]));
}

#[test]
fn error_08_09_15_names_that_cannot_be_set() {
    let home = home();
    snapshot("error_08", &ada(&home, &[("User.Nonsense__c", "x")]));
    snapshot("error_09", &ada(&home, &[("User.Nonsense", "x")]));
    snapshot("error_09_read_only", &ada(&home, &[("User.LastLoginDate", "x")]));
    let home = home_of(|files| {
        let field = "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>Level__c</fullName>\
            <label>Level</label><precision>3</precision><scale>0</scale><type>Number</type></CustomField>";
        let path = "force-app/main/default/objects/User/fields/Level__c.field-meta.xml";
        files.insert(path.to_owned(), field.to_owned());
    });
    snapshot("error_15", &ada(&home.expect("a home"), &[("User.Level__c", "7")]));
}

/// Each row is told of in a snapshot.
#[test]
fn every_row_of_the_table_is_provoked() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/saml_jit");
    let told: String = std::fs::read_dir(folder)
        .expect("the snapshots")
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a text"))
        .collect();
    for kind in JitErrorCode::ALL {
        let row = format!("\nerror {}: {}\n", kind.code(), kind.description());
        assert!(told.contains(&row), "{}: no test provokes it", kind.constant());
    }
}

#[test]
fn error_11_no_license() {
    let home = home_with(|org| org.replace("\"Identity\": 1000", "\"Identity\": 0"));
    snapshot("error_11", &ada(&home, &[("User.ProfileId", "Identity User")]));
}

#[test]
fn error_12_14_usernames_do_not_change() {
    let home = home();
    ada(&home, &[]);
    snapshot("error_12", &ada(&home, &[("User.Username", "admin@fauxforce.test")]));
    snapshot("error_14", &ada(&home, &[("User.Username", "other@acme.test")]));
}

#[test]
fn error_13_unsupported_version() {
    snapshot("error_13", &ada(&home(), &[("ProvisionVersion", "2.0")]));
}

#[test]
fn error_16_17_profile_and_role_by_name() {
    let home = home();
    snapshot("error_16", &ada(&home, &[("User.ProfileId", "Nonexistent")]));
    snapshot("error_16_not_unique", &ada(&home, &[("User.ProfileId", "Authenticated Website")]));
    snapshot("error_17", &ada(&home, &[("User.UserRoleId", "Nonexistent")]));
}

#[test]
fn error_26_33_34_35_saves_of_contact_and_account() {
    let home = home();
    home.update("Account", home.account("Acme Customers"), &[("AccountNumber", "AC-1")]);
    let whole = [
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("Account.Name", "Acme Customers"),
        ("Account.AccountNumber", "AC-1"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", CUSTOMER),
    ];
    let long = "x".repeat(100);
    let with = |more: (&'static str, &str)| {
        let mut attributes: Vec<(&str, &str)> = whole.to_vec();
        attributes.push(more);
        home.login(To::Customers, "cora", &attributes)
    };
    snapshot("error_26", &with(("Contact.Phone", &long)));
    snapshot("error_33", &with(("Account.TickerSymbol", &long)));
    snapshot("error_35", &with(("Account.AnnualRevenue", "a lot")));
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    snapshot("error_34", &with(("Contact.Phone", &long)));
}
