//! An org behind a port, and what connectors send to it.

use fauxforce::{Builder, ReadyOrg, Server};
use serde_json::{Map, Value as Json};
use tempfile::TempDir;

use crate::fixture::{builder, changed_seed};

pub struct Emulator {
    pub server: Server,
    agent: ureq::Agent,
    _seed: Option<TempDir>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Emulator {
    /// The default seed with another `org.json`.
    pub fn with(change: impl FnOnce(&mut Json)) -> Emulator {
        let folder = changed_seed(change);
        Emulator::of(builder().seed(folder.path()), Some(folder))
    }

    pub fn of(builder: Builder, seed: Option<TempDir>) -> Emulator {
        let server = builder.start().unwrap_or_else(|error| panic!("{error}"));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Emulator { server, agent, _seed: seed }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response =
            self.agent.run(request.body(body.to_owned()).expect("a request")).expect("an answer");
        let status = response.status().as_u16();
        Answer { status, body: response.body_mut().read_to_string().expect("text") }
    }

    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], &body)
    }

    /// A REST client with the administrator's session, for what administrators do meanwhile.
    pub fn admin(&self) -> Rest<'_> {
        self.org(0)
    }

    /// The same in another org of the world.
    pub fn org(&self, index: usize) -> Rest<'_> {
        let ready: &ReadyOrg = &self.server.ready.orgs[index];
        Rest { emulator: self, token: ready.access_token.clone().expect("a token") }
    }
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A session of the REST API.
pub struct Rest<'a> {
    pub emulator: &'a Emulator,
    pub token: String,
}

/// How a save ended: the record's id, or what was wrong.
pub type Saved = Result<String, String>;

impl Rest<'_> {
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", &*authorization), ("content-type", "application/json")];
        self.emulator.send(method, &format!("/services/data/v58.0{path}"), &headers, body)
    }

    pub fn create(&self, object: &str, fields: &Json) -> Saved {
        let answer = self.ask("POST", &format!("/sobjects/{object}"), &fields.to_string());
        match answer.status {
            201 => Ok(answer.json()["id"].as_str().expect("an id").to_owned()),
            _ => Err(answer.body),
        }
    }

    pub fn update(&self, object: &str, id: &str, fields: &Json) -> Saved {
        let answer = self.ask("PATCH", &format!("/sobjects/{object}/{id}"), &fields.to_string());
        if answer.status == 204 { Ok(id.to_owned()) } else { Err(answer.body) }
    }

    pub fn delete(&self, object: &str, id: &str) -> Saved {
        let answer = self.ask("DELETE", &format!("/sobjects/{object}/{id}"), "");
        if answer.status == 204 { Ok(id.to_owned()) } else { Err(answer.body) }
    }

    pub fn query(&self, soql: &str) -> Vec<Json> {
        let q = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        let answer = self.ask("GET", &format!("/query?{q}"), "");
        assert_eq!(answer.status, 200, "{soql}: {}", answer.body);
        answer.json()["records"].as_array().expect("rows").clone()
    }

    /// The id of the first row.
    pub fn id(&self, soql: &str) -> Option<String> {
        self.query(soql).first().and_then(|row| row["Id"].as_str()).map(str::to_owned)
    }

    /// The id of a record that is there.
    pub fn named(&self, object: &str, name: &str) -> String {
        let id = self.id(&format!("SELECT Id FROM {object} WHERE Name = '{name}'"));
        id.unwrap_or_else(|| panic!("no {object} {name}"))
    }

    /// The rows of a query, a line each, without what is empty.
    pub fn told(&self, soql: &str) -> String {
        let object = soql.split(" FROM ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        let lines = self.query(soql).into_iter().map(|row| {
            let mut fields = Vec::new();
            flat("", row.as_object().expect("a row"), &mut fields);
            format!("{object} {{{}}}", fields.join(", "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn flat(prefix: &str, row: &Map<String, Json>, fields: &mut Vec<String>) {
    for (name, value) in row.iter().filter(|(name, _)| *name != "attributes") {
        match value {
            Json::Null => {}
            Json::Object(parent) => flat(&format!("{prefix}{name}."), parent, fields),
            Json::String(text) => fields.push(format!("{prefix}{name}: {text}")),
            value => fields.push(format!("{prefix}{name}: {value}")),
        }
    }
}

/// Compares with a snapshot at the top of the project; ids and tokens are made alike.
pub fn snapshot(name: &str, told: &[String]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/connectors");
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"\b[0-9a-zA-Z]{3}Ff0[0-9A-Za-z]{9}([0-9A-Z]{3})?\b", "ID");
    settings.bind(|| insta::assert_snapshot!(name, told.join("\n")));
}
