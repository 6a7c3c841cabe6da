//! The Authorization Code and Credentials flow, and what apps ask before they log anyone in.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, Answer, CLIENT, Emulator, Form, PASSWORD, encoded};

const ECHO: &str = "/partners/services/oauth2/echo";
const AUTHORIZE: &str = "/partners/services/oauth2/authorize";

fn emulator() -> Emulator {
    Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["isCodeCredentialEnabled"] = json!(true);
        app["callbackUrls"] = json!(["http://localhost:3000/callback", ECHO]);
        app["permittedUsers"] = json!("AdminApprovedPreAuthorized");
        app["profiles"] = json!(["Acme Partner Community User", "System Administrator"]);
    })
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// Asks as a client does that follows redirects: the answer is that of the callback.
fn ask(emulator: &Emulator, path: &str, kind: &str, authorization: &str, more: Form) -> Answer {
    let callback = format!("{}{ECHO}", emulator.server.url);
    let request: Form = &[
        ("response_type", "code_credentials"),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", &callback),
    ];
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("auth-request-type", kind),
        ("authorization", authorization),
    ];
    let headers: Vec<_> = headers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    emulator.post(path, &headers, &encoded(&[more, request]))
}

#[test]
fn credentials_bring_a_code_to_the_echo() {
    let emulator = emulator();
    let user = emulator.partner_user();
    let answer = ask(&emulator, AUTHORIZE, "Named-User", &basic(user, PASSWORD), &[("state", "a b")]);
    assert_outcomes!("oauth_headless", answer.line());
    let callback = format!("{}{ECHO}", emulator.server.url);
    let code = answer.field("code");
    let grant: Form = &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &callback)];
    let tokens = emulator.form("/partners/services/oauth2/token", &[CLIENT, grant]);
    assert!(emulator.is_open(&tokens.field("access_token")));
    assert_eq!(tokens.field("sfdc_community_url"), answer.field("sfdc_community_url"));
    // As the Mobile SDK writes it.
    let sdk = format!("Basic {}", URL_SAFE_NO_PAD.encode(format!("{user}:{PASSWORD}")));
    assert_eq!(ask(&emulator, AUTHORIZE, "named-user", &sdk, &[]).status, 200);
}

#[test]
fn refusals() {
    let emulator = emulator();
    let user = emulator.partner_user();
    let right = basic(user, PASSWORD);
    let of =
        |path: &str, kind: &str, authorization: &str| ask(&emulator, path, kind, authorization, &[]).line();
    let named = "Named-User";
    let mut lines = vec![
        format!("wrong password: {}", of(AUTHORIZE, named, &basic(user, "x"))),
        format!("unknown user: {}", of(AUTHORIZE, named, &basic("nobody@partner.test", PASSWORD))),
        format!("no credentials: {}", of(AUTHORIZE, named, "")),
        format!("no such credentials: {}", of(AUTHORIZE, named, "Bearer x")),
        format!("no request type: {}", of(AUTHORIZE, "", &right)),
        format!("another request type: {}", of(AUTHORIZE, "passwordless-login", &right)),
        format!("not at a community: {}", of("/services/oauth2/authorize", named, &basic(ADMIN, PASSWORD))),
        format!("an employee: {}", of(AUTHORIZE, named, &basic(ADMIN, PASSWORD))),
        format!("at another community: {}", of("/customers/services/oauth2/authorize", named, &right)),
    ];
    let other = Emulator::start();
    other.partner_user();
    let request: Form = &[
        ("response_type", "code_credentials"),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", "http://localhost:3000/callback"),
    ];
    let headers = [("auth-request-type", named), ("authorization", right.as_str())];
    let disabled = other.get(&format!("{AUTHORIZE}?{}", encoded(&[request])), &headers);
    lines.push(format!("not enabled: {}", disabled.line()));
    assert_outcomes!("oauth_headless_refusals", lines.join("\n"));
    let query = "/_fauxforce/gaps";
    assert!(emulator.get(query, &[]).body.contains("OAuth Auth-Request-Type passwordless-login"));
}

#[test]
fn how_one_logs_in() {
    let emulator = Emulator::start();
    let of = |path: &str| emulator.get(&format!("{path}/.well-known/auth-configuration"), &[]);
    let mut told = of("/partners").json();
    let url = told["SamlProviders"][0]["SsoUrl"].as_str().expect("a URL").to_owned();
    let local = url.replace(&emulator.server.url, "");
    assert!(local.starts_with("/partners/saml/authn-request.jsp?"), "{url}");
    assert!(emulator.get(&local, &[]).body.contains("SAMLRequest"));
    for provider in told["SamlProviders"].as_array_mut().expect("providers") {
        provider["SsoUrl"] = "URL".into();
    }
    assert_outcomes!("oauth_auth_configuration", serde_json::to_string_pretty(&told).expect("JSON"));
    let org = of("").json();
    assert_eq!(
        (org["Url"].as_str(), &org["LoginPageType"]),
        (Some(&*emulator.server.url), &json!("standard"))
    );
}
