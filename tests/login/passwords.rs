//! The pages for passwords: wrong ones, expired ones, forgotten ones.

use fauxforce::credentials::password;
use serde_json::json;

use crate::assert_outcomes;
use crate::browser::{Browser, Page};
use crate::emulator::{ADMIN, Emulator, PASSWORD};
use crate::web_server::{CALLBACK, authorize};

const USER: &str = "channel.manager@fauxforce.test";
const NEW: &str = "correct-horse-1";
const CHANGE: &str = "/_ui/system/security/ChangePassword";

fn message(page: &Page) -> String {
    page.part("id=\"error\" class=\"", "<").map_or_else(
        || format!("no message: {}", page.told()),
        |text| text.split('>').nth(1).unwrap_or_default().to_owned(),
    )
}

/// A password that an administrator has made up.
fn reset(emulator: &Emulator) -> String {
    let user = emulator.id("User", ("Username", USER));
    let state = emulator.server.world().lock();
    let org = &state.orgs[0];
    password::reset(org, &state.environment(org.id), user, true).expect("a password")
}

#[test]
fn the_login_page_refuses() {
    let emulator = Emulator::with(|org| {
        org["settings"]["passwordPolicy"] =
            json!({ "lockoutAfter": 2, "lockoutMinutes": 0, "expiresAfterDays": 0 });
        org["settings"]["requireSecurityToken"] = json!(true);
    });
    let partner = emulator.partner_user();
    let browser = Browser::of(&emulator);
    let login = browser.open("/?ec=302&startURL=%2F001");
    let try_in = |username: &str, password: &str| message(&browser.log_in(&login, username, password));
    let mut lines = vec![
        format!("unknown: {}", try_in("nobody@fauxforce.test", PASSWORD)),
        format!("wrong: {}", try_in(USER, "wrong")),
        format!("of a community: {}", try_in(partner, PASSWORD)),
        format!("no password: {}", try_in(USER, "")),
        format!("locked: {}", try_in(USER, PASSWORD)),
    ];
    emulator.deactivate("readonly.owner@fauxforce.test");
    lines.push(format!("inactive: {}", try_in("readonly.owner@fauxforce.test", PASSWORD)));
    emulator.freeze("norole.owner@fauxforce.test", true);
    lines.push(format!("frozen: {}", try_in("norole.owner@fauxforce.test", PASSWORD)));
    let site = browser.open("/customers/login");
    let at_site = message(&browser.log_in(&site, "norole.owner@fauxforce.test", "wrong"));
    lines.push(format!("at a community: {at_site}"));
    assert_outcomes!("login_page_refusals", lines.join("\n"));
    let again = browser.log_in(&login, USER, "wrong");
    assert!(again.body.contains(&format!("value=\"{USER}\"")) && again.body.contains("value=\"/001\""));
    // Browsers need no security token.
    let home = browser.log_in(&browser.open("/login"), ADMIN, PASSWORD);
    assert!(home.body.contains("Logged in as"), "{home:?}");
}

#[test]
fn a_password_that_was_reset_is_changed_before_anything_else() {
    let emulator = Emulator::start();
    let temporary = reset(&emulator);
    let browser = Browser::of(&emulator);
    let app = [("response_type", "code"), ("client_id", "fauxforce-client-id"), ("redirect_uri", CALLBACK)];
    let url = authorize(&[&app]);
    let change = browser.log_in(&browser.open(&url), USER, &temporary);
    assert!(change.url.contains(CHANGE), "{change:?}");
    for target in [url.as_str(), "/home/home.jsp", "/setup/connect"] {
        assert!(browser.open(target).url.contains(CHANGE), "{target}");
    }
    let sid = browser.cookie("sid").expect("a session");
    let rest = emulator.get("/services/data/v62.0/limits", &[("authorization", &format!("Bearer {sid}"))]);
    assert_eq!(rest.json()[0]["errorCode"], "INVALID_OPERATION_WITH_EXPIRED_PASSWORD");
    let try_in = |old: &str, new: &str, again: &str| {
        let fields = [("currentpassword", old), ("newpassword", new), ("confirmpassword", again)];
        browser.submit(&change, &fields)
    };
    let lines = [
        ("page", change.told()),
        ("old password wrong", message(&try_in("wrong", NEW, NEW))),
        ("not alike", message(&try_in(&temporary, NEW, "x"))),
        ("short", message(&try_in(&temporary, "a1", "a1"))),
        ("the same", message(&try_in(&temporary, &temporary, &temporary))),
    ];
    let lines = lines.map(|(case, told)| format!("{case}: {told}"));
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r#"retURL" value="[^"]+""#, r#"retURL" value="SOURCE""#);
    settings.bind(|| assert_outcomes!("login_change_password", lines.join("\n")));
    let on = try_in(&temporary, NEW, NEW);
    assert!(on.url.starts_with(CALLBACK), "{on:?}");
    assert_eq!(emulator.password_grant(USER, NEW).status, 200);
    // One who is logged in may change it again, and lands at home.
    let page = browser.open(CHANGE);
    let fields = [
        ("currentpassword", NEW),
        ("newpassword", "battery-staple-2"),
        ("confirmpassword", "battery-staple-2"),
    ];
    assert!(browser.submit(&page, &fields).body.contains("Logged in as"));
    let nobody = Browser::of(&emulator).open(CHANGE);
    assert!(nobody.body.contains("login_form"), "{nobody:?}");
}

#[test]
fn a_forgotten_password_is_set_by_the_link_in_the_mail() {
    let emulator = Emulator::with(|org| {
        org["settings"]["passwordPolicy"] =
            json!({ "lockoutAfter": 1, "lockoutMinutes": 0, "expiresAfterDays": 0 });
    });
    emulator.password_grant(USER, "wrong");
    let browser = Browser::of(&emulator);
    let login = browser.open("/login");
    let page = browser.open(&login.part("id=\"forgot_password_link\" href=\"", "\"").expect("a link"));
    let sent = browser.submit(&page, &[("un", &USER.to_uppercase()), ("continue", "Continue")]);
    let mails = emulator.get("/_fauxforce/outbox", &[]).json();
    let link = mails[0]["link"].as_str().expect("a link").to_owned();
    assert_outcomes!(
        "login_forgot_password",
        format!("{}\n{}\n{:#}", page.told(), sent.told(), mails)
            .replace(link.rsplit('=').next().expect("a token"), "TOKEN")
    );
    let set = browser.open(&link);
    let home = browser.submit(&set, &[("newpassword", NEW), ("confirmpassword", NEW)]);
    assert!(home.body.contains(&format!("Logged in as <span id=\"username\">{USER}")), "{home:?}");
    assert_eq!(emulator.password_grant(USER, NEW).status, 200, "the lock has ended");
    assert!(browser.open(&link).body.contains("Your link has expired"));
}

#[test]
fn nobody_learns_who_has_forgotten_a_password() {
    let emulator = Emulator::start();
    let partner = emulator.partner_user();
    emulator.freeze("norole.owner@fauxforce.test", true);
    emulator.deactivate("readonly.owner@fauxforce.test");
    emulator.form("/_fauxforce/outbox", &[]);
    emulator.delete("/_fauxforce/outbox");
    let browser = Browser::of(&emulator);
    let ask = |username: &str| browser.post("/secur/forgotpassword.jsp", &[("un", username)]).body;
    let known = ask(ADMIN);
    for username in
        ["nobody@fauxforce.test", partner, "norole.owner@fauxforce.test", "readonly.owner@fauxforce.test"]
    {
        assert_eq!(ask(username), known);
    }
    browser.post("/partners/secur/forgotpassword.jsp", &[("un", partner)]);
    let mails = emulator.get("/_fauxforce/outbox", &[]).json();
    let to: Vec<_> = mails.as_array().expect("mails").iter().map(|mail| mail["to"].clone()).collect();
    assert_eq!(to, [ADMIN, partner]);
    let link = mails[1]["link"].as_str().expect("a link");
    assert!(link.starts_with("/partners/login?c="), "{link}");
    let set = browser.open(link);
    let home = browser.submit(&set, &[("newpassword", NEW), ("confirmpassword", NEW)]);
    assert!(home.body.contains("Home of partners"), "{home:?}");
}
