//! CustomObject: what a definition says, as an object of the schema.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customobject.htm>

use super::custom_field::{Mistake, number_format, required_element, stem};
use super::tree::Node;
use crate::model::fault::{Fault, faults};
use crate::model::schema::{Field, FieldFlags, FieldType, SObject, Schema, Versions};

/// Fields that a custom object has like Account.
const SYSTEM: &[&str] = &[
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "LastViewedDate",
    "LastReferencedDate",
];

/// The longest text that a name field takes.
const NAME_LENGTH: u32 = 80;

/// Reads the definition of an object of that name, such as `Badge__c`. Its custom fields are definitions of their own.
///
/// # Errors
/// What is wrong with the definition.
pub fn read(schema: &Schema, name: &str, key_prefix: String, node: &Node) -> Result<SObject, Mistake> {
    stem(name, "Custom Object")?;
    let label = node.text_of("label").unwrap_or(name);
    let plural = node.text_of("pluralLabel").unwrap_or(label);
    let account = schema.object("Account");
    let like_account = |name: &str| account.as_ref().and_then(|account| account.field(name).cloned());
    let mut fields: Vec<Field> = like_account("Id").into_iter().collect();
    if let Some(id) = fields.first_mut() {
        id.label = "Record ID".to_owned();
    }
    if node.text_of("sharingModel") != Some("ControlledByParent") {
        fields.push(owner());
    }
    fields.extend(like_account("IsDeleted"));
    fields.push(name_field(label, node.child("nameField"))?);
    fields.extend(SYSTEM.iter().filter_map(|name| like_account(name)));
    if node.is("enableActivities") {
        fields.extend(like_account("LastActivityDate"));
    }
    Ok(SObject::custom((name, label, plural), key_prefix, fields))
}

/// Checks what the Metadata API wants in a definition; files of a seed may leave it out.
///
/// # Errors
/// What is missing.
pub(super) fn whole(node: &Node) -> Result<(), Fault> {
    if node.text_of("label").is_none() {
        return Err(no_label());
    }
    if node.text_of("pluralLabel").is_none() {
        return Err(no_plural_label());
    }
    let kind = node.child("nameField").and_then(|field| field.text_of("type"));
    if !matches!(kind, Some("Text" | "AutoNumber")) {
        return Err(no_name_field());
    }
    let model = node.text_of("sharingModel").ok_or_else(|| required_element("sharingModel"))?;
    let is_detail = node.all("fields").any(|field| field.text_of("type") == Some("MasterDetail"));
    if is_detail && model != "ControlledByParent" { Err(detail_is_shared_alone(model)) } else { Ok(()) }
}

fn name_field(label: &str, node: Option<&Node>) -> Result<Field, Mistake> {
    let flags = FieldFlags::read(
        "nillable createable updateable defaultedOnCreate filterable sortable groupable aggregatable idLookup nameField",
    );
    let label = match node.and_then(|node| node.text_of("label")) {
        Some(label) => label.to_owned(),
        None => format!("{label} Name"),
    };
    let name = Field { label, length: NAME_LENGTH, flags, ..field("Name", FieldType::String) };
    match node.filter(|node| node.text_of("type") == Some("AutoNumber")) {
        Some(node) => {
            let flags = FieldFlags::read(
                "defaultedOnCreate filterable sortable groupable aggregatable idLookup nameField autoNumber",
            );
            Ok(Field { flags, number_format: Some(number_format(node)?), ..name })
        }
        None => Ok(name),
    }
}

fn owner() -> Field {
    let flags = FieldFlags::read(
        "createable updateable defaultedOnCreate filterable sortable groupable aggregatable namePointing \
         polymorphicForeignKey",
    );
    Field {
        label: "Owner ID".to_owned(),
        length: 18,
        flags,
        reference_to: vec!["Group".to_owned(), "User".to_owned()],
        relationship: Some("Owner".to_owned()),
        ..field("OwnerId", FieldType::Reference)
    }
}

/// The lookup that an object gets with its first record type.
pub(super) fn record_type_field() -> Field {
    let flags = FieldFlags::read("nillable createable updateable filterable sortable groupable aggregatable");
    Field {
        label: "Record Type ID".to_owned(),
        length: 18,
        flags,
        reference_to: vec!["RecordType".to_owned()],
        relationship: Some("RecordType".to_owned()),
        ..field("RecordTypeId", FieldType::Reference)
    }
}

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        label: String::new(),
        kind,
        length: 0,
        precision: 0,
        scale: 0,
        digits: 0,
        flags: FieldFlags::default(),
        reference_to: Vec::new(),
        relationship: None,
        compound: None,
        controller: None,
        extra_type_info: None,
        default: None,
        picklist: None,
        versions: Versions::ALL,
        number_format: None,
    }
}

faults! {
    /// metadata of a custom object has no label
    no_label() = FIELD_INTEGRITY_EXCEPTION on ["label"], "Must specify a non-empty label for the CustomObject", Quoted;

    /// metadata of a custom object has no plural label
    no_plural_label() = FIELD_INTEGRITY_EXCEPTION on ["pluralLabel"],
        "Must specify a non-empty pluralLabel for the CustomObject", Inferred;

    /// metadata of a custom object has no name field, or one of another type
    no_name_field() = FIELD_INTEGRITY_EXCEPTION on ["nameField"], "Must specify a nameField of type Text or AutoNumber",
        Seen "https://salesforce.stackexchange.com/questions/54574/field-integrity-exception-must-specify-a-namefield-of-type-text-or-autonumber";

    /// metadata of a custom object has a master-detail field, and a sharing model of its own; the code is inferred
    detail_is_shared_alone(model: &str) = FIELD_INTEGRITY_EXCEPTION on ["sharingModel"],
        "Cannot set sharingModel to {model} on a CustomObject with a MasterDetail relationship field", Quoted
        "https://www.skill4agent.com/en/skill/forcedotcom-afv-library/generating-custom-object";
}
