//! Writes answers as the real service does: one line, the result's elements unprefixed in a default namespace.

use std::borrow::Cow;

use super::address::Api;
use crate::cloud::{ApiVersion, DAILY_API_CALLS};

/// Answers tell the API calls that are left from this version on.
pub(super) const FIRST_WITH_LIMIT_INFO: ApiVersion = ApiVersion::new(29);

pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The inside of an answer's body, element by element.
#[derive(Debug, Default)]
pub struct Writer {
    xml: String,
    has_nil: bool,
}

impl Writer {
    /// An element with what `inside` writes.
    pub fn nest(&mut self, name: &str, inside: impl FnOnce(&mut Writer)) {
        self.xml.push_str(&format!("<{name}>"));
        inside(self);
        self.xml.push_str(&format!("</{name}>"));
    }

    /// An element with a text; an empty one is written as `<x/>`.
    pub fn text(&mut self, name: &str, text: impl AsRef<str>) {
        match text.as_ref() {
            "" => self.empty(name),
            text => self.xml.push_str(&format!("<{name}>{}</{name}>", escaped(text))),
        }
    }

    /// An element with a text, or `xsi:nil` without.
    pub fn nillable(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => {
                self.has_nil = true;
                self.xml.push_str(&format!("<{name} xsi:nil=\"true\"/>"));
            }
        }
    }

    /// An element with `true` or `false`.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.text(name, if flag { "true" } else { "false" });
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &str) {
        self.xml.push_str(&format!("<{name}/>"));
    }

    /// What another writer wrote.
    pub fn append(&mut self, other: Writer) {
        self.xml.push_str(&other.xml);
        self.has_nil |= other.has_nil;
    }

    /// The whole envelope around what was written. `calls` is the number of API calls so far, for the header
    /// that calls in a session are answered with.
    pub fn envelope(self, api: Api, calls: Option<u64>) -> String {
        let mut namespaces = vec![("xmlns", api.namespace())];
        if self.has_nil {
            namespaces.push(("xmlns:xsi", XSI));
        }
        let mut xml = envelope_open(&namespaces);
        if let Some(calls) = calls {
            xml.push_str(&format!(
                "<soapenv:Header><LimitInfoHeader><limitInfo><current>{calls}</current><limit>{DAILY_API_CALLS}</limit>\
                 <type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>"
            ));
        }
        xml.push_str("<soapenv:Body>");
        xml.push_str(&self.xml);
        xml.push_str("</soapenv:Body></soapenv:Envelope>");
        xml
    }
}

/// The declaration and the start tag of an envelope. All namespaces stand there: jsforce takes attributes of `Body` for
/// its content.
pub(super) fn envelope_open(namespaces: &[(&str, &str)]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"",
    );
    for (name, uri) in namespaces {
        xml.push_str(&format!(" {name}=\"{uri}\""));
    }
    xml.push('>');
    xml
}

/// A text with `< > & ' "` escaped, and without the characters that XML 1.0 cannot hold.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(allowed) {
        quick_xml::escape::escape(text)
    } else {
        let text: String = text.chars().filter(|c| allowed(*c)).collect();
        Cow::Owned(quick_xml::escape::escape(text.as_str()).into_owned())
    }
}
