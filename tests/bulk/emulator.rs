//! A server with the built-in seed, and a session of its administrator.

use fauxforce::{Builder, Server};
use ureq::{Agent, http};

pub struct Emulator {
    pub server: Server,
    agent: Agent,
    token: String,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub media_type: String,
    pub body: String,
    pub location: Option<String>,
}

impl Emulator {
    /// The same in every run: jobs are done before the next request.
    pub fn deterministic() -> Emulator {
        Emulator::of(Server::builder().deterministic().jobs_at_once())
    }

    pub fn of(builder: Builder) -> Emulator {
        let server = builder.without_https().start().expect("a server");
        let token = server.ready.first.access_token.clone().expect("a token");
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Emulator { server, agent, token }
    }

    /// Sends a request in the session, unless a header says otherwise.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server.url))
            .header("x-sfdc-session", &self.token)
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            let all = request.headers_mut().expect("a request");
            let name = http::HeaderName::try_from(*name).expect("a name");
            match *value {
                "" => _ = all.remove(name),
                value => _ = all.insert(name, value.parse().expect("a value")),
            }
        }
        let request = request.body(body.to_owned()).expect("a request");
        let mut response = self.agent.run(request).expect("an answer");
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        let (media_type, location) = (header("content-type").unwrap_or_default(), header("location"));
        if path.starts_with("/services/async/") {
            let uncached = "no-cache,must-revalidate,max-age=0,no-store,private";
            assert_eq!(header("cache-control").as_deref(), Some(uncached), "{method} {path}");
        }
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(100_000_000).read_to_string().expect("UTF-8");
        Got { status, media_type, body, location }
    }

    pub fn json(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let got = self.ask(method, path, &[("content-type", "application/json")], body);
        serde_json::from_str(&got.body).unwrap_or_else(|error| panic!("{error}: {got:?}"))
    }

    /// How many records a query counts.
    pub fn count(&self, soql: &str) -> i64 {
        let path = format!("/services/data/v62.0/query?q={}", soql.replace(' ', "+").replace('%', "%25"));
        self.json("GET", &path, "")["totalSize"].as_i64().expect("a number")
    }
}

impl Got {
    pub fn told(&self) -> String {
        format!("{} {}\n{}", self.status, self.media_type, self.body)
    }
}

pub fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}
