//! What the server keeps of calls does not grow with their number. Each kind of call is made until all bounds and
//! lifetimes of `docs/reliability.md` have come into play, then as often again: the memory that is in use at most may not
//! have become more. The counting allocator counts the whole process, so this is one test.

use std::alloc::System;
use std::cell::Cell;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::app::App;
use fauxforce::assertion::issue::{self, Signer, Statement};
use fauxforce::credentials::approval;
use fauxforce::message::header::HeaderName;
use fauxforce::message::{HeaderValue, Method, Request, Response, StatusCode};
use fauxforce::model::id::Id;
use fauxforce::seed::Seed;
use fauxforce::store::Store;
use fauxforce::world::{Clock, Random, Session, SessionKind, World};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TOKEN: &str = "00DFf0000000001!token";
const ORIGIN: &str = "http://localhost:7332";
/// Seconds that pass between two calls: a job's seven days pass in 504 calls, all other lifetimes but six months in fewer.
const STEP: usize = 1200;
/// Bytes by which the heap may grow from the first half to the second, and pages of the store: caches breathe.
const HEAP: i64 = 48 * 1024;
const STORE: i64 = 64 * 1024;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
const BEARER: (&str, &str) = ("authorization", "Bearer 00DFf0000000001!token");
const COOKIE: (&str, &str) = ("cookie", "sid=00DFf0000000001!token");
const CLIENT: &str = "client_id=fauxforce-client-id&client_secret=fauxforce-client-secret";

struct Home {
    world: Arc<World>,
    app: App,
    user: Id,
    /// The identity provider's.
    signer: Signer,
    calls: Cell<usize>,
}

/// A kind of call.
struct Kind {
    name: &'static str,
    /// Calls in each half.
    calls: usize,
    /// Whether each call leaves rows that the real service keeps, too: logins do.
    leaves_rows: bool,
    call: fn(&Home, usize) -> Response,
    status: u16,
}

impl Home {
    fn new() -> Home {
        let world = Arc::new(World::new(Vec::new(), Clock::deterministic(), Random::deterministic()));
        let user = {
            let mut state = world.lock();
            // It is full after a few calls.
            state.settings.journal = 5;
            let id = Id::numbered("00D", 1);
            let store = Store::in_memory().expect("a store");
            let seed = Seed::built_in();
            let org = seed.load(&state.environment(id), id, store).expect("the seed");
            let user = org.seeded.admin.expect("an administrator");
            let scopes = ["api", "refresh_token"].map(str::to_owned);
            approval::grant(&org, user, "fauxforce-client-id", &scopes).expect("an approval");
            state.orgs.push(org);
            state.sessions.open(Session {
                token: TOKEN.to_owned(),
                org: id,
                user,
                kind: SessionKind::Soap,
                client_id: None,
                scopes: Vec::new(),
                refresh_token: None,
                password_expired: false,
                opened: 0,
                expires: i64::MAX,
                timeout: 7_200_000,
            });
            user
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys");
        let text = |ending: &str| {
            std::fs::read_to_string(folder.join(format!("idp-internal.{ending}"))).expect("a file")
        };
        let signer = Signer::from_pem(&text("key"), &text("crt")).expect("a key pair");
        Home { app: App::new(world.clone()), world, user, signer, calls: Cell::new(0) }
    }

    fn send(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Response {
        let mut request = Request::new(method, target.parse().expect("a target"));
        for (name, value) in [("host", "localhost:7332")].iter().chain(headers) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        request.body = body.into().into();
        self.app.respond(request)
    }

    fn get(&self, target: &str, headers: &[(&str, &str)]) -> Response {
        self.send(Method::GET, target, headers, "")
    }

    fn post(&self, target: &str, headers: &[(&str, &str)], body: &str) -> Response {
        self.send(Method::POST, target, headers, body)
    }

    /// Makes calls of a kind; gives how many bytes were in use at most: of the heap, and of the store.
    fn peak(&self, kind: &Kind) -> (i64, i64) {
        let (mut heap, mut store) = (0, 0);
        for _ in 0..kind.calls {
            let number = self.calls.replace(self.calls.get() + 1);
            let response = (kind.call)(self, number);
            let body = String::from_utf8_lossy(&response.body);
            assert_eq!(response.status, kind.status, "{}, call {number}: {body}", kind.name);
            drop(response);
            let state = self.world.lock();
            (0..STEP).for_each(|_| state.clock.tick());
            let used = COUNTED.stats();
            heap = heap.max(used.bytes_allocated as i64 - used.bytes_deallocated as i64);
            let pragma = |name: &str| {
                let found =
                    state.orgs[0].store.row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
                found.expect("a store that works").expect("a number")
            };
            store = store.max((pragma("page_count") - pragma("freelist_count")) * pragma("page_size"));
        }
        (heap, store)
    }
}

fn archive() -> Vec<u8> {
    let manifest = "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>Contact.Badge__c</members>\
         <name>CustomField</name></types><version>62.0</version></Package>";
    let contact = "<CustomObject xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fields><fullName>Badge__c</fullName>\
         <label>Badge</label><length>20</length><type>Text</type></fields></CustomObject>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("package.xml", manifest), ("objects/Contact.object", contact)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("a file");
    }
    archive.finish().expect("an archive").into_inner()
}

fn deploy(home: &Home, _: usize) -> Response {
    let mut body = Vec::new();
    let options = br#"{"deployOptions":{"checkOnly":true,"singlePackage":true}}"#;
    for (name, content) in [("json", &options[..]), ("file", &archive())] {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n").bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    let headers = [BEARER, ("content-type", "multipart/form-data; boundary=B")];
    home.send(Method::POST, "/services/data/v62.0/metadata/deployRequest", &headers, body)
}

fn saml(home: &Home, number: usize) -> Response {
    let now = home.world.lock().clock.now();
    let (issuer, audience) = ("https://idp.fauxforce.test/internal", "https://fauxforce.my.salesforce.com");
    let path = format!("/?so={}", Id::numbered("00D", 1).short());
    let mut statement = Statement::new(issuer, audience, &format!("{ORIGIN}{path}"), "ada", now);
    statement.response_id = format!("_response{number}");
    statement.assertion_id = format!("_assertion{number}");
    let attributes = [
        ("User.Username", "ada@acme.test"),
        ("User.Email", "ada@acme.test"),
        ("User.LastName", "Lovelace"),
        ("User.ProfileId", "Standard User"),
    ];
    statement.attributes = attributes.map(|(name, value)| (name.to_owned(), vec![value.to_owned()])).to_vec();
    let response = STANDARD.encode(issue::response(&statement, &home.signer).expect("a Response"));
    let body: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("SAMLResponse", &response).finish();
    let answer = home.post(&path, &[FORM], &body);
    // The first login makes the user, the others update it.
    if number == 2 {
        // A thousand traces are kept: signing as many Responses would take long.
        let state = home.world.lock();
        let mut login = state.logins.all().into_iter().next().expect("a login");
        for _ in 0..1000 {
            login.number += 1;
            state.logins.keep(login.clone());
        }
    }
    answer
}

fn locator(home: &Home, number: usize) -> Response {
    if number == 0 {
        for group in 0..2 {
            let records: Vec<_> = (0..150)
                .map(|row| format!(r#"{{"attributes":{{"type":"Contact"}},"LastName":"Doe {group} {row}"}}"#))
                .collect();
            let body = format!(r#"{{"records":[{}]}}"#, records.join(","));
            let made = home.post("/services/data/v62.0/composite/sobjects", &[BEARER, JSON], &body);
            assert_eq!(made.status, StatusCode::OK);
        }
    }
    let headers = [BEARER, ("sforce-query-options", "batchSize=200")];
    home.get("/services/data/v62.0/query?q=SELECT+Id,LastName,Account.Name+FROM+Contact", &headers)
}

fn kinds() -> Vec<Kind> {
    let kind = |name, calls, status, call| Kind { name, calls, leaves_rows: false, call, status };
    vec![
        Kind {
            leaves_rows: true,
            ..kind("logins by password", 1200, 200, |home, _| {
                let user = "grant_type=password&username=admin@fauxforce.test&password=fauxforce1";
                home.post("/services/oauth2/token", &[FORM], &format!("{CLIENT}&{user}"))
            })
        },
        Kind { leaves_rows: true, ..kind("logins by SAML", 160, 302, saml) },
        Kind {
            leaves_rows: true,
            ..kind("failed logins by SAML", 1200, 302, |home, number| {
                let path = format!("/?so={}", Id::numbered("00D", 1).short());
                home.post(
                    &path,
                    &[FORM],
                    &format!("SAMLResponse={}", STANDARD.encode(format!("<a>{number}</a>"))),
                )
            })
        },
        kind("AuthnRequests", 160, 302, |home, _| {
            let config = {
                let state = home.world.lock();
                state.orgs[0].sso_configs().expect("configurations")[0].id
            };
            home.get(
                &format!("/saml/authn-request.jsp?samlSsoConfig={config}&saml_binding_type=HttpRedirect"),
                &[],
            )
        }),
        kind("authorization codes", 300, 302, |home, _| {
            let path = "/services/oauth2/authorize?response_type=code&client_id=fauxforce-client-id\
                        &redirect_uri=http://localhost:3000/callback&scope=api";
            home.get(path, &[COOKIE])
        }),
        kind("device codes", 300, 200, |home, _| {
            home.post(
                "/services/oauth2/token",
                &[FORM],
                "response_type=device_code&client_id=PlatformCLI&scope=api",
            )
        }),
        kind("front doors", 300, 200, |home, _| {
            home.post("/services/oauth2/singleaccess", &[BEARER, FORM], "")
        }),
        kind("mails", 1050, 200, |home, _| {
            let path = format!("/services/data/v62.0/sobjects/User/{}/password", home.user);
            home.send(Method::DELETE, &path, &[BEARER], "")
        }),
        kind("query locators", 60, 200, locator),
        kind("gaps", 600, 404, |home, number| {
            home.get(&format!("/secur/nothing-{}/x", letters(number)), &[])
        }),
        kind("bulk jobs", 600, 200, |home, _| {
            let body = r#"{"object":"Contact","operation":"insert","lineEnding":"LF"}"#;
            home.post("/services/data/v62.0/jobs/ingest", &[BEARER, JSON], body)
        }),
        kind("deploys", 110, 201, deploy),
        kind("planted faults", 1100, 201, |home, number| {
            let body = r#"{"error":"UNABLE_TO_LOCK_ROW","object":"Account","times":null}"#;
            let planted = home.post("/_fauxforce/faults", &[JSON], body);
            if number < 1000 { planted } else { Response::new(StatusCode::CREATED) }
        }),
        kind("recent records", 300, 200, |home, _| {
            home.get(&format!("/services/data/v62.0/sobjects/User/{}", home.user), &[BEARER])
        }),
    ]
}

/// A number in letters, as the paths of clients are.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| (digit - b'0' + b'a') as char).collect()
}

#[test]
fn growth_per_10_000_calls() {
    let mut grown = Vec::new();
    for kind in kinds() {
        let home = Home::new();
        let start = std::time::Instant::now();
        let (before, after) = (home.peak(&kind), home.peak(&kind));
        let (heap, store) = (after.0 - before.0, after.1 - before.1);
        let per_10_000 = |bytes: i64| bytes as f64 / kind.calls as f64 * 10_000.0 / (1024.0 * 1024.0);
        let line = format!(
            "{}: heap {:.2} MiB, store {:.2} MiB per 10,000 calls ({heap} and {store} bytes in {} calls, {:?})",
            kind.name,
            per_10_000(heap),
            per_10_000(store),
            kind.calls,
            start.elapsed()
        );
        println!("{line}");
        if heap > HEAP || (store > STORE && !kind.leaves_rows) {
            grown.push(line);
        }
    }
    assert!(grown.is_empty(), "more is kept of each call:\n{}", grown.join("\n"));
}
