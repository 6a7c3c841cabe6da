//! What every surface says while the store cannot be written: 503 and one text, never that a session, a password or a record
//! is wrong.

use fauxforce::Server;
use serde_json::Value;

use crate::process::Client;

pub const TEXT: &str =
    "An unexpected error occurred: the store cannot be read or written. The log of the server says why.";

/// Name, method, path, headers, body.
type Request = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)], String);

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];
const SOAP: &[(&str, &str)] = &[("content-type", "text/xml"), ("soapaction", "\"\"")];

/// Requests that write, one for each surface and for each way to log in.
fn requests(token: &str) -> Vec<Request> {
    let envelope = |header: &str, body: &str| {
        format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\">\
             <e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
        )
    };
    let session = format!("<SessionHeader><sessionId>{token}</sessionId></SessionHeader>");
    let soap_create = envelope(
        &session,
        "<create><sObjects><type xmlns=\"urn:sobject.partner.soap.sforce.com\">Contact</type>\
         <LastName xmlns=\"urn:sobject.partner.soap.sforce.com\">Doe</LastName></sObjects></create>",
    );
    let soap_login = envelope(
        "",
        "<login><username>admin@fauxforce.test</username><password>fauxforce1FAUXFORCETOKEN1</password></login>",
    );
    let client = "client_id=fauxforce-client-id&client_secret=fauxforce-client-secret";
    let password = |password: &str| {
        format!("grant_type=password&{client}&username=admin@fauxforce.test&password={password}")
    };
    let refresh = format!("grant_type=refresh_token&{client}&refresh_token=fauxforce-refresh-token");
    let contact = r#"{"LastName":"Doe"}"#.to_owned();
    let two = r#"{"allOrNone":false,"records":[{"attributes":{"type":"Contact"},"LastName":"Doe"},
        {"attributes":{"type":"Contact"},"LastName":"Roe"}]}"#;
    let within = r#"{"allOrNone":false,"compositeRequest":[{"method":"POST","referenceId":"a",
        "url":"/services/data/v62.0/sobjects/Contact","body":{"LastName":"Doe"}}]}"#;
    let job = r#"{"object":"Contact","operation":"insert"}"#;
    let scim = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"doe@fauxforce.test",
        "name":{"familyName":"Doe"},"emails":[{"type":"work","primary":true,"value":"doe@fauxforce.test"}],
        "entitlements":[]}"#;
    let page = "un=admin%40fauxforce.test&username=admin%40fauxforce.test&pw=fauxforce1";
    vec![
        ("REST", "POST", "/services/data/v62.0/sobjects/Contact", JSON, contact),
        ("REST collection", "POST", "/services/data/v62.0/composite/sobjects", JSON, two.to_owned()),
        ("REST composite", "POST", "/services/data/v62.0/composite", JSON, within.to_owned()),
        ("SOAP", "POST", "/services/Soap/u/62.0", SOAP, soap_create),
        ("SOAP login", "POST", "/services/Soap/u/62.0", SOAP, soap_login),
        ("Bulk 2", "POST", "/services/data/v62.0/jobs/ingest", JSON, job.to_owned()),
        (
            "Bulk 1",
            "POST",
            "/services/async/62.0/job",
            JSON,
            r#"{"object":"Contact","operation":"insert","contentType":"CSV"}"#.to_owned(),
        ),
        ("SCIM", "POST", "/services/scim/v2/Users", JSON, scim.to_owned()),
        ("a good password", "POST", "/services/oauth2/token", FORM, password("fauxforce1")),
        ("a refresh token", "POST", "/services/oauth2/token", FORM, refresh),
        ("the login page", "POST", "/login", FORM, page.to_owned()),
    ]
}

/// Another program holds the file locked: everything that writes is refused in the same way, and nothing of it is kept.
#[test]
fn every_surface_says_the_same_while_another_program_locks_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let server = Server::builder().without_https().database(&file).start().expect("a server");
    let token = server.ready.first.access_token.clone().expect("a token");
    let client = Client::new(&server.url, &token);
    let other = rusqlite::Connection::open(&file).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");

    for (name, method, path, headers, body) in requests(&token) {
        let got = client.ask(method, path, headers, &body);
        assert_eq!(got.status, 503, "{name}: {}", got.body);
        assert!(got.body.contains(TEXT), "{name}: {}", got.body);
        let code = name == "SCIM" || got.body.contains("UNKNOWN_EXCEPTION");
        assert!(code, "{name}: {}", got.body);
        for lie in ["INVALID_SESSION_ID", "INVALID_LOGIN", "invalid_grant", "InvalidSessionId"] {
            assert!(!got.body.contains(lie), "{name}: {}", got.body);
        }
    }
    let health = client.ask("GET", "/_fauxforce/health", &[], "");
    assert_eq!(health.status, 200, "{}", health.body);

    other.execute_batch("ROLLBACK").expect("an end");
    assert_eq!(client.names("Doe"), [""; 0]);
    for (name, method, path, headers, body) in requests(&token) {
        let got = client.ask(method, path, headers, &body);
        assert_ne!(got.status, 503, "{name}: {}", got.body);
    }
    server.stop();
}

/// What a session asks first makes tables, so it writes: the session is no worse for it.
#[test]
fn a_good_session_is_good_while_another_program_locks_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    Server::builder().without_https().database(&file).start().expect("a server").stop();
    let server = Server::builder().without_https().database(&file).start().expect("a server");
    let client = Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token"));
    let other = rusqlite::Connection::open(&file).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let got = client.ask("GET", "/services/data/v62.0/query?q=SELECT+Id+FROM+Task", &[], "");
    assert_eq!(got.status, 503, "{}", got.body);
    let told: Value = serde_json::from_str(&got.body).expect("JSON");
    assert_eq!(told[0]["errorCode"], "UNKNOWN_EXCEPTION");
    other.execute_batch("ROLLBACK").expect("an end");
    let got = client.ask("GET", "/services/data/v62.0/query?q=SELECT+Id+FROM+Task", &[], "");
    assert_eq!(got.status, 200, "{}", got.body);

    // What has its table is read while the lock is held.
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let got = client.ask("GET", "/services/data/v62.0/query?q=SELECT+Id+FROM+Task", &[], "");
    assert_eq!(got.status, 200, "{}", got.body);
    drop(other);
    server.stop();
}
