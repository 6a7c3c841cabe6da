//! The front door: sessions and one-time tokens that open the org in a browser.

use serde_json::json;

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{ADMIN, Emulator, PASSWORD, encoded};

fn bridge(emulator: &Emulator, token: &str, path: &str) -> crate::emulator::Answer {
    emulator.post(
        "/services/oauth2/singleaccess",
        &[
            ("authorization", &format!("Bearer {token}")),
            ("content-type", "application/x-www-form-urlencoded"),
        ],
        &encoded(&[&[("redirect_uri", path)]]),
    )
}

#[test]
fn an_access_token_opens_the_org_once_by_a_one_time_url() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["scopes"] = json!(["api", "web"]));
    let token = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let answer = bridge(&emulator, &token, "/_ui/system/security/ChangePassword");
    assert_outcomes!("oauth_single_access", answer.line());
    let url = answer.field("frontdoor_uri");
    let browser = Browser::of(&emulator);
    let page = browser.open(&url);
    assert!(page.body.contains("Change Your Password"), "{page:?}");
    assert_eq!(browser.cookie("sid"), Some(token.clone()));
    let again = Browser::of(&emulator).open(&url);
    assert!(again.body.contains("login_form"), "{again:?}");
    let get = emulator.get("/services/oauth2/singleaccess", &[("authorization", &format!("Bearer {token}"))]);
    let late = get.field("frontdoor_uri");
    {
        let state = emulator.server.world().lock();
        for _ in 0..60 {
            state.clock.tick();
        }
    }
    assert!(Browser::of(&emulator).open(&late).body.contains("login_form"));
}

/// What the ready file and the examples of `docs/oauth.md` give opens the org in a browser as it is.
#[test]
fn the_tokens_of_the_default_seed_open_the_org() {
    let emulator = Emulator::start();
    let ready = emulator.server.ready.first.access_token.clone().expect("a token");
    let of_client = emulator
        .token(&[crate::emulator::CLIENT, &[("grant_type", "client_credentials")]])
        .field("access_token");
    let of_user = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    for token in [&ready, &of_client, &of_user] {
        let browser = Browser::of(&emulator);
        let fields = [("sid", token.as_str()), ("retURL", "/lightning/page/home")];
        let page = browser.post("/secur/frontdoor.jsp", &fields);
        assert!(page.body.contains("Logged in as"), "{page:?}");
        let url = bridge(&emulator, token, "/home/home.jsp").field("frontdoor_uri");
        let page = Browser::of(&emulator).open(&url);
        assert!(page.body.contains("Logged in as"), "{page:?}");
    }
}

#[test]
fn without_the_scope_no_page_opens() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["scopes"] = json!(["api"]));
    let token = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let soap = crate::soap::log_in(&emulator, ADMIN, PASSWORD).body;
    let soap = soap.split("<sessionId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a session");
    let lines = [
        format!("scope api: {}", bridge(&emulator, &token, "/").line()),
        format!("no token: {}", emulator.get("/services/oauth2/singleaccess", &[]).line()),
        format!("bad token: {}", bridge(&emulator, "x", "/").line()),
    ];
    assert_outcomes!("oauth_single_access_refusals", lines.join("\n"));
    assert_eq!(bridge(&emulator, soap, "/").status, 200);
    let door = |sid: &str| {
        Browser::of(&emulator).post("/secur/frontdoor.jsp", &[("sid", sid), ("retURL", "/home/home.jsp")])
    };
    assert!(door(soap).body.contains("Logged in as"));
    let refused = door(&token);
    assert!(refused.url.contains("/login?ec=302&startURL=%2Fhome%2Fhome.jsp"), "{refused:?}");
}

#[test]
fn logging_out_ends_the_session() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let sid = browser.cookie("sid").expect("a session");
    assert!(emulator.is_open(&sid));
    let page = browser.open("/secur/logout.jsp");
    assert!(page.body.contains("login_form"), "{page:?}");
    assert_eq!(browser.cookie("sid"), None);
    assert!(!emulator.is_open(&sid));
    browser.set_cookie("sid", &sid);
    assert!(!browser.open("/home/home.jsp").body.contains("Logged in as"));
    let frozen = Browser::of_admin(&emulator);
    emulator.freeze(ADMIN, true);
    assert!(!frozen.open("/home/home.jsp").body.contains("Logged in as"));
}
