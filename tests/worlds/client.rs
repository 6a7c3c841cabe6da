//! How the tests speak to a server and its worlds: over sockets, as clients do.

use fauxforce::{Builder, Server};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

/// A server of one test, without certificates.
pub struct Emulator {
    pub server: Server,
    agent: Agent,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// Its date, without which two answers may be compared.
    pub date: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned()
    }

    /// The body, of an answer with this status.
    #[track_caller]
    pub fn with(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// Where a request goes: a base URL, and headers.
#[derive(Debug, Clone)]
pub struct To {
    pub base: String,
    pub headers: Vec<(String, String)>,
}

impl To {
    pub fn url(base: &str) -> To {
        To { base: base.to_owned(), headers: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> To {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Emulator {
    pub fn start() -> Emulator {
        Emulator::of(Server::builder().deterministic())
    }

    pub fn of(builder: Builder) -> Emulator {
        let server = builder.without_https().start().unwrap_or_else(|error| panic!("{error}"));
        Emulator { server, agent: agent() }
    }

    pub fn main(&self) -> To {
        To::url(&self.server.url)
    }

    /// A world by its name in the host, whatever the machine makes of such names.
    pub fn at_host(&self, host: &str) -> To {
        self.main().with("host", &format!("{host}:{}", self.port()))
    }

    pub fn by_header(&self, world: &str) -> To {
        self.main().with("x-fauxforce-world", world)
    }

    pub fn port(&self) -> &str {
        self.server.url.rsplit(':').next().unwrap_or_default()
    }

    /// The access token of the ready file: good in every fork of main.
    pub fn token(&self) -> String {
        self.server.ready.first.access_token.clone().expect("a session")
    }

    pub fn send(&self, to: &To, method: &str, path: &str, body: Option<&Value>) -> Answer {
        send(&self.agent, to, method, path, body)
    }

    pub fn get(&self, to: &To, path: &str) -> Answer {
        self.send(to, "GET", path, None)
    }

    pub fn post(&self, to: &To, path: &str, body: Value) -> Answer {
        self.send(to, "POST", path, Some(&body))
    }

    pub fn put(&self, to: &To, path: &str, body: Value) -> Answer {
        self.send(to, "PUT", path, Some(&body))
    }

    pub fn delete(&self, to: &To, path: &str) -> Answer {
        self.send(to, "DELETE", path, None)
    }

    /// Makes a world; gives its facts.
    pub fn fork(&self, wish: Value) -> Value {
        self.post(&self.main(), "/_fauxforce/worlds", wish).with(201).json()
    }

    /// The same as the administrator of the seed.
    pub fn rest(&self, to: &To, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let to = to.clone().with("authorization", &format!("Bearer {}", self.token()));
        self.send(&to, method, &format!("/services/data/v62.0/{path}"), body)
    }

    pub fn create(&self, to: &To, object: &str, record: Value) -> String {
        self.rest(to, "POST", &format!("sobjects/{object}"), Some(&record)).with(201).text("id")
    }

    /// How many rows a query has.
    pub fn count(&self, to: &To, soql: &str) -> u64 {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        self.rest(to, "GET", &format!("query?{query}"), None).with(200).json()["totalSize"]
            .as_u64()
            .expect("a number")
    }

    pub fn now(&self, to: &To) -> String {
        self.get(to, "/_fauxforce/clock").with(200).text("now")
    }
}

pub fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
}

pub fn send(agent: &Agent, to: &To, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("{}{path}", to.base));
    for (name, value) in &to.headers {
        request = request.header(name, value);
    }
    let answer = match body {
        Some(body) => {
            let request = request.header("content-type", "application/json");
            agent.run(request.body(body.to_string()).expect("a request"))
        }
        None => agent.run(request.body(()).expect("a request")),
    };
    let mut answer = answer.expect("an answer");
    let date =
        answer.headers().get("date").and_then(|date| date.to_str().ok()).unwrap_or_default().to_owned();
    let body = answer.body_mut().read_to_string().expect("text");
    Answer { status: answer.status().as_u16(), date, body }
}

/// A user of the default seed's org, with all that an insert needs.
pub fn user(name: &str, profile: &str) -> Value {
    json!({
        "Username": format!("{name}@acme.test"), "LastName": name, "Email": format!("{name}@acme.test"), "Alias": name,
        "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US", "ProfileId": profile,
    })
}
