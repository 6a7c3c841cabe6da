//! The three forms in which the token endpoint answers: JSON, XML, a query string.

use serde_json::{Map, Value};

use super::parameters::RequestParameters;
use crate::message::header::{ACCEPT, CACHE_CONTROL, PRAGMA};
use crate::message::{HeaderValue, Request, Response, StatusCode};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Xml,
    UrlEncoded,
}

impl Format {
    /// The format that a request asks for, by the parameter `format` or by its `Accept` header.
    pub fn oauth(request: &Request, form: &RequestParameters, default: Format) -> Format {
        match form.get("format").map(str::to_ascii_lowercase).as_deref() {
            Some("json") => return Format::Json,
            Some("xml") => return Format::Xml,
            Some("urlencoded") => return Format::UrlEncoded,
            _ => {}
        }
        let accepted = request.header(ACCEPT).unwrap_or_default().split(',');
        let types = accepted.map(|part| part.split(';').next().unwrap_or_default().trim());
        types
            .filter_map(|name| match name {
                "application/json" => Some(Format::Json),
                "application/xml" => Some(Format::Xml),
                "application/x-www-form-urlencoded" => Some(Format::UrlEncoded),
                _ => None,
            })
            .next()
            .unwrap_or(default)
    }
}

/// A response that no cache may keep.
pub fn uncached(response: Response) -> Response {
    response
        .with_header(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private"),
        )
        .with_header(PRAGMA, HeaderValue::from_static("no-cache"))
}

/// An answer made of fields; in XML they stand in an element `root`.
pub fn answer(status: StatusCode, format: Format, root: &str, fields: &Map<String, Value>) -> Response {
    let response = match format {
        Format::Json => Response::json(status, serde_json::to_vec(fields).unwrap_or_default()),
        Format::Xml => Response::xml(status, xml(root, fields)),
        Format::UrlEncoded => Response::with_body(
            status,
            "application/x-www-form-urlencoded;charset=UTF-8",
            url_encoded(fields),
        ),
    };
    uncached(response)
}

/// The function that an answer is to be an argument of (JSONP).
pub fn callback<'f>(form: &'f RequestParameters) -> Option<&'f str> {
    // A name that is safe to write into a script: `callback`, `app.callback_1`.
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    form.get("callback").filter(|name| !name.is_empty() && name.chars().all(is_safe))
}

/// An answer as the argument of a function.
pub fn script(callback: &str, fields: &Map<String, Value>) -> Response {
    let fields = serde_json::to_string(fields).unwrap_or_default();
    let text = format!("{callback}({fields});");
    uncached(Response::with_body(StatusCode::OK, "text/javascript;charset=UTF-8", text))
}

fn xml(root: &str, fields: &Map<String, Value>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let nil = fields.values().any(has_null);
    let namespace = if nil { " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"" } else { "" };
    xml.push_str(&format!("<{root}{namespace}>"));
    push_fields(&mut xml, fields);
    xml.push_str(&format!("</{root}>"));
    xml
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}

fn push_fields(xml: &mut String, fields: &Map<String, Value>) {
    for (name, value) in fields {
        match value {
            Value::Null => xml.push_str(&format!("<{name} xsi:nil=\"true\"/>")),
            Value::Object(inner) => {
                xml.push_str(&format!("<{name}>"));
                push_fields(xml, inner);
                xml.push_str(&format!("</{name}>"));
            }
            value => {
                let text = plain(value);
                xml.push_str(&format!("<{name}>{}</{name}>", crate::xml::escaped(&text)));
            }
        }
    }
}

fn url_encoded(fields: &Map<String, Value>) -> String {
    // The real service writes a blank as %20; `application/x-www-form-urlencoded` would make it a plus sign.
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let pair = |(name, value): (&String, &Value)| {
        let value = plain(value);
        format!("{name}={}", percent_encoding::utf8_percent_encode(&value, &KEPT))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}
