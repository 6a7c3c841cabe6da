//! `force-app/`: custom fields in SFDX source format.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm>

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Seed, SeedError, line_at, line_of};
use crate::org::schema::{ChildRelationship, Field, FieldFlag, FieldFlags, FieldType, PicklistEntry, Schema};

const SUFFIX: &str = ".field-meta.xml";

/// Adds every custom field to its object. Files of other metadata types are named in one warning.
pub(super) fn add_fields(seed: &Seed, schema: &mut Schema) -> Result<(), SeedError> {
    let mut ignored = Vec::new();
    for (path, source) in seed.files.iter().filter(|(path, _)| path.starts_with("force-app/")) {
        if super::sso_configs::SUFFIXES.iter().any(|suffix| path.ends_with(suffix)) {
            continue;
        }
        if !path.ends_with(SUFFIX) {
            ignored.push(path.as_str());
            continue;
        }
        let object = object_of(path).ok_or_else(|| {
            SeedError::whole(
                path,
                "the file does not stand in an object's folder",
                "objects/<Object>/fields/<Field>",
            )
        })?;
        if schema.object(object).is_none() {
            return Err(SeedError::whole(
                path,
                format!("there is no object {object:?}"),
                "an object's API name",
            ));
        }
        let xml = Element::read(path, source)?;
        let field = Source { path, source, xml: &xml }.field()?;
        if let Some(target) = field.reference_to.first().filter(|target| schema.object(target).is_none()) {
            let what = format!("there is no object {target:?}");
            return Err(Source { path, source, xml: &xml }.mistake(
                "referenceTo",
                what,
                "an object's API name",
            ));
        }
        let (name, child) =
            (field.name.clone(), Source { path, source, xml: &xml }.relationship(object, &field));
        if !schema.add_field(object, field) {
            let what = format!("{object} already has a field {name}");
            return Err(SeedError {
                file: path.clone(),
                line: line_of(source, &name),
                what,
                expected: "another name".into(),
            });
        }
        if let Some((parent, child)) = child {
            schema.add_child(&parent, child);
        }
    }
    if !ignored.is_empty() {
        tracing::warn!(files = ignored.join(", "), "metadata that is not read from force-app");
    }
    Ok(())
}

fn object_of(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once("/fields/")?;
    let (_, object) = folder.rsplit_once('/')?;
    Some(object)
}

/// An element with its text and its children.
#[derive(Default)]
struct Element {
    name: String,
    text: String,
    /// Where it begins, in bytes.
    at: usize,
    children: Vec<Element>,
}

impl Element {
    fn read(path: &str, source: &str) -> Result<Element, SeedError> {
        let mut reader = Reader::from_str(source);
        let mut open = vec![Element::default()];
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
            let broken = |what: String| SeedError {
                file: path.to_owned(),
                line: line_at(source, at),
                what,
                expected: "well-formed XML".to_owned(),
            };
            match reader.read_event().map_err(|error| broken(error.to_string()))? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    open.push(Element { name, at, ..Element::default() });
                }
                Event::Empty(empty) => {
                    let name = empty.local_name().as_ref().to_owned();
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(Element { name, at, ..Element::default() });
                    }
                }
                Event::Text(text) => {
                    if let Some(element) = open.last_mut() {
                        element.text += &text.xml10_content();
                    }
                }
                Event::GeneralRef(reference) => {
                    let name = reference.to_string();
                    let known = quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                    let numbered = reference.resolve_char_ref().ok().flatten().map(String::from);
                    let text =
                        known.or(numbered).ok_or_else(|| broken(format!("there is no entity &{name};")))?;
                    if let Some(element) = open.last_mut() {
                        element.text += &text;
                    }
                }
                Event::End(_) => {
                    let mut closed = open.pop().unwrap_or_default();
                    closed.text = closed.text.trim().to_owned();
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(closed);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let root = open.into_iter().next().and_then(|root| root.children.into_iter().next());
        root.filter(|root| root.name == "CustomField")
            .ok_or_else(|| SeedError::whole(path, "the root element is another", "CustomField"))
    }

    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    fn is(&self, name: &str) -> bool {
        self.text_of(name) == Some("true")
    }
}

/// A file of a custom field.
struct Source<'a> {
    path: &'a str,
    source: &'a str,
    xml: &'a Element,
}

impl Source<'_> {
    fn mistake(&self, element: &str, what: String, expected: &str) -> SeedError {
        let at = self.xml.child(element).map_or(self.xml.at, |child| child.at);
        let line = line_at(self.source, at);
        SeedError { file: self.path.to_owned(), line, what, expected: expected.to_owned() }
    }

    fn needed(&self, name: &str) -> Result<&str, SeedError> {
        self.xml
            .text_of(name)
            .ok_or_else(|| self.mistake(name, format!("<{name}> is missing"), "it in CustomField"))
    }

    fn number(&self, name: &str, default: u32) -> Result<u32, SeedError> {
        match self.xml.text_of(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| self.mistake(name, format!("<{name}> is {text:?}"), "a whole number")),
        }
    }

    fn field(&self) -> Result<Field, SeedError> {
        let name = self.needed("fullName")?;
        if !name.ends_with("__c") {
            return Err(self.mistake(
                "fullName",
                format!("{name:?} is no custom field's name"),
                "a name ending in __c",
            ));
        }
        let kind = self.needed("type")?;
        let (field_type, length) = match kind {
            "Text" => (FieldType::String, self.number("length", 255)?),
            "TextArea" => (FieldType::TextArea, 255),
            "LongTextArea" | "Html" => (FieldType::TextArea, self.number("length", 32768)?),
            "EncryptedText" => (FieldType::EncryptedString, self.number("length", 175)?),
            "Checkbox" => (FieldType::Boolean, 0),
            "Number" => (FieldType::Double, 0),
            "Currency" => (FieldType::Currency, 0),
            "Percent" => (FieldType::Percent, 0),
            "Date" => (FieldType::Date, 0),
            "DateTime" => (FieldType::DateTime, 0),
            "Time" => (FieldType::Time, 0),
            "Email" => (FieldType::Email, 80),
            "Phone" => (FieldType::Phone, 40),
            "Url" => (FieldType::Url, 255),
            "Picklist" => (FieldType::Picklist, 255),
            "MultiselectPicklist" => (FieldType::MultiPicklist, 4099),
            "Lookup" | "MasterDetail" | "Hierarchy" => (FieldType::Reference, 18),
            _ => return Err(self.mistake("type", format!("the type {kind} is not supported"), SUPPORTED)),
        };
        let is_reference = field_type == FieldType::Reference;
        let required = self.xml.is("required") || kind == "MasterDetail";
        let picklist = self.picklist();
        Ok(Field {
            name: name.to_owned(),
            label: self.xml.text_of("label").unwrap_or(name).to_owned(),
            kind: field_type,
            length,
            precision: if matches!(kind, "Number" | "Currency" | "Percent") {
                self.number("precision", 18)?
            } else {
                0
            },
            scale: self.number("scale", 0)?,
            digits: 0,
            flags: self.flags(field_type, required),
            reference_to: if is_reference { vec![self.reference_to(kind)?] } else { Vec::new() },
            relationship: name.strip_suffix("__c").filter(|_| is_reference).map(|stem| format!("{stem}__r")),
            compound: None,
            controller: None,
            extra_type_info: None,
            default: match self.xml.text_of("defaultValue") {
                Some("true") => Some(serde_json::Value::Bool(true)),
                Some("false") => Some(serde_json::Value::Bool(false)),
                _ if field_type == FieldType::Boolean => Some(serde_json::Value::Bool(false)),
                _ => None,
            },
            picklist,
        })
    }

    fn reference_to(&self, kind: &str) -> Result<String, SeedError> {
        if kind == "Hierarchy" {
            return Ok("User".to_owned());
        }
        self.needed("referenceTo").map(str::to_owned)
    }

    fn flags(&self, kind: FieldType, required: bool) -> FieldFlags {
        let mut words = String::from("createable updateable custom filterable");
        let mut add = |word: &str, on: bool| {
            if on {
                words.push(' ');
                words.push_str(word);
            }
        };
        let is_boolean = kind == FieldType::Boolean;
        let is_long = kind == FieldType::TextArea;
        add("nillable", !required && !is_boolean);
        add("permissionable", !required);
        add("defaultedOnCreate", is_boolean);
        add("sortable", !is_long && kind != FieldType::MultiPicklist);
        add(
            "groupable",
            !is_long && !matches!(kind, FieldType::Double | FieldType::Currency | FieldType::Percent),
        );
        add("aggregatable", !is_long && !is_boolean);
        add("unique", self.xml.is("unique"));
        add("externalId", self.xml.is("externalId"));
        add("idLookup", self.xml.is("externalId"));
        add("caseSensitive", self.xml.is("caseSensitive"));
        let restricted = self.xml.child("valueSet").is_some_and(|set| set.is("restricted"));
        add("restrictedPicklist", restricted);
        FieldFlags::read(&words)
    }

    fn picklist(&self) -> Option<Arc<Vec<PicklistEntry>>> {
        let values = self.xml.child("valueSet")?.child("valueSetDefinition")?;
        let entries = values.children.iter().filter(|child| child.name == "value").filter_map(|value| {
            let name = value.text_of("fullName")?;
            Some(PicklistEntry {
                value: name.to_owned(),
                label: value.text_of("label").unwrap_or(name).to_owned(),
                default: value.is("default"),
                active: value.text_of("isActive") != Some("false"),
                valid_for: None,
            })
        });
        Some(Arc::new(entries.collect()))
    }

    /// The other end of a lookup: the parent object, and what it gets.
    fn relationship(&self, object: &str, field: &Field) -> Option<(String, ChildRelationship)> {
        let parent = field.reference_to.first()?.clone();
        let child = ChildRelationship {
            child: object.to_owned().into(),
            field: field.name.clone().into(),
            relationship: self.xml.text_of("relationshipName").map(|name| format!("{name}__r").into()),
            cascade_delete: self.xml.text_of("type") == Some("MasterDetail") || self.deletes_with("Cascade"),
            restricted_delete: self.deletes_with("Restrict") || field.is(FieldFlag::RestrictedDelete),
        };
        Some((parent, child))
    }

    fn deletes_with(&self, constraint: &str) -> bool {
        self.xml.text_of("deleteConstraint") == Some(constraint)
    }
}

const SUPPORTED: &str = "Text, TextArea, LongTextArea, Html, EncryptedText, Checkbox, Number, Currency, Percent, Date, \
     DateTime, Time, Email, Phone, Url, Picklist, MultiselectPicklist, Lookup, MasterDetail or Hierarchy";
