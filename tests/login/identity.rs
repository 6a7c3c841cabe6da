//! Who am I: the identity URL and userinfo.

use crate::assert_outcomes;
use crate::emulator::{ADMIN, Emulator, PASSWORD};

const USER: &str = "channel.manager@fauxforce.test";

struct Me {
    emulator: Emulator,
    bearer: String,
    token: String,
    path: String,
}

fn me() -> Me {
    let emulator = Emulator::start();
    let answer = emulator.password_grant(ADMIN, PASSWORD);
    let path = answer.field("id").replace(&emulator.server.url, "");
    let token = answer.field("access_token");
    Me { emulator, bearer: format!("Bearer {token}"), token, path }
}

#[test]
fn the_identity_url() {
    let me = me();
    let headers = [("authorization", me.bearer.as_str())];
    let json = me.emulator.get(&me.path, &headers);
    let xml = me.emulator.get(&format!("{}?format=xml&version=latest", me.path), &headers);
    let token = me.token.replace('!', "%21");
    let versioned =
        me.emulator.get(&format!("{}?version=59.0&format=json&oauth_token={token}", me.path), &[]);
    assert_eq!(versioned.status, 200);
    assert!(versioned.body.contains("/services/data/v59.0/query/"), "{}", versioned.body);
    assert_outcomes!(
        "login_identity",
        format!("{}\n{}\n{}\n{}", json.content_type, json.line(), xml.content_type, xml.line())
    );
}

#[test]
fn the_identity_as_an_argument() {
    let me = me();
    let get =
        |query: &str| me.emulator.get(&format!("{}?{query}", me.path), &[("authorization", &*me.bearer)]);
    let plain = get("format=json");
    let wrapped = get("callback=app.who_1");
    assert_eq!(wrapped.content_type, "text/javascript;charset=UTF-8");
    assert_eq!(wrapped.body, format!("app.who_1({});", plain.body));
    for other in ["format=xml&callback=who", "callback=", "callback=alert(1)//"] {
        assert!(!get(other).content_type.contains("javascript"), "{other}");
    }
}

#[test]
fn the_identity_of_another() {
    let me = me();
    let other = me.emulator.id("User", ("Username", USER));
    let path = |user: &str| format!("/id/{}/{user}", me.emulator.server.ready.first.org_id);
    let headers = [("authorization", me.bearer.as_str())];
    let answer = me.emulator.get(&path(other.as_str()), &headers);
    assert_eq!(
        (answer.json()["asserted_user"].as_bool(), answer.field("username")),
        (Some(false), USER.to_owned())
    );
    // Both lengths of ids.
    let short = format!("/id/{}/{}", &me.emulator.server.ready.first.org_id[..15], other.short());
    assert_eq!(me.emulator.get(&short, &headers).status, 200);
    me.emulator.deactivate(USER);
    let get = |path: &str| me.emulator.get(path, &headers);
    let lines = [
        format!("no token: {}", me.emulator.get(&me.path, &[]).line()),
        format!("bad token: {}", me.emulator.get(&me.path, &[("authorization", "Bearer nonsense")]).line()),
        format!("inactive: {}", get(&path(other.as_str())).line()),
        format!("no such user: {}", get(&path("005Ff00000000zzIAA")).line()),
        format!("no id: {}", get(&path("me")).line()),
        format!("other org: {}", get(&me.path.replace("00DFf0000000001MAA", "00DFf0000000002MAA")).line()),
    ];
    assert_outcomes!("login_identity_refusals", lines.join("\n"));
}

#[test]
fn userinfo() {
    let me = me();
    let get = |path: &str, token: &str| me.emulator.get(path, &[("authorization", token)]);
    let oauth = me.bearer.replace("Bearer", "OAuth");
    let answer = get("/services/oauth2/userinfo", &me.bearer);
    assert_eq!(answer.body, get("/services/oauth2/userinfo/", &oauth).body);
    let posted = me.emulator.form("/services/oauth2/userinfo", &[&[("access_token", &me.token)]]);
    assert_eq!(posted.body, answer.body);
    let bad = get("/services/oauth2/userinfo", "Bearer nonsense");
    let none = me.emulator.get("/services/oauth2/userinfo", &[]);
    let lines = [answer, bad, none].map(|answer| format!("{}: {}", answer.content_type, answer.line()));
    assert_outcomes!("login_userinfo", lines.join("\n"));
}

/// The app of the token, where it is one of the org's own; Salesforce's apps and sessions without an app are not.
#[test]
fn an_app_is_installed_where_it_is_defined() {
    let emulator = Emulator::start();
    let told = |token: &str| {
        let bearer = format!("Bearer {token}");
        let info = emulator.get("/services/oauth2/userinfo", &[("authorization", &bearer)]);
        let info: serde_json::Value = serde_json::from_str(&info.body).expect("JSON");
        let place = info["sub"].as_str().expect("an identity URL").to_owned();
        let path = place.split_once("/id/").map(|(_, rest)| format!("/id/{rest}")).expect("a path");
        let whole = emulator.get(&path, &[("authorization", &bearer)]);
        let whole: serde_json::Value = serde_json::from_str(&whole.body).expect("JSON");
        (info.get("is_app_installed").cloned(), whole.get("is_app_installed").cloned())
    };
    let installed = Some(serde_json::Value::Bool(true));
    let of_app = emulator.password_grant(ADMIN, PASSWORD).field("access_token");
    assert_eq!(told(&of_app), (installed.clone(), installed));
    let soap = crate::soap::log_in(&emulator, ADMIN, PASSWORD).body;
    let soap = soap.split("<sessionId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a session");
    assert_eq!(told(soap), (None, None));
    let of_cli = emulator.token(&[&[
        ("client_id", "PlatformCLI"),
        ("grant_type", "password"),
        ("username", ADMIN),
        ("password", PASSWORD),
    ]]);
    assert_eq!(told(&of_cli.field("access_token")), (None, None));
}
