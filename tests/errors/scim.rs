//! What SCIM can be refused for.

use serde_json::{Value, json};

use crate::scene::{CUSTOMER, Scenario};
use crate::surroundings::{Got, Surroundings, encoded};

const JSON: (&str, &str) = ("content-type", "application/scim+json");
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

pub const SCENARIOS: &[Scenario] = &[
    ("scim.unauthorized", |rig| rig.send("GET", "/services/scim/v2/Users", &[("authorization", "")], "")),
    ("scim.unauthorized", |rig| rig.send("GET", "/services/scim/v1/Users", &[("authorization", "")], "")),
    ("scim.api_disabled", |rig| {
        let without =
            |org: String| org.replacen("\"permissions\": [\"ApiEnabled\"]", "\"permissions\": []", 1);
        let rig = &rig.only_on_an_emulator().seeded(without, &[]);
        rig.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        ask(rig, "GET", "Users", &Value::Null)
    }),
    ("scim.no_such_resource", |rig| ask(rig, "GET", "Bulk", &Value::Null)),
    ("scim.not_found", |rig| ask(rig, "GET", "Users/005000000000zzzAAA", &Value::Null)),
    ("scim.method_not_supported", |rig| ask(rig, "POST", "Roles", &json!({}))),
    ("scim.taken", |rig| create(rig, json!({ "userName": "admin@fauxforce.test" }))),
    ("scim.refused", |rig| create(rig, json!({ "emails": ["nonsense"] }))),
    ("scim.rows_refused", |rig| {
        patch(rig, json!({ "op": "add", "path": "entitlements", "value": [{ "value": "0PS000000000zzz" }] }))
    }),
    ("scim.no_json", |rig| {
        let user = rig.user("norole.owner");
        rig.send("PATCH", &format!("/services/scim/v2/Users/{user}"), &[JSON], "{")
    }),
    ("scim.too_large", |rig| rig.announce("/services/scim/v2/Users", JSON.1, 2 << 20)),
    ("scim.expired_password", |rig| {
        let session = rig.session_with_expired_password();
        let bearer = format!("Bearer {session}");
        rig.send("GET", "/services/scim/v2/Users", &[("authorization", &bearer)], "")
    }),
    ("scim.invalid_schema", |rig| ask(rig, "POST", "Users/.search", &json!({ "filter": "title pr" }))),
    ("scim.mistyped", |rig| patch(rig, json!({ "op": "replace", "path": "title", "value": { "a": 1 } }))),
    ("scim.several_emails_in_patch", |rig| {
        let two = json!([{ "value": "a@example.com" }, { "value": "b@example.com" }]);
        patch(rig, json!({ "op": "replace", "path": "emails", "value": two }))
    }),
    ("scim.several_addresses_in_patch", |rig| {
        let two = json!([{ "locality": "Berlin" }, { "locality": "Bonn" }]);
        patch(rig, json!({ "op": "replace", "path": "addresses", "value": two }))
    }),
    ("scim.both_attribute_lists", |rig| {
        ask(rig, "GET", "Users?attributes=id&excludedAttributes=id", &Value::Null)
    }),
    ("scim.unsupported_attribute", |rig| filter(rig, "nope eq \"x\"")),
    ("scim.complex_attribute", |rig| filter(rig, "name eq \"x\"")),
    ("scim.unsupported_operator", |rig| filter(rig, "userName is \"x\"")),
    ("scim.unsupported_comparison", |rig| filter(rig, "active co \"t\"")),
    ("scim.not_quoted", |rig| filter(rig, "userName eq x")),
    ("scim.illegal_token", |rig| filter(rig, "userName eq \"x\" xor title pr")),
    ("scim.unbalanced_brackets", |rig| filter(rig, "(userName eq \"x\"")),
    ("scim.several_memberships", |rig| {
        filter(rig, "groups eq \"00G000000000001AAA\" or entitlements eq \"00e000000000001AAA\"")
    }),
    ("scim.illegal_start_index", |rig| ask(rig, "GET", "Users?startIndex=x", &Value::Null)),
    ("scim.illegal_count", |rig| ask(rig, "GET", "Users?count=many", &Value::Null)),
    ("scim.start_index_too_big", |rig| ask(rig, "GET", "Users?startIndex=2002", &Value::Null)),
    ("scim.improper_schema", |rig| {
        let user = rig.user("norole.owner");
        ask(rig, "PATCH", &format!("Users/{user}"), &json!({ "Operations": [] }))
    }),
    ("scim.improper_operation", |rig| patch(rig, json!({ "op": "move" }))),
    ("scim.missing_path", |rig| patch(rig, json!({ "op": "remove" }))),
    ("scim.unsupported_field", |rig| patch(rig, json!({ "op": "remove", "path": "costCenter" }))),
    ("scim.not_nillable", |rig| patch(rig, json!({ "op": "remove", "path": "emails" }))),
    ("scim.all_entitlements_removed", |rig| patch(rig, json!({ "op": "remove", "path": "entitlements" }))),
    ("scim.several_profiles_listed", |rig| {
        let two = ["00e000000000001AAA", "00e000000000002AAA"];
        patch(rig, json!({ "op": "replace", "value": { "entitlements": two } }))
    }),
    ("scim.no_entitlement", |rig| {
        patch(
            rig,
            json!({ "op": "replace", "path": "entitlements", "value": [{ "value": "001000000000001AAA" }] }),
        )
    }),
    ("scim.no_profile", |rig| create(rig, json!({ "entitlements": [{ "value": "00e000000000zzzAAA" }] }))),
    // What is wrong with a user comes all in one text.
    ("scim.no_user_name", |rig| create(rig, json!({ "userName": null }))),
    ("scim.no_family_name", |rig| create(rig, json!({ "name": null }))),
    ("scim.no_email", |rig| create(rig, json!({ "emails": null }))),
    ("scim.no_profile_sent", |rig| create(rig, json!({ "entitlements": null }))),
    ("scim.other_id", |rig| {
        let (path, other) = (format!("Users/{}", rig.user("norole.owner")), rig.user("integration"));
        ask(rig, "PUT", &path, &complete(rig, json!({ "id": other })))
    }),
    ("scim.several_emails", |rig| create(rig, json!({ "emails": ["a@example.com", "b@example.com"] }))),
    ("scim.several_addresses", |rig| create(rig, json!({ "addresses": [{}, {}] }))),
    ("scim.several_roles", |rig| create(rig, json!({ "roles": ["a", "b"] }))),
    ("scim.part_of_name", |rig| create(rig, json!({ "name": { "familyName": "x", "middleName": "x" } }))),
    ("scim.cost_center", |rig| create(rig, json!({ "costCenter": "1" }))),
];

fn ask(rig: &Surroundings, method: &str, path: &str, body: &Value) -> Got {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    rig.send(method, &format!("/services/scim/v2/{path}"), &[JSON], body)
}

fn filter(rig: &Surroundings, filter: &str) -> Got {
    ask(rig, "GET", &format!("Users?filter={}", encoded(filter)), &Value::Null)
}

fn patch(rig: &Surroundings, operation: Value) -> Got {
    let user = rig.user("norole.owner");
    ask(rig, "PATCH", &format!("Users/{user}"), &json!({ "schemas": [PATCH], "Operations": [operation] }))
}

/// Creates a complete user, changed by `more`.
fn create(rig: &Surroundings, more: Value) -> Got {
    ask(rig, "POST", "Users", &complete(rig, more))
}

/// A complete user, changed by `more`.
fn complete(rig: &Surroundings, more: Value) -> Value {
    let mut user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jo@example.com",
        "name": { "familyName": "Doe" }, "emails": ["jo@example.com"], "entitlements": [{ "value": entitlement(rig) }],
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        user[name] = value.clone();
    }
    user
}

/// The id of a profile.
fn entitlement(rig: &Surroundings) -> String {
    rig.profile("Standard User")
}
