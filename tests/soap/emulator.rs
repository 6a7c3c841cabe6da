//! An emulator of its own for each test, and how a test speaks SOAP to it.

use fauxforce::{Builder, Server};

pub use crate::fixture::builder;

pub const ADMIN: &str = "admin@fauxforce.test";
pub const PASSWORD: &str = "fauxforce1";

/// One of the two APIs for data, or the one for metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    Partner,
    Enterprise,
    Metadata,
}

impl Api {
    fn path(self, version: u32) -> String {
        let letter = match self {
            Api::Partner => "u",
            Api::Enterprise => "c",
            Api::Metadata => "m",
        };
        format!("/services/Soap/{letter}/{version}.0")
    }

    pub fn namespace(self) -> &'static str {
        match self {
            Api::Partner => "urn:partner.soap.sforce.com",
            Api::Enterprise => "urn:enterprise.soap.sforce.com",
            Api::Metadata => "http://soap.sforce.com/2006/04/metadata",
        }
    }
}

pub struct Emulator {
    pub server: Server,
    agent: ureq::Agent,
    session: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    /// The text of the first element of that name.
    pub fn text(&self, name: &str) -> String {
        self.texts(name).into_iter().next().unwrap_or_else(|| panic!("no {name}: {}", self.body))
    }

    /// The texts of all elements of that name.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let open = format!("<{name}>");
        let parts = self.body.split(&open).skip(1);
        parts.map(|part| part.split('<').next().unwrap_or_default().to_owned()).collect()
    }

    /// Status and what stands in the body of the envelope.
    pub fn inside(&self) -> String {
        let (_, inside) = self.body.split_once("<soapenv:Body>").unwrap_or(("", &self.body));
        let inside = inside.split("</soapenv:Body>").next().unwrap_or_default();
        format!("{} {inside}", self.status)
    }

    /// Status and everything.
    pub fn whole(&self) -> String {
        format!("{} {}", self.status, self.body)
    }

    pub fn succeeded(self) -> Answer {
        let failed = self.body.contains("<success>false") || self.status != 200;
        assert!(!failed, "{}", self.body);
        self
    }
}

impl Emulator {
    /// With the built-in seed, and a session of its administrator.
    pub fn start() -> Emulator {
        Emulator::of(builder())
    }

    pub fn of(builder: Builder) -> Emulator {
        let server = builder.start().unwrap_or_else(|error| panic!("{error}"));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut emulator = Emulator { server, agent, session: String::new() };
        emulator.session = emulator.log_in(ADMIN);
        emulator
    }

    /// Opens a session.
    pub fn log_in(&self, username: &str) -> String {
        let login = format!("<login><username>{username}</username><password>{PASSWORD}</password></login>");
        let answer = self.ask(Api::Partner, 59, "", &login);
        answer.text("sessionId")
    }

    /// A call of the partner API, version 59.
    pub fn partner(&self, body: &str) -> Answer {
        self.call(Api::Partner, 59, "", body)
    }

    /// A call of the enterprise API, version 59.
    pub fn enterprise(&self, body: &str) -> Answer {
        self.call(Api::Enterprise, 59, "", body)
    }

    /// A call of the Metadata API, version 59.
    pub fn metadata(&self, body: &str) -> Answer {
        self.call(Api::Metadata, 59, "", body)
    }

    /// A call in the administrator's session. Names without prefix are those of the API; `s:` is for sObjects.
    pub fn call(&self, api: Api, version: u32, headers: &str, body: &str) -> Answer {
        self.call_as(&self.session, api, version, headers, body)
    }

    pub fn call_as(&self, session: &str, api: Api, version: u32, headers: &str, body: &str) -> Answer {
        let headers = format!("<SessionHeader><sessionId>{session}</sessionId></SessionHeader>{headers}");
        self.ask(api, version, &headers, body)
    }

    fn ask(&self, api: Api, version: u32, headers: &str, body: &str) -> Answer {
        self.ask_at(&api.path(version), api, headers, body)
    }

    /// A call at any path.
    pub fn ask_at(&self, path: &str, api: Api, headers: &str, body: &str) -> Answer {
        let namespace = api.namespace();
        let sobjects = namespace.replace("urn:", "urn:sobject.");
        self.send(
            path,
            &format!(
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"{namespace}\" \
                 xmlns:s=\"{sobjects}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Header>{headers}\
                 </e:Header><e:Body>{body}</e:Body></e:Envelope>"
            ),
        )
    }

    /// Sends a document as it is.
    pub fn send(&self, path: &str, document: &str) -> Answer {
        self.send_bytes(path, "text/xml; charset=UTF-8", document.as_bytes())
    }

    pub fn send_bytes(&self, path: &str, content_type: &str, document: &[u8]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.server.url));
        let request = request.header("content-type", content_type).header("SOAPAction", "\"\"");
        read(request.send(document).expect("an answer"))
    }

    /// An envelope of the partner API in the administrator's session.
    pub fn envelope(&self, body: &str) -> String {
        let header = format!("<SessionHeader><sessionId>{}</sessionId></SessionHeader>", self.session);
        format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\">\
             <e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        read(self.agent.get(format!("{}{path}", self.server.url)).call().expect("an answer"))
    }

    /// A JSON request to the REST API in the administrator's session; `path` is below `/services/data/v59.0/`.
    pub fn rest(&self, path: &str, body: Option<&str>) -> Answer {
        let url = format!("{}/services/data/v59.0/{path}", self.server.url);
        let token = format!("Bearer {}", self.session);
        let response = match body {
            Some(body) => self
                .agent
                .post(url)
                .header("authorization", token)
                .header("content-type", "application/json")
                .send(body),
            None => self.agent.get(url).header("authorization", token).call(),
        };
        read(response.expect("an answer"))
    }

    /// Creates a record by its fields; gives its id.
    pub fn create(&self, object: &str, fields: &str) -> String {
        let answer = self.partner(&format!("<create>{}</create>", loose(object, fields)));
        answer.succeeded().text("id")
    }

    pub fn query(&self, soql: &str) -> Answer {
        self.partner(&format!("<query><queryString>{}</queryString></query>", soql.replace('<', "&lt;")))
    }

    /// The id of the first record that a query finds.
    pub fn id(&self, soql: &str) -> String {
        self.query(soql).text("sf:Id")
    }
}

/// An sObject of the partner API.
pub fn loose(object: &str, fields: &str) -> String {
    format!("<sObjects><s:type>{object}</s:type>{fields}</sObjects>")
}

/// An sObject of the enterprise API.
pub fn strong(object: &str, fields: &str) -> String {
    format!("<sObjects xsi:type=\"s:{object}\">{fields}</sObjects>")
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(100 << 20).read_to_string().expect("text");
    Answer { status, body }
}
