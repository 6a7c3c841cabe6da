//! Writes answers as the real service does: one line, the result's elements unprefixed in a default namespace, those of
//! sObjects under the prefix `sf`.

use super::address::Api;
use crate::lexical;
use crate::world::{ApiVersion, DAILY_API_CALLS};
use crate::xml::{escaped, push_escaped};

/// Answers tell the API calls that are left from this version on.
pub(super) const FIRST_WITH_LIMIT_INFO: ApiVersion = ApiVersion::new(29);

pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// What stands in an answer's header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    /// API calls so far; calls in a session are answered with it.
    pub usage: Option<u64>,
    /// What `DebuggingHeader` asks for.
    pub debug_log: Option<String>,
}

/// The name of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    prefix: &'static str,
    local: &'a str,
}

/// The name of an element of an sObject.
pub fn sf(local: &str) -> Name<'_> {
    Name { prefix: "sf:", local }
}

impl<'a> From<&'a str> for Name<'a> {
    /// The name of an element of the API.
    fn from(local: &'a str) -> Name<'a> {
        Name { prefix: "", local }
    }
}

/// The inside of an answer's body, element by element.
#[derive(Debug, Default)]
pub struct Writer {
    xml: Vec<u8>,
    uses_xsi: bool,
    uses_xsd: bool,
    uses_sf: bool,
}

impl Writer {
    /// An element with what `inside` writes; written as `<x/>` when that is nothing.
    pub fn nest<'a>(&mut self, name: impl Into<Name<'a>>, inside: impl FnOnce(&mut Writer)) {
        let name = name.into();
        self.open(name);
        self.push(">");
        let begin = self.xml.len();
        inside(self);
        if self.xml.len() > begin {
            return self.close(name);
        }
        self.xml.truncate(begin - 1);
        self.push("/>");
    }

    /// An element that says of which type it is, with what `inside` writes.
    pub fn nest_as<'a>(
        &mut self,
        name: impl Into<Name<'a>>,
        kind: impl Into<Name<'a>>,
        inside: impl FnOnce(&mut Writer),
    ) {
        let name = name.into();
        self.open_as(name, kind.into());
        inside(self);
        self.close(name);
    }

    /// As [`Writer::nest`]; what fails inside fails this.
    pub fn try_nest<'a, E>(
        &mut self,
        name: impl Into<Name<'a>>,
        inside: impl FnOnce(&mut Writer) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        self.nest(name, |answer| outcome = inside(answer));
        outcome
    }

    /// An element with a text; an empty one is written as `<x/>`.
    pub fn text<'a>(&mut self, name: impl Into<Name<'a>>, text: impl AsRef<str>) {
        let name = name.into();
        match text.as_ref() {
            "" => self.empty(name),
            text => {
                self.open(name);
                self.push(">");
                push_escaped(&mut self.xml, text);
                self.close(name);
            }
        }
    }

    /// An element with a text, or `xsi:nil` without.
    pub fn nillable<'a>(&mut self, name: impl Into<Name<'a>>, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.nil(name),
        }
    }

    /// An element without value.
    pub fn nil<'a>(&mut self, name: impl Into<Name<'a>>) {
        self.uses_xsi = true;
        self.open(name.into());
        self.push(" xsi:nil=\"true\"/>");
    }

    /// An element with `true` or `false`.
    pub fn flag<'a>(&mut self, name: impl Into<Name<'a>>, flag: bool) {
        self.text(name, if flag { "true" } else { "false" });
    }

    /// An element with a whole number.
    pub fn int<'a>(&mut self, name: impl Into<Name<'a>>, number: i64) {
        self.leaf(name, |out| lexical::int(out, number));
    }

    /// An element with a number as Java prints doubles: `108.0`.
    pub fn double<'a>(&mut self, name: impl Into<Name<'a>>, number: f64) {
        self.leaf(name, |out| lexical::double(out, number));
    }

    /// An element with a time in UTC, of milliseconds since 1970: `2015-02-10T01:56:14.000Z`.
    pub fn datetime<'a>(&mut self, name: impl Into<Name<'a>>, milliseconds: i64) {
        self.leaf(name, |out| {
            lexical::datetime(out, milliseconds);
            out.push(b'Z');
        });
    }

    /// An element with nothing in it.
    pub fn empty<'a>(&mut self, name: impl Into<Name<'a>>) {
        self.open(name.into());
        self.push("/>");
    }

    /// An element that says of which type of XML Schema its text is, for where the WSDL does not.
    pub fn typed<'a>(&mut self, name: impl Into<Name<'a>>, kind: &'static str, text: &str) {
        let name = name.into();
        self.uses_xsd = true;
        self.open_as(name, Name { prefix: "xsd:", local: kind });
        push_escaped(&mut self.xml, text);
        self.close(name);
    }

    /// What another writer wrote.
    pub fn append(&mut self, other: Writer) {
        self.xml.extend_from_slice(&other.xml);
        self.uses_xsi |= other.uses_xsi;
        self.uses_xsd |= other.uses_xsd;
        self.uses_sf |= other.uses_sf;
    }

    /// The whole envelope around what was written.
    pub fn envelope(self, api: Api, header: &Header) -> Vec<u8> {
        let used = [
            ("xmlns", api.namespace(), true),
            ("xmlns:xsi", XSI, self.uses_xsi),
            ("xmlns:sf", api.sobject_namespace(), self.uses_sf),
            ("xmlns:xsd", XSD, self.uses_xsd),
        ];
        let namespaces: Vec<_> =
            used.into_iter().filter(|(_, _, used)| *used).map(|(name, uri, _)| (name, uri)).collect();
        let mut xml = envelope_open(&namespaces);
        if *header != Header::default() {
            xml.push_str("<soapenv:Header>");
            if let Some(log) = &header.debug_log {
                xml.push_str(&format!(
                    "<DebuggingInfo><debugLog>{}</debugLog></DebuggingInfo>",
                    escaped(log)
                ));
            }
            if let Some(calls) = header.usage {
                xml.push_str(&format!(
                    "<LimitInfoHeader><limitInfo><current>{calls}</current><limit>{DAILY_API_CALLS}</limit>\
                     <type>API REQUESTS</type></limitInfo></LimitInfoHeader>"
                ));
            }
            xml.push_str("</soapenv:Header>");
        }
        xml.push_str("<soapenv:Body>");
        let mut xml = xml.into_bytes();
        xml.extend_from_slice(&self.xml);
        xml.extend_from_slice(b"</soapenv:Body></soapenv:Envelope>");
        xml
    }

    fn leaf<'a>(&mut self, name: impl Into<Name<'a>>, write: impl FnOnce(&mut Vec<u8>)) {
        let name = name.into();
        self.open(name);
        self.push(">");
        write(&mut self.xml);
        self.close(name);
    }

    fn open(&mut self, name: Name) {
        self.uses_sf |= !name.prefix.is_empty();
        for part in ["<", name.prefix, name.local] {
            self.push(part);
        }
    }

    fn open_as(&mut self, name: Name, kind: Name) {
        self.uses_xsi = true;
        self.uses_sf |= kind.prefix == "sf:";
        self.open(name);
        for part in [" xsi:type=\"", kind.prefix, kind.local, "\">"] {
            self.push(part);
        }
    }

    fn close(&mut self, name: Name) {
        for part in ["</", name.prefix, name.local, ">"] {
            self.push(part);
        }
    }

    fn push(&mut self, text: &str) {
        self.xml.extend_from_slice(text.as_bytes());
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
        xml.push_str(&format!(" {name}=\"{}\"", escaped(uri)));
    }
    xml.push('>');
    xml
}
