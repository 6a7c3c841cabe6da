//! External users, and the contacts that are made for them.

use serde_json::{Value, json};

use crate::Told;

const CUSTOMER: &str = "Acme Customer Community User";
const EXTERNAL: &str = "urn:salesforce:schemas:extension:external:1.0";

#[test]
fn a_contact_is_taken_or_made() {
    let told = Told::new();
    let account = told.found("SELECT Id FROM Account WHERE Name = 'Acme Customers'")["Id"].clone();
    let path = told.made(CUSTOMER, json!({ EXTERNAL: { "accountId": account } }));
    let contact = told.found("SELECT Id, AccountId, Name, Email FROM Contact");
    assert_eq!(
        (&contact["AccountId"], &contact["Name"], &contact["Email"]),
        (&account, &"Jo Doe".into(), &"jo@example.com".into())
    );
    let user: Value = serde_json::from_str(&told.quiet("GET", &path, &Value::Null).body).expect("JSON");
    assert_eq!(user[EXTERNAL], json!({ "accountId": account, "contactId": contact["Id"] }));
    let given = told.record("Contact", json!({ "LastName": "Roe", "AccountId": account }));
    let more = json!({ "userName": "roe@example.com", "nickName": "roe", EXTERNAL: { "contactId": given } });
    told.made(CUSTOMER, more.clone());
    assert_eq!(told.emulator.count("SELECT COUNT() FROM Contact"), 2);
    // The rules are those of any other save.
    let again = told.quiet(
        "POST",
        "v2/Users",
        &told.user(CUSTOMER, json!({ "userName": "x@example.com", EXTERNAL: { "contactId": given } })),
    );
    assert_eq!(again.status, 409);
    assert!(
        again
            .body
            .contains("PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT, portal user already exists for contact: []"),
        "{}",
        again.body
    );
}

#[test]
fn without_an_account_one_is_made_and_its_owner_needs_a_role() {
    let told = Told::new();
    let got = told.quiet("POST", "v2/Users", &told.user(CUSTOMER, json!({})));
    assert_eq!(got.status, 409);
    assert!(
        got.body.contains("UNKNOWN_EXCEPTION, portal account owner must have a role: []"),
        "{}",
        got.body
    );
    assert_eq!(told.emulator.count("SELECT COUNT() FROM Account WHERE Name LIKE '%JITUserAccount'"), 0);
    let admin = told.found("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")["Id"].clone();
    let role = told.found("SELECT Id FROM UserRole WHERE Name = 'CEO'")["Id"].clone();
    let path = format!("/services/data/v62.0/sobjects/User/{}", admin.as_str().expect("an id"));
    let json_type = [("content-type", "application/json")];
    assert_eq!(
        told.emulator.ask("PATCH", &path, &json_type, &json!({ "UserRoleId": role }).to_string()).status,
        204
    );
    told.made(CUSTOMER, json!({}));
    let account = told.found("SELECT Name, OwnerId FROM Account WHERE Name LIKE '%JITUserAccount'");
    assert_eq!((&account["Name"], &account["OwnerId"]), (&"jo@example.comJITUserAccount".into(), &admin));
}
