//! Refresh tokens: use, rotation, revocation, introspection.

use serde_json::json;

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{ADMIN, Answer, CLIENT, Emulator, Form, PASSWORD};
use crate::web_server::{CALLBACK, authorize};

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

/// The session cannot be kept, so the client gets no new token: the old one is not replaced.
#[test]
fn a_rotation_that_fails_leaves_the_token_as_it_was() {
    let emulator = rotating();
    let first = refresh(&emulator, SEEDED).field("refresh_token");
    let run = |sql: &str| {
        let state = emulator.server.world().lock();
        let org = state.orgs.first().expect("the org");
        org.store.connection().execute_batch(sql).expect("a trigger");
    };
    run("CREATE TEMP TRIGGER no_login BEFORE INSERT ON LoginHistory BEGIN SELECT RAISE(ABORT, 'no'); END");
    let failed = refresh(&emulator, &first);
    assert!(failed.line().contains("unknown_error"), "{}", failed.line());
    run("DROP TRIGGER no_login");
    assert!(emulator.is_open(&refresh(&emulator, &first).field("access_token")));
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

fn pass(emulator: &Emulator, seconds: usize) {
    let state = emulator.server.world().lock();
    for _ in 0..seconds {
        state.clock.tick();
    }
}

/// A refresh token that a user has granted, under a policy.
fn granted(policy: &str) -> (Emulator, String) {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["refreshTokenPolicy"] = json!(policy));
    let token = grant(&emulator);
    (emulator, token)
}

fn grant(emulator: &Emulator) -> String {
    let browser = Browser::of_admin(emulator);
    let app: Form =
        &[("response_type", "token"), ("client_id", "fauxforce-client-id"), ("redirect_uri", CALLBACK)];
    browser.open(&authorize(&[app])).parameter("refresh_token").expect("a refresh token")
}

#[test]
fn policies_end_refresh_tokens() {
    const HOUR: usize = 3600;
    let (emulator, token) = granted("zero");
    let mut lines = vec![
        format!("zero: {}", refresh(&emulator, &token).line()),
        format!("zero, of the seed: {}", refresh(&emulator, SEEDED).line()),
    ];
    let (emulator, token) = granted("specific_lifetime:1:HOURS");
    let introspect = |emulator: &Emulator, token: &str| {
        emulator.form("/services/oauth2/introspect", &[CLIENT, &[("token", token)]]).line()
    };
    lines.push(introspect(&emulator, &token));
    pass(&emulator, HOUR / 2);
    assert_eq!(refresh(&emulator, &token).status, 200);
    pass(&emulator, HOUR / 2);
    lines.push(format!("an hour after it was given: {}", refresh(&emulator, &token).line()));
    lines.push(introspect(&emulator, &token));
    let (emulator, token) = granted("specific_inactivity:1:HOURS");
    for _ in 0..3 {
        pass(&emulator, HOUR - 10);
        assert_eq!(refresh(&emulator, &token).status, 200);
    }
    pass(&emulator, HOUR);
    lines.push(format!("an hour after its last use: {}", refresh(&emulator, &token).line()));
    let (emulator, token) = granted("infinite");
    pass(&emulator, 30 * 24 * HOUR);
    assert_eq!(refresh(&emulator, &token).status, 200);
    assert_outcomes!("login_refresh_policies", lines.join("\n"));
}

#[test]
fn a_user_has_five_refresh_tokens_of_an_app() {
    let emulator = Emulator::start();
    let tokens: Vec<_> = (0..6).map(|_| grant(&emulator)).collect();
    let works: Vec<_> = tokens.iter().map(|token| refresh(&emulator, token).status == 200).collect();
    assert_eq!(works, [false, true, true, true, true, true]);
    assert_eq!(refresh(&emulator, SEEDED).status, 200);
}

#[test]
fn an_app_has_its_own_session_timeout() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["sessionTimeout"] = json!(60));
    let token = refresh(&emulator, SEEDED).field("access_token");
    pass(&emulator, 61);
    assert!(!emulator.is_open(&token));
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
fn an_administrator_finds_and_revokes_what_a_user_has_granted() {
    let emulator = Emulator::start();
    let granted = grant(&emulator);
    let token = refresh(&emulator, &granted).field("access_token");
    let rows = || {
        let admin = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
        let query =
            "SELECT+AppName,User.Username,UseCount,LastUsedDate,DeleteToken+FROM+OauthToken+ORDER+BY+Id";
        let answer = emulator.get(
            &format!("/services/data/v62.0/query?q={query}"),
            &[("authorization", &format!("Bearer {admin}"))],
        );
        answer.json()["records"].as_array().unwrap_or_else(|| panic!("{}", answer.body)).clone()
    };
    let told = rows();
    assert_outcomes!("oauth_tokens", format!("{:#}", json!(told)));
    let [seeded, given] = told.as_slice() else { panic!("two rows: {told:?}") };
    for row in [seeded, given] {
        let delete = row["DeleteToken"].as_str().expect("a token");
        let path = format!("/services/oauth2/revoke?token={delete}");
        assert_eq!(emulator.get(&path, &[]).status, 200);
        assert_eq!(emulator.get(&path, &[]).status, 400, "once");
    }
    assert!(rows().is_empty());
    assert!(!emulator.is_open(&token));
    assert_eq!((refresh(&emulator, &granted).status, refresh(&emulator, SEEDED).status), (400, 400));
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
