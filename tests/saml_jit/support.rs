//! An emulator with the default seed, an identity provider, and a way to say how a login ended.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::app::App;
use fauxforce::assertion::issue::{self, Signer, Statement};
use fauxforce::dml::{Call, Options, RecordInput};
use fauxforce::message::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use fauxforce::message::{HeaderValue, Method, Request, Response};
use fauxforce::model::fault::Fault;
use fauxforce::model::id::Id;
use fauxforce::model::record::Record;
use fauxforce::model::value::{Input, Raw, Value};
use fauxforce::org::access::Runner;
use fauxforce::org::{Environment, Mail};
use fauxforce::seed::Seed;
use fauxforce::store::Store;
use fauxforce::world::{Clock, Random, Stage, World};

use crate::records::{changes, find, name_of, named, records, shown};

pub const ORIGIN: &str = "http://localhost:7332";

/// Profiles of the default seed.
pub const CUSTOMER: &str = "Acme Customer Community User";
pub const PLUS: &str = "Acme Customer Community Plus User";
pub const PARTNER: &str = "Acme Partner Community User";

/// The world that a seed is loaded in.
struct Beginning(Cell<u8>);

impl Environment for Beginning {
    fn now(&self) -> i64 {
        1_767_225_600_000
    }

    fn username_taken_elsewhere(&self, _: &str) -> Result<bool, Fault> {
        Ok(false)
    }

    fn post(&self, _: Mail) {}

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0.set(self.0.get().wrapping_add(97));
            *byte = self.0.get();
        }
    }
}

/// Whose door a Response is posted at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum To {
    Internal,
    Customers,
    Partners,
}

pub struct Home {
    pub world: Arc<World>,
    app: App,
    issued: Cell<u32>,
}

/// A new internal user.
pub const ADA: Attributes<'static> = &[
    ("User.Username", "ada@acme.test"),
    ("User.Email", "ada@acme.test"),
    ("User.LastName", "Lovelace"),
    ("User.ProfileId", "Standard User"),
];

/// Texts by path.
pub type Files = BTreeMap<String, String>;

pub type Attributes<'a> = &'a [(&'a str, &'a str)];

pub fn home() -> Home {
    home_with(|org| org)
}

/// The default seed with another `org.json`.
pub fn home_with(change: impl Fn(String) -> String) -> Home {
    let home = home_of(|files| {
        let org = files.remove("org.json").expect("org.json");
        files.insert("org.json".to_owned(), change(org));
    });
    home.unwrap_or_else(|error| panic!("{error}"))
}

/// The default seed with other files; the error is what the seed loader says.
pub fn home_of(change: impl Fn(&mut Files)) -> Result<Home, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default");
    let mut files = Files::new();
    read(&folder, &folder, &mut files);
    change(&mut files);
    let seed = Seed::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let store = Store::in_memory().expect("a store");
    let org = seed.load(&Beginning(Cell::new(0)), Id::numbered("00D", 1), store);
    let org = org.map_err(|error| error.to_string())?;
    let world = Arc::new(World::new(vec![org], Clock::deterministic(), Random::deterministic()));
    Ok(Home { app: App::new(world.clone()), world, issued: Cell::new(0) })
}

fn read(root: &Path, folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            files.insert(name, std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

impl Home {
    pub fn request(&self, method: Method, target: &str, body: String, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::new(method, target.parse().expect("a target"));
        request.headers.insert(HOST, HeaderValue::from_static("localhost:7332"));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        for (name, value) in headers {
            let name = fauxforce::message::header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        request.body = body.into();
        self.app.respond(request)
    }

    pub fn get(&self, target: &str) -> Response {
        self.request(Method::GET, target, String::new(), &[])
    }

    pub fn get_with_cookie(&self, target: &str, cookie: &str) -> Response {
        self.request(Method::GET, target, String::new(), &[(COOKIE.as_str(), cookie)])
    }

    pub fn get_with_accept(&self, target: &str, accept: &str) -> Response {
        self.request(Method::GET, target, String::new(), &[("accept", accept)])
    }

    pub fn json(&self, target: &str) -> serde_json::Value {
        serde_json::from_slice(&self.get(target).body).expect("JSON")
    }

    pub fn post(&self, target: &str, fields: &[(&str, &str)]) -> Response {
        let body = form(fields);
        self.request(Method::POST, target, body, &[])
    }

    /// Path and query of an assertion consumer URL.
    pub fn acs(&self, to: To) -> String {
        let so = Id::numbered("00D", 1);
        match to {
            To::Internal => format!("/?so={}", so.short()),
            To::Customers => format!("/customers/login?so={}", so.short()),
            To::Partners => format!("/partners/login?so={}", so.short()),
        }
    }

    /// A statement of the identity provider about a subject.
    pub fn statement(&self, to: To, subject: &str, attributes: Attributes) -> Statement {
        let (issuer, audience) = match to {
            To::Internal => ("https://idp.fauxforce.test/internal", "https://fauxforce.my.salesforce.com"),
            _ => ("https://idp.fauxforce.test/communities", "https://fauxforce.my.site.com"),
        };
        let recipient = format!("{ORIGIN}{}", self.acs(to));
        let now = self.world.lock().clock.now();
        let mut statement = Statement::new(issuer, audience, &recipient, subject, now);
        let number = self.issued.get() + 1;
        self.issued.set(number);
        statement.response_id = format!("_response{number}");
        statement.assertion_id = format!("_assertion{number}");
        let attributes =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        statement.attributes = attributes.collect();
        statement
    }

    pub fn signer(&self, to: To) -> Signer {
        let name = if to == To::Internal { "internal" } else { "communities" };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys");
        let text = |ending: &str| {
            std::fs::read_to_string(folder.join(format!("idp-{name}.{ending}"))).expect("a key file")
        };
        Signer::from_pem(&text("key"), &text("crt")).expect("a key pair")
    }

    /// The form field of a signed statement.
    pub fn signed(&self, to: To, statement: &Statement) -> String {
        STANDARD.encode(issue::response(statement, &self.signer(to)).expect("a Response"))
    }

    /// Posts what the identity provider says of a subject; tells how it ended and what became of the records.
    pub fn login(&self, to: To, subject: &str, attributes: Attributes) -> String {
        let response = self.signed(to, &self.statement(to, subject, attributes));
        self.told(|home| home.post(&home.acs(to), &[("SAMLResponse", &response)]))
    }

    /// Does it, and tells where the browser ends, what the login history says, what became of the records, and why.
    pub fn told(&self, work: impl Fn(&Home) -> Response) -> String {
        let before = self.records();
        let response = work(self);
        let mut told = format!("{} {}\n", response.status, location(&response));
        let state = self.world.lock();
        let login = state.logins.all().into_iter().next().expect("a login");
        let org = &state.orgs[0];
        if let Some(history) = login.history.and_then(|id| find(org, id)) {
            let user = history.id("UserId").map(|user| name_of(org, user)).unwrap_or_default();
            let text = |name: &str| history.text(name).unwrap_or_default().to_owned();
            let _ = writeln!(told, "history: {} | {} | {user}", text("LoginType"), text("Status"));
        }
        if let Some((code, description, details)) = &login.error {
            let _ = writeln!(told, "error {code}: {description}\ndetails: {details:?}");
        }
        let after = records(&state);
        let _ = writeln!(told, "\nrecords:");
        for (id, record) in &after {
            match before.get(id) {
                None => {
                    let _ = writeln!(told, "new {}", shown(org, record));
                }
                Some(old) => changes(org, old, record, &mut told),
            }
        }
        let _ = writeln!(told, "\ntrace:");
        let checks =
            login.trace.steps.iter().filter(|step| step.ok && step.stage == Stage::Verification).count();
        let _ = writeln!(told, "ok   verification: {checks} steps");
        for step in login.trace.steps.iter().filter(|step| !step.ok || step.stage != Stage::Verification) {
            let mark = if step.ok { "ok  " } else { "FAIL" };
            let text = named(org, &step.text());
            let _ = writeln!(told, "{mark} {}: {text}", step.stage.name());
        }
        told
    }

    fn records(&self) -> BTreeMap<Id, Record> {
        records(&self.world.lock())
    }

    /// Inserts a record as the platform in the name of the administrator.
    pub fn insert(&self, object: &str, fields: Attributes) -> Id {
        self.save(object, None, fields)
    }

    pub fn update(&self, object: &str, id: Id, fields: Attributes) {
        self.save(object, Some(id), fields);
    }

    fn save(&self, object: &str, id: Option<Id>, fields: Attributes) -> Id {
        let state = self.world.lock();
        let org = &state.orgs[0];
        let environment = state.environment(org.id);
        let runner = Runner::system(org.seeded.admin.expect("an administrator"));
        let options = Options::default();
        let call = Call {
            org,
            environment: &environment,
            runner: &runner,
            options: &options,
            rules: &fauxforce::rules::BOOK,
        };
        let object = org.object(object).expect("a store").expect("an object");
        let input = |text: &str| match text {
            "null" => Input::new(Raw::Null),
            "true" | "false" => Input::new(Raw::Bool(text == "true")),
            text => Input::from(text),
        };
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), input(value))).collect();
        let sent = RecordInput { object, id: id.map(|id| id.to_string()), fields };
        let outcomes = if id.is_some() { call.update(&[sent]) } else { call.insert(&[sent]) };
        let outcome = outcomes.expect("a store").remove(0);
        assert!(outcome.faults.is_empty(), "{:?}", outcome.faults);
        outcome.id.expect("an id")
    }

    pub fn id(&self, object: &str, field: &str, value: &str) -> Id {
        let state = self.world.lock();
        let org = &state.orgs[0];
        let object = org.object(object).expect("a store").expect("an object");
        let found = org.ids_where(&object, field, &Value::from(value), 1).expect("a store");
        found.first().copied().unwrap_or_else(|| panic!("no {} with {field} {value}", object.name))
    }

    /// A field of all records of an object.
    pub fn records_of(&self, object: &str, field: &str) -> Vec<String> {
        let state = self.world.lock();
        let sql = format!("SELECT \"{field}\" FROM \"{object}\" ORDER BY \"Id\"");
        state.orgs[0].store.rows(&sql, [], |row| row.get(0)).expect("a store")
    }

    /// A user of the default seed.
    pub fn user(&self, name: &str) -> Id {
        self.id("User", "Username", &format!("{name}@fauxforce.test"))
    }

    pub fn account(&self, name: &str) -> Id {
        self.id("Account", "Name", name)
    }

    /// A contact on an account.
    pub fn contact(&self, account: &str, last_name: &str, email: &str) -> Id {
        let account = self.account(account);
        self.insert("Contact", &[("AccountId", account.as_str()), ("LastName", last_name), ("Email", email)])
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Where an answer leads, without the session id.
pub fn location(response: &Response) -> String {
    let location = response.headers.get(LOCATION).map(|value| value.to_str().expect("ASCII").to_owned());
    let Some(location) = location else { return String::new() };
    match location.split_once("sid=") {
        Some((before, after)) => {
            format!("{before}sid=[sid]{}", after.find('&').map_or("", |end| &after[end..]))
        }
        None => location,
    }
}

/// The value of a cookie that an answer sets.
pub fn cookie(response: &Response, name: &str) -> Option<String> {
    response.headers.get_all(SET_COOKIE).iter().find_map(|value| {
        let (known, rest) = value.to_str().ok()?.split_once('=')?;
        (known == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
    })
}

pub fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// Compares with the snapshot of this name.
pub fn snapshot(name: &str, told: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/saml_jit");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), told));
}
