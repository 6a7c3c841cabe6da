//! Reads an XML record: a root element of any name, a child element per field.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_resource_examples.htm>

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Raw};

/// How deep elements may lie in each other.
const DEEPEST: usize = 100;

/// How many elements a body may have.
const MOST_ELEMENTS: usize = 250_000;

/// An element whose end has not come yet.
struct Open {
    name: String,
    nil: bool,
    text: String,
    children: Vec<(String, Input)>,
}

/// Reads a body that is one record.
///
/// # Errors
/// `XML_PARSER_ERROR`.
pub fn read(body: &[u8]) -> Result<Vec<(String, Input)>, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| refused("the body is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Open> = Vec::new();
    let mut record = None;
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|error| refused(&error.to_string()))?;
        match event {
            Event::Start(_) if record.is_some() => {
                return Err(refused("there is more than one root element"));
            }
            Event::Start(_) if open.len() >= DEEPEST => {
                return Err(refused("elements are nested too deeply"));
            }
            Event::Start(_) if elements >= MOST_ELEMENTS => {
                return Err(refused("there are too many elements"));
            }
            Event::Start(start) => {
                elements += 1;
                open.push(opened(&start)?);
            }
            Event::End(_) => {
                let Some(element) = open.pop() else {
                    return Err(refused("an element ends that never began"));
                };
                match open.last_mut() {
                    Some(parent) => {
                        let (name, value) = closed(element);
                        parent.children.push((name, value));
                    }
                    None => record = Some(element.children),
                }
            }
            Event::Text(text) => append(&mut open, &text.xml10_content())?,
            Event::CData(text) => append(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => append(&mut open, &resolved(&reference)?)?,
            Event::DocType(_) => return Err(refused("a document type declaration is not allowed")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Empty(_) => {}
            Event::Eof => break,
        }
    }
    match record {
        Some(record) if open.is_empty() => Ok(record),
        _ => Err(refused("the document ends before its root element does")),
    }
}

fn opened(start: &BytesStart) -> Result<Open, Fault> {
    let name = start.local_name().as_ref().to_owned();
    let mut nil = false;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| refused(&error.to_string()))?;
        nil |= attribute.key.local_name().as_ref() == "nil" && matches!(&*attribute.value, "true" | "1");
    }
    Ok(Open { name, nil, text: String::new(), children: Vec::new() })
}

/// An element with children names a parent record; one without is a text.
fn closed(element: Open) -> (String, Input) {
    let raw = match element {
        Open { nil: true, .. } => Raw::Null,
        Open { children, .. } if !children.is_empty() => Raw::Object(children),
        Open { text, .. } => Raw::Text(text),
    };
    (element.name, Input::new(raw))
}

fn append(open: &mut [Open], text: &str) -> Result<(), Fault> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(refused("there is text outside the root element")),
    }
    Ok(())
}

fn resolved(reference: &BytesRef) -> Result<String, Fault> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| refused(&error.to_string()))? {
        return Ok(character.into());
    }
    let name: &str = reference;
    let text = quick_xml::escape::resolve_predefined_entity(name);
    text.map(str::to_owned).ok_or_else(|| refused(&format!("the entity {name} is not declared")))
}

faults! {
    /// a body is no XML, or no record in XML: `why` says what was met
    refused(why: &str) = XML_PARSER_ERROR, "The request body is not a well-formed XML record: {why}", Assumed;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_record() {
        let body = br#"<?xml version="1.0"?>
            <Contact xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><!-- x -->
              <LastName>A &amp; B&#33;<![CDATA[<c>]]></LastName>
              <Phone xsi:nil="true"/><Title/>
              <Account><External_Id__c>x</External_Id__c></Account>
            </Contact>"#;
        let text = |text: &str| Input::new(Raw::Text(text.to_owned()));
        let parent = Input::new(Raw::Object(vec![("External_Id__c".to_owned(), text("x"))]));
        let expected = [
            ("LastName", text("A & B!<c>")),
            ("Phone", Input::new(Raw::Null)),
            ("Title", text("")),
            ("Account", parent),
        ];
        assert_eq!(read(body).expect("a good body"), expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn what_is_no_record() {
        let deep = "<a>".repeat(1000);
        for bad in ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "<!DOCTYPE a><a/>", "<a/>x", &deep] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read(b"<a>\xff</a>").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[<>/&;!\\[\\]a-c \"=?#x0-9-]{0,60}", any in ".*") {
            _ = read(text.as_bytes());
            _ = read(any.as_bytes());
            _ = read(format!("<a>{text}</a>").as_bytes());
        }
    }
}
