//! `fields`: one field of an object, with all that describe says of it.

use serde::Serialize;
use serde::ser::Serializer;

use super::view::View;
use crate::model::schema::{Field, FieldFlag, FieldType, Picklist, PicklistEntry, SObject};

/// A key that is `null` for every field of the standard objects.
type Null = ();

/// A field as describe shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeField<'a> {
    aggregatable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ai_prediction_field: Option<bool>,
    auto_number: bool,
    byte_length: u32,
    calculated: bool,
    calculated_formula: Null,
    cascade_delete: bool,
    case_sensitive: bool,
    compound_field_name: Option<&'a str>,
    controller_name: Option<&'a str>,
    createable: bool,
    custom: bool,
    default_value: Option<&'a serde_json::Value>,
    default_value_formula: Null,
    defaulted_on_create: bool,
    dependent_picklist: bool,
    deprecated_and_hidden: bool,
    digits: u32,
    display_location_in_decimal: bool,
    encrypted: bool,
    external_id: bool,
    extra_type_info: Option<&'a str>,
    filterable: bool,
    filtered_lookup_info: Null,
    #[serde(skip_serializing_if = "Option::is_none")]
    formula_treat_null_number_as_zero: Option<bool>,
    groupable: bool,
    high_scale_number: bool,
    html_formatted: bool,
    id_lookup: bool,
    inline_help_text: Null,
    label: &'a str,
    length: u32,
    mask: Null,
    mask_type: Null,
    name: &'a str,
    name_field: bool,
    name_pointing: bool,
    nillable: bool,
    permissionable: bool,
    #[serde(serialize_with = "picklist_values")]
    picklist_values: &'a [PicklistEntry],
    polymorphic_foreign_key: bool,
    precision: u32,
    query_by_distance: bool,
    reference_target_field: Null,
    reference_to: &'a [String],
    relationship_name: Option<&'a str>,
    relationship_order: Null,
    restricted_delete: bool,
    restricted_picklist: bool,
    scale: u32,
    search_prefilterable: bool,
    soap_type: &'static str,
    sortable: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    unique: bool,
    updateable: bool,
    write_requires_master_read: bool,
}

impl<'a> DescribeField<'a> {
    pub(super) fn new(object: &SObject, field: &'a Field, view: View<'a>) -> Self {
        let is = |flag| field.is(flag);
        let editable = view.runner.edits_field(object, field);
        DescribeField {
            aggregatable: is(FieldFlag::Aggregatable),
            ai_prediction_field: view.since(44, false),
            auto_number: is(FieldFlag::AutoNumber),
            byte_length: byte_length(field),
            calculated: is(FieldFlag::Calculated),
            calculated_formula: (),
            cascade_delete: is(FieldFlag::CascadeDelete),
            case_sensitive: is(FieldFlag::CaseSensitive),
            compound_field_name: field.compound.as_deref(),
            controller_name: field.controller.as_deref(),
            createable: editable && is(FieldFlag::Createable),
            custom: is(FieldFlag::Custom),
            default_value: default_value(field),
            default_value_formula: (),
            defaulted_on_create: is(FieldFlag::DefaultedOnCreate),
            dependent_picklist: is(FieldFlag::DependentPicklist),
            deprecated_and_hidden: false,
            digits: field.digits,
            display_location_in_decimal: false,
            encrypted: is(FieldFlag::Encrypted),
            external_id: is(FieldFlag::ExternalId),
            extra_type_info: field.extra_type_info.as_deref(),
            filterable: is(FieldFlag::Filterable),
            filtered_lookup_info: (),
            formula_treat_null_number_as_zero: view.since(44, false),
            groupable: is(FieldFlag::Groupable),
            high_scale_number: false,
            html_formatted: is(FieldFlag::HtmlFormatted),
            id_lookup: is(FieldFlag::IdLookup),
            inline_help_text: (),
            label: &field.label,
            length: field.length,
            mask: (),
            mask_type: (),
            name: &field.name,
            name_field: is(FieldFlag::NameField),
            name_pointing: is(FieldFlag::NamePointing),
            nillable: is(FieldFlag::Nillable),
            permissionable: is(FieldFlag::Permissionable),
            picklist_values: field.picklist.as_deref().map_or(&[], Picklist::entries),
            polymorphic_foreign_key: is(FieldFlag::PolymorphicForeignKey),
            precision: field.precision,
            query_by_distance: field.is_compound(),
            reference_target_field: (),
            reference_to: &field.reference_to,
            relationship_name: field.relationship.as_deref(),
            relationship_order: (),
            restricted_delete: is(FieldFlag::RestrictedDelete),
            restricted_picklist: is(FieldFlag::RestrictedPicklist),
            scale: field.scale,
            search_prefilterable: search_prefilterable(object, field),
            soap_type: field.kind.soap_type(),
            sortable: is(FieldFlag::Sortable),
            kind: field.kind.name(),
            unique: is(FieldFlag::Unique),
            updateable: editable && is(FieldFlag::Updateable),
            write_requires_master_read: false,
        }
    }
}

/// Three bytes a character for texts, one for ids, none for the rest.
fn byte_length(field: &Field) -> u32 {
    match field.kind {
        FieldType::Id | FieldType::Reference => field.length,
        _ if field.is(FieldFlag::SingleByte) => field.length,
        _ => field.length * 3,
    }
}

/// Booleans are `false` unless something else is said.
fn default_value(field: &Field) -> Option<&serde_json::Value> {
    const FALSE: &serde_json::Value = &serde_json::Value::Bool(false);
    match (&field.default, field.kind) {
        (None, FieldType::Boolean) => Some(FALSE),
        (default, _) => default.as_ref(),
    }
}

/// Lookups of searchable objects, but for those that every object has.
fn search_prefilterable(object: &SObject, field: &Field) -> bool {
    const COMMON: [&str; 5] =
        ["OwnerId", "CreatedById", "LastModifiedById", "MasterRecordId", "RecordTypeId"];
    field.kind == FieldType::Reference
        && field.relationship.is_some()
        && object.is("searchable")
        && !COMMON.contains(&field.name.as_str())
}

/// One picklist value as describe shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PicklistValue<'a> {
    active: bool,
    default_value: bool,
    label: &'a str,
    valid_for: Option<&'a str>,
    value: &'a str,
}

fn picklist_values<S: Serializer>(entries: &&[PicklistEntry], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entries.iter().map(|entry| PicklistValue {
        active: entry.active,
        default_value: entry.default,
        label: &entry.label,
        valid_for: entry.valid_for.as_deref(),
        value: &entry.value,
    }))
}
