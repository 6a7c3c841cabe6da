//! A call that computes for too long ends as the service would end it, leaves nothing behind, and the world goes on.

#[allow(dead_code, reason = "other tests use more of it")]
#[path = "bulk/emulator.rs"]
mod emulator;

use std::time::Duration;

use emulator::{Emulator, Got};
use serde_json::{Value, json};

const API: &str = "/services/data/v62.0";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const TOO_LONG: &str = "Your request was running for too long, and has been stopped.";
const QUERY_TOO_LONG: &str = "Your query request was running for too long.";
/// Of an account. To delete them, or to hold them against [`slow_condition`], takes many times [`SHORT`].
const CONTACTS: usize = 6000;
const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(120);

/// An org with an account of many contacts.
struct Large {
    emulator: Emulator,
    account: String,
}

impl Large {
    fn new() -> Large {
        let emulator = Emulator::deterministic();
        let account = emulator.json("POST", &format!("{API}/sobjects/Account"), r#"{"Name":"Large"}"#);
        let account = account["id"].as_str().expect("an id").to_owned();
        for call in 0..CONTACTS / 200 {
            let contact = |number: usize| {
                json!({
                    "attributes": { "type": "Contact" },
                    "LastName": format!("Doe {call} {number}"), "AccountId": account,
                })
            };
            let records: Vec<Value> = (0..200).map(contact).collect();
            let body = json!({ "allOrNone": true, "records": records }).to_string();
            let got = emulator.ask("POST", &format!("{API}/composite/sobjects"), JSON, &body);
            assert!(got.status == 200 && !got.body.contains("\"success\":false"), "{got:?}");
        }
        Large { emulator, account }
    }

    fn limit(&self, limit: Duration) {
        self.emulator.server.world().lock().settings.call_timeout = limit;
    }

    /// Asks with little time, and gives the server its usual time back.
    fn hurried(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        self.limit(SHORT);
        let got = self.emulator.ask(method, path, headers, body);
        self.limit(LONG);
        got
    }

    /// The account and its contacts are what they were, and records can be saved.
    fn is_whole(&self) {
        let contacts = format!("SELECT COUNT() FROM Contact WHERE AccountId = '{}'", self.account);
        assert_eq!(self.emulator.count(&contacts), CONTACTS as i64);
        let account = format!("{API}/sobjects/Account/{}", self.account);
        assert_eq!(self.emulator.ask("PATCH", &account, JSON, r#"{"Site":"here"}"#).status, 204);
    }

    fn soap(&self, body: &str) -> Got {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\">\
             <e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body>\
             </e:Envelope>",
            self.emulator.server.ready.first.access_token.as_deref().expect("a token")
        );
        let headers = [("content-type", "text/xml"), ("soapaction", "\"\"")];
        self.hurried("POST", "/services/Soap/u/62.0", &headers, &envelope)
    }
}

/// Holds a name against hundreds of patterns, none of which fits.
fn slow_condition() -> String {
    let patterns = (0..300).map(|number| format!("LastName LIKE '%q%{number}%'"));
    patterns.collect::<Vec<_>>().join(" OR ")
}

fn error(got: &Got, code: &str, message: &str) {
    assert_eq!(got.status, 400, "{got:?}");
    let body: Value = serde_json::from_str(&got.body).expect("JSON");
    assert_eq!(body[0]["errorCode"], code, "{got:?}");
    assert_eq!(body[0]["message"], message);
}

#[test]
fn a_query() {
    let large = Large::new();
    let soql = format!("SELECT Id FROM Contact WHERE {}", slow_condition());
    let path = format!("{API}/query?q={}", soql.replace('%', "%25").replace(' ', "+"));
    error(&large.hurried("GET", &path, &[], ""), "QUERY_TIMEOUT", QUERY_TOO_LONG);
    // A read that SQLite is quick to find and we are slow to take.
    let all = format!("{API}/query?q=SELECT+FIELDS(STANDARD)+FROM+Contact");
    error(&large.hurried("GET", &all, &[], ""), "QUERY_TIMEOUT", QUERY_TOO_LONG);
    let got = large.soap(&format!("<query><queryString>{soql}</queryString></query>"));
    assert_eq!(got.status, 500);
    for part in ["<faultcode>sf:QUERY_TIMEOUT</faultcode>", QUERY_TOO_LONG, "UnexpectedErrorFault"] {
        assert!(got.body.contains(part), "{got:?}");
    }
    large.is_whole();
}

#[test]
fn a_deletion_with_its_cascade() {
    let large = Large::new();
    let account = format!("{API}/sobjects/Account/{}", large.account);
    error(&large.hurried("DELETE", &account, &[], ""), "REQUEST_RUNNING_TOO_LONG", TOO_LONG);
    large.is_whole();
    let list = format!("{API}/composite/sobjects?ids={}&allOrNone=false", large.account);
    error(&large.hurried("DELETE", &list, &[], ""), "REQUEST_RUNNING_TOO_LONG", TOO_LONG);
    large.is_whole();
    let got = large.soap(&format!("<delete><ids>{}</ids></delete>", large.account));
    assert!(got.status == 500 && got.body.contains("sf:REQUEST_RUNNING_TOO_LONG"), "{got:?}");
    assert!(got.body.contains(TOO_LONG), "{got:?}");
    large.is_whole();
    // With time enough it goes.
    assert_eq!(large.emulator.ask("DELETE", &account, &[], "").status, 204);
    let contacts = format!("SELECT COUNT() FROM Contact WHERE AccountId = '{}'", large.account);
    assert_eq!(large.emulator.count(&contacts), 0);
}

#[test]
fn a_composite_call_that_is_all_or_none() {
    let large = Large::new();
    let delete = json!({
        "method": "DELETE", "referenceId": "gone", "url": format!("{API}/sobjects/Account/{}", large.account),
    });
    let create = json!({
        "method": "POST", "referenceId": "made", "url": format!("{API}/sobjects/Account"), "body": { "Name": "Made" },
    });
    let body = json!({ "allOrNone": true, "compositeRequest": [create, delete] }).to_string();
    let got = large.hurried("POST", &format!("{API}/composite"), JSON, &body);
    let answer: Value = serde_json::from_str(&got.body).expect("JSON");
    // Whichever of them met it: on a busy machine it may be the first.
    let mut codes = [0, 1].map(|place| answer["compositeResponse"][place]["body"][0]["errorCode"].clone());
    codes.sort_by_key(Value::to_string);
    assert_eq!(codes, ["PROCESSING_HALTED", "REQUEST_RUNNING_TOO_LONG"], "{answer}");
    assert_eq!(large.emulator.count("SELECT COUNT() FROM Account WHERE Name = 'Made'"), 0);
    large.is_whole();
}

#[test]
fn every_surface() {
    let large = Large::new();
    // Who asks is known by then: the first call has looked it up.
    large.limit(Duration::ZERO);
    let ask = |method: &str, path: &str, kind: &str, body: &str| {
        large.emulator.ask(method, path, &[("content-type", kind)], body)
    };
    let scim = ask("GET", "/services/scim/v2/Users", "", "");
    assert!(scim.status == 400 && scim.body.contains(QUERY_TOO_LONG), "{scim:?}");
    let search = ask("GET", &format!("{API}/search?q=FIND+%7BDoe%7D+RETURNING+Contact"), "", "");
    error(&search, "REQUEST_RUNNING_TOO_LONG", TOO_LONG);
    let create = ask("POST", &format!("{API}/sobjects/Account"), "application/json", r#"{"Name":"Late"}"#);
    error(&create, "REQUEST_RUNNING_TOO_LONG", TOO_LONG);
    let ready = &large.emulator.server.ready.first;
    let form = [
        ("grant_type", "password"),
        ("username", ready.username.as_deref().expect("a name")),
        ("password", ready.password.as_deref().expect("a password")),
    ];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let grant = ask("POST", "/services/oauth2/token", "application/x-www-form-urlencoded", &form);
    assert!(grant.status >= 400 && !grant.body.contains("access_token"), "{grant:?}");
    let component = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns=\"http://soap.sforce.com/2006/04/metadata\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body><createMetadata>\
         <metadata i:type=\"PermissionSet\"><fullName>Late</fullName><label>Late</label></metadata>\
         </createMetadata></e:Body></e:Envelope>",
        ready.access_token.as_deref().expect("a token")
    );
    let headers = [("content-type", "text/xml"), ("soapaction", "\"\"")];
    let metadata = large.emulator.ask("POST", "/services/Soap/m/62.0", &headers, &component);
    assert!(metadata.status == 500 && metadata.body.contains(TOO_LONG), "{metadata:?}");
    let health = large.emulator.ask("GET", "/services/data", &[], "");
    assert_eq!(health.status, 200);
    large.limit(LONG);
    assert_eq!(large.emulator.count("SELECT COUNT() FROM Account WHERE Name = 'Late'"), 0);
    assert_eq!(large.emulator.count("SELECT COUNT() FROM PermissionSet WHERE Name = 'Late'"), 0);
    large.is_whole();
}

#[test]
fn calls_can_be_cancelled_from_outside() {
    let large = Large::new();
    large.emulator.server.world().cancel_calls();
    let create = large.emulator.ask("POST", &format!("{API}/sobjects/Account"), JSON, r#"{"Name":"Late"}"#);
    error(&create, "REQUEST_RUNNING_TOO_LONG", TOO_LONG);
}
