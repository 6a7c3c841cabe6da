//! SCIM 1.1, as `sf org create user` speaks it.
//! <https://github.com/forcedotcom/sfdx-core/blob/main/src/org/user.ts>

use serde_json::{Value, json};

use crate::Told;

#[test]
fn a_user_is_made_and_changed() {
    let mut told = Told::new();
    let profile = told.entitlement("Standard User");
    let user = json!({
        "username": "cli@example.com", "emails": ["cli@example.com"], "name": { "familyName": "Doe" }, "nickName": "cli",
        "entitlements": [{ "value": profile }],
    });
    let made = told.ask("made", "POST", "v1/Users", user.clone());
    told.ask("made twice", "POST", "v1/Users", user);
    let path = format!("v1/Users/{}", made["id"].as_str().expect("an id"));
    told.ask("changed", "PATCH", &path, json!({ "title": "Dr", "active": false }));
    told.ask("and emptied", "PATCH", &path, json!({ "meta": { "attributes": ["title"] } }));
    told.ask(
        "a page",
        "GET",
        "v1/Users?filter=userName eq \"cli@example.com\"&attributes=userName",
        Value::Null,
    );
    told.snapshot("scim_version_one");
}

/// The client that makes a user may at once be that user.
#[test]
fn a_user_is_approved_for_the_client() {
    let told = Told::new();
    let server = &told.emulator.server;
    let user = json!({
        "username": "cli@example.com", "emails": ["cli@example.com"], "name": { "familyName": "Doe" }, "nickName": "cli",
        "entitlements": [{ "value": told.entitlement("Standard User") }],
    });
    let made = ureq::post(format!("{}/services/scim/v1/Users", server.url))
        .header(
            "authorization",
            format!("Bearer {}", server.ready.first.access_token.as_deref().expect("a token")),
        )
        .header("content-type", "application/json")
        .header("auto-approve-user", "true")
        .send(user.to_string())
        .expect("an answer");
    let token = made.headers()["auto-approve-user"].to_str().expect("a token").to_owned();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "fauxforce-client-id"),
        ("client_secret", "fauxforce-client-secret"),
        ("refresh_token", &token),
    ];
    let granted = ureq::post(format!("{}/services/oauth2/token", server.url)).send_form(form);
    let granted = granted.expect("a grant").body_mut().read_to_string().expect("text");
    let granted: Value = serde_json::from_str(&granted).expect("JSON");
    let bearer = format!("Bearer {}", granted["access_token"].as_str().expect("a token"));
    let me = told.emulator.ask("GET", "/services/scim/v1/Me", &[("authorization", &bearer)], "");
    assert!(me.body.contains("\"userName\":\"cli@example.com\""), "{me:?}");
    assert!(server.world().lock().outbox.borrow().is_empty(), "no mail leads to a password");
}
