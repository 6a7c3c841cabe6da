//! Conditional requests: by time for any record, by entity tag for accounts.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional.htm>

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::fmt::rfc2822::DateTimeParser;

use super::fault::RestFault;
use crate::message::{Method, Request, entity_tag, header};
use crate::org::record::{Cell, Row, Shape};
use crate::org::schema::SObject;
use crate::org::value::Value;

/// Whether the conditions of a request on a record hold (RFC 9110, 13.2.2). The row has all of its fields.
///
/// # Errors
/// 304 for reading what the client already has, 412 for the other conditions.
pub fn check(request: &Request, method: &Method, shape: &Shape, row: &Row) -> Result<(), RestFault> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if shape.object.as_deref().is_some_and(has_tag) {
        let tag = tag(row);
        let names_it = |name| request.header(name).map(|list| entity_tag::names(list, &tag));
        if names_it(header::IF_MATCH) == Some(false) {
            return Err(RestFault::precondition_failed());
        }
        match names_it(header::IF_NONE_MATCH) {
            Some(true) if reads => return Err(RestFault::not_modified().with_header(header::ETAG, &tag)),
            Some(true) => return Err(RestFault::precondition_failed()),
            // An entity tag says more than a time (RFC 9110, 13.1.3).
            Some(false) => return Ok(()),
            None => {}
        }
    }
    let Some(modified) = modified(shape, row) else { return Ok(()) };
    if time(request, header::IF_UNMODIFIED_SINCE).is_some_and(|since| modified > since) {
        return Err(RestFault::precondition_failed());
    }
    if reads && time(request, header::IF_MODIFIED_SINCE).is_some_and(|since| modified <= since) {
        return Err(RestFault::not_modified());
    }
    Ok(())
}

/// Whether a request has any condition.
pub fn is_conditional(request: &Request) -> bool {
    [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE]
        .iter()
        .any(|name| request.headers.contains_key(name))
}

/// Only accounts have entity tags.
pub fn has_tag(object: &SObject) -> bool {
    object.name == "Account"
}

/// The entity tag of a record, with its quotes: another one whenever any of its values is another.
pub fn tag(row: &Row) -> String {
    let mut bytes = Vec::with_capacity(1024);
    for cell in &row.cells {
        match cell {
            Cell::Value(Value::Text(text)) => bytes.extend_from_slice(text.as_bytes()),
            Cell::Value(Value::Int(number)) => bytes.extend_from_slice(&number.to_le_bytes()),
            Cell::Value(Value::Double(number)) => bytes.extend_from_slice(&number.to_le_bytes()),
            Cell::Value(Value::Bool(flag)) => bytes.push(u8::from(*flag)),
            // The parts of a compound are cells of their own.
            _ => {}
        }
        bytes.push(0);
    }
    format!("\"{}\"", STANDARD.encode(digest(&SHA256, &bytes)))
}

/// Seconds since 1970 at which a record was last changed, by anyone or anything.
fn modified(shape: &Shape, row: &Row) -> Option<i64> {
    let cell = |name: &str| row.cells.get(shape.columns.iter().position(|column| column.name == name)?);
    ["SystemModstamp", "LastModifiedDate"].into_iter().find_map(|name| match cell(name) {
        Some(Cell::Value(Value::Int(milliseconds))) => Some(milliseconds.div_euclid(1000)),
        _ => None,
    })
}

/// Seconds since 1970 of a date header; one that is no date counts as absent.
fn time(request: &Request, name: header::HeaderName) -> Option<i64> {
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(request.header(name)?).ok().map(|instant| instant.as_second())
}
