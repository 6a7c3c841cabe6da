//! The web server flow: login, approval, code, tokens; and every way in which it is refused.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::assert_outcomes;
use crate::browser::{Browser, Page};
use crate::emulator::{ADMIN, Answer, CLIENT, Emulator, Form, PASSWORD, encoded};

pub const CALLBACK: &str = "http://localhost:3000/callback";
pub const CLI: &str = "http://localhost:1717/OauthRedirect";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-as-rfc-7636-says";
const APP: Form = &[
    ("response_type", "code"),
    ("client_id", "fauxforce-client-id"),
    ("redirect_uri", CALLBACK),
    ("state", "a b&c"),
];
const PLATFORM_CLI: Form = &[("response_type", "code"), ("client_id", "PlatformCLI"), ("redirect_uri", CLI)];

pub fn authorize(parts: &[Form]) -> String {
    format!("/services/oauth2/authorize?{}", encoded(parts))
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

/// Exchanges the code to which a journey has led.
fn exchange(emulator: &Emulator, page: &Page, more: &[(&str, &str)]) -> Answer {
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    emulator.token(&[CLIENT, &grant, more])
}

#[test]
fn a_user_logs_in_approves_and_the_client_gets_its_tokens() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    let challenge = challenge();
    let asked = [("prompt", "consent"), ("nonce", "n-1"), ("code_challenge", challenge.as_str())];
    let login = browser.open(&authorize(&[APP, &asked]));
    let approval = browser.log_in(&login, ADMIN, PASSWORD);
    let left = browser.allow(&approval);
    let answer = exchange(&emulator, &left, &[("code_verifier", VERIFIER)]);
    let again = exchange(&emulator, &left, &[("code_verifier", VERIFIER)]);
    let told = [login, approval, left].map(|page| format!("{:?} {}", page.way, page.told()));
    assert_outcomes!("oauth_web_server", format!("{}\n{}\n{}", told.join("\n"), answer.line(), again.line()));
    assert!(emulator.is_open(&answer.field("access_token")));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*answer.field("refresh_token"))];
    let refreshed = emulator.token(&[CLIENT, &refresh]);
    assert!(emulator.is_open(&refreshed.field("access_token")));
    assert!(refreshed.json().get("refresh_token").is_none());
}

#[test]
fn an_approval_is_remembered_until_the_last_refresh_token_is_revoked() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let url = authorize(&[PLATFORM_CLI]);
    let first = browser.allow(&browser.open(&url));
    let grant = |page: &Page| {
        let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        let grant = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CLI)];
        emulator.token(&[&grant, &[("client_id", "PlatformCLI")]]).field("refresh_token")
    };
    let one = grant(&first);
    // No page: the browser is led through.
    let second = browser.open(&url);
    assert!(second.url.starts_with(CLI), "{second:?}");
    let other = grant(&second);
    let narrower = browser.open(&authorize(&[PLATFORM_CLI, &[("scope", "api")]]));
    assert!(narrower.url.starts_with(CLI), "{narrower:?}");
    for token in [one, other] {
        assert!(browser.open(&url).url.starts_with(CLI));
        assert_eq!(emulator.form("/services/oauth2/revoke", &[&[("token", &token)]]).status, 200);
    }
    assert!(browser.open(&url).body.contains("Allow Access?"));
}

#[test]
fn more_scopes_than_approved_are_asked_for() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let scope = |scope| authorize(&[PLATFORM_CLI, &[("scope", scope)]]);
    browser.allow(&browser.open(&scope("api")));
    assert!(browser.open(&scope("api")).url.starts_with(CLI));
    let wider = browser.open(&scope("api web"));
    assert!(wider.body.contains("Manage user data via Web browsers"), "{wider:?}");
}

#[test]
fn prompts() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let ask = |prompt: &str| browser.open(&authorize(&[APP, &[("prompt", prompt)]]));
    assert!(ask("").url.starts_with(CALLBACK), "the seed has approved");
    assert!(ask("none").url.starts_with(CALLBACK));
    assert!(ask("consent").body.contains("Allow Access?"));
    assert!(ask("select_account").body.contains("Allow Access?"));
    let login = ask("login");
    assert!(login.body.contains("id=\"login_form\""), "{login:?}");
    // Coming back with the old session is no new login.
    let source = login.part("name=\"startURL\" value=\"", "\"").expect("a place to go on to");
    assert!(browser.open(&source).body.contains("id=\"login_form\""));
    assert!(browser.log_in(&login, ADMIN, PASSWORD).url.starts_with(CALLBACK));
    let both = browser.log_in(&ask("login consent"), ADMIN, PASSWORD);
    assert!(both.body.contains("Allow Access?"), "{both:?}");
    let hint = Browser::of(&emulator).open(&authorize(&[APP, &[("login_hint", ADMIN)]]));
    assert!(hint.body.contains(&format!("value=\"{ADMIN}\"")), "{hint:?}");
}

#[test]
fn what_the_client_is_told_in_its_callback() {
    let emulator = Emulator::with(|org| {
        let mut restricted = org["connectedApps"][0].clone();
        restricted["name"] = json!("Restricted");
        restricted["clientId"] = json!("restricted");
        restricted["permittedUsers"] = json!("AdminApprovedPreAuthorized");
        restricted["profiles"] = json!(["Standard User"]);
        restricted["refreshTokens"] = json!([]);
        org["connectedApps"].as_array_mut().expect("apps").push(restricted);
    });
    let nobody = Browser::of(&emulator);
    let admin = Browser::of_admin(&emulator);
    let restricted =
        &[("response_type", "code"), ("client_id", "restricted"), ("redirect_uri", CALLBACK)][..];
    let cases = [
        ("denied", admin.deny(&admin.open(&authorize(&[APP, &[("prompt", "consent")]])))),
        ("nobody there, immediate", nobody.open(&authorize(&[APP, &[("immediate", "true")]]))),
        ("nobody there, no prompt", nobody.open(&authorize(&[APP, &[("prompt", "none")]]))),
        ("not approved, immediate", admin.open(&authorize(&[PLATFORM_CLI, &[("immediate", "true")]]))),
        ("login and none", admin.open(&authorize(&[APP, &[("prompt", "login none")]]))),
        ("scope of another app", admin.open(&authorize(&[APP, &[("scope", "api wave_api")]]))),
        ("not admin approved", admin.open(&authorize(&[restricted]))),
    ];
    let lines = cases.map(|(case, page)| format!("{case}: {}", page.told()));
    assert_outcomes!("oauth_authorize_sent", lines.join("\n"));
    let standard = Browser::of(&emulator);
    let approved = standard.open(&authorize(&[restricted, &[("prompt", "consent")]]));
    let approved = standard.log_in(&approved, "norole.owner@fauxforce.test", PASSWORD);
    assert!(approved.url.starts_with(CALLBACK), "an administrator has approved: {approved:?}");
}

#[test]
fn what_the_browser_is_shown() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["isPkceRequired"] = json!(true));
    let browser = Browser::of(&emulator);
    let client: &[(&str, &str)] = &[("client_id", "fauxforce-client-id")];
    let code: &[(&str, &str)] = &[("response_type", "code")];
    let back: &[(&str, &str)] = &[("redirect_uri", CALLBACK)];
    let challenge = challenge();
    let challenge: &[(&str, &str)] = &[("code_challenge", &challenge)];
    let cases: &[(&str, &[Form])] = &[
        ("no client", &[code, back, challenge]),
        ("unknown client", &[code, back, challenge, &[("client_id", "x")]]),
        ("no redirect_uri", &[client, code, challenge]),
        ("another redirect_uri", &[client, code, challenge, &[("redirect_uri", "http://localhost:3000/")]]),
        (
            "redirect_uri with a query",
            &[client, code, challenge, &[("redirect_uri", "http://localhost:3000/callback?x")]],
        ),
        ("no response_type", &[client, back, challenge]),
        ("unknown response_type", &[client, back, challenge, &[("response_type", "magic")]]),
        ("no code_challenge", &[client, code, back]),
        ("plain challenge", &[client, code, back, challenge, &[("code_challenge_method", "plain")]]),
    ];
    let mut lines: Vec<_> = cases
        .iter()
        .map(|(case, parts)| {
            let page = browser.open(&authorize(parts));
            format!("{case}: {} {:?} {}", page.status, page.content_type, page.body)
        })
        .collect();
    let right =
        browser.open(&authorize(&[client, code, back, challenge, &[("code_challenge_method", "S256")]]));
    assert!(right.body.contains("login_form"));
    let put = emulator.delete("/services/oauth2/authorize");
    lines.push(format!("DELETE: {}", put.line()));
    for source in ["", "?source=x", "?source=CAAA!!", "?source=CAAAYQ"] {
        let page = browser.open(&format!("/setup/secur/RemoteAccessAuthorizationPage.apexp{source}"));
        lines.push(format!("page{source}: {}", page.told()));
    }
    assert_outcomes!("oauth_authorize_shown", lines.join("\n"));
}

#[test]
fn an_app_that_is_not_installed() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["isInstalled"] = json!(false));
    let browser = Browser::of_admin(&emulator);
    let page = browser.open(&authorize(&[APP]));
    assert_eq!(page.parameter("error_description").as_deref(), Some("app must be installed into org"));
    let credentials: Form = &[("grant_type", "client_credentials")];
    let refresh: Form = &[("grant_type", "refresh_token"), ("refresh_token", "fauxforce-refresh-token")];
    let device: Form = &[("response_type", "device_code")];
    let lines = [
        page.told(),
        emulator.password_grant(ADMIN, PASSWORD).line(),
        crate::jwt::log_in(&emulator, ADMIN).line(),
        emulator.token(&[CLIENT, credentials]).line(),
        emulator.token(&[CLIENT, refresh]).line(),
        emulator.token(&[CLIENT, device]).line(),
    ];
    assert_outcomes!("oauth_not_installed", lines.join("\n"));
}

#[test]
fn an_answer_counts_only_from_the_page_of_the_session() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = browser.open(&authorize(&[APP, &[("prompt", "consent")]]));
    let source = page.part("name=\"source\" value=\"", "\"").expect("a source");
    let forged = browser.post(
        "/setup/secur/RemoteAccessAuthorizationPage.apexp",
        &[("source", &source), ("save", "x"), ("_CONFIRMATIONTOKEN", "x")],
    );
    assert!(forged.body.contains("Allow Access?"), "{forged:?}");
    let ended = Browser::of(&emulator);
    let page = ended.submit(&page, &[("save", "x")]);
    assert!(page.body.contains("login_form"), "without a session: {page:?}");
}

#[test]
fn codes_that_are_not_exchanged() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let challenge = challenge();
    let ask = || browser.open(&authorize(&[APP, &[("code_challenge", &challenge)]]));
    let page = ask();
    let code = page.parameter("code").expect("a code");
    let grant: &[(&str, &str)] = &[("grant_type", "authorization_code")];
    let code: &[(&str, &str)] = &[("code", &code)];
    let back: &[(&str, &str)] = &[("redirect_uri", CALLBACK)];
    let verifier: &[(&str, &str)] = &[("code_verifier", VERIFIER)];
    let id: &[(&str, &str)] = &[("client_id", "fauxforce-client-id")];
    let other = "another-verifier-of-at-least-forty-three-characters";
    let cases: &[(&str, &[Form])] = &[
        ("no code", &[CLIENT, grant, back, verifier]),
        ("unknown code", &[CLIENT, grant, back, verifier, &[("code", "aPrxx")]]),
        ("another client", &[grant, code, back, verifier, &[("client_id", "PlatformCLI")]]),
        ("no client", &[grant, code, back, verifier]),
        ("no secret", &[id, grant, code, back, verifier]),
        ("wrong secret", &[id, grant, code, back, verifier, &[("client_secret", "x")]]),
        ("no redirect_uri", &[CLIENT, grant, code, verifier]),
        ("another redirect_uri", &[CLIENT, grant, code, verifier, &[("redirect_uri", "http://x.test/")]]),
        ("no verifier", &[CLIENT, grant, code, back]),
        ("wrong verifier", &[CLIENT, grant, code, back, &[("code_verifier", other)]]),
        ("short verifier", &[CLIENT, grant, code, back, &[("code_verifier", "short")]]),
    ];
    let mut lines: Vec<_> =
        cases.iter().map(|(case, parts)| format!("{case}: {}", emulator.token(parts).line())).collect();
    assert_eq!(exchange(&emulator, &page, verifier).status, 200, "mistakes do not use a code up");
    lines.push(format!("spent: {}", exchange(&emulator, &page, verifier).line()));
    let late = ask();
    {
        let state = emulator.server.world().lock();
        for _ in 0..15 * 60 {
            state.clock.tick();
        }
    }
    lines.push(format!("15 minutes later: {}", exchange(&emulator, &late, verifier).line()));
    let user = "readonly.owner@fauxforce.test";
    let browser = Browser::of(&emulator);
    let one = browser.log_in(&browser.open(&authorize(&[APP])), user, PASSWORD);
    let other = browser.open(&authorize(&[APP]));
    emulator.freeze(user, true);
    lines.push(format!("frozen since: {}", exchange(&emulator, &one, &[]).line()));
    emulator.freeze(user, false);
    emulator.deactivate(user);
    lines.push(format!("inactive since: {}", exchange(&emulator, &other, &[]).line()));
    assert_outcomes!("oauth_code_refusals", lines.join("\n"));
}

#[test]
fn an_app_may_do_without_its_secret() {
    let emulator = Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["isConsumerSecretOptional"] = json!(true);
        app["isSecretRequiredForRefreshToken"] = json!(false);
    });
    let browser = Browser::of_admin(&emulator);
    let code = browser.open(&authorize(&[APP])).parameter("code").expect("a code");
    let id: &[(&str, &str)] = &[("client_id", "fauxforce-client-id")];
    let grant: &[(&str, &str)] =
        &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let wrong = emulator.token(&[id, grant, &[("client_secret", "x")]]);
    assert_eq!(wrong.field("error"), "invalid_client", "a wrong secret is wrong all the same");
    let token = emulator.token(&[id, grant]).field("refresh_token");
    let refresh: &[(&str, &str)] = &[("grant_type", "refresh_token"), ("refresh_token", &token)];
    assert_eq!(emulator.token(&[id, refresh]).status, 200);
    let password = [("grant_type", "password"), ("username", ADMIN), ("password", PASSWORD)];
    assert_eq!(emulator.token(&[id, &password]).field("error"), "invalid_client");
}

#[test]
fn a_code_without_the_scope_brings_no_refresh_token() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = browser.open(&authorize(&[APP, &[("scope", "api")]]));
    let answer = exchange(&emulator, &page, &[]);
    assert!(answer.json().get("refresh_token").is_none() && answer.json().get("id_token").is_none());
    assert_eq!(answer.field("scope"), "api");
}

#[test]
fn at_a_community() {
    let emulator = Emulator::with(|org| {
        org["connectedApps"][0]["approvedUsers"] = json!([]);
        org["connectedApps"][0]["refreshTokens"] = json!([]);
    });
    let user = emulator.partner_user();
    let browser = Browser::of(&emulator);
    let login = browser.open(&format!("/partners{}", authorize(&[APP])));
    assert!(login.body.contains("action=\"/partners/login\""), "{login:?}");
    let refused = browser.log_in(&login, user, "wrong");
    assert!(refused.body.contains("Your login attempt has failed."), "{refused:?}");
    let approval = browser.log_in(&login, user, PASSWORD);
    assert!(approval.body.contains("/partners/setup/secur/RemoteAccess"), "{approval:?}");
    let left = browser.allow(&approval);
    let code = left.parameter("code").expect("a code");
    let grant: &[(&str, &str)] =
        &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let elsewhere = emulator.token(&[CLIENT, grant]);
    let other = browser.open(&format!("/partners{}", authorize(&[APP]))).parameter("code").expect("a code");
    let grant: &[(&str, &str)] =
        &[("grant_type", "authorization_code"), ("code", &other), ("redirect_uri", CALLBACK)];
    let own = emulator.form("/partners/services/oauth2/token", &[CLIENT, grant]);
    assert_outcomes!("oauth_community", format!("{}\n{}\n{}", left.told(), elsewhere.line(), own.line()));
    // At the org's own address the session of an external user is none.
    let internal = browser.open(&authorize(&[APP]));
    assert!(internal.body.contains("login_form"), "{internal:?}");
}

#[test]
fn pages_fit_the_window_that_the_client_has() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    let ask =
        |display: &str| browser.open(&authorize(&[APP, &[("display", display), ("prompt", "consent")]]));
    for (display, kept) in
        [("touch", "touch"), ("mobile", "mobile"), ("popup", "popup"), ("page", "page"), ("x", "page")]
    {
        let login = ask(display);
        let next = login.part("name=\"startURL\" value=\"", "\"").expect("a place to go on to");
        assert!(next.ends_with(&format!("&display={kept}")), "{next}");
        let is_narrow = |page: &Page| page.body.contains("<body class=\"touch\">");
        assert_eq!(is_narrow(&login), ["touch", "mobile"].contains(&display), "{login:?}");
    }
    let approval = browser.log_in(&ask("touch"), ADMIN, PASSWORD);
    assert!(approval.body.contains("Allow Access?") && approval.body.contains("<body class=\"touch\">"));
    let branded = authorize(&[APP]).replace("authorize?", "authorize/expid_mobile?");
    assert!(browser.open(&branded).url.starts_with(CALLBACK));
}
