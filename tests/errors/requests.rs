//! What calls can be refused for.

use fauxforce::message::Uri;
use serde_json::json;

use crate::harness::{JSON, Rig, TOKEN, encoded, request};
use crate::scene::{STANDARD, Scenario, rig_with};

pub const SCENARIOS: &[Scenario] = &[
    ("session_expired", || Rig::new().ask("GET", "v59.0/recent", &[("authorization", "Bearer x")], "")),
    ("bad_auth_header", || {
        Rig::new().ask("GET", "v59.0/recent", &[("authorization", "Basic dXNlcjpwYXNz")], "")
    }),
    ("not_for_rest", || {
        let rig = Rig::new();
        {
            let state = rig.cloud.enter();
            let mut session = state.sessions.find(TOKEN, 0).expect("the session");
            session.kind = fauxforce::cloud::SessionKind::Oauth;
            session.scopes = vec!["openid".to_owned()];
            state.sessions.open(session);
        }
        rig.get("v59.0/recent")
    }),
    ("api_disabled", || {
        let rig =
            rig_with(|org| org.replacen("\"permissions\": [\"ApiEnabled\"]", "\"permissions\": []", 1), &[]);
        rig.a_portal_user(crate::scene::CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        rig.get("v59.0/recent")
    }),
    ("quota_spent", || {
        let rig = Rig::new();
        rig.plant(json!({ "error": "REQUEST_LIMIT_EXCEEDED" }));
        rig.get("v59.0/recent")
    }),
    ("unavailable", || {
        let rig = Rig::new();
        rig.plant(json!({ "error": "SERVER_UNAVAILABLE", "skip": 1 }));
        assert_eq!(rig.get("v59.0/recent").status, 200);
        rig.get("v59.0/recent")
    }),
    ("too_many_records", || {
        let ids = vec!["001000000000001AAA"; 201].join(",");
        Rig::new().raw("DELETE", &format!("v59.0/composite/sobjects?ids={ids}"), "")
    }),
    ("no_access_to_object", || Rig::new().get("v59.0/ui-api/object-info/Nothing__c")),
    ("not_in_ui_api", || Rig::new().get("v59.0/ui-api/object-info/UserRole")),
    ("nothing_here", || Rig::new().get("v59.0/nothing")),
    ("no_class_for", || {
        let mut call = request("GET", "", &[], "");
        call.uri = Uri::from_static("/services/apexrest/nobody");
        Rig::new().send(&call)
    }),
    ("no_external_id_field", || Rig::new().raw("PATCH", "v59.0/sobjects/Account/Phone/1", "{}")),
    ("not_allowed", || Rig::new().raw("PATCH", "v59.0/sobjects/Account", "{}")),
    ("no_such_media_type", || {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        Rig::new().ask("POST", "v59.0/sobjects/Account", &form, "Name=x")
    }),
    ("version_is_retired", || Rig::new().get("v30.0/recent")),
    ("no_emulation", || {
        let rig = Rig::new();
        rig.cloud.enter().settings.strict = true;
        rig.get("v59.0/tooling")
    }),
    ("body_required", || Rig::new().post("v59.0/sobjects/Account", "")),
    ("other_type", || {
        Rig::new().insert("Account", json!({ "attributes": { "type": "Contact" }, "Name": "A" }))
    }),
    ("no_json", || Rig::new().post("v59.0/sobjects/Account", "{\"Name\":\"x")),
    ("no_record", || Rig::new().post("v59.0/sobjects/Account", "[]")),
    ("refused", || Rig::new().post_xml("Account", "<Account>")),
    ("no_query", || Rig::new().get("v59.0/query")),
    ("groups_have_one_page", || {
        let rig = Rig::new();
        for index in 0..201 {
            rig.made("Account", json!({ "Name": format!("A{index}") }));
        }
        let path = format!("v59.0/query?q={}", encoded("SELECT Name, COUNT(Id) FROM Account GROUP BY Name"));
        rig.ask("GET", &path, &[("sforce-query-options", "batchSize=200")], "")
    }),
    ("invalid_locator", || Rig::new().get("v59.0/query/nonsense")),
    ("end_before_start", || span("2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z")),
    ("too_long_ago", || span("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z")),
    ("missing", || span("2026-01-01T00:00:00Z", "")),
    ("no_date", || span("yesterday", "2026-01-01T00:00:00Z")),
    ("not_replicateable", || {
        let span = "start=2025-12-31T00:00:00Z&end=2026-01-01T00:00:00Z";
        Rig::new().get(&format!("v59.0/sobjects/AccountShare/updated?{span}"))
    }),
    ("no_setup", || {
        let rig = Rig::new();
        rig.a_user(STANDARD, json!({}));
        rig.a_portal_user(crate::scene::CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        rig.ask("GET", "v59.0/limits", JSON, "")
    }),
];

fn span(start: &str, end: &str) -> crate::harness::Got {
    Rig::new().get(&format!("v59.0/sobjects/Account/updated?start={start}&end={end}"))
}
