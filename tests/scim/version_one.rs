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
