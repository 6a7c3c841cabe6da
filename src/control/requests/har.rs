//! The journal as an HTTP archive, which browsers and proxies open.
//! Source: <https://w3c.github.io/web-performance/specs/HAR/Overview.html>

use serde_json::{Value, json};

use super::entry::{body_of, headers_of, path_of, time};
use super::shorten;
use crate::message::header::CONTENT_TYPE;
use crate::message::{HeaderMap, Request};
use crate::world::{Exchange, KeptEntry};

/// The entries as an archive, the oldest first. What was done in the background is no exchange.
pub fn archive(entries: &[KeptEntry]) -> Value {
    let exchanges =
        entries.iter().rev().filter_map(|kept| Some(described(kept, kept.entry.exchange.as_ref()?)));
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "fauxforce", "version": env!("CARGO_PKG_VERSION") },
            "entries": exchanges.collect::<Vec<_>>(),
        }
    })
}

fn described(KeptEntry { number, entry, .. }: &KeptEntry, exchange: &Exchange) -> Value {
    let Exchange { request, response, request_length, response_length } = exchange;
    let milliseconds = entry.took.as_secs_f64() * 1000.0;
    let mut asked = json!({
        "method": request.method.as_str(),
        "url": format!("{}{}", request.origin(), shorten::secrets(&path_of(request))),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers_of(&request.headers),
        "queryString": query(request),
        "headersSize": -1,
        "bodySize": request_length,
    });
    if !request.body.is_empty() {
        asked["postData"] = json!({
            "mimeType": media_type(&request.headers),
            "text": body_of(&request.headers, &request.body).unwrap_or_default(),
        });
    }
    json!({
        "startedDateTime": time(entry.at),
        "time": milliseconds,
        "request": asked,
        "response": {
            "status": response.status.as_u16(),
            "statusText": response.status.canonical_reason().unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers_of(&response.headers),
            "content": {
                "size": response_length,
                "mimeType": media_type(&response.headers),
                "text": body_of(&response.headers, &response.body).unwrap_or_default(),
            },
            "redirectURL": response.headers.get("location").and_then(|url| url.to_str().ok()).map(shorten::secrets).unwrap_or_default(),
            "headersSize": -1,
            "bodySize": response_length,
        },
        "cache": {},
        "timings": { "send": 0, "wait": milliseconds, "receive": 0 },
        "comment": format!("{number} {}", entry.surface),
    })
}

fn query(request: &Request) -> Value {
    let shown = shorten::secrets(&format!("?{}", request.query()));
    let pairs = form_urlencoded::parse(shown.trim_start_matches('?').as_bytes());
    let pairs = pairs.map(|(name, value)| json!({ "name": name, "value": value }));
    pairs.collect::<Vec<_>>().into()
}

fn media_type(headers: &HeaderMap) -> String {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.unwrap_or_default().to_owned()
}
