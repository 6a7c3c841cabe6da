//! What a scenario is handed: an org at a base URL, a session, and what has to be cleaned up. Nothing else ties it to a
//! server: what no org of the real service lets a client do is asked of [`Surroundings::only_on_an_emulator`].

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use fauxforce::{Builder, Server};
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::{self, HeaderName};

use crate::fixture::{builder, seed_folder};

pub const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
pub const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];
/// The consumer key and secret of the app that scenarios use.
pub const CLIENT: &[(&str, &str)] =
    &[("client_id", "fauxforce-client-id"), ("client_secret", "fauxforce-client-secret")];
/// The password of the users that are there before a scenario begins.
pub const PASSWORD: &str = "fauxforce1";

/// An org, and who asks.
pub struct Surroundings {
    /// `http://host:port`, without a slash at its end.
    pub url: String,
    /// The session of the user that runs the scenario: first an administrator.
    session: RefCell<String>,
    /// Object and id of the records that a scenario has made, oldest first.
    made: RefCell<Vec<(String, String)>>,
    agent: Agent,
    emulator: Option<Emulator>,
}

/// An answer, taken apart.
#[derive(Debug, Default)]
pub struct Got {
    pub status: u16,
    pub body: String,
    headers: Vec<(String, String)>,
}

/// What only an emulator can do for a scenario.
pub struct Emulator {
    server: Server,
    _seed: Option<TempDir>,
}

impl Surroundings {
    /// An org somewhere, and a session of an administrator of it. What scenarios make there is deleted afterwards.
    pub fn at(url: &str, session: &str) -> Surroundings {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Surroundings {
            url: url.to_owned(),
            session: RefCell::new(session.to_owned()),
            made: RefCell::default(),
            agent,
            emulator: None,
        }
    }

    /// An emulator with the built-in seed.
    pub fn emulator() -> Surroundings {
        Surroundings::of(builder(), None)
    }

    fn of(builder: Builder, seed: Option<TempDir>) -> Surroundings {
        let server = builder.start().unwrap_or_else(|error| panic!("{error}"));
        let token = server.ready.first.access_token.clone().expect("a session");
        let mut surroundings = Surroundings::at(&server.url, &token);
        surroundings.emulator = Some(Emulator { server, _seed: seed });
        surroundings
    }

    /// What no org of the real service lets a client do: a scenario that asks for it is none for a real org.
    pub fn only_on_an_emulator(&self) -> &Emulator {
        self.emulator.as_ref().expect("this scenario needs an emulator")
    }

    /// The session that requests are sent in.
    pub fn session(&self) -> String {
        self.session.borrow().clone()
    }

    /// What follows is sent in this session.
    pub fn use_session(&self, session: &str) {
        session.clone_into(&mut self.session.borrow_mut());
    }

    /// Sends a request in the session, unless a header says otherwise; an empty value takes a header away. `target` is
    /// below the base URL, or a whole URL.
    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Got {
        let url = if target.starts_with("http") { target.to_owned() } else { self.url.clone() + target };
        let request = http::Request::builder().method(method).uri(url);
        let mut request = request.body(body.into()).expect("a request");
        let bearer = format!("Bearer {}", self.session.borrow());
        for (name, value) in std::iter::once(&("authorization", bearer.as_str())).chain(headers) {
            let name = HeaderName::try_from(*name).expect("a header name");
            match *value {
                "" => _ = request.headers_mut().remove(name),
                value => _ = request.headers_mut().insert(name, value.parse().expect("a header value")),
            }
        }
        let mut response = self.agent.run(request).expect("an answer");
        let headers = response.headers().iter();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec().expect("a body");
        Got { status, body: String::from_utf8_lossy(&bytes).into_owned(), headers }
    }

    /// Sends bytes over a connection of their own; what comes back before the other side has had enough.
    pub fn send_bytes(&self, bytes: &[u8]) -> Got {
        let address = self.url.split_once("://").map_or(self.url.as_str(), |(_, address)| address);
        let mut stream = TcpStream::connect(address).expect("a connection");
        let mut reader = stream.try_clone().expect("the same connection");
        let sent = bytes.to_vec();
        // The other side may answer before it has read everything.
        let writer = thread::spawn(move || {
            let _ = stream.write_all(&sent).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
        });
        let mut answer = Vec::new();
        let _ = reader.read_to_end(&mut answer);
        writer.join().expect("a writer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Got { status: status.unwrap_or_default(), body: body.to_owned(), headers }
    }

    /// Announces a POST of so many bytes in the session, and waits to be told to send them (`Expect: 100-continue`): a body
    /// that is sent while the other side closes the connection may lose the answer.
    pub fn announce(&self, target: &str, content_type: &str, bytes: usize) -> Got {
        let session = self.session();
        self.send_bytes(
            format!(
                "POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {session}\r\nSOAPAction: \"\"\r\n\
                 Content-Type: {content_type}\r\nExpect: 100-continue\r\nContent-Length: {bytes}\r\n\r\n"
            )
            .as_bytes(),
        )
    }

    /// Sends a request to the REST API. `path` is below `/services/data/`.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Got {
        self.send(method, &format!("/services/data/{path}"), headers, body)
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

    /// Posts a form without a session.
    pub fn form(&self, target: &str, pairs: &[&[(&str, &str)]]) -> Got {
        let body = form(pairs);
        self.send("POST", target, &[("authorization", ""), FORM[0]], body)
    }

    /// Creates a record; gives its id.
    pub fn create(&self, object: &str, body: &str) -> String {
        let got = self.post(&format!("v59.0/sobjects/{object}"), body);
        assert_eq!(got.status, 201, "{}", got.body);
        let id = got.json()["id"].as_str().expect("an id").to_owned();
        self.made.borrow_mut().push((object.to_owned(), id.clone()));
        id
    }

    /// Runs a query.
    pub fn query(&self, soql: &str) -> Got {
        self.get(&format!("v59.0/query?q={}", encoded(soql)))
    }

    /// What follows is sent in a session of another user: one that was there, or one that the scenario has made.
    pub fn run_by(&self, username: &str) {
        let username =
            if username.contains('@') { username.to_owned() } else { format!("{username}@fauxforce.test") };
        let token = self.token_of(&username, &[]);
        self.use_session(&token);
    }

    /// A session of a user by OAuth's password grant, at the community where they log in. An administrator sets the
    /// password where there is none.
    pub fn token_of(&self, username: &str, more: &[(&str, &str)]) -> String {
        let soql = format!("SELECT Id, UserType FROM User WHERE Username = '{username}'");
        let user = self.query(&soql).json()["records"][0].clone();
        let place = match user["UserType"].as_str() {
            Some("PowerPartner") => "/partners",
            Some("CspLitePortal" | "CSPLitePortal" | "PowerCustomerSuccess" | "CustomerSuccess") => {
                "/customers"
            }
            _ => "",
        };
        let log_in = |password: &str| {
            let grant = [("grant_type", "password"), ("username", username), ("password", password)];
            self.form(&format!("{place}/services/oauth2/token"), &[CLIENT, &grant, more])
        };
        let mut got = log_in(PASSWORD);
        if got.status != 200 {
            let path = format!("v59.0/sobjects/User/{}/password", user["Id"].as_str().expect("an id"));
            let set = self.post(&path, &json!({ "NewPassword": "another-pass1" }).to_string());
            assert_eq!(set.status, 204, "{}", set.body);
            got = log_in("another-pass1");
        }
        assert_eq!(got.status, 200, "{}", got.body);
        got.json()["access_token"].as_str().expect("a token").to_owned()
    }
}

/// What a scenario has made at somebody else's org goes, the last first.
impl Drop for Surroundings {
    fn drop(&mut self) {
        if self.emulator.is_some() {
            return;
        }
        for (object, id) in self.made.take().into_iter().rev() {
            self.delete(&format!("v59.0/sobjects/{object}/{id}"));
        }
    }
}

impl Emulator {
    /// Another emulator: the default seed with another `org.json`, and more files.
    pub fn seeded(&self, change: impl Fn(String) -> String, more: &[(&str, &str)]) -> Surroundings {
        let seed = seed_folder(change, more);
        Surroundings::of(builder().seed(seed.path()), Some(seed))
    }

    /// Another emulator: the default seed with settings besides its own.
    pub fn with_settings(&self, settings: &str) -> Surroundings {
        let settings = format!("\"settings\": {{{settings},");
        self.seeded(|org| org.replace("\"settings\": {", &settings), &[])
    }

    /// Another emulator, which answers 501 to what is not emulated.
    pub fn strict(&self) -> Surroundings {
        Surroundings::of(builder().strict(), None)
    }

    /// Another emulator, without a journal.
    pub fn without_journal(&self) -> Surroundings {
        Surroundings::of(builder().journal(0), None)
    }

    /// Another emulator, whose control API wants a token.
    pub fn with_control_token(&self) -> Surroundings {
        Surroundings::of(builder().control_token("secret"), None)
    }

    /// Another emulator, whose worlds have these ports.
    pub fn with_world_ports(&self, ports: std::ops::RangeInclusive<u16>) -> Surroundings {
        Surroundings::of(builder().world_ports(ports), None)
    }

    /// Another emulator, whose clock is the machine's.
    pub fn on_the_machines_clock(&self) -> Surroundings {
        Surroundings::of(Server::builder().without_https(), None)
    }

    /// Plants a fault.
    pub fn plant(&self, wish: &Value) {
        let got = self.control("POST", "faults", &wish.to_string());
        assert_eq!(got.status, 201, "{}", got.body);
    }

    /// The mails that would have gone out, oldest first.
    pub fn mails(&self) -> Vec<Value> {
        serde_json::from_str(&self.control("GET", "outbox", "").body).expect("JSON")
    }

    /// Lets seconds pass.
    pub fn wait(&self, seconds: usize) {
        let got = self.control("PUT", "clock", &format!(r#"{{"advance": "{seconds}s"}}"#));
        assert_eq!(got.status, 200, "{}", got.body);
    }

    /// A request to the control API.
    pub fn control(&self, method: &str, path: &str, body: &str) -> Got {
        let surroundings = Surroundings::at(&self.server.url, "none");
        surroundings.send(method, &format!("/_fauxforce/{path}"), JSON, body)
    }

    /// Changes what no API can.
    pub fn execute(&self, sql: &str) {
        let state = self.server.world().lock();
        state.orgs.first().expect("the org").store.execute(sql, []).expect("a statement");
    }
}

/// The body of a form.
pub fn form(pairs: &[&[(&str, &str)]]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for part in pairs {
        form.extend_pairs(part.iter());
    }
    form.finish()
}

/// Percent-encodes a query parameter.
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A text of a JSON object.
    pub fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Status and body on one line.
    pub fn told(&self) -> String {
        let place = self.header("location").map(|place| format!(" -> {place}")).unwrap_or_default();
        format!("{}{place} {}", self.status, self.body)
    }
}
