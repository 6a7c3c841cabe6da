//! The token endpoint: passwords and client credentials.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, Form, PASSWORD, TOKEN, encoded};

const SECRET: &str = "fauxforce-client-secret";

fn password(username: &'static str, password: &'static str) -> [(&'static str, &'static str); 3] {
    [("grant_type", "password"), ("username", username), ("password", password)]
}

#[test]
fn a_password_with_or_without_the_security_token_gives_a_session() {
    let emulator = Emulator::start();
    let plain = emulator.password_grant(ADMIN, PASSWORD);
    let with_token = emulator.password_grant("Admin@FAUXFORCE.test", &format!("{PASSWORD}{TOKEN}"));
    assert_outcomes!("login_oauth_password", format!("{}\n{}", plain.line(), with_token.line()));
    for answer in [plain, with_token] {
        assert!(emulator.is_open(&answer.field("access_token")));
    }
}

#[test]
fn the_signature_is_the_one_that_clients_compute() {
    let answer = Emulator::start().password_grant(ADMIN, PASSWORD);
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signed = format!("{}{}", answer.field("id"), answer.field("issued_at"));
    assert_eq!(answer.field("signature"), STANDARD.encode(hmac::sign(&key, signed.as_bytes())));
}

#[test]
fn tokens_have_the_shape_that_clients_look_for() {
    let token = Emulator::start().password_grant(ADMIN, PASSWORD).field("access_token");
    let (org, rest) = token.split_once('!').expect("an exclamation mark");
    assert!(org.len() == 15 && org.starts_with("00D"), "{token}");
    assert!(rest.len() == 96 && rest.starts_with('A'), "{token}");
    assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), "{token}");
}

#[test]
fn urls_are_those_that_the_client_can_reach() {
    let emulator = Emulator::start();
    let form = encoded(&[CLIENT, &password(ADMIN, PASSWORD)]);
    let urls = |host: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", host)];
        let answer = emulator.post("/services/oauth2/token", &headers, &form);
        (answer.field("instance_url"), answer.field("id"))
    };
    let (instance, id) = urls("sf.internal:8080");
    assert_eq!(instance, "http://sf.internal:8080");
    assert!(id.starts_with("http://sf.internal:8080/id/00D"), "{id}");
    // Behind somebody's TLS proxy.
    assert_eq!(urls("login.salesforce.com").0, "https://login.salesforce.com");
    assert_eq!(urls("acme.my.salesforce.com").0, "https://acme.my.salesforce.com");
}

#[test]
fn a_public_url_takes_the_place_of_the_address() {
    let builder = crate::fixture::builder().public_url("https://sf.example.com:8443");
    let emulator = Emulator::of(builder, None);
    let answer = emulator.password_grant(ADMIN, PASSWORD);
    assert_eq!(answer.field("instance_url"), "https://sf.example.com:8443");
}

#[test]
fn parameters_may_stand_in_the_query() {
    let emulator = Emulator::start();
    let query = encoded(&[CLIENT, &password(ADMIN, PASSWORD)]);
    let answer = emulator.post(&format!("/services/oauth2/token?{query}"), &[], "");
    assert!(emulator.is_open(&answer.field("access_token")));
}

#[test]
fn client_credentials_act_as_the_chosen_user() {
    let emulator = Emulator::start();
    let grant: &[(&str, &str)] = &[("grant_type", "client_credentials")];
    let in_body = emulator.token(&[CLIENT, grant]);
    let basic = format!("Basic {}", STANDARD.encode(format!("fauxforce-client-id:{SECRET}")));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", &basic)];
    let by_header = emulator.post("/services/oauth2/token", &headers, "grant_type=client_credentials");
    let scoped = emulator.token(&[CLIENT, grant, &[("scope", "api openid")]]);
    assert_outcomes!(
        "login_oauth_client_credentials",
        format!("{}\n{}\n{}", in_body.line(), by_header.line(), scoped.line())
    );
    let bearer = format!("Bearer {}", in_body.field("access_token"));
    let who = emulator.get("/services/oauth2/userinfo", &[("authorization", &bearer)]);
    assert_eq!(who.field("preferred_username"), "integration@fauxforce.test");
}

#[test]
fn other_formats() {
    let emulator = Emulator::start();
    let ok = password(ADMIN, PASSWORD);
    let wrong = password(ADMIN, "wrong");
    let mut lines = Vec::new();
    for format in ["json", "xml", "urlencoded"] {
        for grant in [&ok, &wrong] {
            let answer = emulator.token(&[CLIENT, grant, &[("format", format)]]);
            lines.push(format!("{}\n{}", answer.content_type, answer.line()));
        }
    }
    let form = encoded(&[CLIENT, &wrong]);
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/xml")];
    lines.push(emulator.post("/services/oauth2/token", &headers, &form).line());
    let lines = lines.join("\n");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"<signature>[^<]+", "<signature>SIGNATURE");
    settings.add_filter(r"signature=[^&\n]+", "signature=SIGNATURE");
    settings.add_filter(r"127\.0\.0\.1%3A\d+", "HOST");
    settings.add_filter(r"%21AQ[\w.]{94}", "!TOKEN");
    settings.bind(|| assert_outcomes!("login_oauth_formats", lines));
}

#[test]
fn refusals() {
    let emulator = Emulator::start();
    let client_id: &[(&str, &str)] = &[("client_id", "fauxforce-client-id")];
    let password_grant = password(ADMIN, PASSWORD);
    let credentials: &[(&str, &str)] = &[("grant_type", "client_credentials")];
    let cases: &[(&str, &[Form])] = &[
        ("no grant type", &[CLIENT]),
        ("unknown grant type", &[CLIENT, &[("grant_type", "magic")]]),
        ("no client id", &[&password_grant]),
        ("unknown client id", &[&password_grant, &[("client_id", "x"), ("client_secret", SECRET)]]),
        ("wrong secret", &[client_id, &password_grant, &[("client_secret", "x")]]),
        ("no secret", &[client_id, &password_grant]),
        ("unknown grant type and unknown client", &[&[("grant_type", "magic"), ("client_id", "x")]]),
        ("unknown user", &[CLIENT, &password("nobody@fauxforce.test", PASSWORD)]),
        ("wrong password", &[CLIENT, &password(ADMIN, "fauxforce2")]),
        ("wrong security token", &[CLIENT, &password(ADMIN, "fauxforce1TOKEN")]),
        ("security token alone", &[CLIENT, &password(ADMIN, TOKEN)]),
        ("no username", &[CLIENT, &[("grant_type", "password")]]),
        ("scope of another app", &[CLIENT, credentials, &[("scope", "api wave_api")]]),
        ("authorization code", &[CLIENT, &[("grant_type", "authorization_code"), ("code", "x")]]),
    ];
    let mut lines: Vec<_> =
        cases.iter().map(|(case, parts)| format!("{case}: {}", emulator.token(parts).line())).collect();
    lines.push(format!("GET: {}", emulator.get("/services/oauth2/token?grant_type=password", &[]).line()));
    let basic = format!("Basic {}", STANDARD.encode("fauxforce-client-id:wrong"));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
    let wrong_basic = emulator.post("/services/oauth2/token", &headers, "grant_type=client_credentials");
    lines.push(format!("wrong secret in Basic: {}", wrong_basic.line()));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", "login.salesforce.com")];
    let form = encoded(&[CLIENT, credentials]);
    let shared_host = emulator.post("/services/oauth2/token", &headers, &form);
    lines.push(format!("client credentials at login.salesforce.com: {}", shared_host.line()));
    assert_outcomes!("login_oauth_refusals", lines.join("\n"));
}

#[test]
fn refusals_that_the_seed_decides() {
    let emulator = Emulator::with(|org| org["settings"]["oauthPasswordFlow"] = json!(false));
    let mut lines = vec![format!("password flow off: {}", emulator.password_grant(ADMIN, PASSWORD).line())];
    let emulator = Emulator::with(|org| org["settings"]["requireSecurityToken"] = json!(true));
    lines.push(format!("security token required: {}", emulator.password_grant(ADMIN, PASSWORD).line()));
    let with_token = emulator.password_grant(ADMIN, &format!("{PASSWORD}{TOKEN}"));
    assert_eq!(with_token.status, 200);
    let emulator = Emulator::with(|org| {
        let app = org["connectedApps"][0].as_object_mut().expect("an app");
        app.remove("clientCredentialsUser");
        app["scopes"] = json!([]);
    });
    let credentials: &[(&str, &str)] = &[("grant_type", "client_credentials")];
    lines.push(format!("no user to run as: {}", emulator.token(&[CLIENT, credentials]).line()));
    lines.push(format!("no scopes: {}", emulator.password_grant(ADMIN, PASSWORD).line()));
    let emulator = Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["permittedUsers"] = json!("AdminApprovedPreAuthorized");
        app["profiles"] = json!(["Standard User"]);
        app["permissionSets"] = json!(["Provisioning"]);
    });
    lines.push(format!("not admin approved: {}", emulator.password_grant(ADMIN, PASSWORD).line()));
    let by_profile = emulator.password_grant("norole.owner@fauxforce.test", PASSWORD);
    let by_permission_set = emulator.password_grant("integration@fauxforce.test", PASSWORD);
    assert_eq!((by_profile.status, by_permission_set.status), (200, 200));
    assert_outcomes!("login_oauth_refusals_by_seed", lines.join("\n"));
}

#[test]
fn the_client_of_the_salesforce_cli_needs_no_registration() {
    let emulator = Emulator::start();
    let answer = emulator.token(&[&[("client_id", "PlatformCLI")], &password(ADMIN, PASSWORD)]);
    assert!(emulator.is_open(&answer.field("access_token")));
}

#[test]
fn strict_answers_501_to_a_gap() {
    let emulator = Emulator::of(crate::fixture::builder().strict(), None);
    let answer = emulator.form("/services/oauth2/register", &[]);
    assert_eq!((answer.status, answer.gap.as_deref()), (501, Some("POST /services/oauth2/register")));
}

#[test]
fn an_instance_url_may_end_in_a_slash() {
    let emulator = Emulator::start();
    assert_eq!(emulator.get("//services/data", &[]).body, emulator.get("/services/data", &[]).body);
    assert_eq!(emulator.get("//services/oauth2/userinfo", &[]).status, 403);
    assert_eq!(emulator.get("//nothing", &[]).status, 404);
}
