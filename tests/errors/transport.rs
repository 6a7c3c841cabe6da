//! What the transport and the control API refuse.

use std::cell::Cell;

use crate::scene::Scenario;
use crate::surroundings::{Got, JSON, Surroundings};

pub const SCENARIOS: &[Scenario] = &[
    ("http.uri_too_long", |rig| rig.send("GET", &format!("/{}", "x".repeat(16_385)), &[], "")),
    ("http.headers_too_large", |rig| {
        bytes(rig, &format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(16_385)))
    }),
    ("http.no_host", |rig| bytes(rig, "GET / HTTP/1.1\r\n\r\n")),
    ("http.body_too_large", |rig| post(rig, "Expect: 100-continue\r\nContent-Length: 999999999999\r\n", "")),
    ("http.bad_host", |rig| bytes(rig, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")),
    ("http.body_incomplete", |rig| post(rig, "Content-Length: 10\r\n", "half")),
    ("http.body_corrupt", |rig| {
        rig.send("POST", "/services/data", &[("content-encoding", "gzip")], "no gzip")
    }),
    ("http.unknown_coding", |rig| rig.send("POST", "/services/data", &[("content-encoding", "br")], "x")),
    ("http.bad_tunnel", |rig| bytes(rig, "CONNECT nowhere HTTP/1.1\r\nHost: x\r\n\r\n")),
    ("http.no_way", |rig| bytes(rig, "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")),
    ("http.no_proxy", |rig| {
        let rig = rig.only_on_an_emulator().on_the_machines_clock();
        bytes(&rig, "CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")
    }),
    // The control API.
    ("control.wrong_token", |rig| {
        rig.only_on_an_emulator().with_control_token().send("GET", "/_fauxforce/outbox", &[], "")
    }),
    ("control.foreign_host", |rig| bytes(rig, "GET /_fauxforce/outbox HTTP/1.1\r\nHost: evil.test\r\n\r\n")),
    ("control.other_site", |rig| {
        rig.send("GET", "/_fauxforce/outbox", &[("sec-fetch-site", "cross-site")], "")
    }),
    ("control.no_json", |rig| {
        rig.send("POST", "/_fauxforce/faults", &[("content-type", "text/plain")], "{}")
    }),
    ("control.method_not_allowed", |rig| control(rig, "PUT", "health", "")),
    ("control.nothing_there", |rig| control(rig, "GET", "nothing", "")),
    ("control.no_change_waits", |rig| control(rig, "GET", "confirm?token=x", "")),
    ("control.not_changed", |rig| {
        let user = rig.user("norole.owner");
        rig.updated("User", &user, serde_json::json!({ "Email": "new@example.com" }));
        let link = rig.only_on_an_emulator().mails()[0]["link"].as_str().expect("a link").to_owned();
        let lock = r#"{"error": "UNABLE_TO_LOCK_ROW", "object": "User"}"#;
        assert_eq!(control(rig, "POST", "faults", lock).status, 201);
        rig.send("GET", &link, &[], "")
    }),
    ("control.nothing_planted", |rig| control(rig, "DELETE", "faults/99", "")),
    ("control.too_many_planted", |rig| {
        let lock = r#"{"error": "UNABLE_TO_LOCK_ROW", "object": "Lead", "times": null}"#;
        until_refused(|| rig.send("POST", "/_fauxforce/faults", JSON, lock))
    }),
    ("control.too_many_held", |rig| {
        let number = Cell::new(0);
        until_refused(|| {
            let lock =
                format!(r#"{{"federationId": "emp-{}", "held": true}}"#, number.replace(number.get() + 1));
            rig.send("POST", "/_fauxforce/saml/locks", JSON, lock)
        })
    }),
    ("control.no_wish", |rig| control(rig, "POST", "faults", "{}")),
    ("control.cannot_be_planted", |rig| control(rig, "POST", "faults", r#"{"error": "NONSENSE"}"#)),
    ("control.strikes_any_call", |rig| {
        control(rig, "POST", "faults", r#"{"error": "SERVER_UNAVAILABLE", "object": "User"}"#)
    }),
    ("control.no_record_id", |rig| {
        control(rig, "POST", "faults", r#"{"error": "UNABLE_TO_LOCK_ROW", "id": "x"}"#)
    }),
    ("control.no_such_object", |rig| {
        control(rig, "POST", "faults", r#"{"error": "UNABLE_TO_LOCK_ROW", "object": "Nope"}"#)
    }),
    ("control.no_times", |rig| {
        control(rig, "POST", "faults", r#"{"error": "UNABLE_TO_LOCK_ROW", "times": 0}"#)
    }),
    ("control.unknown_world", |rig| {
        rig.send("GET", "/services/data", &[("x-fauxforce-world", "nobody")], "")
    }),
    ("control.no_world_request", |rig| control(rig, "POST", "worlds", r#"{"nmae": "x"}"#)),
    ("control.no_name", |rig| control(rig, "POST", "worlds", r#"{"name": "a.b"}"#)),
    ("control.name_taken", |rig| control(rig, "POST", "worlds", r#"{"name": "main"}"#)),
    ("control.name_is_my_domain", |rig| control(rig, "POST", "worlds", r#"{"name": "fauxforce"}"#)),
    ("control.no_such_source", |rig| control(rig, "POST", "worlds", r#"{"from": "nowhere"}"#)),
    ("control.ambiguous_source", |rig| {
        control(rig, "PUT", "checkpoints/main", "{}");
        control(rig, "POST", "worlds", r#"{"from": "main"}"#)
    }),
    ("control.from_and_seed", |rig| {
        control(rig, "POST", "worlds", r#"{"from": "main", "seed": {"org": {}}}"#)
    }),
    ("control.no_records", |rig| {
        control(rig, "POST", "worlds", r#"{"seed": {"org": {}, "data": {"Account": 7}}}"#)
    }),
    ("control.seed_mistake", |rig| control(rig, "POST", "worlds", r#"{"seed": {"org": {"orgName": 7}}}"#)),
    ("control.no_port", |rig| {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        control(rig, "POST", "worlds", &format!(r#"{{"port": {port}}}"#))
    }),
    ("control.no_free_port", |rig| {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        control(&rig.only_on_an_emulator().with_world_ports(port..=port), "POST", "worlds", "")
    }),
    ("control.no_such_world", |rig| control(rig, "GET", "worlds/nowhere", "")),
    ("control.main_stays", |rig| control(rig, "DELETE", "worlds/main", "")),
    ("control.no_such_checkpoint", |rig| control(rig, "GET", "checkpoints/nowhere", "")),
    ("control.no_checkpoint_name", |rig| {
        control(rig, "PUT", &format!("checkpoints/{}", "x".repeat(101)), "")
    }),
    ("control.too_many_checkpoints", |rig| {
        let number = Cell::new(0);
        until_refused(|| {
            control(rig, "PUT", &format!("checkpoints/{}", number.replace(number.get() + 1)), "")
        })
    }),
    ("control.no_clock_request", |rig| control(rig, "PUT", "clock", r#"{"frozen": "yes"}"#)),
    ("control.nothing_to_do", |rig| control(rig, "PUT", "clock", "{}")),
    ("control.no_such_request", |rig| control(rig, "GET", "requests/999999", "")),
    ("control.no_journal", |rig| {
        rig.only_on_an_emulator().without_journal().send("GET", "/_fauxforce/requests", &[], "")
    }),
    ("control.unknown_parameter", |rig| control(rig, "GET", "requests?colour=red", "")),
    ("control.no_number", |rig| control(rig, "GET", "requests?limit=many", "")),
    ("control.no_status", |rig| control(rig, "GET", "requests?status=good", "")),
    ("control.no_format", |rig| control(rig, "GET", "requests?format=xml", "")),
    ("control.no_outcome_format", |rig| control(rig, "GET", "outcome?format=xml", "")),
    ("control.waited_in_vain", |rig| control(rig, "GET", "wait?mail=a@b.c&timeout=1ms", "")),
    ("control.wait_for_one", |rig| control(rig, "GET", "wait", "")),
    ("control.too_long", |rig| control(rig, "GET", "wait?mail=a@b.c&timeout=2h", "")),
    ("control.no_wait_number", |rig| control(rig, "GET", "wait?request=x&after=many", "")),
    ("control.no_query", |rig| control(rig, "GET", "wait?soql=SELECT", "")),
    ("control.no_time", |rig| control(rig, "PUT", "clock", r#"{"now": "yesterday"}"#)),
    ("control.no_duration", |rig| control(rig, "PUT", "clock", r#"{"advance": "soon"}"#)),
    ("control.no_time_there", |rig| control(rig, "PUT", "clock", r#"{"advance": "9000y"}"#)),
    ("control.backward_step", |rig| control(rig, "PUT", "clock", r#"{"step": "-1s"}"#)),
    ("control.running_step", |rig| control(rig, "PUT", "clock", r#"{"step": "1s", "frozen": false}"#)),
    ("control.no_login_kept", |rig| control(rig, "GET", "logins/99", "")),
    ("control.no_lock", |rig| control(rig, "POST", "saml/locks", "{}")),
    ("control.nothing_to_validate", |rig| control(rig, "POST", "saml/validate", "{}")),
];

/// Asks until there is too much of it.
fn until_refused(ask: impl Fn() -> Got) -> Got {
    (0..2_000).map(|_| ask()).find(|got| got.status >= 400).expect("a refusal")
}

fn bytes(rig: &Surroundings, request: &str) -> Got {
    rig.send_bytes(request.as_bytes())
}

fn post(rig: &Surroundings, headers: &str, body: &str) -> Got {
    bytes(rig, &format!("POST /services/data HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}"))
}

fn control(rig: &Surroundings, method: &str, path: &str, body: &str) -> Got {
    rig.only_on_an_emulator().control(method, path, body)
}
