//! SOAP `login()` and what a session can do there so far.

use std::thread;

use proptest::prelude::*;
use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, Answer, Emulator, PASSWORD, TOKEN, text};

const PARTNER: &str = "/services/Soap/u/59.0";

fn login(username: &str, password: &str) -> String {
    format!(
        "<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Header><u:CallOptions \
         xmlns:u=\"urn:partner.soap.sforce.com\"><u:client>demo/1</u:client></u:CallOptions></env:Header><env:Body><n1:login \
         xmlns:n1=\"urn:partner.soap.sforce.com\"><n1:username>{username}</n1:username><n1:password>{password}\
         </n1:password></n1:login></env:Body></env:Envelope>"
    )
}

/// Logs a user in.
pub fn log_in(emulator: &Emulator, username: &str, password: &str) -> Answer {
    emulator.soap(PARTNER, &login(username, password))
}

fn call(operation: &str, session: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader \
         xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body>\
         <{operation} xmlns=\"urn:partner.soap.sforce.com\"/></e:Body></e:Envelope>"
    )
}

fn tag(answer: &Answer, name: &str) -> String {
    let (_, rest) =
        answer.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {}", answer.body));
    rest.split_once('<').expect("an end").0.to_owned()
}

/// Takes the permission "API Enabled" from a user.
fn without_api(emulator: &Emulator) -> &'static str {
    const USERNAME: &str = "norole.owner@fauxforce.test";
    let profile = emulator.id("Profile", ("Name", "No API")).to_string();
    emulator.update("User", ("Username", USERNAME), &[("ProfileId", text(&profile))]);
    USERNAME
}

fn with_profile_without_api() -> Emulator {
    Emulator::with(|org| {
        let profile = json!({"name": "No API", "clone": "Standard User", "permissions": ["-ApiEnabled"]});
        org["profiles"].as_array_mut().expect("profiles").push(profile);
    })
}

fn session(emulator: &Emulator) -> String {
    tag(&emulator.soap(PARTNER, &login(ADMIN, PASSWORD)), "sessionId")
}

#[test]
fn login_answers_every_element_in_order() {
    let emulator = Emulator::start();
    let answer = emulator.soap(PARTNER, &login(ADMIN, PASSWORD));
    assert_eq!(answer.content_type, "text/xml; charset=utf-8");
    assert_outcomes!("login_soap", answer.line());
    assert!(emulator.is_open(&tag(&answer, "sessionId")));
    let with_token = emulator.soap(PARTNER, &login("ADMIN@fauxforce.test", &format!("{PASSWORD}{TOKEN}")));
    assert_eq!(with_token.status, 200);
}

#[test]
fn the_url_says_which_api_and_which_elements() {
    let emulator = Emulator::of(crate::fixture::builder().min_api_version(20), None);
    let mut lines = Vec::new();
    for version in ["22.0", "37.0", "38.0", "40.0", "41.0", "64.0"] {
        let path = format!("/services/Soap/u/{version}/");
        let answer = emulator.soap(&path, &login(ADMIN, PASSWORD));
        let has = |name: &'static str| if answer.body.contains(name) { name } else { "-" };
        let elements = [has("orgDefaultCurrencyLocale"), has("chatterExternal")].join(" ");
        lines.push(format!("{version}: {} {elements}", tag(&answer, "serverUrl")));
    }
    let enterprise = login(ADMIN, PASSWORD).replace("partner", "enterprise");
    let answer = emulator.soap("/services/Soap/c/47.0/00DFf0000000001/0DF1", &enterprise);
    lines.push(format!("enterprise: {} {}", tag(&answer, "serverUrl"), tag(&answer, "metadataServerUrl")));
    assert_outcomes!("login_soap_versions", lines.join("\n"));
}

#[test]
fn refusals() {
    let emulator = with_profile_without_api();
    let wrong = login(ADMIN, "wrong");
    let cases = [
        ("wrong password", PARTNER, wrong.clone()),
        ("unknown user", PARTNER, login("nobody@fauxforce.test", PASSWORD)),
        ("wrong password, enterprise", "/services/Soap/c/59.0", wrong.replace("partner", "enterprise")),
        ("no API Enabled", PARTNER, login(without_api(&emulator), PASSWORD)),
        ("version 65", "/services/Soap/u/65.0", wrong.clone()),
        ("retired version", "/services/Soap/u/30.0", wrong.clone()),
        ("future version", "/services/Soap/u/99.0", wrong.clone()),
        ("no version", "/services/Soap/u/v59.0", wrong.clone()),
        ("partner envelope for the enterprise API", "/services/Soap/c/59.0", wrong.clone()),
        ("unknown operation", PARTNER, wrong.replace(":login", ":logIn")),
        ("operation without namespace", PARTNER, wrong.replace("urn:partner.soap.sforce.com", "")),
        ("unknown argument", PARTNER, wrong.replace("n1:password", "n1:passwort")),
        ("no envelope", PARTNER, "<login/>".to_owned()),
        (
            "empty envelope",
            PARTNER,
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"/>".to_owned(),
        ),
        ("nothing", PARTNER, String::new()),
        ("an unescaped ampersand", PARTNER, login("R&Cl", PASSWORD)),
        ("cut off", PARTNER, wrong[..wrong.len() - 9].to_owned()),
        ("a document type", PARTNER, format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{wrong}")),
        ("JSON", PARTNER, "{}".to_owned()),
        ("deep nesting", PARTNER, "<a>".repeat(100_000)),
        ("too much", PARTNER, " ".repeat(52_428_801)),
    ];
    let mut lines: Vec<_> = cases
        .iter()
        .map(|(case, path, body)| format!("{case}: {}", emulator.soap(path, body).line()))
        .collect();
    let bare = emulator.post(PARTNER, &[("content-type", "text/xml")], &wrong);
    lines.push(format!("no SOAPAction: {}", bare.line()));
    lines.push(format!("GET: {}", emulator.get(PARTNER, &[]).line()));
    assert_outcomes!("login_soap_refusals", lines.join("\n"));
}

#[test]
fn refusals_that_the_seed_decides() {
    let emulator = Emulator::with(|org| org["settings"]["soapLogin"] = json!(false));
    let off = emulator.soap(PARTNER, &login(ADMIN, PASSWORD)).line();
    let emulator = Emulator::with(|org| org["settings"]["requireSecurityToken"] = json!(true));
    let token = emulator.soap(PARTNER, &login(ADMIN, PASSWORD)).line();
    assert_outcomes!("login_soap_refusals_by_seed", format!("login() off: {off}\nsecurity token: {token}"));
    let with_token = emulator.soap(PARTNER, &login(ADMIN, &format!("{PASSWORD}{TOKEN}")));
    assert_eq!(with_token.status, 200);
    // Who names the org needs no token.
    let scoped = |org: &str| {
        let header = format!(
            "<env:Header><LoginScopeHeader xmlns=\"urn:partner.soap.sforce.com\"><organizationId>{org}\
             </organizationId></LoginScopeHeader>"
        );
        emulator.soap(PARTNER, &login(ADMIN, PASSWORD).replace("<env:Header>", &header))
    };
    assert_eq!(scoped("00DFf0000000001").status, 200);
    assert!(scoped("00DFf0000000002").body.contains("INVALID_LOGIN"));
    assert!(scoped("nonsense").body.contains("INVALID_LOGIN"));
}

#[test]
fn calls_in_a_session() {
    let emulator = Emulator::start();
    let session = session(&emulator);
    let call = |operation: &str| emulator.soap(PARTNER, &call(operation, &session)).line();
    let lines = [
        call("getUserInfo"),
        call("getServerTimestamp"),
        call("convertLead"),
        call("logout"),
        call("logout"),
    ];
    assert_outcomes!("login_soap_calls", lines.join("\n"));
    assert!(!emulator.is_open(&session));
}

#[test]
fn sessions_that_are_none() {
    let emulator = with_profile_without_api();
    let info = |session: &str| emulator.soap(PARTNER, &call("getUserInfo", session)).line();
    let unscoped = Emulator::with(|org| org["connectedApps"][0]["scopes"] = json!(["openid"]));
    let token = unscoped.password_grant(ADMIN, PASSWORD).field("access_token");
    let without_api = emulator.password_grant(without_api(&emulator), PASSWORD).field("access_token");
    let no_header = login(ADMIN, PASSWORD).replace("login", "getUserInfo");
    let lines = [
        format!("nonsense: {}", info("nonsense")),
        format!("no header: {}", emulator.soap(PARTNER, &no_header).line()),
        format!("ended: {}", info(&format!("00DFf0000000001!AQ{}", "a".repeat(94)))),
        format!("without scope api: {}", unscoped.soap(PARTNER, &call("getUserInfo", &token)).line()),
        format!("no API Enabled: {}", info(&without_api)),
    ];
    assert_outcomes!("login_soap_sessions", lines.join("\n"));
}

#[test]
fn an_expired_password_opens_a_session_that_is_good_for_nothing_else() {
    let emulator = Emulator::start();
    {
        let user = emulator.id("User", ("Username", ADMIN));
        let state = emulator.server.world().lock();
        let org = &state.orgs[0];
        fauxforce::credentials::password::reset(org, &state.environment(org.id), user, true)
            .expect("a password");
        let sql = "UPDATE \"_password\" SET hash = (SELECT hash FROM \"_password\" WHERE \"user\" <> ?1), \
                   salt = (SELECT salt FROM \"_password\" WHERE \"user\" <> ?1) WHERE \"user\" = ?1";
        org.store.execute(sql, [user.as_str()]).expect("a store that works");
    }
    let answer = emulator.soap(PARTNER, &login(ADMIN, PASSWORD));
    assert_eq!(tag(&answer, "passwordExpired"), "true");
    let info = emulator.soap(PARTNER, &call("getUserInfo", &tag(&answer, "sessionId")));
    assert_outcomes!("login_soap_expired_password", info.line());
    assert_eq!(emulator.password_grant(ADMIN, PASSWORD).field("error_description"), "authentication failure");
}

#[test]
fn many_at_once() {
    let emulator = Emulator::start();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(emulator.soap(PARTNER, &login(ADMIN, PASSWORD)).status, 200);
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_body_gets_an_envelope(body in "[<>/a-z:&;\"'= !\\[\\]-]{0,60}") {
        thread_local!(static EMULATOR: Emulator = Emulator::start());
        EMULATOR.with(|emulator| {
            let answer = emulator.soap(PARTNER, &body);
            prop_assert!(answer.status == 500 && answer.body.ends_with("</soapenv:Envelope>"), "{answer:?}");
            Ok(())
        })?;
    }
}
