//! The emulator's own API, and the pages.

use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{CLIENT, Emulator, text};

const USER: &str = "norole.owner@fauxforce.test";

#[test]
fn health_and_pages() {
    let emulator = Emulator::start();
    let get = |path: &str| emulator.get(path, &[]);
    assert_eq!(get("/_fauxforce/health").json()["status"], "ok");
    assert_eq!(get("/").status, 200);
    let lines = [
        "/",
        "/nowhere",
        "/_fauxforce/nowhere",
        "/services/apexrest/x/y",
        "/.well-known/openid-configuration",
    ]
    .map(|path| format!("{path}: {}", get(path).line()));
    assert_outcomes!("login_pages", lines.join("\n"));
}

#[test]
fn what_is_not_emulated_is_listed() {
    let emulator = Emulator::start();
    assert_eq!(emulator.get("/_fauxforce/gaps", &[]).json(), json!([]));
    emulator.token(&[CLIENT, &[("grant_type", "device")]]);
    emulator.token(&[CLIENT, &[("grant_type", "device")]]);
    emulator.get("/services/apexrest/provision/750/batch", &[]);
    assert_outcomes!("login_gaps", emulator.get("/_fauxforce/gaps", &[]).body);
}

#[test]
fn an_email_change_waits_for_its_link() {
    let emulator = Emulator::start();
    let mails = || emulator.get("/_fauxforce/outbox", &[]).json();
    assert_eq!(mails(), json!([]));
    emulator.update("User", ("Username", USER), &[("Email", text("new@fauxforce.test"))]);
    let sent = mails();
    assert_eq!(sent[0]["to"], "new@fauxforce.test");
    assert_eq!(sent[1]["to"], USER);
    let email = || {
        let id = emulator.id("User", ("Username", USER));
        let state = emulator.server.cloud().enter();
        let org = &state.orgs[0];
        let user = org.find(&org.standard("User").expect("an object"), id).expect("a store").expect("a user");
        user.text("Email").map(str::to_owned)
    };
    assert_eq!(email().as_deref(), Some(USER));
    let link = sent[0]["link"].as_str().expect("a link");
    assert_eq!(emulator.get(link, &[]).status, 200);
    assert_eq!(email().as_deref(), Some("new@fauxforce.test"));
    assert_eq!(emulator.get(link, &[]).status, 404);
}
