//! Admission: each reason not to be let in, at each surface, in its words.

use std::fs;

use fauxforce::credentials::password;
use serde_json::{Value, json};

use crate::assert_outcomes;
use crate::emulator::{Answer, Emulator, PASSWORD, builder, text, two_orgs};

const USER: &str = "channel.manager@fauxforce.test";
const EXPIRED: &str = "readonly.owner@fauxforce.test";
const WITHOUT_API: &str = "norole.owner@fauxforce.test";
const FROZEN: &str = "integration@fauxforce.test";

const PARTNER: &str = "/services/Soap/u/59.0";
const METADATA: &str = "/services/Soap/m/59.0";
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const XML: (&str, &str) = ("content-type", "application/xml");
const JOB_JSON: &str = r#"{"operation":"insert","object":"Contact","contentType":"JSON"}"#;
const JOB_XML: &str = "<jobInfo xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\"><operation>insert</operation>\
    <object>Contact</object><contentType>CSV</contentType></jobInfo>";

/// Two orgs; in the first, which is meant, a user without API, and an app for each scope.
struct Running {
    emulator: Emulator,
    host: String,
}

/// What a call is asked with.
struct Caller<'a> {
    world: &'a Running,
    token: &'a str,
    host: &'a str,
}

impl Running {
    fn new() -> Running {
        let seed = two_orgs();
        let file = seed.path().join("org.json");
        let mut org: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let app = &mut org["connectedApps"][0];
        app["scopes"] = json!(["api", "web", "id", "openid", "chatter_api", "refresh_token"]);
        let profile = json!({"name": "No API", "clone": "Standard User", "permissions": ["-ApiEnabled"]});
        org["profiles"].as_array_mut().unwrap().push(profile);
        fs::write(&file, org.to_string()).unwrap();
        let emulator = Emulator::of(builder().seed(seed.path()), Some(seed));
        let host = emulator.server.url.trim_start_matches("http://").to_owned();
        Running { emulator, host }
    }

    /// A token of a user with these scopes.
    fn token(&self, username: &str, scope: &str) -> String {
        let grant = [("grant_type", "password"), ("username", username), ("password", PASSWORD)];
        let client = crate::emulator::CLIENT;
        self.emulator.token(&[client, &grant, &[("scope", scope)]]).field("access_token")
    }

    /// A session that began with an expired password: the password that was sent to the user is replaced by the old one.
    fn expired(&self) -> String {
        let user = self.emulator.id("User", ("Username", EXPIRED));
        {
            let state = self.emulator.server.world().lock();
            let org = &state.orgs[0];
            password::reset(org, &state.environment(org.id), user, true).expect("a password");
            let other = "(SELECT {} FROM \"_password\" WHERE \"user\" <> ?1 LIMIT 1)";
            let sql = format!(
                "UPDATE \"_password\" SET hash = {}, salt = {} WHERE \"user\" = ?1",
                other.replace("{}", "hash"),
                other.replace("{}", "salt")
            );
            org.store.execute(&sql, [user.as_str()]).expect("a store that works");
        }
        let login = format!(
            "<login xmlns=\"urn:partner.soap.sforce.com\"><username>{EXPIRED}</username><password>{PASSWORD}</password></login>"
        );
        let answer = self.emulator.soap(PARTNER, &envelope("", &login)).body;
        assert!(answer.contains("<passwordExpired>true<"), "{answer}");
        answer
            .split("<sessionId>")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .expect("a session")
            .to_owned()
    }

    fn ask(&self, token: &str) -> String {
        self.ask_at(&self.host, token)
    }

    /// What each surface says.
    fn ask_at(&self, host: &str, token: &str) -> String {
        let caller = Caller { world: self, token, host };
        let lines = caller
            .everywhere()
            .into_iter()
            .map(|(surface, answer)| format!("  {surface}: {}", told(&answer)));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn plant(&self, error: &str) {
        let body = json!({ "error": error, "times": null }).to_string();
        assert_eq!(self.emulator.post("/_fauxforce/faults", &[JSON], &body).status, 201);
    }
}

impl Caller<'_> {
    fn everywhere(&self) -> Vec<(&'static str, Answer)> {
        let bearer = format!("Bearer {}", self.token);
        let bearer = ("authorization", bearer.as_str());
        let session = ("x-sfdc-session", self.token);
        vec![
            ("REST", self.get("/services/data/v62.0/limits", bearer)),
            ("REST, unknown path", self.get("/services/data/v62.0/nowhere", bearer)),
            ("UI API", self.get("/services/data/v62.0/ui-api/object-info/Contact", bearer)),
            ("Chatter", self.get("/services/data/v62.0/chatter/users/me", bearer)),
            ("Tooling", self.get("/services/data/v62.0/tooling/sobjects", bearer)),
            ("Apex REST", self.get("/services/apexrest/x", bearer)),
            ("Bulk 2", self.post("/services/data/v62.0/jobs/ingest", &[bearer, JSON], "{}")),
            ("Bulk 1, XML", self.post("/services/async/62.0/job", &[session, XML], JOB_XML)),
            ("Bulk 1, JSON", self.post("/services/async/62.0/job", &[bearer, JSON], JOB_JSON)),
            ("SOAP", self.soap(PARTNER, "<getUserInfo xmlns=\"urn:partner.soap.sforce.com\"/>")),
            ("SOAP, not emulated", self.soap(PARTNER, "<process xmlns=\"urn:partner.soap.sforce.com\"/>")),
            (
                "Metadata",
                self.soap(METADATA, "<describeMetadata xmlns=\"http://soap.sforce.com/2006/04/metadata\"/>"),
            ),
            ("SCIM 2", self.get("/services/scim/v2/Users?count=1", bearer)),
            ("SCIM 1", self.get("/services/scim/v1/Me", bearer)),
            ("userinfo", self.get("/services/oauth2/userinfo", bearer)),
            ("identity", self.get(&self.identity(), bearer)),
            ("singleaccess", self.post("/services/oauth2/singleaccess", &[bearer, FORM], "")),
        ]
    }

    fn get(&self, path: &str, header: (&str, &str)) -> Answer {
        self.world.emulator.get(path, &[header, ("host", self.host)])
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers: Vec<_> = headers.iter().copied().chain([("host", self.host)]).collect();
        self.world.emulator.post(path, &headers, body)
    }

    fn soap(&self, path: &str, call: &str) -> Answer {
        let namespace = if path == METADATA {
            "http://soap.sforce.com/2006/04/metadata"
        } else {
            "urn:partner.soap.sforce.com"
        };
        let header = format!(
            "<e:Header><SessionHeader xmlns=\"{namespace}\"><sessionId>{}</sessionId></SessionHeader></e:Header>",
            self.token
        );
        self.post(path, &[("content-type", "text/xml"), ("SOAPAction", "\"\"")], &envelope(&header, call))
    }

    /// The identity URL of the administrator, who may not be the one that asks.
    fn identity(&self) -> String {
        let emulator = &self.world.emulator;
        let user = emulator.id("User", ("Username", crate::emulator::ADMIN));
        format!("/id/{}/{user}", emulator.server.ready.first.org_id)
    }
}

/// The status, and of a refusal the body; of a fault of SOAP only what varies.
fn told(answer: &Answer) -> String {
    if answer.status < 300 {
        return answer.status.to_string();
    }
    let line = answer.line().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.split_once("<faultcode>").and_then(|(_, fault)| fault.split_once("</faultstring>")) {
        Some((fault, _)) => format!("{} {}", answer.status, fault.replace("</faultcode><faultstring>", " ")),
        None => line,
    }
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">{header}<e:Body>{body}</e:Body></e:Envelope>"
    )
}

#[test]
fn each_reason_at_each_surface() {
    let world = Running::new();
    let good = world.token(USER, "api web");
    let only_identity = world.token(USER, "id openid");
    let connect = world.token(USER, "chatter_api");
    let frozen = world.token(FROZEN, "api web");
    let without_api = world.token(WITHOUT_API, "api web");
    let emulator = &world.emulator;
    emulator.freeze(FROZEN, true);
    let no_api = emulator.id("Profile", ("Name", "No API")).to_string();
    emulator.update("User", ("Username", WITHOUT_API), &[("ProfileId", text(&no_api))]);
    let expired = world.expired();

    let mut told = vec![
        ("admitted", world.ask(&good)),
        ("at its own My Domain", world.ask_at("acme.localhost", &good)),
        ("unknown session", world.ask("00Dxx0000000000!AQ")),
        ("frozen user", world.ask(&frozen)),
        ("at the My Domain of another org", world.ask_at("emea.localhost", &good)),
        ("scopes id openid", world.ask(&only_identity)),
        ("scope chatter_api", world.ask(&connect)),
        ("expired password", world.ask(&expired)),
        ("no API Enabled", world.ask(&without_api)),
    ];
    for error in ["REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE"] {
        world.plant(error);
        told.push((error, world.ask(&good)));
        emulator.delete("/_fauxforce/faults");
    }
    let told: Vec<_> = told.into_iter().map(|(reason, lines)| format!("{reason}\n{lines}")).collect();
    assert_outcomes!("login_admission", told.join("\n\n"));
}

#[test]
fn every_admitted_api_call_counts() {
    let world = Running::new();
    let token = world.token(USER, "api web");
    let calls = || {
        let state = world.emulator.server.world().lock();
        state.api_calls(state.orgs[0].id)
    };
    let before = calls();
    world.ask(&token);
    // All but userinfo, identity and singleaccess, which are no calls of an API.
    assert_eq!(calls() - before, 14);
    world.ask("nobody");
    assert_eq!(calls() - before, 14);
}

#[test]
fn a_changed_password_opens_the_session_everywhere() {
    let world = Running::new();
    let token = world.expired();
    world.emulator.set_password(EXPIRED, "another-good-1");
    let told = world.ask(&token);
    assert!(!told.contains("password has expired"), "{told}");
}
