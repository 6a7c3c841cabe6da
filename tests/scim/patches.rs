//! What a PATCH does, and that what it does not do is never answered as if it were done.

use serde_json::{Value, json};

use crate::{Told, patch};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Status and `detail`, or the user.
fn ask(told: &Told, path: &str, operation: Value) -> (u16, Value) {
    let got = told.quiet("PATCH", path, &patch(json!([operation])));
    let body: Value = serde_json::from_str(&got.body).unwrap_or_default();
    (got.status, if got.status == 200 { body } else { body["detail"].clone() })
}

#[test]
fn a_path_that_nothing_takes_is_refused() {
    let told = Told::new();
    let path = told
        .made("Standard User", json!({ "title": "Dr", "phoneNumbers": [{ "type": "work", "value": "1" }] }));
    let before = told.quiet("GET", &path, &Value::Null).body;
    for (target, value) in [
        ("displayName", json!("Somebody Else")),
        ("name.formatted", json!("Somebody Else")),
        ("name.middleName", json!("X")),
        ("id", json!("005000000000zzzAAA")),
        ("userType", json!("Guest")),
        ("profileUrl", json!("http://example.com")),
        ("photos", json!([{ "value": "http://example.com", "type": "photo" }])),
        ("meta", json!({ "created": "2020-01-01T00:00:00Z" })),
        ("meta.created", json!("2020-01-01T00:00:00Z")),
        ("costCenter", json!("1")),
        ("emails.type", json!("home")),
        ("emails[type eq \"work\"].primary", json!(false)),
        ("addresses.formatted", json!("Main St 1")),
        ("phoneNumbers", json!([{ "value": "2" }])),
        ("phoneNumbers[type eq \"home\"].value", json!("2")),
        ("phoneNumbers[value eq \"1\"].value", json!("2")),
        ("groups.display", json!("Team")),
        ("entitlements[display eq \"Provisioning\"]", json!({ "value": "0PS000000000001AAA" })),
        (&format!("{ENTERPRISE}:organization"), json!("00D000000000001AAA")),
        (&format!("{ENTERPRISE}:manager.displayName"), json!("Admin")),
        ("urn:salesforce:schemas:extension:1.0:nickname", json!("x")),
        ("urn:salesforce:schemas:extension:communities:1.0", json!([{ "value": "0DB000000000001AAA" }])),
    ] {
        let (status, detail) = ask(&told, &path, json!({ "op": "replace", "path": target, "value": value }));
        assert_eq!((status, detail), (400, json!(format!("UNSUPPORTED_FIELD: {target}"))), "{target}");
    }
    for (target, detail) in [
        ("phoneNumbers[type eq \"home\"]", "UNSUPPORTED_FIELD: phoneNumbers[type eq \"home\"]"),
        ("groups[display eq \"Team\"]", "UNSUPPORTED_FIELD: groups[display eq \"Team\"]"),
        (
            "roles[value eq \"00E000000000001AAA\"]",
            "UNSUPPORTED_FIELD: roles[value eq \"00E000000000001AAA\"]",
        ),
        ("password", "FIELD CANNOT BE NULL: password"),
        ("photos", "UNSUPPORTED_FIELD: photos"),
    ] {
        let (status, told_detail) = ask(&told, &path, json!({ "op": "remove", "path": target }));
        assert_eq!((status, told_detail), (400, json!(detail)), "{target}");
    }
    for (value, detail) in [
        (json!({ "shoeSize": 44 }), "UNSUPPORTED_FIELD: shoeSize"),
        (json!({ "displayName": "Somebody Else", "title": "Prof" }), "UNSUPPORTED_FIELD: displayName"),
        (json!({ "name": { "formatted": "Somebody Else" } }), "UNSUPPORTED_FIELD: name.formatted"),
        (json!({ "name.middleName": "X" }), "UNSUPPORTED_FIELD: name.middleName"),
    ] {
        let (status, told_detail) = ask(&told, &path, json!({ "op": "replace", "value": value }));
        assert_eq!((status, told_detail), (400, json!(detail)), "{value}");
    }
    assert_eq!(told.quiet("GET", &path, &Value::Null).body, before, "nothing is changed");
}

#[test]
fn a_value_of_another_type_is_refused_and_clears_nothing() {
    let told = Told::new();
    let path = told.made("Standard User", json!({ "title": "Dr" }));
    for (target, value) in [
        ("title", json!({ "a": 1 })),
        ("title", json!(["Dr"])),
        ("externalId", json!(true)),
        ("active", json!("perhaps")),
        ("name", json!("Jo Doe")),
        ("manager", json!([{ "value": "a" }, { "value": "b" }])),
        ("manager", json!(true)),
        ("roles", json!({ "value": ["a"] })),
    ] {
        let (status, detail) = ask(&told, &path, json!({ "op": "replace", "path": target, "value": value }));
        let expected = json!(format!("INVALID: the value of {target} cannot be read"));
        assert_eq!((status, detail), (400, expected), "{target} {value}");
    }
    let bad = told
        .user("Standard User", json!({ "userName": "b@example.com", "nickName": "b", "active": "perhaps" }));
    assert_eq!(told.quiet("POST", "v2/Users", &bad).status, 409);
    let user = told.found("SELECT Title, IsActive FROM User WHERE Username = 'jo@example.com'");
    assert_eq!((&user["Title"], &user["IsActive"]), (&json!("Dr"), &json!(true)));
}

#[test]
fn an_operation_that_says_nothing_is_refused() {
    let told = Told::new();
    let path = told.made("Standard User", json!({ "title": "Dr" }));
    let before = told.quiet("GET", &path, &Value::Null).body;
    for operations in [Value::Null, json!({ "op": "replace", "path": "title", "value": "Prof" }), json!("x")]
    {
        let got = told.quiet("PATCH", &path, &patch(operations));
        assert!(got.status == 400 && got.body.contains("Improper Schema."), "{got:?}");
    }
    for operation in [
        json!({ "op": "replace", "path": "title" }),
        json!({ "op": "add", "path": "manager" }),
        json!({ "op": "add" }),
    ] {
        assert_eq!(ask(&told, &path, operation.clone()).0, 400, "{operation}");
    }
    assert_eq!(told.quiet("GET", &path, &Value::Null).body, before);
    let (status, user) = ask(&told, &path, json!({ "op": "replace", "path": "title", "value": null }));
    assert!(status == 200 && user["title"].is_null(), "null clears: {user}");
}

#[test]
fn what_must_be_there_is_not_emptied() {
    let told = Told::new();
    let path = told.made("Standard User", json!({}));
    for (target, value, detail) in [
        ("emails", json!([]), "FIELD CANNOT BE NULL: emails"),
        ("emails", json!(null), "FIELD CANNOT BE NULL: emails"),
        ("password", json!(null), "FIELD CANNOT BE NULL: password"),
        ("active", json!(null), "FIELD CANNOT BE NULL: active"),
        ("entitlements", json!([]), "INVALID: Cannot remove all entitlements. Use replace"),
        (
            "urn:salesforce:schemas:extension:1.0:alias",
            json!(""),
            "FIELD CANNOT BE NULL: urn:salesforce:schemas:extension:1.0:alias",
        ),
    ] {
        let (status, told_detail) =
            ask(&told, &path, json!({ "op": "replace", "path": target, "value": value }));
        assert_eq!((status, told_detail), (400, json!(detail)), "{target}");
    }
    for target in ["userName", "name.familyName", "locale"] {
        let (status, detail) = ask(&told, &path, json!({ "op": "replace", "path": target, "value": null }));
        assert_eq!(status, 400, "{target}: {detail}");
    }
}

#[test]
fn a_manager_comes_in_each_form() {
    let told = Told::new();
    let path = told.made("Standard User", json!({}));
    let manager = told.found("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")["Id"].clone();
    let target = format!("{ENTERPRISE}:manager");
    let part = format!("{target}.value");
    for operation in [
        json!({ "op": "replace", "path": target, "value": [{ "value": manager }] }),
        json!({ "op": "add", "path": "manager", "value": [{ "value": manager, "displayName": "x" }] }),
        json!({ "op": "replace", "path": target, "value": { "value": manager } }),
        json!({ "op": "replace", "path": target, "value": manager }),
        json!({ "op": "replace", "path": part, "value": manager }),
        json!({ "op": "replace", "value": { ENTERPRISE: { "manager": [{ "value": manager }] } } }),
        json!({ "op": "replace", "value": { part: manager } }),
    ] {
        let (status, user) = ask(&told, &path, operation.clone());
        assert_eq!(status, 200, "{operation}: {user}");
        assert_eq!(user[ENTERPRISE]["manager"]["value"], manager, "{operation}");
        let (_, user) = ask(&told, &path, json!({ "op": "remove", "path": target }));
        assert!(user[ENTERPRISE]["manager"].is_null(), "{user}");
    }
    let approver = json!([{ "delegatedApproverId": manager }]);
    let (_, user) =
        ask(&told, &path, json!({ "op": "replace", "path": "delegatedApprover", "value": approver }));
    assert_eq!(user[ENTERPRISE]["delegatedApprover"]["delegatedApproverId"], manager);
    let user = told.user(
        "Standard User",
        json!({ "userName": "b@example.com", "nickName": "b", ENTERPRISE: { "manager": [{ "value": manager }] } }),
    );
    let made: Value = serde_json::from_str(&told.quiet("POST", "v2/Users", &user).body).expect("JSON");
    assert_eq!(made[ENTERPRISE]["manager"]["value"], manager);
}

#[test]
fn what_is_so_already_may_be_said() {
    let told = Told::new();
    let path = told.made("Standard User", json!({}));
    let id = path.rsplit('/').next().expect("an id");
    let whole = json!({
        "id": id, "schemas": [], "displayName": "Jo Roe", "name": { "familyName": "Roe", "formatted": "Jo Roe" },
        "userType": "Standard",
    });
    let (status, user) = ask(&told, &path, json!({ "op": "replace", "value": whole }));
    assert_eq!((status, &user["displayName"]), (200, &json!("Jo Roe")), "{user}");
}

#[test]
fn one_part_is_removed_and_the_others_stay() {
    let told = Told::new();
    let set = told.entitlement("Provisioning");
    let address = json!([{ "streetAddress": "Main St 1", "locality": "Berlin" }]);
    let phones = json!([{ "type": "work", "value": "1" }, { "type": "fax", "value": "3" }]);
    let path = told.made("Standard User", json!({ "addresses": address, "phoneNumbers": phones }));
    let add = json!({ "op": "add", "path": "entitlements", "value": [{ "value": set }] });
    assert_eq!(ask(&told, &path, add).0, 200);
    let (_, user) = ask(&told, &path, json!({ "op": "remove", "path": "addresses.locality" }));
    assert_eq!(user["addresses"][0]["streetAddress"], "Main St 1");
    assert!(user["addresses"][0]["locality"].is_null(), "{user}");
    let (_, user) = ask(&told, &path, json!({ "op": "replace", "path": "phoneNumbers", "value": [] }));
    assert!(user["phoneNumbers"].is_null(), "{user}");
    let (_, user) =
        ask(&told, &path, json!({ "op": "remove", "path": "entitlements", "value": [{ "value": set }] }));
    assert_eq!(user["entitlements"].as_array().map(Vec::len), Some(1), "{user}");
}

#[test]
fn a_group_is_changed_in_what_was_named() {
    let told = Told::new();
    let group = told.record("Group", json!({ "Name": "Team", "Type": "Regular" }));
    let other = told.record("Group", json!({ "Name": "Other", "Type": "Regular" }));
    let path = format!("v2/Groups/{group}");
    let user = told.made("Standard User", json!({})).rsplit('/').next().expect("an id").to_owned();
    let join = json!({ "op": "add", "path": "members", "value": [{ "value": user }] });
    assert_eq!(ask(&told, &path, join.clone()).0, 200);
    for operation in [
        json!({ "op": "remove", "path": "displayName" }),
        json!({ "op": "replace", "path": "members[value eq \"x\"].display", "value": "x" }),
        json!({ "op": "remove", "path": "members[display eq \"x\"]" }),
        json!({ "op": "replace", "path": "displayName", "value": null }),
        json!({ "op": "add", "path": "members" }),
        json!({ "op": "replace", "path": "type", "value": "Queue" }),
        json!({ "op": "replace", "path": "displayName", "value": ["x"] }),
        json!({ "op": "replace", "value": { "id": other } }),
        json!({ "op": "replace", "value": { "externalId": "x" } }),
        json!({ "op": "add", "path": "members", "value": [{ "display": "x" }] }),
    ] {
        let (status, detail) = ask(&told, &path, operation.clone());
        assert_eq!(status, 400, "{operation}: {detail}");
    }
    let (_, shown) =
        ask(&told, &path, json!({ "op": "replace", "value": { "id": group, "displayName": "Crew" } }));
    assert_eq!((&shown["displayName"], &shown["members"][0]["value"]), (&json!("Crew"), &json!(user)));
    let whole = "urn:ietf:params:scim:schemas:core:2.0:Group:displayName";
    let (_, shown) = ask(&told, &path, json!({ "op": "Replace", "path": whole, "value": "Band" }));
    assert_eq!(shown["displayName"], "Band");
    // On the way a user leaves only the groups that are named.
    let elsewhere = format!("v2/Groups/{other}");
    assert_eq!(ask(&told, &elsewhere, join).0, 200);
    let leave = json!({ "op": "remove", "path": "groups", "value": [{ "value": other }] });
    let (_, shown) = ask(&told, &format!("v2/Users/{user}"), leave);
    assert_eq!(shown["groups"][0]["value"], json!(group), "{shown}");
}
