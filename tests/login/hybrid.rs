//! The hybrid flows: sessions for pages beside the access token.

use serde_json::{Value, json};

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{Answer, CLIENT, Emulator, Form};
use crate::web_server::{CALLBACK, authorize};

fn emulator(scopes: &[&str]) -> Emulator {
    let scopes = json!(scopes);
    Emulator::with(|org| org["connectedApps"][0]["scopes"] = scopes)
}

const ALL: &[&str] = &["api", "web", "lightning", "visualforce", "content", "refresh_token", "openid"];
const SIDS: [&str; 3] = ["lightning_sid", "visualforce_sid", "content_sid"];

fn app(response_type: &'static str) -> [(&'static str, &'static str); 4] {
    [
        ("response_type", response_type),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", CALLBACK),
        ("display", "touch"),
    ]
}

/// The answer with what varies taken out.
fn told(answer: &Answer) -> String {
    let mut fields = answer.json();
    for name in ["csrf_token", "signature"] {
        fields[name] = name.to_uppercase().into();
    }
    serde_json::to_string_pretty(&fields).expect("JSON")
}

fn opens_pages(emulator: &Emulator, sid: &str) -> bool {
    let browser = Browser::of(emulator);
    browser.set_cookie("sid", sid);
    browser.open("/home/home.jsp").body.contains("Logged in as")
}

#[test]
fn a_code_and_a_refresh_bring_sessions_for_pages() {
    let emulator = emulator(ALL);
    let browser = Browser::of_admin(&emulator);
    let code = browser.open(&authorize(&[&app("code")])).parameter("code").expect("a code");
    let grant: Form = &[("grant_type", "hybrid_auth_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let first = emulator.token(&[CLIENT, grant]);
    let token = first.field("refresh_token");
    let grant: Form = &[("grant_type", "hybrid_refresh"), ("refresh_token", &token)];
    let second = emulator.token(&[CLIENT, grant]);
    assert_outcomes!("oauth_hybrid", format!("{}\n{}", told(&first), told(&second)));
    let mut sids: Vec<String> = SIDS.iter().flat_map(|sid| [first.field(sid), second.field(sid)]).collect();
    assert!(sids.iter().all(|sid| opens_pages(&emulator, sid)));
    sids.sort();
    sids.dedup();
    assert_eq!(sids.len(), 6);
    assert_eq!(emulator.form("/services/oauth2/revoke", &[&[("token", &token)]]).status, 200);
    assert!(!sids.iter().any(|sid| opens_pages(&emulator, sid)));
}

#[test]
fn a_token_with_sessions_comes_in_the_fragment() {
    let emulator = emulator(ALL);
    let page = Browser::of_admin(&emulator).open(&authorize(&[&app("hybrid_token"), &[("state", "s")]]));
    assert!(page.url.starts_with(&format!("{CALLBACK}#access_token=")), "{page:?}");
    let parameter = |name: &str| page.parameter(name).unwrap_or_else(|| panic!("no {name}: {page:?}"));
    assert!(emulator.is_open(&parameter("access_token")));
    assert!(SIDS.iter().all(|sid| opens_pages(&emulator, &parameter(sid))));
    let host = emulator.server.url.trim_start_matches("http://").to_owned();
    for domain in ["lightning_domain", "visualforce_domain", "content_domain"] {
        assert_eq!(parameter(domain), host);
    }
    assert_eq!(
        (parameter("sidCookieName"), parameter("cookie-clientSrc")),
        ("sid".into(), "127.0.0.1".into())
    );
    assert_eq!((parameter("state"), parameter("csrf_token").len()), ("s".into(), 64));
    assert!(page.parameter("id_token").is_none());
}

#[test]
fn scopes_say_which_sessions_there_are() {
    for (scopes, expected) in [
        (&["api", "refresh_token"][..], &[][..]),
        (&["api", "lightning", "refresh_token"], &[]),
        (&["api", "web", "refresh_token"], &["sidCookieName", "cookie-sid_Client", "cookie-clientSrc"]),
        (
            &["web", "content", "refresh_token"],
            &["content_domain", "content_sid", "sidCookieName", "cookie-sid_Client", "cookie-clientSrc"],
        ),
    ] {
        let grant: Form = &[("grant_type", "hybrid_refresh"), ("refresh_token", "fauxforce-refresh-token")];
        let answer = emulator(scopes).token(&[CLIENT, grant]);
        let names: Vec<String> = answer.json().as_object().expect("fields").keys().cloned().collect();
        let added = names.iter().skip_while(|name| *name != "issued_at").skip(1).map(String::as_str);
        assert_eq!(added.collect::<Vec<_>>(), expected, "{}", answer.body);
    }
}

#[test]
fn refusals_are_those_of_the_plain_flows() {
    let emulator = emulator(ALL);
    let code: Form = &[("grant_type", "hybrid_auth_code"), ("code", "x"), ("redirect_uri", CALLBACK)];
    let token: Form = &[("grant_type", "hybrid_refresh"), ("refresh_token", "x")];
    let told = |parts: &[Form]| emulator.token(parts).json()["error_description"].clone();
    assert_eq!(told(&[CLIENT, code]), "invalid authorization code");
    assert_eq!(told(&[CLIENT, token]), "expired access/refresh token");
    assert_eq!(told(&[token]), "client identifier invalid");
    assert_eq!(emulator.get("/_fauxforce/gaps", &[]).json(), Value::Array(Vec::new()));
}
