//! The same save over SOAP: whatever REST refuses, SOAP refuses with the same code, text and fields.

use std::cell::Cell;

use quick_xml::escape::{escape, unescape};
use serde_json::Value;

use crate::surroundings::{Got, Surroundings};

const PATH: &str = "/services/Soap/u/59.0";

/// Beginnings of messages that only REST has: positions in JSON, paths, what stands in a path and in a body; unknown names,
/// which SOAP tells in longer words; and a fault that is planted for one call.
const OF_REST: &[&str] = &[
    "Cannot deserialize",
    "The requested resource does not exist",
    "The Id field should not be specified",
    "The attributes of the record",
    "No such column",
    "sObject type",
    "unable to obtain exclusive access",
];

/// A save, a deletion or a new password.
pub enum Save<'a> {
    Create { object: &'a str, fields: &'a Value },
    Update { object: &'a str, id: &'a str, fields: &'a Value },
    Delete { id: &'a str },
    SetPassword { user: &'a str, password: &'a str },
}

/// Repeats over SOAP what REST has refused.
pub fn refuses_alike(rig: &Surroundings, save: &Save, rest: &Got) {
    let Ok(Value::Array(errors)) = serde_json::from_str(&rest.body) else { return };
    let mut expected: Vec<_> = errors.iter().map(of_rest).collect();
    if rest.status < 400
        || expected.iter().any(|(_, message, _)| OF_REST.iter().any(|of| message.starts_with(of)))
    {
        return;
    }
    let answer = send(rig, save);
    let mut told = told(&answer);
    expected.sort();
    told.sort();
    assert_eq!(told, expected, "{answer}");
    REPEATED.set(true);
}

thread_local! {
    /// Whether a refusal was repeated since somebody looked.
    static REPEATED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a refusal was repeated in this thread since the last call.
pub fn was_repeated() -> bool {
    REPEATED.take()
}

fn send(rig: &Surroundings, save: &Save) -> String {
    let call = match save {
        Save::Create { object, fields } => format!("<create>{}</create>", record(object, None, fields)),
        Save::Update { object, id, fields } => {
            format!("<update>{}</update>", record(object, Some(id), fields))
        }
        Save::SetPassword { user, password } => {
            let (user, password) = (escape(*user), escape(*password));
            format!("<setPassword><userId>{user}</userId><password>{password}</password></setPassword>")
        }
        Save::Delete { id } => format!("<delete><ids>{}</ids></delete>", escape(*id)),
    };
    rig.soap(&call)
}

impl Surroundings {
    /// A call of the partner API, version 59.
    pub fn soap(&self, call: &str) -> String {
        self.soap_with("", call)
    }

    /// The same with more headers.
    pub fn soap_with(&self, headers: &str, call: &str) -> String {
        let token = self.session();
        let header = format!("<SessionHeader><sessionId>{token}</sessionId></SessionHeader>{headers}");
        self.envelope(PATH, &header, call).body
    }

    /// A call of the partner API at any path, with these headers and no others.
    pub fn envelope(&self, path: &str, headers: &str, call: &str) -> Got {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <e:Header>{headers}</e:Header><e:Body>{call}</e:Body></e:Envelope>"
        );
        self.document(path, &envelope)
    }

    /// A call of the Metadata API, version 59.
    pub fn metadata(&self, call: &str) -> Got {
        let session = format!("<SessionHeader><sessionId>{}</sessionId></SessionHeader>", self.session());
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns=\"http://soap.sforce.com/2006/04/metadata\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <e:Header>{session}</e:Header><e:Body>{call}</e:Body></e:Envelope>"
        );
        self.document("/services/Soap/m/59.0", &envelope)
    }

    /// Sends a document to an API for SOAP as it is.
    pub fn document(&self, path: &str, document: &str) -> Got {
        let headers =
            [("authorization", ""), ("content-type", "text/xml; charset=UTF-8"), ("soapaction", "\"\"")];
        self.send("POST", path, &headers, document)
    }

    /// A session that is good for nothing but another password.
    pub fn session_with_expired_password(&self) -> String {
        let reset = self.delete(&format!("v59.0/sobjects/User/{}/password", self.user("norole.owner")));
        self.soap_login("norole.owner@fauxforce.test", &reset.field("NewPassword"))
    }

    /// The session that `login()` opens.
    pub fn soap_login(&self, username: &str, password: &str) -> String {
        let call = format!("<login><username>{username}</username><password>{password}</password></login>");
        let got = self.envelope(PATH, "", &call);
        texts(&got.body, "sessionId").concat()
    }
}

/// The errors of an answer: code, text, fields.
pub fn told(answer: &str) -> Vec<Told> {
    let of_records = answer.split("<errors").skip(1).map(of_soap);
    of_records.chain(fault(answer)).collect()
}

fn record(object: &str, id: Option<&str>, fields: &Value) -> String {
    let members = fields.as_object().expect("a record");
    let nulls = members.iter().filter(|(_, value)| value.is_null());
    let nulls: String = nulls.map(|(name, _)| format!("<fieldsToNull>{name}</fieldsToNull>")).collect();
    let id = id.map(|id| format!("<Id>{}</Id>", escape(id))).unwrap_or_default();
    let values = members.iter().filter(|(_, value)| !value.is_null());
    let values: String = values.map(|(name, value)| element(name, value)).collect();
    format!("<sObjects><type>{object}</type>{nulls}{id}{values}</sObjects>")
}

fn element(name: &str, value: &Value) -> String {
    let content = match value {
        Value::String(text) => escape(text).into_owned(),
        Value::Object(key) => key.iter().map(|(name, value)| element(name, value)).collect(),
        other => other.to_string(),
    };
    format!("<{name}>{content}</{name}>")
}

pub type Told = (String, String, Vec<String>);

fn of_rest(error: &Value) -> Told {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let fields = error["fields"].as_array().into_iter().flatten().map(text).collect();
    (text(&error["errorCode"]), text(&error["message"]), fields)
}

fn of_soap(error: &str) -> Told {
    let error = error.split("</errors>").next().unwrap_or_default();
    (texts(error, "statusCode").concat(), texts(error, "message").concat(), texts(error, "fields"))
}

/// `sf:CODE`, and `CODE: message`.
fn fault(answer: &str) -> Option<Told> {
    let codes = texts(answer, "faultcode");
    let code = codes.first()?.rsplit(':').next()?.to_owned();
    let text = texts(answer, "faultstring").concat();
    let message = text.strip_prefix(&format!("{code}: ")).unwrap_or(&text).to_owned();
    Some((code, message, Vec::new()))
}

fn texts(xml: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}>");
    let parts = xml.split(&open).skip(1);
    parts
        .map(|part| unescape(part.split('<').next().unwrap_or_default()).expect("text").into_owned())
        .collect()
}
