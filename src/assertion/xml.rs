//! XML as it comes from strangers: bounded before it is read, without DTDs, looked at through a few small lenses.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::DeflateDecoder;
use std::io::Read as _;

pub use super::tree::{Document, Node};

/// `saml:`, of Assertions.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// `samlp:`, of Responses and requests.
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// `ds:`, of signatures.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// `xenc:`, of encrypted elements.
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// The most bytes of a message: real ones have 4 to 20 thousand.
pub const MAX_BYTES: usize = 512 * 1024;
/// How deep elements of a signed message may be nested: real ones stay below 12.
pub(super) const MAX_DEPTH: u32 = 64;
/// Per tag and the text behind it; parsers compare each attribute with each.
const MAX_QUOTES: usize = 10_000;

/// Why a message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub(super) String);

impl Unreadable {
    fn new(why: impl Into<String>) -> Unreadable {
        Unreadable(why.into())
    }
}

/// Base64 of either alphabet, with or without padding, as decoders of the commons-codec kind take it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes behind base64 or base64url; white space is skipped.
pub(super) fn base64_bytes(value: &[u8]) -> Result<Vec<u8>, Unreadable> {
    if value.len() > MAX_BYTES * 2 {
        return Err(too_large());
    }
    // Most values are plain.
    if let Ok(bytes) = LENIENT.decode(value) {
        return Ok(bytes);
    }
    let plain: Vec<u8> = value
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    LENIENT.decode(plain).map_err(|error| Unreadable::new(format!("Not base64: {error}")))
}

/// The XML behind a form field: base64, not deflated (SAML bindings 3.5.4).
///
/// # Errors
/// When it is not base64 of UTF-8, or more than [`MAX_BYTES`].
pub fn from_form(value: &[u8]) -> Result<String, Unreadable> {
    utf8(base64_bytes(value)?)
}

/// The XML behind a query parameter: base64 of raw deflate (SAML bindings 3.4.4).
///
/// # Errors
/// When it is not base64 of deflated UTF-8, or more than [`MAX_BYTES`].
pub fn from_query(value: &[u8]) -> Result<String, Unreadable> {
    let bytes = base64_bytes(value)?;
    let mut inflated = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    DeflateDecoder::new(bytes.as_slice())
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(|error| Unreadable::new(format!("Not deflated: {error}")))?;
    utf8(inflated)
}

/// The XML behind what someone pasted: plain, base64, or deflated base64.
///
/// # Errors
/// When it is none of them, or more than [`MAX_BYTES`].
pub fn from_paste(value: &[u8]) -> Result<String, Unreadable> {
    let value = value.trim_ascii();
    if value.starts_with(b"<") {
        return utf8(value.to_vec());
    }
    let plain = from_form(value);
    match plain {
        Ok(text) if text.trim_start().starts_with('<') => Ok(text),
        other => from_query(value).or(other),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    let text = String::from_utf8(bytes).map_err(|_| Unreadable::new("Not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn too_large() -> Unreadable {
    Unreadable::new(format!("More than {MAX_BYTES} bytes"))
}

/// Parses a message from strangers.
///
/// # Errors
/// When it is no XML, has a DOCTYPE, or is larger than any message needs to be.
pub fn parse(text: &str) -> Result<Document<'_>, Unreadable> {
    if text.len() > MAX_BYTES {
        return Err(too_large());
    }
    if has_too_many_attributes(text) {
        return Err(Unreadable::new("Too many attributes"));
    }
    if has_doctype(text) {
        return Err(Unreadable::new("Unable to parse the XML: XML with DTD detected"));
    }
    Document::parse(text).map_err(|error| Unreadable::new(format!("Unable to parse the XML: {error}")))
}

/// Quotes are counted.
fn has_too_many_attributes(text: &str) -> bool {
    let quotes = |piece: &str| piece.bytes().filter(|byte| matches!(byte, b'"' | b'\'')).count();
    text.len() > MAX_QUOTES && text.split('<').any(|piece| quotes(piece) > MAX_QUOTES)
}

/// Before the first element; the parser would refuse it as well.
fn has_doctype(text: &str) -> bool {
    let starts = |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let element = text.match_indices('<').find(|(at, _)| text.get(at + 1..).is_some_and(starts));
    text.get(..element.map_or(text.len(), |(at, _)| at)).is_some_and(|prolog| prolog.contains("<!DOCTYPE"))
}

/// The child elements of that name.
pub(super) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_name((namespace, name)))
}

/// The first child element of that name.
pub(super) fn child<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    children(node, namespace, name).next()
}

/// All text below a node, joined, so that a comment cuts no value short, and without white space around it, as
/// OpenSAML reads values.
pub fn text(node: Node<'_, '_>) -> String {
    let trimmed = |text: &str| text.trim_matches(|c| c <= ' ').to_owned();
    let mut texts = node.descendants().filter_map(Node::text);
    match (texts.next(), texts.next()) {
        (None, _) => String::new(),
        (Some(only), None) => trimmed(only),
        (Some(first), Some(second)) => trimmed(&[first, second].into_iter().chain(texts).collect::<String>()),
    }
}

/// An attribute without a namespace.
pub(super) fn attribute(node: Node<'_, '_>, name: &str) -> Option<String> {
    node.attribute(name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_pasted_is_read() {
        let xml = "<a>ü</a>";
        let base64 = base64::engine::general_purpose::STANDARD.encode(xml);
        // Raw deflate of `<a/>`.
        let deflated = "s0nUtwMA";
        assert_eq!(from_paste(b"  <a/>\n").as_deref(), Ok("<a/>"));
        assert_eq!(from_paste(base64.as_bytes()).as_deref(), Ok(xml));
        assert_eq!(from_paste(deflated.as_bytes()).as_deref(), Ok("<a/>"));
        assert!(from_paste(b"!").is_err());
    }

    #[test]
    fn what_is_too_much_is_not_read() {
        let wide = format!("<a {}/>", (0..6000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
        let many = format!("<a>{}</a>", "<b/>".repeat(20_001));
        for text in [&wide, &many, &" ".repeat(MAX_BYTES + 1)] {
            assert!(parse(text).is_err());
        }
    }

    #[test]
    fn no_document_type_passes() {
        for text in
            ["<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<!DOCTYPE a SYSTEM 'x'><a/>"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
