//! CustomField: what a definition says, as a field of the schema.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm>

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::component_fault::no_enum_value;
use super::tree::Node;
use crate::model::fault::{Fault, faults};
use crate::model::schema::{
    ChildRelationship, Field, FieldFlag, FieldFlags, FieldType, NumberFormat, Picklist, PicklistEntry,
    Schema, Versions,
};
use crate::rules::names::{is_api_name, malformed_api_name};

/// What is wrong with a definition, and at which element.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    pub element: &'static str,
    pub fault: Fault,
}

impl Mistake {
    pub(super) fn at(element: &'static str, fault: Fault) -> Mistake {
        Mistake { element, fault }
    }
}

impl From<Mistake> for Fault {
    fn from(mistake: Mistake) -> Fault {
        mistake.fault
    }
}

/// A custom field, and the other end of its relationship: the parent, and what it gets.
#[derive(Debug, Clone)]
pub struct CustomField {
    pub field: Field,
    pub parent: Option<(String, ChildRelationship)>,
}

/// The types of the WSDL that are not emulated.
const NOT_EMULATED: &[&str] = &[
    "Summary",
    "File",
    "MetadataRelationship",
    "Location",
    "ExternalLookup",
    "IndirectLookup",
    "CustomDataType",
    "Address",
    "Array",
];

/// Reads the definition of a field of that name, such as `Level__c`, of an object.
///
/// # Errors
/// What is wrong with the definition.
pub fn read(schema: &Schema, object: &str, name: &str, node: &Node) -> Result<CustomField, Mistake> {
    let stem = stem(name, "Custom Field")?;
    let definition = Definition { object, name, stem, node };
    let field = definition.field()?;
    if let Some(target) = field.reference_to.first()
        && schema.object(target).is_none()
    {
        return Err(Mistake::at("referenceTo", lookup_to_nowhere(target)));
    }
    let parent = definition.relationship(&field);
    Ok(CustomField { field, parent })
}

/// The name of a custom field or object without its ending.
///
/// # Errors
/// A name that none can have.
pub(super) fn stem<'n>(name: &'n str, of: &str) -> Result<&'n str, Mistake> {
    let stem = name.strip_suffix("__c").ok_or_else(|| Mistake::at("fullName", not_a_custom_name()))?;
    match is_api_name(stem) {
        true => Ok(stem),
        false => Err(Mistake::at("fullName", malformed_api_name(of, "fullName"))),
    }
}

/// The display format of a field, or of a name field, of type AutoNumber.
///
/// # Errors
/// A format without a number, a first number that is none.
pub(super) fn number_format(node: &Node) -> Result<NumberFormat, Mistake> {
    let first = match node.text_of("startingNumber") {
        None => 1,
        Some(text) => text.parse().map_err(|_| Mistake::at("startingNumber", not_an_int(text)))?,
    };
    let format = node.text_of("displayFormat").unwrap_or("{0}");
    NumberFormat::new(format, first).ok_or_else(|| Mistake::at("displayFormat", no_display_format()))
}

/// Checks what the Metadata API wants in a definition; files of a seed may leave it out.
///
/// # Errors
/// What is missing.
pub(super) fn whole(node: &Node) -> Result<(), Fault> {
    let kind = node.text_of("type").unwrap_or_default();
    if node.text_of("label").is_none() {
        return Err(required_element("label"));
    }
    let needed: &[&str] = match kind {
        "Text" => &["length"],
        "LongTextArea" | "Html" => &["length", "visibleLines"],
        "EncryptedText" => &["length", "maskChar", "maskType"],
        "Number" | "Currency" | "Percent" => &["precision", "scale"],
        "Checkbox" => &["defaultValue"],
        "Lookup" | "MasterDetail" => &["referenceTo"],
        "Picklist" => &["valueSet"],
        "MultiselectPicklist" => &["valueSet", "visibleLines"],
        _ => &[],
    };
    match needed.iter().find(|element| node.child(element).is_none()) {
        Some(element) => Err(element_of_type(element, kind)),
        None => Ok(()),
    }
}

struct Definition<'a> {
    object: &'a str,
    name: &'a str,
    /// The name without `__c`.
    stem: &'a str,
    node: &'a Node,
}

impl Definition<'_> {
    fn number(&self, element: &'static str, default: u32) -> Result<u32, Mistake> {
        match self.node.text_of(element) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| Mistake::at(element, not_an_int(text))),
        }
    }

    /// A number within the bounds that its type sets.
    fn bounded(
        &self,
        element: &'static str,
        default: u32,
        bounds: RangeInclusive<u32>,
    ) -> Result<u32, Mistake> {
        let number = self.number(element, default)?;
        if bounds.contains(&number) {
            return Ok(number);
        }
        let kind = self.node.text_of("type").unwrap_or_default();
        Err(Mistake::at(element, out_of_bounds(element, kind, *bounds.start(), *bounds.end())))
    }

    fn field(&self) -> Result<Field, Mistake> {
        let kind = self.node.text_of("type").ok_or_else(|| Mistake::at("type", required_element("type")))?;
        if NOT_EMULATED.contains(&kind) {
            return Err(Mistake::at("type", type_not_emulated(kind)));
        }
        if self.node.child("formula").is_some() {
            return Err(Mistake::at("formula", type_not_emulated("Formula")));
        }
        let (field_type, length) = match kind {
            "Text" => (FieldType::String, self.bounded("length", 255, 1..=255)?),
            "AutoNumber" => (FieldType::String, 30),
            "TextArea" => (FieldType::TextArea, 255),
            "LongTextArea" | "Html" => (FieldType::TextArea, self.bounded("length", 32768, 256..=131_072)?),
            "EncryptedText" => (FieldType::EncryptedString, self.bounded("length", 175, 1..=175)?),
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
            _ => return Err(Mistake::at("type", no_enum_value("type", kind, "FieldType"))),
        };
        let is_reference = field_type == FieldType::Reference;
        let is_number = matches!(kind, "Number" | "Currency" | "Percent");
        let required = self.node.is("required") || kind == "MasterDetail";
        Ok(Field {
            name: self.name.to_owned(),
            label: self.node.text_of("label").unwrap_or(self.name).to_owned(),
            kind: field_type,
            length,
            precision: if is_number { self.bounded("precision", 18, 1..=18)? } else { 0 },
            scale: self.bounded("scale", 0, 0..=17)?,
            digits: 0,
            flags: self.flags(field_type, required),
            reference_to: if is_reference { vec![self.reference_to(kind)?] } else { Vec::new() },
            relationship: is_reference.then(|| format!("{}__r", self.stem)),
            compound: None,
            controller: None,
            extra_type_info: None,
            default: match self.node.text_of("defaultValue") {
                Some("true") => Some(serde_json::Value::Bool(true)),
                Some("false") => Some(serde_json::Value::Bool(false)),
                _ if field_type == FieldType::Boolean => Some(serde_json::Value::Bool(false)),
                _ => None,
            },
            picklist: self.picklist(),
            versions: Versions::ALL,
            number_format: if kind == "AutoNumber" { Some(number_format(self.node)?) } else { None },
        })
    }

    fn reference_to(&self, kind: &str) -> Result<String, Mistake> {
        if kind == "Hierarchy" {
            return Ok("User".to_owned());
        }
        let parent = self.node.text_of("referenceTo");
        parent.map(str::to_owned).ok_or_else(|| Mistake::at("type", element_of_type("referenceTo", kind)))
    }

    fn flags(&self, kind: FieldType, required: bool) -> FieldFlags {
        let is_numbered = self.node.text_of("type") == Some("AutoNumber");
        let written = if is_numbered { "autoNumber defaultedOnCreate" } else { "createable updateable" };
        let mut words = format!("{written} custom filterable");
        let mut add = |word: &str, on: bool| {
            if on {
                words.push(' ');
                words.push_str(word);
            }
        };
        let is_boolean = kind == FieldType::Boolean;
        let is_long = kind == FieldType::TextArea;
        add("nillable", !required && !is_boolean && !is_numbered);
        add("permissionable", !required);
        add("defaultedOnCreate", is_boolean);
        add("sortable", !is_long && kind != FieldType::MultiPicklist);
        add(
            "groupable",
            !is_long && !matches!(kind, FieldType::Double | FieldType::Currency | FieldType::Percent),
        );
        add("aggregatable", !is_long && !is_boolean);
        add("unique", self.node.is("unique"));
        add("externalId", self.node.is("externalId"));
        add("idLookup", self.node.is("externalId"));
        add("caseSensitive", self.node.is("caseSensitive"));
        let restricted = self.node.child("valueSet").is_some_and(|set| set.is("restricted"));
        add("restrictedPicklist", restricted);
        FieldFlags::read(&words)
    }

    fn picklist(&self) -> Option<Arc<Picklist>> {
        let values = self.node.child("valueSet")?.child("valueSetDefinition")?;
        let entries = values.all("value").filter_map(|value| {
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
    fn relationship(&self, field: &Field) -> Option<(String, ChildRelationship)> {
        let parent = field.reference_to.first()?.clone();
        let deletes_with = |constraint: &str| self.node.text_of("deleteConstraint") == Some(constraint);
        let child = ChildRelationship {
            child: self.object.to_owned(),
            field: field.name.clone(),
            relationship: self.node.text_of("relationshipName").map(|name| format!("{name}__r")),
            cascade_delete: self.node.text_of("type") == Some("MasterDetail") || deletes_with("Cascade"),
            restricted_delete: deletes_with("Restrict") || field.is(FieldFlag::RestrictedDelete),
        };
        Some((parent, child))
    }
}

faults! {
    /// the name of a custom field or object that metadata defines does not end as such a name must
    pub(super) not_a_custom_name() = FIELD_INTEGRITY_EXCEPTION on ["fullName"],
        "fullName must end with: __c or __kav or __x or __b or __e or __p or __mdt or __dll or __dlm",
        Seen "https://github.com/tiaanswart/lightning-fieldset/issues/17";

    /// a custom lookup that metadata defines leads to no object; the code is inferred
    lookup_to_nowhere(object: &str) = FIELD_INTEGRITY_EXCEPTION on ["referenceTo"],
        "referenceTo value of '{object}' does not resolve to a valid sObject type",
        Seen "https://github.com/SalesforceLabs/CommunityCookieConsent/issues/25";

    /// metadata lacks an element that every component of its type must have
    pub(super) required_element(element: &str) = REQUIRED_FIELD_MISSING on ([element.to_owned()], "the element"),
        "Required field is missing: {element}", Quoted;

    /// metadata of a custom field lacks an element that its type asks for
    element_of_type(element: &str, kind: &str) = FIELD_INTEGRITY_EXCEPTION on ([element.to_owned()], "the element"),
        "Must specify '{element}' for a CustomField of type {kind}", Quoted;

    /// metadata of a custom field has a type that is not emulated (the real service has it)
    type_not_emulated(kind: &str) = FUNCTIONALITY_NOT_ENABLED on ["type"],
        "fauxforce has no custom fields of type {kind}", Assumed;

    /// metadata of a custom field has a length, precision or scale that its type does not allow; the words are ours
    out_of_bounds(element: &str, kind: &str, least: u32, most: u32) = FIELD_INTEGRITY_EXCEPTION
        on ([element.to_owned()], "the element"),
        "The {element} of a CustomField of type {kind} must be between {least} and {most}", Assumed;

    /// metadata of a field that numbers its records has a format without a place for the number; the words are ours
    no_display_format() = FIELD_INTEGRITY_EXCEPTION on ["displayFormat"],
        "The displayFormat of an AutoNumber must have one number, such as {{0000}}", Assumed;

    /// metadata of a custom field has a length, precision or scale that is no whole number
    not_an_int(text: &str) = INVALID_INPUT, "'{text}' is not a valid value for the type xsd:int", Assumed;
}
