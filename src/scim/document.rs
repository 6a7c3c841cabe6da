//! Answers as JSON documents.

use aws_lc_rs::digest;
use serde_json::{Map, Value, json};

use super::error::ScimError;
use super::exchange::{Exchange, Version};
use crate::lexical;
use crate::message::{HeaderValue, Request, Response, StatusCode, header};
use crate::model::id::Id;
use crate::model::record::Record;

/// A JSON object.
pub type Members = Map<String, Value>;

/// An answer with a document.
pub fn answer(request: &Request, status: StatusCode, document: &Value) -> Response {
    let pretty = request.header("x-prettyprint").is_some();
    let text = if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) };
    Response::json(status, text.unwrap_or_default())
}

/// An answer with a resource, and where that is.
pub fn resource(exchange: &Exchange, status: StatusCode, document: Members) -> Response {
    let place = document.get("meta").and_then(|meta| meta["location"].as_str());
    let place = place.and_then(|place| HeaderValue::from_str(place).ok());
    let response = answer(exchange.request, status, &Value::Object(document));
    match place {
        Some(place) => response.with_header(header::LOCATION, place),
        None => response,
    }
}

/// A page of resources: `total` is how many there are, `start` the place of the first.
pub fn list(exchange: &Exchange, total: usize, start: usize, resources: Vec<Value>) -> Response {
    let schema = match exchange.version {
        Version::V1 => "urn:scim:schemas:core:1.0",
        Version::V2 => "urn:ietf:params:scim:api:messages:2.0:ListResponse",
    };
    let start = if resources.is_empty() { 0 } else { start };
    let mut document = json!({
        "totalResults": total, "itemsPerPage": resources.len(), "startIndex": start, "schemas": [schema],
    });
    if !resources.is_empty() {
        document["Resources"] = Value::Array(resources);
    }
    answer(exchange.request, StatusCode::OK, &document)
}

/// The answer to a refused request. In v2 `schemas` is a text with a list in it, not a list: so the service writes it
/// (<https://learn.microsoft.com/en-us/answers/questions/5828857>). The answer of v1 is in the form that clients read
/// (<https://github.com/forcedotcom/sfdx-core>).
pub fn refused(request: &Request, version: Version, refusal: &ScimError) -> Response {
    let code = refusal.status.as_u16();
    let document = match version {
        Version::V1 => json!({ "Errors": [{ "description": refusal.detail, "code": code }] }),
        Version::V2 => json!({
            "schemas": r#"["urn:ietf:params:scim:api:messages:2.0:Error"]"#, "detail": refusal.detail, "status": code,
        }),
    };
    answer(request, refusal.status, &document).telling(refusal.row)
}

/// When and where a record is a resource.
pub fn meta(exchange: &Exchange, kind: &str, resource: &str, id: Id, record: &Record) -> Value {
    let time = |field: &str| match record.get(field) {
        crate::model::value::Value::Int(milliseconds) => instant(*milliseconds),
        _ => String::new(),
    };
    let modified = time("LastModifiedDate");
    let version = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{id}{modified}").as_bytes());
    let version: String = version.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "created": time("CreatedDate"), "lastModified": modified,
        "location": format!("{}/{resource}/{id}", exchange.base()), "resourceType": kind, "version": version,
    })
}

/// `2024-01-01T00:00:00Z`, of milliseconds since 1970 UTC.
fn instant(milliseconds: i64) -> String {
    let mut text = Vec::new();
    lexical::datetime(&mut text, milliseconds);
    text.truncate("2024-01-01T00:00:00".len());
    String::from_utf8(text).unwrap_or_default() + "Z"
}

/// The object in a request's body.
///
/// # Errors
/// 400 for another thing.
pub fn body(request: &Request) -> Result<Members, ScimError> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(ScimError::no_json()),
    }
}
