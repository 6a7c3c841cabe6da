//! The emulator's own API, and the pages.

use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, PASSWORD, builder, text};

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
        "/services/nowhere/x/y",
        "/.well-known/openid-configuration",
    ]
    .map(|path| format!("{path}: {}", get(path).line()));
    assert_outcomes!("login_pages", lines.join("\n"));
}

#[test]
fn no_apex_class_answers() {
    let emulator = Emulator::start();
    let path = "/services/apexrest/provision/750";
    let stranger = emulator.get(path, &[]);
    assert_eq!(stranger.status, 401, "{}", stranger.body);
    let token = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let got = emulator.get(path, &[("Authorization", &format!("Bearer {token}"))]);
    assert_eq!(got.status, 404);
    assert_eq!(
        got.body,
        r#"[{"errorCode":"NOT_FOUND","message":"Could not find a match for URL /provision/750"}]"#
    );
    let gaps = emulator.get("/_fauxforce/gaps", &[]).json();
    assert_eq!(gaps[0]["what"], "GET /services/apexrest/provision", "{gaps}");
}

#[test]
fn what_is_not_emulated_is_listed() {
    let emulator = Emulator::start();
    assert_eq!(emulator.get("/_fauxforce/gaps", &[]).json(), json!([]));
    emulator.form("/services/oauth2/register", &[]);
    emulator.form("/services/oauth2/register", &[]);
    emulator.get("/services/nowhere/provision/750/batch", &[]);
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
        let state = emulator.server.world().lock();
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

#[test]
fn a_welcome_mail_leads_to_the_page_that_sets_the_password() {
    let emulator = Emulator::with(|org| org["networks"][1]["options"] = json!(["SendWelcomeEmail"]));
    let user = emulator.partner_user();
    let mail = emulator.get("/_fauxforce/outbox", &[]).json()[0].clone();
    assert_eq!((mail["kind"].as_str(), mail["to"].as_str()), (Some("community_welcome"), Some(user)));
    let link = mail["link"].as_str().expect("a link").to_owned();
    let (page, token) = link.split_once("?c=").expect("a token");
    assert_eq!(page, "/partners/login");
    let page = emulator.get(&link, &[]);
    assert!(page.body.contains("Change Your Password") && page.body.contains(user), "{}", page.body);
    let set = |new: &str, again: &str| {
        emulator.form("/partners/login", &[&[("c", token), ("newpassword", new), ("confirmpassword", again)]])
    };
    assert!(set("correct-horse-1", "wrong-horse-1").body.contains("Passwords do not match."));
    assert!(set("short1", "short1").body.contains("Your password must be at least 8 characters long."));
    assert_eq!(set("correct-horse-1", "correct-horse-1").status, 200);
    let grant = [("grant_type", "password"), ("username", user), ("password", "correct-horse-1")];
    assert_eq!(emulator.form("/partners/services/oauth2/token", &[CLIENT, &grant]).status, 200);
    // A link works once, and for a day.
    let over = emulator.get(&link, &[]);
    assert!(over.body.contains("Your link has expired") && !over.body.contains(user), "{}", over.body);
}

#[test]
fn faults_are_planted_listed_and_taken_back() {
    let emulator = Emulator::start();
    let json = [("content-type", "application/json")];
    let plant = |wish: serde_json::Value| emulator.post("/_fauxforce/faults", &json, &wish.to_string());
    assert_eq!(plant(json!({ "error": "UNABLE_TO_LOCK_ROW", "object": "User", "times": 2 })).status, 201);
    let second = plant(json!({ "error": "REQUEST_LIMIT_EXCEEDED", "times": null })).json();
    assert_eq!(second["number"], 2);
    let planted = emulator.get("/_fauxforce/faults", &[]).json();
    assert_eq!(
        planted[0],
        json!({ "number": 1, "error": "UNABLE_TO_LOCK_ROW", "object": "User", "id": null, "skip": 0, "times": 2 })
    );
    assert_eq!(emulator.delete("/_fauxforce/faults/2").status, 204);
    assert_eq!(emulator.delete("/_fauxforce/faults/2").status, 404);
    assert_eq!(emulator.delete("/_fauxforce/faults").status, 204);
    assert_eq!(emulator.get("/_fauxforce/faults", &[]).json(), json!([]));
    let wishes = [
        json!({ "error": "NO_SUCH_THING" }),
        json!({ "error": "UNABLE_TO_LOCK_ROW", "object": "Nope" }),
        json!({ "error": "UNABLE_TO_LOCK_ROW", "id": "nope" }),
        json!({ "error": "REQUEST_LIMIT_EXCEEDED", "object": "User" }),
        json!({ "error": "SERVER_UNAVAILABLE", "times": 0 }),
        json!({ "error": "SERVER_UNAVAILABLE", "often": true }),
    ];
    let told = wishes.map(|wish| format!("{wish}: {}", plant(wish.clone()).line()));
    assert_outcomes!("login_planted_faults", told.join("\n"));
}

/// A control call that changes something, with these headers, and its answer.
fn plant(emulator: &Emulator, headers: &[(&str, &str)]) -> crate::emulator::Answer {
    emulator.post("/_fauxforce/faults", headers, r#"{"error": "UNABLE_TO_LOCK_ROW"}"#)
}

#[test]
fn the_control_api_answers_under_the_names_of_this_machine_only() {
    let builder = builder().public_url("https://sf.example.com:8443");
    let emulator = Emulator::of(builder, None);
    let ask = |host: &str| emulator.get("/_fauxforce/outbox", &[("host", host)]);
    let own = [
        "127.0.0.1",
        "127.9.9.9:80",
        "[::1]:7332",
        "LocalHost:7332",
        "fauxforce.localhost",
        "sf.example.com",
    ];
    for host in own {
        assert_eq!(ask(host).status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "192.168.1.5:7332",
        "localhost.evil.example",
        "login.salesforce.com",
        "127.0.0.1.nip.io",
    ] {
        let answer = ask(host);
        assert_eq!(answer.status, 403, "{host}");
        assert!(answer.field("error").contains(host), "{}", answer.body);
        // Nor by another way to write the path; but a probe learns that the server lives.
        for path in [
            "//_fauxforce/outbox",
            "/customers/_fauxforce/outbox",
            "/_fauxforce/logins",
            "/_fauxforce/confirm",
        ] {
            assert_eq!(emulator.get(path, &[("host", host)]).status, 403, "{host}{path}");
        }
        assert_eq!(emulator.get("/_fauxforce/health", &[("host", host)]).status, 200, "{host}");
    }
}

#[test]
fn pages_of_other_sites_do_not_reach_the_control_api() {
    let emulator = Emulator::start();
    let own = emulator.server.url.clone();
    let json = ("content-type", "application/json");
    let site = |site| ("sec-fetch-site", site);
    let get = |headers: &[(&str, &str)]| emulator.get("/_fauxforce/logins", headers).status;
    for (headers, status) in [
        (&[site("cross-site")][..], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", "http://127.0.0.1:1")], 403),
        // A page of ours, an address that the user has typed, a link in a page of another port of this machine.
        (&[site("same-origin"), ("origin", &own)], 200),
        (&[site("none")], 200),
        (&[site("same-site")], 200),
    ] {
        assert_eq!(get(headers), status, "{headers:?}");
    }
    assert_eq!(plant(&emulator, &[json, ("origin", "https://evil.example")]).status, 403);
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/json-seq", ""] {
        let answer = plant(&emulator, &[("content-type", media_type)]);
        assert_eq!(answer.status, 403, "{media_type}");
        assert!(answer.body.contains("application/json"), "{}", answer.body);
    }
    assert_eq!(emulator.get("/_fauxforce/faults", &[]).json(), json!([]));
    assert_eq!(plant(&emulator, &[("content-type", "Application/JSON; charset=utf-8")]).status, 201);
    assert_eq!(plant(&emulator, &[json, ("origin", &own)]).status, 201);
}

#[test]
fn a_control_token_opens_every_host_and_is_required_then() {
    let emulator = Emulator::of(builder().control_token("s3cret"), None);
    let json = ("content-type", "application/json");
    let (elsewhere, bearer) = (("host", "fauxforce:7332"), ("authorization", "Bearer s3cret"));
    assert_eq!(plant(&emulator, &[json, elsewhere, bearer]).status, 201);
    assert_eq!(emulator.get("/_fauxforce/logins", &[bearer]).status, 200);
    for headers in [
        &[json][..],
        &[json, ("authorization", "Bearer s3cre")],
        &[json, elsewhere, ("authorization", "Basic s3cret")],
    ] {
        let answer = plant(&emulator, headers);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.field("error").contains("--control-token"), "{}", answer.body);
    }
    assert_eq!(plant(&emulator, &[json, bearer, ("origin", "https://evil.example")]).status, 403);
    assert_eq!(plant(&emulator, &[bearer, ("content-type", "text/plain")]).status, 403);
    assert_eq!(emulator.get("/_fauxforce/health", &[elsewhere]).status, 200);
    assert!(builder().control_token(" ").start().is_err());
}
