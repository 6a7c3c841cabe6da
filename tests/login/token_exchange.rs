//! The token exchange flow, with what the seed says in the place of an Apex handler.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, Form, encoded};

const GRANT: Form = &[("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")];
const JWT: Form = &[("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")];

fn emulator() -> Emulator {
    Emulator::with(|org| {
        org["connectedApps"][0]["tokenExchange"] = json!({
            "handler": "Exchange",
            "subjects": { "foreign-token": "integration@fauxforce.test" },
            "claim": "email",
            "field": "Email"
        });
    })
}

#[test]
fn a_foreign_token_is_exchanged() {
    let emulator = emulator();
    let ask = |token: &str| emulator.token(&[CLIENT, GRANT, JWT, &[("subject_token", token)]]);
    let claims = URL_SAFE_NO_PAD.encode(json!({ "email": ADMIN }).to_string());
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    let whole = ask("foreign-token");
    let by_claim = ask(&format!("{header}.{claims}.c2ln"));
    let who = emulator.get(
        "/services/oauth2/userinfo",
        &[("authorization", &format!("Bearer {}", by_claim.field("access_token")))],
    );
    assert_eq!(who.field("preferred_username"), ADMIN);
    assert_outcomes!("oauth_token_exchange", whole.line());
}

#[test]
fn a_foreign_token_begins_when_it_says_and_has_no_critical_extensions() {
    let emulator = emulator();
    let ask = |header: &str, nbf: serde_json::Value| {
        let claims = URL_SAFE_NO_PAD.encode(json!({ "email": ADMIN, "nbf": nbf }).to_string());
        let token = format!("{}.{claims}.c2ln", URL_SAFE_NO_PAD.encode(header));
        emulator.token(&[CLIENT, GRANT, JWT, &[("subject_token", &token)]]).status
    };
    let plain = r#"{"alg":"RS256"}"#;
    assert_eq!(ask(plain, json!(1_700_000_000)), 200);
    assert_eq!(ask(plain, json!(4_102_444_800_i64)), 400);
    assert_eq!(ask(r#"{"alg":"RS256","crit":["x"],"x":1}"#, json!(null)), 400);
}

#[test]
fn refusals() {
    let emulator = emulator();
    let subject: Form = &[("subject_token", "foreign-token")];
    let cases: &[(&str, &[Form])] = &[
        ("no subject token", &[CLIENT, GRANT, JWT]),
        ("no type", &[CLIENT, GRANT, subject]),
        ("unknown type", &[CLIENT, GRANT, subject, &[("subject_token_type", "x")]]),
        ("unknown subject", &[CLIENT, GRANT, JWT, &[("subject_token", "x")]]),
        ("another handler", &[CLIENT, GRANT, JWT, subject, &[("token_handler", "Other")]]),
        ("wrong scope", &[CLIENT, GRANT, JWT, subject, &[("scope", "magic")]]),
        ("no secret", &[&CLIENT[..1], GRANT, JWT, subject]),
    ];
    let mut lines: Vec<_> =
        cases.iter().map(|(case, parts)| format!("{case}: {}", emulator.token(parts).line())).collect();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", "login.salesforce.com")];
    let shared = emulator.post("/services/oauth2/token", &headers, &encoded(&[CLIENT, GRANT, JWT, subject]));
    lines.push(format!("at login.salesforce.com: {}", shared.line()));
    emulator.deactivate("integration@fauxforce.test");
    lines.push(format!("inactive: {}", emulator.token(&[CLIENT, GRANT, JWT, subject]).line()));
    let without = Emulator::start();
    lines.push(format!("not enabled: {}", without.token(&[CLIENT, GRANT, JWT, subject]).line()));
    assert_outcomes!("oauth_token_exchange_refusals", lines.join("\n"));
}
