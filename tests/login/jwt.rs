//! The JWT bearer flow.

use std::fs;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{ADMIN, Answer, Emulator};
use crate::web_server::{CALLBACK, authorize};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Later than the clock of a deterministic world, whenever the test runs.
const EXP: i64 = 4_102_444_800;

fn sign(emulator: &Emulator, claims: &Value) -> String {
    sign_with(emulator, &Header::new(Algorithm::RS256), claims)
}

fn sign_with(emulator: &Emulator, header: &Header, claims: &Value) -> String {
    let file = emulator.server.ready.first.jwt_key_file.as_ref().expect("a key");
    let key = EncodingKey::from_rsa_pem(&fs::read(file).expect("a key")).expect("a key");
    jsonwebtoken::encode(header, claims, &key).expect("a token")
}

fn claims() -> Value {
    json!({ "iss": "fauxforce-client-id", "sub": ADMIN, "aud": "https://login.salesforce.com", "exp": EXP })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// Logs a user in by an assertion.
pub fn log_in(emulator: &Emulator, username: &str) -> Answer {
    post(emulator, &sign(emulator, &with("sub", json!(username))))
}

fn post(emulator: &Emulator, assertion: &str) -> Answer {
    emulator.token(&[&[("grant_type", GRANT), ("assertion", assertion)]])
}

#[test]
fn an_assertion_gives_a_session() {
    let emulator = Emulator::start();
    let answer = post(&emulator, &sign(&emulator, &claims()));
    assert_outcomes!("login_jwt", answer.line());
    assert!(emulator.is_open(&answer.field("access_token")));
}

#[test]
fn what_clients_write_into_claims() {
    let emulator = Emulator::start();
    let own = emulator.server.url.clone();
    let variants = [
        with("exp", json!(EXP.to_string())),
        with("exp", json!(EXP * 1000)),
        with("aud", json!(format!("{own}/"))),
        with("aud", json!(own.replace("http:", "https:"))),
        with("aud", json!(own.replace("127.0.0.1", "localhost"))),
        with("aud", json!("https://test.salesforce.com")),
        with("aud", json!(["https://login.salesforce.com"])),
        with("sub", json!("Admin@Fauxforce.Test")),
        json!({ "iss": "fauxforce-client-id", "prn": ADMIN, "aud": own, "exp": EXP, "iat": 1, "jti": "x" }),
    ];
    for claims in variants {
        let answer = post(&emulator, &sign(&emulator, &claims));
        assert_eq!(answer.status, 200, "{claims}: {}", answer.body);
    }
}

#[test]
fn refusals() {
    let emulator = Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["approvedUsers"] = json!([ADMIN, "readonly.owner@fauxforce.test", "norole.owner@fauxforce.test"]);
        let mut other = app.clone();
        other["name"] = json!("Unapproved");
        other["clientId"] = json!("without-certificate");
        let other_fields = other.as_object_mut().expect("an app");
        other_fields.remove("jwtCertificate");
        other_fields.remove("refreshTokens");
        org["connectedApps"].as_array_mut().expect("apps").push(other);
    });
    emulator.deactivate("readonly.owner@fauxforce.test");
    emulator.freeze("norole.owner@fauxforce.test", true);
    let signed = |claims: Value| post(&emulator, &sign(&emulator, &claims)).line();
    let good = sign(&emulator, &claims());
    let (head, signature) = good.rsplit_once('.').expect("a signature");
    let unsigned = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(b"fauxforce-client-secret").expect("a key"),
    );
    let lines = [
        format!("no assertion: {}", emulator.token(&[&[("grant_type", GRANT)]]).line()),
        format!("no JWT: {}", post(&emulator, "nonsense").line()),
        format!("unknown iss: {}", signed(with("iss", json!("x")))),
        format!("no iss: {}", signed(with("iss", Value::Null))),
        format!("app without certificate: {}", signed(with("iss", json!("without-certificate")))),
        format!(
            "other claims than signed: {}",
            post(&emulator, &format!("{}.{signature}", forged(head))).line()
        ),
        format!("HMAC with the secret: {}", post(&emulator, &unsigned.expect("a token")).line()),
        format!("another org's audience: {}", signed(with("aud", json!("https://other.my.salesforce.com")))),
        format!("a foreign host: {}", signed(with("aud", json!("https://fauxforce.evil.example")))),
        format!("foreign audience: {}", signed(with("aud", json!("https://example.com")))),
        format!("no audience: {}", signed(with("aud", Value::Null))),
        format!("expired: {}", signed(with("exp", json!(1_700_000_000)))),
        format!("no exp: {}", signed(with("exp", Value::Null))),
        format!("unknown user: {}", signed(with("sub", json!("nobody@fauxforce.test")))),
        format!("not approved: {}", signed(with("sub", json!("integration@fauxforce.test")))),
        format!("inactive: {}", signed(with("sub", json!("readonly.owner@fauxforce.test")))),
        format!("frozen: {}", signed(with("sub", json!("norole.owner@fauxforce.test")))),
    ];
    assert_outcomes!("login_jwt_refusals", lines.join("\n"));
}

/// The head of a token with its claims exchanged.
fn forged(head: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let (header, _) = head.split_once('.').expect("claims");
    let claims = with("sub", json!("integration@fauxforce.test"));
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[test]
fn a_token_that_begins_later_or_has_critical_extensions_is_refused() {
    let emulator = Emulator::start();
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(
            (answer.field("error"), answer.field("error_description")),
            ("invalid_grant".into(), "invalid assertion".into())
        );
    };
    for nbf in
        [json!(EXP - 1), json!((EXP - 1) * 1000), json!((EXP - 1).to_string()), json!([]), json!("NaN")]
    {
        refused(post(&emulator, &sign(&emulator, &with("nbf", nbf))));
    }
    for nbf in [json!(0), json!(1_700_000_000), json!(null)] {
        assert_eq!(post(&emulator, &sign(&emulator, &with("nbf", nbf))).status, 200);
    }
    let mut header = Header::new(Algorithm::RS256);
    for critical in [vec!["exp".to_owned()], vec!["https://example.com/x".to_owned()], Vec::new()] {
        header.crit = Some(critical);
        refused(post(&emulator, &sign_with(&emulator, &header, &claims())));
    }
}

#[test]
fn a_pre_authorized_app_needs_no_approval() {
    let emulator = Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["permittedUsers"] = json!("AdminApprovedPreAuthorized");
        app["profiles"] = json!(["System Administrator"]);
        app["approvedUsers"] = json!([]);
    });
    assert_eq!(post(&emulator, &sign(&emulator, &claims())).status, 200);
    let refused = post(&emulator, &sign(&emulator, &with("sub", json!("channel.manager@fauxforce.test"))));
    assert_eq!(refused.field("error"), "invalid_app_access");
}

#[test]
fn a_user_approves_once_in_a_browser() {
    let emulator = Emulator::with(|org| {
        org["connectedApps"][0]["approvedUsers"] = json!([]);
        org["connectedApps"][0]["refreshTokens"] = json!([]);
    });
    let browser = Browser::of_admin(&emulator);
    let approve = |scope: &str| {
        let app = [
            ("response_type", "code"),
            ("client_id", "fauxforce-client-id"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
        ];
        browser.allow(&browser.open(&authorize(&[&app])))
    };
    approve("api");
    assert_eq!(log_in(&emulator, ADMIN).field("error_description"), "user hasn't approved this consumer");
    approve("api refresh_token");
    assert_eq!(log_in(&emulator, ADMIN).status, 200);
}
