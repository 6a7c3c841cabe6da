//! What calls can be refused for.

use serde_json::json;

use crate::envelopes::{login, without_api};
use crate::scene::{STANDARD, Scenario};
use crate::soap::told;
use crate::surroundings::{Got, JSON, Surroundings, encoded};

pub const SCENARIOS: &[Scenario] = &[
    ("session_expired", |rig| rig.ask("GET", "v59.0/recent", &[("authorization", "Bearer x")], "")),
    ("bad_auth_header", |rig| rig.ask("GET", "v59.0/recent", &[("authorization", "Basic dXNlcjpwYXNz")], "")),
    ("not_for_rest", |rig| {
        let session = rig.token_of("admin@fauxforce.test", &[("scope", "openid")]);
        rig.use_session(&session);
        rig.get("v59.0/recent")
    }),
    ("api_disabled", |rig| {
        let rig = &rig
            .only_on_an_emulator()
            .seeded(|org| org.replacen("\"permissions\": [\"ApiEnabled\"]", "\"permissions\": []", 1), &[]);
        rig.a_portal_user(crate::scene::CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        rig.get("v59.0/recent")
    }),
    ("quota_spent", |rig| {
        rig.only_on_an_emulator().plant(&json!({ "error": "REQUEST_LIMIT_EXCEEDED" }));
        rig.get("v59.0/recent")
    }),
    ("unavailable", |rig| {
        rig.only_on_an_emulator().plant(&json!({ "error": "SERVER_UNAVAILABLE", "skip": 1 }));
        assert_eq!(rig.get("v59.0/recent").status, 200);
        rig.get("v59.0/recent")
    }),
    ("too_many_records", |rig| {
        let ids = vec!["001000000000001AAA"; 201].join(",");
        rig.raw("DELETE", &format!("v59.0/composite/sobjects?ids={ids}"), "")
    }),
    ("no_access_to_object", |rig| rig.get("v59.0/ui-api/object-info/Nothing__c")),
    ("not_in_ui_api", |rig| rig.get("v59.0/ui-api/object-info/UserRole")),
    ("nothing_here", |rig| rig.get("v59.0/nothing")),
    ("no_class_for", |rig| rig.send("GET", "/services/apexrest/nobody", &[], "")),
    ("no_external_id_field", |rig| rig.raw("PATCH", "v59.0/sobjects/Account/Phone/1", "{}")),
    ("not_allowed", |rig| rig.raw("PATCH", "v59.0/sobjects/Account", "{}")),
    ("no_such_media_type", |rig| {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        rig.ask("POST", "v59.0/sobjects/Account", &form, "Name=x")
    }),
    ("version_is_retired", |rig| rig.get("v30.0/recent")),
    ("no_emulation", |rig| rig.only_on_an_emulator().strict().get("v59.0/tooling")),
    ("body_required", |rig| rig.post("v59.0/sobjects/Account", "")),
    ("other_type", |rig| rig.insert("Account", json!({ "attributes": { "type": "Contact" }, "Name": "A" }))),
    ("no_json", |rig| rig.post("v59.0/sobjects/Account", "{\"Name\":\"x")),
    ("no_record", |rig| rig.post("v59.0/sobjects/Account", "[]")),
    ("refused", |rig| rig.post_xml("Account", "<Account>")),
    ("no_query", |rig| rig.get("v59.0/query")),
    ("groups_have_one_page", |rig| {
        for index in 0..201 {
            rig.made("Account", json!({ "Name": format!("A{index}") }));
        }
        let path = format!("v59.0/query?q={}", encoded("SELECT Name, COUNT(Id) FROM Account GROUP BY Name"));
        rig.ask("GET", &path, &[("sforce-query-options", "batchSize=200")], "")
    }),
    ("invalid_locator", |rig| rig.get("v59.0/query/nonsense")),
    ("end_before_start", |rig| span(rig, "2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z")),
    ("too_long_ago", |rig| span(rig, "2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z")),
    ("missing", |rig| span(rig, "2026-01-01T00:00:00Z", "")),
    ("no_date", |rig| span(rig, "yesterday", "2026-01-01T00:00:00Z")),
    ("not_replicateable", |rig| {
        let span = "start=2025-12-31T00:00:00Z&end=2026-01-01T00:00:00Z";
        rig.get(&format!("v59.0/sobjects/AccountShare/updated?{span}"))
    }),
    ("no_setup", |rig| {
        rig.a_user(STANDARD, json!({}));
        rig.a_portal_user(crate::scene::CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        rig.ask("GET", "v59.0/limits", JSON, "")
    }),
];

#[test]
pub fn a_spent_quota_stops_soap_calls() {
    let rig = Surroundings::emulator();
    rig.only_on_an_emulator().plant(&json!({ "error": "REQUEST_LIMIT_EXCEEDED" }));
    let answer = rig.soap("<getUserInfo/>");
    assert_eq!(told(&answer)[0].0, "REQUEST_LIMIT_EXCEEDED", "{answer}");
}

#[test]
pub fn a_user_without_api_enabled_does_not_log_in_over_soap() {
    let rig = without_api(&Surroundings::emulator());
    rig.token_of("doe@example.com", &[]);
    let call = login("doe@example.com", "another-pass1");
    let got = rig.envelope("/customers/services/Soap/u/59.0", "", &call);
    assert_eq!(told(&got.body)[0].0, "API_DISABLED_FOR_ORG", "{}", got.body);
}

fn span(rig: &Surroundings, start: &str, end: &str) -> Got {
    rig.get(&format!("v59.0/sobjects/Account/updated?start={start}&end={end}"))
}
