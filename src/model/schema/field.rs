//! Fields of sObjects, their types and the values of picklists.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;
use serde::Deserialize;

use super::{FieldFlag, FieldFlags, NumberFormat};

/// One field of an sObject.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub kind: FieldType,
    /// Characters a text may have; 0 where the type has no length.
    pub length: u32,
    pub precision: u32,
    pub scale: u32,
    pub digits: u32,
    pub flags: FieldFlags,
    pub reference_to: Vec<String>,
    pub relationship: Option<String>,
    /// The compound field (address, person name) this one is a part of.
    pub compound: Option<String>,
    /// The picklist field whose value says which values this one may have.
    pub controller: Option<String>,
    pub extra_type_info: Option<String>,
    pub default: Option<serde_json::Value>,
    pub picklist: Option<Arc<Picklist>>,
    pub versions: Versions,
    /// How a custom field numbers the records.
    pub number_format: Option<NumberFormat>,
}

/// The API versions that know a field, by the number before `.0`; both ends are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    since: u8,
    until: u8,
}

impl Versions {
    /// Every version.
    pub const ALL: Versions = Versions { since: 0, until: u8::MAX };

    /// 0 stands for no bound.
    pub(super) fn new(since: u8, until: u8) -> Versions {
        Versions { since, until: if until == 0 { u8::MAX } else { until } }
    }

    /// Whether a version is among them.
    pub fn contain(self, version: u8) -> bool {
        self.since <= version && version <= self.until
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    Id,
    Reference,
    String,
    TextArea,
    Phone,
    Url,
    Email,
    Picklist,
    MultiPicklist,
    Combobox,
    EncryptedString,
    Boolean,
    Int,
    Long,
    Double,
    Currency,
    Percent,
    DateTime,
    Date,
    Time,
    Base64,
    Address,
    Location,
    AnyType,
    ComplexValue,
    DataCategoryGroupReference,
    Json,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PicklistEntry {
    pub value: String,
    pub label: String,
    pub default: bool,
    pub active: bool,
    pub valid_for: Option<String>,
}

/// The values of a picklist, as they are listed.
#[derive(Debug, Clone, Default)]
pub struct Picklist {
    entries: Vec<PicklistEntry>,
    /// Made when a value is first looked for: there are hundreds of time zones.
    active: OnceLock<HashSet<String, FixedState>>,
}

impl Picklist {
    pub fn entries(&self) -> &[PicklistEntry] {
        &self.entries
    }

    /// Whether a value is one of the active ones. Case counts.
    pub fn has_active(&self, value: &str) -> bool {
        let active = || self.iter().filter(|entry| entry.active).map(|entry| entry.value.clone()).collect();
        self.active.get_or_init(active).contains(value)
    }
}

impl From<Vec<PicklistEntry>> for Picklist {
    fn from(entries: Vec<PicklistEntry>) -> Self {
        Picklist { entries, active: OnceLock::new() }
    }
}

impl FromIterator<PicklistEntry> for Picklist {
    fn from_iter<I: IntoIterator<Item = PicklistEntry>>(entries: I) -> Self {
        Vec::from_iter(entries).into()
    }
}

impl Deref for Picklist {
    type Target = [PicklistEntry];

    fn deref(&self) -> &[PicklistEntry] {
        &self.entries
    }
}

impl Field {
    pub fn is(&self, flag: FieldFlag) -> bool {
        self.flags.has(flag)
    }

    /// Required on create: createable, not nillable, not defaulted. A boolean never is: it is false.
    pub fn is_required(&self) -> bool {
        self.kind != FieldType::Boolean
            && self.is(FieldFlag::Createable)
            && !self.is(FieldFlag::Nillable)
            && !self.is(FieldFlag::DefaultedOnCreate)
    }

    /// True for addresses and locations, which are put together from other fields when read.
    pub fn is_compound(&self) -> bool {
        matches!(self.kind, FieldType::Address | FieldType::Location)
    }

    /// True for the code of an address's country or state, which the rules of addresses check.
    pub fn is_address_code(&self) -> bool {
        self.compound.is_some() && (self.name.ends_with("CountryCode") || self.name.ends_with("StateCode"))
    }

    /// True when comparisons of this field's text heed case.
    pub fn is_case_sensitive(&self) -> bool {
        self.is(FieldFlag::CaseSensitive) || matches!(self.kind, FieldType::Id | FieldType::Reference)
    }
}

impl FieldType {
    /// Types whose values are texts with a maximum length.
    pub fn is_text(self) -> bool {
        use FieldType::*;
        matches!(
            self,
            String | TextArea | Phone | Url | Email | Picklist | MultiPicklist | Combobox | EncryptedString
        )
    }

    /// The name in describe: `string`, `multipicklist`, `datetime`, …
    pub fn name(self) -> &'static str {
        use FieldType::*;
        match self {
            Id => "id",
            Reference => "reference",
            String => "string",
            TextArea => "textarea",
            Phone => "phone",
            Url => "url",
            Email => "email",
            Picklist => "picklist",
            MultiPicklist => "multipicklist",
            Combobox => "combobox",
            EncryptedString => "encryptedstring",
            Boolean => "boolean",
            Int => "int",
            Long => "long",
            Double => "double",
            Currency => "currency",
            Percent => "percent",
            DateTime => "datetime",
            Date => "date",
            Time => "time",
            Base64 => "base64",
            Address => "address",
            Location => "location",
            AnyType => "anyType",
            ComplexValue => "complexvalue",
            DataCategoryGroupReference => "DataCategoryGroupReference",
            Json => "json",
        }
    }

    /// The type in WSDLs and describe's `soapType`.
    pub fn soap_type(self) -> &'static str {
        use FieldType::*;
        match self {
            Id | Reference => "tns:ID",
            Boolean => "xsd:boolean",
            DateTime => "xsd:dateTime",
            Date => "xsd:date",
            Time => "xsd:time",
            Int => "xsd:int",
            Long => "xsd:long",
            Double | Currency | Percent => "xsd:double",
            Base64 => "xsd:base64Binary",
            Address => "urn:address",
            Location => "urn:location",
            AnyType => "xsd:anyType",
            _ => "xsd:string",
        }
    }
}

/// Lists of values that fields share, by the name that objects' files give them.
pub(crate) type Picklists = HashMap<&'static str, Arc<Picklist>>;

/// A custom field of Contact as person accounts have it: `Shoe__c` is `Shoe__pc`, a relationship `Referrer__r` is
/// `Referrer__pr`.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_guidelines_personaccounts.htm>
pub(super) fn of_person_account(field: &Field) -> Field {
    Field {
        name: person_name(&field.name, "__c", "__pc"),
        relationship: field.relationship.as_deref().map(|name| person_name(name, "__r", "__pr")),
        ..field.clone()
    }
}

pub(super) fn person_name(name: &str, ending: &str, instead: &str) -> String {
    format!("{}{instead}", name.strip_suffix(ending).unwrap_or(name))
}
