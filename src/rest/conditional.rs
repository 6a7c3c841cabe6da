//! Conditional requests: by time for any record, by entity tag for accounts.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional.htm>

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::fmt::rfc2822::DateTimeParser;

use super::fault::RestFault;
use crate::message::{Method, Request, entity_tag, header};
use crate::model::schema::SObject;
use crate::model::value::Seen;
use crate::query::soql::{Stored, StoredField};

/// What conditions are held against.
pub struct Edition {
    /// The record's entity tag, with its quotes; only accounts have one.
    tag: Option<String>,
    /// Seconds since 1970 at which the record was last changed, by anyone or anything.
    modified: Option<i64>,
}

impl Edition {
    /// The edition of a record of which all fields are read.
    pub fn of(object: &SObject, stored: &Stored) -> Edition {
        let (mut stamp, mut changed) = (None, None);
        stored.each(|name, field| match (name, field) {
            ("SystemModstamp", StoredField::Value(_, Seen::Int(at))) => stamp = Some(at),
            ("LastModifiedDate", StoredField::Value(_, Seen::Int(at))) => changed = Some(at),
            _ => {}
        });
        let modified = stamp.or(changed).map(|milliseconds| milliseconds.div_euclid(1000));
        Edition { tag: has_tag(object).then(|| tag(stored)), modified }
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
                Some(true) if reads => return Err(RestFault::not_modified().with_header(header::ETAG, tag)),
                Some(true) => return Err(RestFault::precondition_failed()),
                // An entity tag says more than a time (RFC 9110, 13.1.3).
                Some(false) => return Ok(()),
                None => {}
            }
        }
        let Some(modified) = self.modified else { return Ok(()) };
        if time(request, header::IF_UNMODIFIED_SINCE).is_some_and(|since| modified > since) {
            return Err(RestFault::precondition_failed());
        }
        if reads && time(request, header::IF_MODIFIED_SINCE).is_some_and(|since| modified <= since) {
            return Err(RestFault::not_modified());
        }
        Ok(())
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
