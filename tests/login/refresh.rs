//! Refresh tokens: use, rotation, revocation, introspection.

use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, Answer, CLIENT, Emulator, PASSWORD};

const SEEDED: &str = "fauxforce-refresh-token";

fn refresh(emulator: &Emulator, token: &str) -> Answer {
    emulator.token(&[CLIENT, &[("grant_type", "refresh_token"), ("refresh_token", token)]])
}

fn rotating() -> Emulator {
    Emulator::with(|org| org["connectedApps"][0]["refreshTokenRotation"] = json!(true))
}

#[test]
fn a_refresh_token_gives_sessions_again_and_again() {
    let emulator = Emulator::start();
    let first = refresh(&emulator, SEEDED);
    assert_outcomes!("login_refresh", first.line());
    let second = refresh(&emulator, SEEDED);
    assert!(
        emulator.is_open(&first.field("access_token")) && emulator.is_open(&second.field("access_token"))
    );
}

#[test]
fn rotation_gives_another_token_and_ends_all_when_an_old_one_comes_back() {
    let emulator = rotating();
    let first = refresh(&emulator, SEEDED);
    let second = refresh(&emulator, &first.field("refresh_token"));
    assert_ne!(first.field("refresh_token"), second.field("refresh_token"));
    assert!(second.field("refresh_token").starts_with("5Aep861"));
    assert!(emulator.is_open(&first.field("access_token")));
    let stolen = refresh(&emulator, &first.field("refresh_token"));
    let newest = refresh(&emulator, &second.field("refresh_token"));
    assert_outcomes!("login_refresh_rotation", format!("{}\n{}", stolen.line(), newest.line()));
    assert!(!emulator.is_open(&second.field("access_token")));
}

#[test]
fn refusals() {
    let emulator = Emulator::with(|org| {
        let other = json!({"name": "Other", "clientId": "other", "clientSecret": "secret", "scopes": ["api", "refresh_token"]});
        org["connectedApps"].as_array_mut().expect("apps").push(other);
    });
    let grant: &[(&str, &str)] = &[("grant_type", "refresh_token"), ("refresh_token", SEEDED)];
    let other: &[(&str, &str)] = &[("client_id", "other"), ("client_secret", "secret")];
    let client_id: &[(&str, &str)] = &[("client_id", "fauxforce-client-id")];
    let mut lines = vec![
        format!("unknown: {}", refresh(&emulator, "nonsense").line()),
        format!("missing: {}", emulator.token(&[CLIENT, &[("grant_type", "refresh_token")]]).line()),
        format!("of another app: {}", emulator.token(&[other, grant]).line()),
        format!("without secret: {}", emulator.token(&[client_id, grant]).line()),
    ];
    emulator.deactivate("channel.manager@fauxforce.test");
    emulator.form("/services/oauth2/revoke", &[&[("token", SEEDED)]]);
    lines.push(format!("revoked: {}", refresh(&emulator, SEEDED).line()));
    let of_inactive = Emulator::with(|org| {
        org["connectedApps"][0]["refreshTokens"][0]["username"] = json!("readonly.owner@fauxforce.test");
    });
    of_inactive.deactivate("readonly.owner@fauxforce.test");
    lines.push(format!("of an inactive user: {}", refresh(&of_inactive, SEEDED).line()));
    let of_frozen = Emulator::with(|org| {
        org["connectedApps"][0]["refreshTokens"][0]["username"] = json!("readonly.owner@fauxforce.test");
    });
    of_frozen.freeze("readonly.owner@fauxforce.test", true);
    lines.push(format!("of a frozen user: {}", refresh(&of_frozen, SEEDED).line()));
    of_frozen.freeze("readonly.owner@fauxforce.test", false);
    assert_eq!(refresh(&of_frozen, SEEDED).status, 200);
    assert_outcomes!("login_refresh_refusals", lines.join("\n"));
}

#[test]
fn revoking() {
    let emulator = Emulator::start();
    let session = || refresh(&emulator, SEEDED).field("access_token");
    let of_password = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let (one, two, three) = (session(), session(), session());
    let post = emulator.form("/services/oauth2/revoke", &[&[("token", &one)]]);
    assert_eq!((post.status, post.body.as_str()), (200, ""));
    assert!(!emulator.is_open(&one) && emulator.is_open(&two));
    let encoded = two.replace('!', "%21");
    let get = emulator.get(&format!("/services/oauth2/revoke?token={encoded}"), &[]);
    assert_eq!((get.status, get.body.as_str()), (200, ""));
    assert!(!emulator.is_open(&two) && emulator.is_open(&three));
    let script = emulator.get(&format!("/services/oauth2/revoke?token={encoded}&callback=app.done"), &[]);
    let nothing = emulator.form("/services/oauth2/revoke", &[&[("other", "x")]]);
    let unknown = emulator.form("/services/oauth2/revoke", &[&[("token", "no such token")]]);
    let in_json = emulator.form("/services/oauth2/revoke", &[&[("token", "x"), ("format", "json")]]);
    let whole = emulator.form("/services/oauth2/revoke", &[&[("token", SEEDED)]]);
    let again = emulator.form("/services/oauth2/revoke", &[&[("token", SEEDED)]]);
    assert!(!emulator.is_open(&three) && emulator.is_open(&of_password));
    let ended = emulator.get(&format!("/services/oauth2/revoke?token={SEEDED}&callback=done"), &[]);
    let injected = emulator.get("/services/oauth2/revoke?token=x&callback=alert(1);x", &[]);
    let answers = [script, nothing, unknown, in_json, whole, again, ended, injected];
    let lines = answers.map(|answer| format!("{} {}", answer.content_type, answer.line()));
    assert_outcomes!("login_revoke", lines.join("\n"));
}

#[test]
fn introspection() {
    let emulator = Emulator::start();
    let access = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    let ask = |client: &[(&str, &str)], token: &str| {
        emulator.form("/services/oauth2/introspect", &[client, &[("token", token)]]).line()
    };
    let wrong: &[(&str, &str)] = &[("client_id", "fauxforce-client-id"), ("client_secret", "x")];
    let lines = [
        ask(CLIENT, &access),
        ask(CLIENT, SEEDED),
        ask(CLIENT, "nonsense"),
        ask(&[("client_id", "PlatformCLI")], &access),
        ask(wrong, &access),
        emulator.get("/services/oauth2/introspect", &[]).line(),
    ];
    assert_outcomes!("login_introspect", lines.join("\n"));
}
