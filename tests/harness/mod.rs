//! A world with one org and a logged-in user, asked without a socket.

use fauxforce::message::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use fauxforce::model::id::Id;
use fauxforce::rest;
use fauxforce::seed::Seed;
use fauxforce::store::Store;
use fauxforce::world::{Clock, Random, Session, SessionKind, World};
use serde_json::Value;

/// The session that requests are sent in unless they say otherwise.
pub const TOKEN: &str = "00DFf0000000001!token";

pub struct Rig {
    pub world: World,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub body: String,
    response: Response,
}

impl Rig {
    /// The built-in seed, and a session of its administrator.
    pub fn new() -> Rig {
        Rig::of(&Seed::built_in())
    }

    /// Another seed with the users of the built-in one.
    pub fn of(seed: &Seed) -> Rig {
        let world = World::new(Vec::new(), Clock::deterministic(), Random::deterministic());
        {
            let mut state = world.lock();
            let id = Id::numbered("00D", 1);
            let store = Store::in_memory().expect("a store");
            let org = seed.load(&state.environment(id), id, store).expect("the seed");
            state.add_org(org);
        }
        let rig = Rig { world };
        rig.log_in(TOKEN, "admin@fauxforce.test");
        rig
    }

    /// Opens a session for a user of the seed.
    pub fn log_in(&self, token: &str, username: &str) {
        let state = self.world.lock();
        let org = state.orgs.first().expect("the org");
        let users = org.standard("User").expect("the User object");
        let found = org.ids_where(&users, "Username", &username.into(), 1).expect("a query");
        state.sessions.open(Session {
            token: token.to_owned(),
            org: org.id,
            user: *found.first().expect("the user"),
            kind: SessionKind::Soap,
            client_id: None,
            scopes: Vec::new(),
            refresh_token: None,
            password_expired: false,
            opened: 0,
            expires: i64::MAX,
            timeout: 7_200_000,
        });
    }

    /// Sends a request as it is.
    pub fn send(&self, request: &Request) -> Got {
        let state = self.world.lock();
        state.clock.tick();
        let response = rest::answer(&state, request);
        let body = String::from_utf8(response.body.to_vec()).expect("UTF-8");
        Got { status: response.status.as_u16(), body, response }
    }

    /// Sends a request in the session. `path` is below `/services/data/`.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Got {
        self.send(&request(method, path, headers, body))
    }

    pub fn get(&self, path: &str) -> Got {
        self.ask("GET", path, &[], "")
    }

    pub fn post(&self, path: &str, body: &str) -> Got {
        self.ask("POST", path, JSON, body)
    }

    pub fn patch(&self, path: &str, body: &str) -> Got {
        self.ask("PATCH", path, JSON, body)
    }

    pub fn delete(&self, path: &str) -> Got {
        self.ask("DELETE", path, &[], "")
    }

    /// Creates a record; gives its id.
    pub fn create(&self, object: &str, body: &str) -> String {
        let got = self.post(&format!("v59.0/sobjects/{object}"), body);
        assert_eq!(got.status, 201, "{}", got.body);
        got.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Runs a query.
    pub fn query(&self, soql: &str) -> Got {
        self.get(&format!("v59.0/query?q={}", encoded(soql)))
    }
}

pub const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// A request in the session, unless a header says otherwise. `path` is below `/services/data/`.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Request {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let uri = Uri::try_from(format!("/services/data/{path}")).expect("a path");
    let mut request = Request::new(method, uri);
    let authorization = ("authorization", &*format!("Bearer {TOKEN}"));
    for (name, value) in std::iter::once(&authorization).chain(headers) {
        let name = HeaderName::try_from(*name).expect("a header name");
        match *value {
            "" => request.headers.remove(name),
            value => request.headers.insert(name, HeaderValue::try_from(value).expect("a header value")),
        };
    }
    request.body = body.into().into();
    request
}

/// Percent-encodes a query parameter.
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    /// Status and body, for snapshots.
    pub fn told(&self) -> String {
        format!("{} {}", self.status, self.body)
    }
}
