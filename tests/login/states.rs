//! Users who may not log in, at each door, and what becomes of their sessions.

use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, PASSWORD};
use crate::{jwt, soap};

const USER: &str = "channel.manager@fauxforce.test";

fn password(emulator: &Emulator, username: &str) -> String {
    emulator.password_grant(username, PASSWORD).line()
}

#[test]
fn a_deactivated_user_is_out_at_once_and_for_good() {
    let emulator = Emulator::start();
    let session = emulator.password_grant(USER, PASSWORD).field("access_token");
    assert!(emulator.is_open(&session));
    emulator.update("Account", ("Name", "Acme Partners"), &[]);
    emulator.deactivate(USER);
    assert!(!emulator.is_open(&session));
    let refused = password(&emulator, USER);
    emulator.update("User", ("Username", USER), &[("IsActive", fauxforce::model::value::Raw::Bool(true))]);
    assert!(!emulator.is_open(&session));
    assert_eq!(emulator.password_grant(USER, PASSWORD).status, 200);
    assert_outcomes!("login_inactive", refused);
}

#[test]
fn a_frozen_user_is_out_until_unfrozen() {
    let emulator = Emulator::start();
    let session = emulator.password_grant(USER, PASSWORD).field("access_token");
    emulator.freeze(USER, true);
    assert!(!emulator.is_open(&session));
    let refused = password(&emulator, USER);
    emulator.freeze(USER, false);
    assert_eq!(emulator.password_grant(USER, PASSWORD).status, 200);
    assert_outcomes!("login_frozen", refused);
}

#[test]
fn wrong_passwords_lock_until_the_time_is_over_or_an_administrator_ends_it() {
    let emulator = Emulator::with(|org| {
        org["settings"]["passwordPolicy"] =
            json!({ "lockoutAfter": 3, "lockoutMinutes": 1, "expiresAfterDays": 0 });
    });
    let lock = || {
        for _ in 0..3 {
            assert_eq!(emulator.password_grant(USER, "wrong").status, 400);
        }
    };
    lock();
    assert_eq!(password(&emulator, USER), emulator.password_grant("nobody@x.test", "x").line());
    emulator.server.main().advance("60s").expect("a duration");
    assert_eq!(emulator.password_grant(USER, PASSWORD).status, 200);
    lock();
    let user = emulator.id("User", ("Username", USER)).to_string();
    let unlock = [("IsPasswordLocked", fauxforce::model::value::Raw::Bool(false))];
    emulator.update("UserLogin", ("UserId", &user), &unlock);
    assert_eq!(emulator.password_grant(USER, PASSWORD).status, 200);
}

#[test]
fn a_lock_leaves_sessions_and_refresh_tokens_alone() {
    let emulator = Emulator::with(|org| org["settings"]["passwordPolicy"]["lockoutAfter"] = json!(1));
    let session = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    emulator.password_grant(ADMIN, "wrong");
    assert_eq!(emulator.password_grant(ADMIN, PASSWORD).status, 400);
    assert!(emulator.is_open(&session));
    let refresh: &[(&str, &str)] =
        &[("grant_type", "refresh_token"), ("refresh_token", "fauxforce-refresh-token")];
    assert_eq!(emulator.token(&[crate::emulator::CLIENT, refresh]).status, 200);
}

#[test]
fn sessions_live_on_while_they_are_used_and_end_when_not() {
    let emulator = Emulator::with(|org| org["settings"]["sessionTimeout"] = json!(20));
    let used = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let unused = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    for _ in 0..30 {
        emulator.server.main().advance("1s").expect("a duration");
        assert!(emulator.is_open(&used));
    }
    assert!(!emulator.is_open(&unused));
}

/// Who is asked for at every door.
const INTEGRATION: &str = "integration@fauxforce.test";

/// An org whose client credentials and refresh token are the integration user's.
fn with_doors() -> Emulator {
    Emulator::with(|org| {
        org["connectedApps"][0]["refreshTokens"] =
            json!([{ "token": "refresh-me", "username": INTEGRATION }]);
        org["settings"]["passwordPolicy"] =
            json!({ "lockoutAfter": 1, "lockoutMinutes": 0, "expiresAfterDays": 0 });
    })
}

/// How each door answers: in, or its refusal; and whether a session from before is open still.
fn doors(emulator: &Emulator, session: &str) -> String {
    let refresh: &[(&str, &str)] = &[("grant_type", "refresh_token"), ("refresh_token", "refresh-me")];
    let page = emulator.form("/login", &[&[("username", INTEGRATION), ("pw", PASSWORD)]]);
    let soap = soap::log_in(emulator, INTEGRATION, PASSWORD);
    let fault =
        soap.body.split("<faultstring>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or("in");
    let oauth = [
        ("password", emulator.password_grant(INTEGRATION, PASSWORD)),
        ("client credentials", emulator.token(&[CLIENT, &[("grant_type", "client_credentials")]])),
        ("refresh token", emulator.token(&[CLIENT, refresh])),
        ("JWT bearer", jwt::log_in(emulator, INTEGRATION)),
    ];
    let mut lines = vec![
        format!("session: {}", if emulator.is_open(session) { "open" } else { "ended" }),
        format!("SOAP login: {fault}"),
        format!("login page: {}", if page.body.contains("loginError") { "refused" } else { "in" }),
    ];
    lines.extend(oauth.map(|(door, answer)| {
        format!("{door}: {}", if answer.status == 200 { "in".to_owned() } else { answer.line() })
    }));
    lines.join("\n")
}

/// A state of a user, and what brings it about.
type State = (&'static str, fn(&Emulator));

#[test]
fn every_door_is_shut_to_who_may_not_log_in() {
    let mut told = Vec::new();
    let states: [State; 5] = [
        ("active", |_| {}),
        ("frozen", |emulator| emulator.freeze(INTEGRATION, true)),
        ("deactivated", |emulator| emulator.deactivate(INTEGRATION)),
        ("locked by a wrong password", |emulator| {
            assert_eq!(emulator.password_grant(INTEGRATION, "wrong").status, 400);
        }),
        ("reset, with the old password", |emulator| {
            let state = emulator.server.world().lock();
            let org = &state.orgs[0];
            let users = org.standard("User").expect("an object");
            let user = org.ids_where(&users, "Username", &INTEGRATION.into(), 1).expect("a store")[0];
            fauxforce::credentials::password::reset(org, &state.environment(org.id), user, true)
                .expect("a password");
        }),
    ];
    for (what, change) in states {
        let emulator = with_doors();
        let session = emulator.password_grant(INTEGRATION, PASSWORD).field("access_token");
        change(&emulator);
        told.push(format!("== {what}\n{}", doors(&emulator, &session)));
    }
    assert_outcomes!("login_doors", told.join("\n\n"));
}
