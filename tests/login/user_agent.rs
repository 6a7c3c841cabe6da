//! The user-agent flow: tokens in the fragment.

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{Emulator, Form};
use crate::web_server::{CALLBACK, authorize};

fn app(response_type: &'static str) -> [(&'static str, &'static str); 4] {
    [
        ("response_type", response_type),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", CALLBACK),
        ("state", "s"),
    ]
}

#[test]
fn tokens_come_in_the_fragment() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let nonce: Form = &[("nonce", "n")];
    let scope: Form = &[("scope", "api openid")];
    let pages = [
        browser.open(&authorize(&[&app("token")])),
        browser.open(&authorize(&[&app("token id_token"), nonce])),
        browser.open(&authorize(&[&app("id_token token"), scope])),
        browser.open(&authorize(&[&app("token id_token"), &[("scope", "api")]])),
        browser.open(&authorize(&[&app("token"), &[("scope", "magic")]])),
        browser.deny(&browser.open(&authorize(&[&app("token"), &[("prompt", "consent")]]))),
    ];
    for page in pages.iter().take(4) {
        assert!(emulator.is_open(&page.parameter("access_token").expect("a token")));
    }
    assert_outcomes!("oauth_user_agent", pages.map(|page| page.told()).join("\n"));
}

#[test]
fn the_login_history_tells_the_flows_apart() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    browser.open(&authorize(&[&app("token")]));
    browser.open(&authorize(&[&app("token id_token")]));
    let code = browser.open(&authorize(&[&app("code")])).parameter("code").expect("a code");
    let grant: Form = &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let token = emulator.token(&[crate::emulator::CLIENT, grant]).field("access_token");
    let query = "SELECT+LoginType,LoginSubType,Application,Status+FROM+LoginHistory+ORDER+BY+LoginTime";
    let rows = emulator.get(
        &format!("/services/data/v62.0/query?q={query}"),
        &[("authorization", &format!("Bearer {token}"))],
    );
    let rows = rows.json()["records"].as_array().expect("records").clone();
    let told = rows.iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        ["LoginType", "LoginSubType", "Application", "Status"].map(text).join(" | ")
    });
    assert_outcomes!("oauth_login_history", told.collect::<Vec<_>>().join("\n"));
}
