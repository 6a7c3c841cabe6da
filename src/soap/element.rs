//! A request's XML as a tree, with prefixes resolved: SOAP clients choose their own.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::Error;
use quick_xml::NsReader;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};

use super::fault::SoapFault;

/// Deeper than any message of the API, shallow enough for any stack.
const DEEPEST: usize = 200;
/// More than the largest messages have: 200 records with all their fields, or components of an org's largest profiles.
const MOST_ELEMENTS: usize = 500_000;
/// Room is made ahead for so many children at most: a document may open one element in another again and again.
const MOST_AHEAD: usize = 32;
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// One element. Names and texts lie in the document, unless it writes them in another way (entities, line ends).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Element<'d> {
    /// The namespace's URI; empty when there is none. Shared: a document of many elements has few.
    pub namespace: Arc<str>,
    /// The name without prefix.
    pub name: &'d str,
    /// The value of `xsi:type`, with its prefix.
    pub type_name: Option<Cow<'d, str>>,
    /// `xsi:nil="true"`
    pub is_nil: bool,
    /// All character data directly inside, joined.
    pub text: Cow<'d, str>,
    pub children: Vec<Element<'d>>,
}

impl<'d> Element<'d> {
    /// The first child of that local name, in whatever namespace.
    pub fn child(&self, name: &str) -> Option<&Element<'d>> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of that local name, in whatever namespace.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element<'d>> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the one child that an operation takes.
    ///
    /// # Errors
    /// A child of another name.
    pub fn only(&self, name: &str) -> Result<&str, SoapFault> {
        self.takes(&[name])?;
        Ok(self.text_of(name).unwrap_or_default())
    }

    /// Checks that an operation has no other arguments than these.
    ///
    /// # Errors
    /// The first other one.
    pub fn takes(&self, names: &[&str]) -> Result<(), SoapFault> {
        match self.children.iter().find(|child| !names.contains(&child.name)) {
            Some(foreign) => Err(SoapFault::invalid_element(foreign)),
            None => Ok(()),
        }
    }

    /// The value of `xsi:type` without its prefix.
    pub fn local_type(&self) -> Option<&str> {
        let name = self.type_name.as_deref()?.trim();
        Some(name.rsplit(':').next().unwrap_or(name))
    }

    /// The text of the first child of that local name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| &*child.text)
    }
}

/// Why a text is no XML document, in the words of the parser that the real service uses (Apache Xerces,
/// <https://github.com/apache/xerces2-j/blob/trunk/src/org/apache/xerces/impl/msg/XMLMessages.properties>).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Malformed {
    #[error("Premature end of file.")]
    Empty,
    #[error("Invalid byte 1 of 1-byte UTF-8 sequence.")]
    NotUtf8,
    #[error("Content is not allowed in prolog.")]
    TextBeforeRoot,
    #[error("Content is not allowed in trailing section.")]
    TextAfterRoot,
    #[error("The markup in the document following the root element must be well-formed.")]
    SecondRoot,
    #[error("XML document structures must start and end within the same entity.")]
    Unfinished,
    #[error("The element type \"{0}\" must be terminated by the matching end-tag \"</{0}>\".")]
    WrongEndTag(String),
    #[error("The prefix \"{prefix}\" for element \"{prefix}:{name}\" is not bound.")]
    UnboundPrefix { prefix: String, name: String },
    #[error("The reference to entity \"{0}\" must end with the ';' delimiter.")]
    UnfinishedReference(String),
    #[error("The entity \"{0}\" was referenced, but not declared.")]
    UnknownEntity(String),
    #[error("Character reference \"&{0}\" is an invalid XML character.")]
    BadCharacter(String),
    #[error(
        "DOCTYPE is disallowed when the feature \"http://apache.org/xml/features/disallow-doctype-decl\" set to true."
    )]
    Doctype,
    #[error("The content of elements must consist of well-formed character data or markup.")]
    Markup,
    #[error("Element type \"{0}\" must be followed by either attribute specifications, \">\" or \"/>\".")]
    Attributes(String),
    #[error("The document has more than {MOST_ELEMENTS} elements.")]
    TooMany,
    #[error("The document is nested more than {DEEPEST} elements deep.")]
    TooDeep,
}

/// Parses a document. Document types are refused, and with them every entity but the five that XML predefines.
pub fn parse(document: &[u8]) -> Result<Element<'_>, Malformed> {
    let text = std::str::from_utf8(document).map_err(|_| Malformed::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Malformed::Empty);
    }
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut namespaces = Vec::new();
    let mut root = None;
    let mut siblings = 0;
    let mut elements = 0;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Err(malformed(error, text)),
        };
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            elements += 1;
            if elements > MOST_ELEMENTS {
                return Err(Malformed::TooMany);
            }
        }
        match event {
            Event::Start(tag) => {
                if open.is_empty() && root.is_some() {
                    return Err(Malformed::SecondRoot);
                }
                if open.len() == DEEPEST {
                    return Err(Malformed::TooDeep);
                }
                open.push(element(&reader, &tag, name(text, &reader, &tag, ">"), &mut namespaces)?);
            }
            Event::Empty(tag) => {
                let element = element(&reader, &tag, name(text, &reader, &tag, "/>"), &mut namespaces)?;
                close(element, &mut open, &mut root, &mut siblings)?;
            }
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(element, &mut open, &mut root, &mut siblings)?;
                }
            }
            Event::Text(text) => add(text.xml10_content(), &mut open, root.is_some())?,
            Event::CData(text) => add(text.xml10_content(), &mut open, root.is_some())?,
            Event::GeneralRef(reference) => add(resolve(&reference)?, &mut open, root.is_some())?,
            Event::DocType(_) => return Err(Malformed::Doctype),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(Malformed::Unfinished),
    }
}

/// `siblings` is how many children the last element had that had any: the next record has mostly as many.
fn close<'d>(
    element: Element<'d>,
    open: &mut [Element<'d>],
    root: &mut Option<Element<'d>>,
    siblings: &mut usize,
) -> Result<(), Malformed> {
    if !element.children.is_empty() {
        *siblings = element.children.len();
    }
    match open.last_mut() {
        Some(parent) => {
            if parent.children.is_empty() {
                parent.children.reserve_exact((*siblings).min(MOST_AHEAD));
            }
            parent.children.push(element);
        }
        None if root.is_some() => return Err(Malformed::SecondRoot),
        None => *root = Some(element),
    }
    Ok(())
}

fn add<'d>(text: Cow<'d, str>, open: &mut [Element<'d>], after_root: bool) -> Result<(), Malformed> {
    match open.last_mut() {
        Some(element) if element.text.is_empty() => element.text = text,
        Some(element) => element.text.to_mut().push_str(&text),
        None if text.trim().is_empty() => {}
        None if after_root => return Err(Malformed::TextAfterRoot),
        None => return Err(Malformed::TextBeforeRoot),
    }
    Ok(())
}

/// The name in the tag that has just been read, with its prefix, where it lies in the document.
fn name<'d>(document: &'d str, reader: &NsReader<&[u8]>, tag: &BytesStart, end: &str) -> &'d str {
    let begin = document.len().checked_sub(tag.len() + end.len() + reader.get_ref().len());
    let inside = begin.and_then(|begin| document.get(begin..)).unwrap_or_default();
    let name = inside.get(..tag.name().as_ref().len()).unwrap_or_default();
    debug_assert_eq!(name, tag.name().as_ref());
    name
}

fn element<'d>(
    reader: &NsReader<&[u8]>,
    tag: &BytesStart,
    name: &'d str,
    namespaces: &mut Vec<Arc<str>>,
) -> Result<Element<'d>, Malformed> {
    let resolver = reader.resolver();
    let (namespace, name) = resolver.resolve_element(QName(name));
    let name = name.into_inner();
    let mut element = Element { name, ..Element::default() };
    match namespace {
        ResolveResult::Bound(uri) => element.namespace = shared(uri.as_ref(), namespaces),
        ResolveResult::Unbound => {}
        ResolveResult::Unknown(prefix) => {
            return Err(Malformed::UnboundPrefix { prefix, name: name.to_owned() });
        }
    }
    let bad = || Malformed::Attributes(name.to_owned());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| bad())?;
        let (namespace, name) = resolver.resolve_attribute(attribute.key);
        let is_xsi = matches!(namespace, ResolveResult::Bound(uri) if uri.as_ref() == XSI);
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| bad())?;
        match name.as_ref() {
            "type" if is_xsi => element.type_name = Some(Cow::Owned(value.into_owned())),
            "nil" if is_xsi => element.is_nil = matches!(value.trim(), "true" | "1"),
            _ => {}
        }
    }
    Ok(element)
}

/// Namespaces that are shared; those of a document with more are copied, so that looking for them stays quick.
const SHARED: usize = 16;

fn shared(uri: &str, known: &mut Vec<Arc<str>>) -> Arc<str> {
    if let Some(known) = known.iter().find(|known| &***known == uri) {
        return known.clone();
    }
    let new = Arc::<str>::from(uri);
    if known.len() < SHARED {
        known.push(new.clone());
    }
    new
}

fn resolve(reference: &BytesRef) -> Result<Cow<'static, str>, Malformed> {
    let name = reference.xml10_content();
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string().into()),
        Ok(None) => match quick_xml::escape::resolve_predefined_entity(&name) {
            Some(text) => Ok(text.into()),
            None => Err(Malformed::UnknownEntity(name.into_owned())),
        },
        Err(_) => Err(Malformed::BadCharacter(name.into_owned())),
    }
}

fn malformed(error: Error, text: &str) -> Malformed {
    match error {
        Error::Syntax(SyntaxError::UnclosedDoctype) => Malformed::Doctype,
        Error::Syntax(SyntaxError::InvalidBangMarkup) => Malformed::Markup,
        Error::Syntax(_) => Malformed::Unfinished,
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => {
            Malformed::WrongEndTag(expected)
        }
        Error::IllFormed(IllFormedError::UnclosedReference) => {
            Malformed::UnfinishedReference(unfinished_reference(text))
        }
        _ => Malformed::Markup,
    }
}

/// The name after the first `&` that no `;` ends.
fn unfinished_reference(text: &str) -> String {
    let name = |rest: &str| rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    text.split('&')
        .skip(1)
        .map(|rest| rest.split_at(name(rest)))
        .find(|(_, after)| !after.starts_with(';'))
        .map(|(name, _)| name.to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(document: &str) -> String {
        parse(document.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn any_prefix_and_every_form_of_text() {
        let document = "\u{feff}<?xml version='1.0'?><!-- c --><a:x xmlns:a='urn:a'><y xmlns='urn:b' \
                        xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true' i:type='a:t'/>\
                        <z>1 &lt; <![CDATA[2 & 3]]>&#x21;<!-- no --></z></a:x>";
        let root = parse(document.as_bytes()).unwrap();
        assert_eq!((&*root.namespace, root.name), ("urn:a", "x"));
        let y = root.child("y").unwrap();
        assert_eq!((&*y.namespace, y.is_nil, y.type_name.as_deref()), ("urn:b", true, Some("a:t")));
        assert_eq!(root.text_of("z"), Some("1 < 2 & 3!"));
    }

    #[test]
    fn names_are_found_wherever_they_lie() {
        let document =
            "\u{feff}\u{feff} <a>\r\n  <b\tc='d'  />&amp;<é:e xmlns:é='urn:e' >f</é:e > <g></g></a>";
        let root = parse(document.as_bytes()).unwrap();
        let names: Vec<_> = root.children.iter().map(|child| child.name).collect();
        assert_eq!((root.name, names), ("a", vec!["b", "e", "g"]));
        assert_eq!(root.text, "\n  & ");
    }

    #[test]
    fn what_is_no_document() {
        insta::assert_snapshot!(
            [
                " ", "hello", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<p:a/>", "<a>&Cl</a>", "<a>R&D rules</a>",
                "<a>&foo;</a>", "<a>&#0;</a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a b=c/>", "<a <",
            ]
            .map(|document| format!("{document:?}: {}", error(document)))
            .join("\n"),
            @r#"
        " ": Premature end of file.
        "hello": Content is not allowed in prolog.
        "<a>": XML document structures must start and end within the same entity.
        "<a></b>": The element type "a" must be terminated by the matching end-tag "</a>".
        "<a/><b/>": The markup in the document following the root element must be well-formed.
        "<a/>x": Content is not allowed in trailing section.
        "<p:a/>": The prefix "p" for element "p:a" is not bound.
        "<a>&Cl</a>": The reference to entity "Cl" must end with the ';' delimiter.
        "<a>R&D rules</a>": The reference to entity "D" must end with the ';' delimiter.
        "<a>&foo;</a>": The entity "foo" was referenced, but not declared.
        "<a>&#0;</a>": Character reference "&#0" is an invalid XML character.
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>": DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.
        "<a b=c/>": Element type "a" must be followed by either attribute specifications, ">" or "/>".
        "<a <": XML document structures must start and end within the same entity.
        "#
        );
        assert_eq!(parse(b"<a>\xff</a>"), Err(Malformed::NotUtf8));
        assert_eq!(parse(b"<a>".repeat(100_000).as_slice()), Err(Malformed::TooDeep));
        assert_eq!(parse(format!("<a>{}", "<b/>".repeat(MOST_ELEMENTS)).as_bytes()), Err(Malformed::TooMany));
    }

    proptest! {
        #[test]
        fn anything_parses_or_not(document in "[<>/a-c:&;#x\"'= !\\[\\]-]{0,40}|.*") {
            let _ = parse(document.as_bytes());
        }
    }
}
