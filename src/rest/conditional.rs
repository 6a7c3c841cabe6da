//! Conditional requests: by time for any record, by entity tag for accounts.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional.htm>

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::fmt::rfc2822::DateTimeParser;

use super::fault::RestFault;
use super::headers::http_date;
use crate::message::{HeaderMap, HeaderValue, Method, Request, entity_tag, header};
use crate::model::schema::SObject;
use crate::model::value::Seen;
use crate::query::soql::{Stored, StoredField};

/// What conditions are held against.
pub struct Edition {
    /// The record's entity tag, with its quotes; only accounts have one.
    tag: Option<String>,
    /// When the record was last changed, by anyone or anything: milliseconds since 1970 UTC.
    changed: Option<i64>,
}

impl Edition {
    /// The edition of a record of which all fields are read.
    pub fn of(object: &SObject, stored: &Stored) -> Edition {
        Edition { tag: has_tag(object).then(|| tag(stored)), changed: stored.changed() }
    }

    /// Whether the conditions of a request hold (RFC 9110, 13.2.2).
    ///
    /// # Errors
    /// 304 for reading what the client already has, 412 for the other conditions.
    pub fn check(&self, request: &Request, method: &Method) -> Result<(), RestFault> {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        if let Some(tag) = &self.tag {
            let names_it = |name| request.header(name).map(|list| entity_tag::names(list, tag));
            if names_it(header::IF_MATCH) == Some(false) {
                return Err(RestFault::precondition_failed());
            }
            match names_it(header::IF_NONE_MATCH) {
                Some(true) if reads => return Err(self.not_modified()),
                Some(true) => return Err(RestFault::precondition_failed()),
                // An entity tag says more than a time (RFC 9110, 13.1.3).
                Some(false) => return Ok(()),
                None => {}
            }
        }
        // Dates in headers know no fractions of a second.
        let Some(modified) = self.changed.map(|time| time.div_euclid(1000)) else { return Ok(()) };
        if time(request, header::IF_UNMODIFIED_SINCE).is_some_and(|since| modified > since) {
            return Err(RestFault::precondition_failed());
        }
        if reads && time(request, header::IF_MODIFIED_SINCE).is_some_and(|since| modified <= since) {
            return Err(self.not_modified());
        }
        Ok(())
    }

    /// 304 with the headers that the whole answer would have (RFC 9110, 15.4.5).
    fn not_modified(&self) -> RestFault {
        let mut headers = HeaderMap::new();
        stamp(&mut headers, self.tag.as_deref(), self.changed);
        RestFault::not_modified(headers)
    }
}

/// Writes the headers that a later request can refer to: the entity tag, and when the record was last changed, in
/// milliseconds since 1970 UTC.
pub fn stamp(headers: &mut HeaderMap, tag: Option<&str>, changed: Option<i64>) {
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(date) = changed.and_then(|changed| HeaderValue::from_bytes(&http_date(changed)).ok()) {
        headers.insert(header::LAST_MODIFIED, date);
    }
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

/// An entity tag in the making: another one whenever any value of a record is another.
#[derive(Default)]
pub struct Tag {
    values: Vec<u8>,
}

impl Tag {
    /// Takes the next field of the record. The parts of a compound are fields of their own.
    pub fn take(&mut self, field: &StoredField) {
        match field {
            StoredField::Value(_, Seen::Text(text)) => self.values.extend_from_slice(text.as_bytes()),
            StoredField::Value(_, Seen::Int(number)) => self.values.extend_from_slice(&number.to_le_bytes()),
            StoredField::Value(_, Seen::Double(number)) => {
                self.values.extend_from_slice(&number.to_le_bytes())
            }
            StoredField::Value(_, Seen::Null) | StoredField::Compound(_) => {}
        }
        self.values.push(0);
    }

    /// The tag with its quotes.
    pub fn text(self) -> String {
        format!("\"{}\"", STANDARD.encode(digest(&SHA256, &self.values)))
    }
}

/// The entity tag of a record of which all fields are read, with its quotes.
pub fn tag(stored: &Stored) -> String {
    let mut tag = Tag::default();
    stored.each(|_, field| tag.take(&field));
    tag.text()
}

/// Seconds since 1970 of a date header; one that is no date counts as absent.
fn time(request: &Request, name: header::HeaderName) -> Option<i64> {
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(request.header(name)?).ok().map(|instant| instant.as_second())
}
