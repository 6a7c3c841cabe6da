//! The HTML entities in which Connect REST API and User Interface API write texts, unless a client asks for raw ones.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/intro_encoding.htm>

use serde_json::Value;

use crate::message::Request;

/// Encodes every text of a document, but for URLs, unless the request has `X-Chatter-Entity-Encoding: false`.
pub fn encode(request: &Request, document: &mut Value) {
    let header = request.header("x-chatter-entity-encoding");
    if !header.is_some_and(|value| value.trim().eq_ignore_ascii_case("false")) {
        encode_texts(document);
    }
}

fn encode_texts(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(SPECIAL) => *text = encoded(text),
        Value::Array(items) => items.iter_mut().for_each(encode_texts),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| !is_url(name)).for_each(|(_, value)| encode_texts(value));
        }
        _ => {}
    }
}

fn is_url(name: &str) -> bool {
    name == "url" || name.ends_with("Url")
}

const SPECIAL: [char; 6] = ['<', '>', '"', '\'', '\\', '&'];

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\\' => out.push_str("&#92;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}
