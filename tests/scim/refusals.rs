//! What is refused, and in which words.

use serde_json::{Value, json};

use crate::{Told, patch};

#[test]
fn users() {
    let mut told = Told::new();
    let path = told.made("Standard User", json!({}));
    told.ask("no JSON", "POST", "v2/Users", json!("{"));
    told.ask("nothing", "POST", "v2/Users", json!({}));
    let name =
        json!({ "familyName": "x", "middleName": "x", "honorificPrefix": "x", "honorificSuffix": "x" });
    let mail = json!([{ "value": "a@example.com" }, { "value": "b@example.com" }]);
    let bad = told.user("Standard User", json!({ "name": name, "emails": mail, "addresses": [{}, {}], "costCenter": "1", "roles": ["a", "b"] }));
    told.ask("much at once", "POST", "v2/Users", bad);
    let refuse = |told: &mut Told, what: &str, more: Value| {
        let user = told.user("Standard User", more);
        told.ask(what, "POST", "v2/Users", user);
    };
    refuse(&mut told, "taken", json!({}));
    refuse(
        &mut told,
        "a bad address",
        json!({ "userName": "new@example.com", "nickName": "new", "emails": ["nonsense"] }),
    );
    refuse(
        &mut told,
        "a profile that is not there",
        json!({ "userName": "new@example.com", "entitlements": [{ "value": "00e000000000zzzAAA" }] }),
    );
    refuse(&mut told, "no entitlement", json!({ "entitlements": [{ "value": "001000000000001AAA" }] }));
    let entitlements = json!([told.entitlement("Standard User"), "0PS000000000zzz"]);
    let no_set = json!({ "userName": "new@example.com", "nickName": "new", "entitlements": entitlements });
    refuse(&mut told, "a permission set that is not there", no_set);
    refuse(
        &mut told,
        "a weak password",
        json!({ "userName": "new@example.com", "nickName": "new", "password": "short" }),
    );
    told.ask("nobody", "GET", "v2/Users/005000000000zzzAAA", Value::Null);
    told.ask("no id", "PUT", "v2/Users/nonsense", json!({}));
    told.ask("both lists", "GET", &format!("{path}?attributes=id&excludedAttributes=id"), Value::Null);
    told.ask("no attribute", "GET", &format!("{path}?attributes=nope"), Value::Null);
    told.ask("no schema", "PATCH", &path, json!({ "Operations": [] }));
    for (what, operation) in [
        ("an operation", json!({ "op": "move" })),
        ("no path", json!({ "op": "remove" })),
        ("unsupported", json!({ "op": "remove", "path": "costCenter" })),
        ("unknown", json!({ "op": "remove", "path": "nope" })),
        ("an unknown attribute", json!({ "op": "replace", "path": "shoeSize", "value": 44 })),
        (
            "one of an extension",
            json!({ "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:shoeSize", "value": 44 }),
        ),
        ("half a filter", json!({ "op": "replace", "path": "emails[", "value": "a@example.com" })),
        ("no filter", json!({ "op": "replace", "path": "emails[work].value", "value": "a@example.com" })),
        ("not to be empty", json!({ "op": "remove", "path": "emails" })),
        ("needed", json!({ "op": "remove", "path": "userName" })),
        ("all entitlements", json!({ "op": "remove", "path": "entitlements" })),
        (
            "two profiles",
            json!({ "op": "replace", "value": { "entitlements": ["00e000000000001AAA", "00e000000000002AAA"] } }),
        ),
    ] {
        told.ask(what, "PATCH", &path, patch(json!([operation])));
    }
    told.ask("no method", "POST", "v2/Roles", json!({}));
    told.ask("nothing there", "GET", "v2/Bulk", Value::Null);
    let left = told.emulator.count("SELECT COUNT() FROM User WHERE Username = 'new@example.com'");
    assert_eq!(left, 0, "what was refused in part is undone whole");
    told.snapshot("scim_refusals");
}

/// In the order in which the service looks, with 409, and nothing is saved.
#[test]
fn what_is_missing_is_told_in_order() {
    let told = Told::new();
    let path = told.made("Standard User", json!({}));
    let missing = "REQUIRED_FIELD_MISSING:userName;REQUIRED_FIELD_MISSING:name.familyName;REQUIRED_FIELD_MISSING:email;\
                   REQUIRED_FIELD_MISSING:user_must_have_one_entitlement_which_must_be_a_profileid;";
    let expected = json!({
        "schemas": "[\"urn:ietf:params:scim:api:messages:2.0:Error\"]", "detail": missing, "status": 409,
    });
    for (method, path) in [("POST", "v2/Users"), ("PUT", path.as_str())] {
        let got = told.quiet(method, path, &json!({}));
        assert_eq!(got.status, 409, "{got:?}");
        assert_eq!(serde_json::from_str::<Value>(&got.body).expect("JSON"), expected);
    }
    let v1 = told.quiet("POST", "v1/Users", &json!({}));
    assert_eq!(
        (v1.status, v1.body),
        (409, json!({ "Errors": [{ "description": missing, "code": 409 }] }).to_string())
    );
    let other = told.user("Standard User", json!({ "id": "005000000000zzzAAA" }));
    let got = told.quiet("PUT", &path, &other);
    assert!(got.status == 409 && got.body.contains("INVALID:id_attribute_is_readonly;"), "{got:?}");
    let new = told.user("Standard User", json!({ "userName": "new@example.com", "nickName": "new" }));
    let got = told.quiet("POST", "v2/Users?attributes=nope", &new);
    assert_eq!(got.status, 409, "{got:?}");
    assert_eq!(told.emulator.count("SELECT COUNT() FROM User WHERE Username = 'new@example.com'"), 0);
}

#[test]
fn filters() {
    let mut told = Told::new();
    for filter in [
        "nope eq \"x\"",
        "userName is \"x\"",
        "userName eq x",
        "userName eq",
        "name eq \"x\"",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq \"x\"",
        "(userName eq \"x\"",
        "userName eq \"x\")",
        "userName eq \"x\" xor title pr",
        "userName eq \"x\" and",
        "groups eq \"00G000000000001AAA\" or entitlements eq \"00e000000000001AAA\"",
        "groups co \"00G\"",
        "active co \"t\"",
        "active eq \"perhaps\"",
        "id eq \"nonsense\"",
        "meta.created gt \"2026 OR Id != null\"",
        "manager eq \"x\"",
    ] {
        told.ask(filter, "GET", &format!("v2/Users?filter={filter}"), Value::Null);
    }
    told.ask("no number", "GET", "v2/Users?startIndex=x", Value::Null);
    told.ask("no count", "GET", "v2/Users?count=many", Value::Null);
    told.ask("too far", "GET", "v2/Users?startIndex=2002", Value::Null);
    told.snapshot("scim_filters");
}

#[test]
fn who_asks() {
    let told = Told::new();
    let ask = |token: &str| {
        let got = told.emulator.ask("GET", "/services/scim/v2/Users", &[("authorization", token)], "");
        (got.status, serde_json::from_str::<Value>(&got.body).expect("JSON")["detail"].clone())
    };
    for token in ["", "Bearer nonsense", "Basic x"] {
        assert_eq!(ask(token), (401, "Session expired or invalid".into()), "{token}");
    }
    let v1 = told.emulator.ask("GET", "/services/scim/v1/Users", &[("authorization", "")], "");
    assert_eq!(v1.body, r#"{"Errors":[{"description":"Session expired or invalid","code":401}]}"#);
    assert_eq!(told.emulator.ask("GET", "/services/scim/v3/Users", &[], "").status, 404);
}
