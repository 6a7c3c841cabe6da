//! The life of a user.

use serde_json::{Value, json};

use crate::{Told, patch};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn from_hiring_to_leaving() {
    let mut told = Told::new();
    let manager = told.found("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")["Id"].clone();
    let role = told.found("SELECT Id FROM UserRole WHERE Name = 'CEO'")["Id"].clone();
    let set = told.entitlement("Provisioning");
    let mut whole = told.user(
        "Standard User",
        json!({
            "externalId": "E-1", "nickName": "jo", "title": "Dr", "timezone": "Europe/Berlin", "locale": "de_DE",
            "addresses": [{ "streetAddress": "Main St 1", "locality": "Berlin", "postalCode": "10115", "country": "DE" }],
            "phoneNumbers": [{ "type": "work", "value": "1" }, { "type": "mobile", "value": "2" }],
            "roles": [{ "value": role }], "password": "another1password",
            ENTERPRISE: { "employeeNumber": "4711", "division": "A", "department": "IT", "manager": { "value": manager } },
            "urn:salesforce:schemas:extension:00DFf0000000001MAA": { "External_Id__c": "X-1" },
            "urn:salesforce:schemas:extension:1.0": { "alias": "jodoe-too-long" },
        }),
    );
    whole["entitlements"].as_array_mut().expect("a list").push(json!({ "value": set }));
    let made = told.ask("hired", "POST", "v2/Users", whole);
    let path = format!("v2/Users/{}", made["id"].as_str().expect("an id"));
    told.ask(
        "a part of it",
        "GET",
        &format!("{path}?attributes=userName,name.familyName,{ENTERPRISE}:department"),
        Value::Null,
    );
    told.ask(
        "all but",
        "GET",
        &format!("{path}?excludedAttributes=entitlements,roles,photos,{ENTERPRISE}"),
        Value::Null,
    );
    told.ask(
        "moved",
        "PATCH",
        &path,
        patch(json!([
            { "op": "Replace", "value": { "name": { "familyName": "Roe" }, "department": "HR" } },
            { "op": "replace", "path": format!("{ENTERPRISE}:division"), "value": "B" },
            { "op": "add", "path": "phoneNumbers[type eq \"fax\"].value", "value": "3" },
            { "op": "remove", "path": "phoneNumbers[type eq \"work\"]" },
            { "op": "remove", "path": format!("{ENTERPRISE}:manager") },
            { "op": "remove", "path": "roles" },
            { "op": "remove", "path": format!("entitlements[value eq \"{set}\"]") },
        ])),
    );
    let other = told.user("Standard User", json!({ "name": { "familyName": "Roe" }, "active": true }));
    told.ask("replaced", "PUT", &path, other);
    told.ask("left", "DELETE", &path, Value::Null);
    told.ask("left before", "DELETE", &path, Value::Null);
    told.ask("still there", "GET", &format!("{path}?attributes=userName,active"), Value::Null);
    told.ask("back", "PATCH", &path, patch(json!([{ "op": "replace", "path": "active", "value": "True" }])));
    told.ask("me", "GET", "v2/Me?attributes=userName", Value::Null);
    told.snapshot("scim_user");
}

#[test]
fn a_new_user_sets_a_password_by_mail() {
    let told = Told::new();
    told.made("Standard User", json!({}));
    told.made("Standard User", json!({ "userName": "off@example.com", "nickName": "off", "active": false }));
    let state = told.emulator.server.world().lock();
    let mails = state.outbox.borrow();
    let sent: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    assert_eq!(sent, [("password_reset", "jo@example.com")]);
}

#[test]
fn another_profile_and_other_permission_sets() {
    let told = Told::new();
    let path = told.made("Standard User", json!({}));
    let (profile, set) = (told.entitlement("Read Only"), told.entitlement("Provisioning"));
    let ask = |operations: Value| {
        let got = told.quiet("PATCH", &path, &patch(operations));
        serde_json::from_str::<Value>(&got.body).expect("JSON")
    };
    let values = |user: &Value| -> Vec<String> {
        let all = user["entitlements"].as_array().unwrap_or_else(|| panic!("{user}"));
        all.iter().map(|one| one["display"].as_str().expect("a name").to_owned()).collect()
    };
    let add = json!([{ "op": "add", "path": "entitlements", "value": [{ "value": set }] }]);
    assert_eq!(values(&ask(add.clone())), ["Standard User", "Provisioning"]);
    assert_eq!(values(&ask(add)), ["Standard User", "Provisioning"], "what the user has is no error");
    let change = json!([{ "op": "replace", "value": { "entitlements": [{ "value": profile }] } }]);
    assert_eq!(values(&ask(change.clone())), ["Read Only", "Provisioning"]);
    let refused = ask(json!([{ "op": "add", "value": { "entitlements": [{ "value": profile }] } }]));
    assert_eq!(refused["detail"], format!("INVALID: cannot have multiple profiles: ({profile})"));
}
