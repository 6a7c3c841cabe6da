//! SCIM over a socket.

#[path = "../bulk/emulator.rs"]
mod emulator;

mod external;
mod lists;
mod members;
mod patches;
mod refusals;
mod users;
mod version_one;

use std::fmt::Write as _;

use emulator::{Emulator, Got, snapshot};
use serde_json::{Value, json};

const JSON: &[(&str, &str)] = &[("content-type", "application/scim+json")];
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// An emulator, and what it has said so far.
struct Told {
    emulator: Emulator,
    text: String,
}

impl Told {
    fn new() -> Told {
        Told { emulator: Emulator::deterministic(), text: String::new() }
    }

    /// Asks, and keeps the answer for the snapshot. Paths are below `/services/scim/`.
    fn ask(&mut self, what: &str, method: &str, path: &str, body: Value) -> Value {
        let got = self.quiet(method, path, &body);
        let place = got.location.as_deref().map(|place| format!(" -> {place}")).unwrap_or_default();
        writeln!(self.text, "# {what}\n{method} {path}{place}\n{}\n", got.told()).expect("a text");
        serde_json::from_str(&got.body).unwrap_or_default()
    }

    fn quiet(&self, method: &str, path: &str, body: &Value) -> Got {
        let body = match body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let path = path.replace(' ', "%20").replace('"', "%22").replace('\'', "%27");
        self.emulator.ask(method, &format!("/services/scim/{path}"), JSON, &body)
    }

    /// The id of the entitlement of this name.
    fn entitlement(&self, name: &str) -> String {
        let path = format!("v2/Entitlements?filter=displayName eq \"{name}\"");
        let got = self.quiet("GET", &path, &Value::Null);
        let found: Value = serde_json::from_str(&got.body).expect("JSON");
        found["Resources"][0]["id"].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned()
    }

    /// A user with this profile, changed by `more`.
    fn user(&self, profile: &str, more: Value) -> Value {
        let mut user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "jo@example.com", "name": { "familyName": "Doe", "givenName": "Jo" },
            "emails": [{ "type": "work", "primary": true, "value": "jo@example.com" }],
            "entitlements": [{ "value": self.entitlement(profile) }],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            user[name] = value.clone();
        }
        user
    }

    /// Creates it; gives its path.
    fn made(&self, profile: &str, more: Value) -> String {
        let got = self.quiet("POST", "v2/Users", &self.user(profile, more));
        assert_eq!(got.status, 201, "{got:?}");
        let made: Value = serde_json::from_str(&got.body).expect("JSON");
        format!("v2/Users/{}", made["id"].as_str().expect("an id"))
    }

    /// Creates a record through REST; gives its id.
    fn record(&self, object: &str, fields: Value) -> String {
        let path = format!("/services/data/v62.0/sobjects/{object}");
        let made = self.emulator.json("POST", &path, &fields.to_string());
        made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    /// The first record that a query finds.
    fn found(&self, soql: &str) -> Value {
        let path = format!("/services/data/v62.0/query?q={}", soql.replace(' ', "+").replace('%', "%25"));
        self.emulator.json("GET", &path, "")["records"][0].clone()
    }

    /// What it has said, without the port.
    fn snapshot(self, name: &str) {
        snapshot(name, &self.text.replace(&self.emulator.server.url, "http://host"));
    }
}

fn patch(operations: Value) -> Value {
    json!({ "schemas": [PATCH], "Operations": operations })
}
