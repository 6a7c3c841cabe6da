//! An emulator of its own for each test, and how a test speaks to it.

use fauxforce::dml::{Call, Options, RecordInput};
use fauxforce::model::id::Id;
use fauxforce::model::value::{Input, Raw, Value};
use fauxforce::org::access::Runner;
use fauxforce::world::State;
use fauxforce::{Builder, Server};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::fixture;
pub use crate::fixture::{builder, changed_seed};

pub const ADMIN: &str = "admin@fauxforce.test";
pub const PASSWORD: &str = "fauxforce1";
pub const TOKEN: &str = "FAUXFORCETOKEN1";
pub const CLIENT: &[(&str, &str)] =
    &[("client_id", "fauxforce-client-id"), ("client_secret", "fauxforce-client-secret")];

/// The fields of a form, by name.
pub type Form<'a> = &'a [(&'a str, &'a str)];

pub struct Emulator {
    pub server: Server,
    agent: ureq::Agent,
    _seed: Option<TempDir>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub gap: Option<String>,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned()
    }

    /// Status and body on one line.
    pub fn line(&self) -> String {
        let gap = self.gap.as_ref().map(|gap| format!(" (gap: {gap})")).unwrap_or_default();
        format!("{} {}{gap}", self.status, self.body)
    }
}

impl Emulator {
    /// With the built-in seed.
    pub fn start() -> Emulator {
        Emulator::of(builder(), None)
    }

    /// With a copy of the default seed whose `org.json` is changed.
    pub fn with(change: impl FnOnce(&mut Json)) -> Emulator {
        let seed = changed_seed(change);
        Emulator::of(builder().seed(seed.path()), Some(seed))
    }

    pub fn of(builder: Builder, seed: Option<TempDir>) -> Emulator {
        let server = builder.start().unwrap_or_else(|error| panic!("{error}"));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Emulator { server, agent, _seed: seed }
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.agent.get(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        read(request.call().expect("an answer"))
    }

    pub fn delete(&self, path: &str) -> Answer {
        read(self.agent.delete(self.url(path)).call().expect("an answer"))
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = self.agent.post(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        read(request.send(body).expect("an answer"))
    }

    /// Sends JSON by any method.
    pub fn send_json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path))
            .header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        read(self.agent.run(request.body(body.to_owned()).expect("a request")).expect("an answer"))
    }

    pub fn form(&self, path: &str, parts: &[&[(&str, &str)]]) -> Answer {
        self.post(path, &[("content-type", "application/x-www-form-urlencoded")], &encoded(parts))
    }

    /// Posts to the token endpoint.
    pub fn token(&self, parts: &[&[(&str, &str)]]) -> Answer {
        self.form("/services/oauth2/token", parts)
    }

    /// A password grant for the default client.
    pub fn password_grant(&self, username: &str, password: &str) -> Answer {
        self.token(&[CLIENT, &[("grant_type", "password"), ("username", username), ("password", password)]])
    }

    /// A SOAP call.
    pub fn soap(&self, path: &str, envelope: &str) -> Answer {
        self.post(path, &[("content-type", "text/xml; charset=UTF-8"), ("SOAPAction", "\"\"")], envelope)
    }

    /// Whether a session still opens anything.
    pub fn is_open(&self, token: &str) -> bool {
        let answer = self.get("/services/oauth2/userinfo", &[("authorization", &format!("Bearer {token}"))]);
        answer.status == 200
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    /// Saves fields of the first record of an object in which a field has a value, as a user would by the API.
    pub fn update(&self, object: &'static str, by: (&str, &str), fields: &[(&str, Raw)]) {
        let state = self.server.world().lock();
        let id = find(&state, object, by);
        let org = &state.orgs[0];
        let runner = org.runner(org.seeded.admin.expect("an administrator")).expect("a runner");
        self.save(&state, &runner, object, Some(id), fields);
    }

    /// Inserts a record as the platform.
    pub fn insert(&self, object: &'static str, fields: &[(&str, Raw)]) -> Id {
        let state = self.server.world().lock();
        let runner = Runner::system(state.orgs[0].seeded.admin.expect("an administrator"));
        self.save(&state, &runner, object, None, fields)
    }

    fn save(
        &self,
        state: &State,
        runner: &Runner,
        object: &'static str,
        id: Option<Id>,
        fields: &[(&str, Raw)],
    ) -> Id {
        let org = &state.orgs[0];
        let fields = fields.iter().map(|(name, raw)| ((*name).to_owned(), Input::new(raw.clone())));
        let sent = RecordInput {
            object: org.standard(object).expect("an object"),
            id: id.map(|id| id.to_string()),
            fields: fields.collect(),
        };
        let options = Options::default();
        let environment = state.environment(org.id);
        let call = Call {
            org,
            environment: &environment,
            runner,
            options: &options,
            rules: &fauxforce::rules::BOOK,
        };
        let outcomes = if id.is_some() { call.update(&[sent]) } else { call.insert(&[sent]) };
        let outcome = outcomes.expect("a store that works").remove(0);
        assert!(outcome.is_success(), "{:?}", outcome.faults);
        outcome.id.expect("an id")
    }

    pub fn id(&self, object: &'static str, by: (&str, &str)) -> Id {
        find(&self.server.world().lock(), object, by)
    }

    /// Sets a user's password, whatever its state.
    pub fn set_password(&self, username: &str, password: &str) {
        let user = self.id("User", ("Username", username));
        let state = self.server.world().lock();
        let org = &state.orgs[0];
        fauxforce::credentials::password::store(org, &state.environment(org.id), user, password, Some(TOKEN))
            .expect("a password");
    }

    /// Freezes a user or undoes it.
    pub fn freeze(&self, username: &str, frozen: bool) {
        let user = self.id("User", ("Username", username)).to_string();
        self.update("UserLogin", ("UserId", &user), &[("IsFrozen", Raw::Bool(frozen))]);
    }

    pub fn deactivate(&self, username: &str) {
        self.update("User", ("Username", username), &[("IsActive", Raw::Bool(false))]);
    }

    /// An active user of the partner community, with the password of everyone.
    pub fn partner_user(&self) -> &'static str {
        const USERNAME: &str = "pat@partner.test";
        let account = self.id("Account", ("Name", "Acme Partners")).to_string();
        let profile = self.id("Profile", ("Name", "Acme Partner Community User")).to_string();
        let contact = self
            .insert("Contact", &[("LastName", text("Partner")), ("AccountId", text(&account))])
            .to_string();
        self.insert(
            "User",
            &[
                ("Username", text(USERNAME)),
                ("LastName", text("Partner")),
                ("Email", text(USERNAME)),
                ("Alias", text("pat")),
                ("CommunityNickname", text("pat")),
                ("ProfileId", text(&profile)),
                ("ContactId", text(&contact)),
                ("IsActive", Raw::Bool(true)),
                ("TimeZoneSidKey", text("Europe/Berlin")),
                ("LocaleSidKey", text("de_DE")),
                ("EmailEncodingKey", text("UTF-8")),
                ("LanguageLocaleKey", text("de")),
            ],
        );
        self.set_password(USERNAME, PASSWORD);
        USERNAME
    }
}

pub fn text(text: &str) -> Raw {
    Raw::Text(text.to_owned())
}

fn find(state: &State, object: &'static str, (field, value): (&str, &str)) -> Id {
    let org = &state.orgs[0];
    let object = org.standard(object).expect("an object");
    let ids = org.ids_where(&object, field, &Value::from(value), 1).expect("a store that works");
    *ids.first().unwrap_or_else(|| panic!("no {} with {field} {value}", object.name))
}

pub fn encoded(parts: &[&[(&str, &str)]]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for part in parts {
        form.extend_pairs(part.iter());
    }
    form.finish()
}

/// Two orgs, of which the first has the My Domain `acme`.
pub fn two_orgs() -> TempDir {
    fixture::two_orgs(|org| org["myDomain"] = "acme".into())
}

pub fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let header = |name| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    let (content_type, gap) = (header("content-type").unwrap_or_default(), header("x-fauxforce-gap"));
    let status = response.status().as_u16();
    Answer { status, content_type, gap, body: response.body_mut().read_to_string().expect("text") }
}

/// Compares with a snapshot at the top of the project; ports and tokens are made alike.
#[macro_export]
macro_rules! assert_outcomes {
    ($name:literal, $outcomes:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.add_filter(r"127\.0\.0\.1:\d+", "HOST");
        settings.add_filter(r#""signature":"[^"]+""#, r#""signature":"SIGNATURE""#);
        settings.add_filter(r"session hash: [\w+/=]+", "session hash: HASH");
        settings.add_filter(r"(!|%21)AQ[\w.]{94}", "!TOKEN");
        settings.add_filter(r"127\.0\.0\.1%3A\d+", "HOST");
        settings.add_filter(r"signature=[^&\n]+", "signature=SIGNATURE");
        settings.add_filter(r"aPrx[\w.]{84}(==|%3D%3D)", "CODE");
        settings.add_filter(r"5Aep861[\w.]{80}", "REFRESH-TOKEN");
        settings.add_filter(r"CAAA[\w-]{30,}", "SOURCE");
        settings.add_filter(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "ID-TOKEN");
        settings.add_filter(r#"_CONFIRMATIONTOKEN" value="[^"]+""#, r#"_CONFIRMATIONTOKEN" value="TOKEN""#);
        settings.bind(|| insta::assert_snapshot!($name, $outcomes));
    }};
}
