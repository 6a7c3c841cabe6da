//! One object, in short for lists or with all that describe says of it.

use serde::Serialize;
use serde::ser::Serializer;

use super::children::{self, ChildRelationship};
use super::field::DescribeField;
use super::record_type::{self, Layout, RecordTypeInfo};
use super::urls::Urls;
use super::view::View;
use crate::metadata::RecordType;
use crate::model::schema::{SObject, Schema};
use crate::world::ApiVersion;

/// A key that is `null` for every standard object.
type Null = ();

/// An object as describe shows it. The keys under `Option` are those of the complete describe, and those of
/// later API versions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeSObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    action_overrides: Option<[Null; 0]>,
    activateable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    associate_entity_type: Option<Option<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    associate_parent_entity: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    child_relationships: Option<Vec<ChildRelationship<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compact_layoutable: Option<bool>,
    createable: bool,
    custom: bool,
    custom_setting: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deep_cloneable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_implementation: Option<Null>,
    deletable: bool,
    deprecated_and_hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_by: Option<Null>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extends_interfaces: Option<Null>,
    feed_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<DescribeField<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_subtypes: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    implemented_by: Option<Null>,
    #[serde(skip_serializing_if = "Option::is_none")]
    implements_interfaces: Option<Null>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_interface: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_subtype: Option<bool>,
    key_prefix: Option<&'a str>,
    label: &'a str,
    label_plural: &'a str,
    layoutable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    listviewable: Option<Null>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup_layoutable: Option<Null>,
    mergeable: bool,
    mru_enabled: bool,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_layout_infos: Option<Vec<NamedLayoutInfo>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_scope_field_name: Option<Null>,
    queryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_type_infos: Option<Vec<RecordTypeInfo<'a>>>,
    replicateable: bool,
    retrieveable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_layoutable: Option<bool>,
    searchable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sobject_describe_option: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "scopes")]
    supported_scopes: Option<&'a SObject>,
    triggerable: bool,
    undeletable: bool,
    updateable: bool,
    urls: Urls<'a>,
}

/// A layout that stands beside the record types' ones.
#[derive(Serialize)]
struct NamedLayoutInfo {
    name: &'static str,
    urls: Layout,
}

impl<'a> DescribeSObject<'a> {
    pub(super) fn entry(object: &'a SObject, view: View<'a>) -> Self {
        let may = view.runner.object(object);
        let is = |flag| object.is(flag);
        let association = association(view.schema, &object.name);
        DescribeSObject {
            action_overrides: None,
            activateable: is("activateable"),
            associate_entity_type: view.since(50, association.map(|(kind, _)| kind)),
            associate_parent_entity: view.since(50, association.map(|(_, parent)| parent)),
            child_relationships: None,
            compact_layoutable: None,
            createable: may.create && is("createable"),
            custom: is("custom"),
            custom_setting: is("customSetting"),
            deep_cloneable: view.since(48, is("deepCloneable")),
            default_implementation: None,
            deletable: may.delete && is("deletable"),
            deprecated_and_hidden: is("deprecatedAndHidden"),
            extended_by: None,
            extends_interfaces: None,
            feed_enabled: is("feedEnabled"),
            fields: None,
            has_subtypes: view.since(38, is("hasSubtypes")),
            implemented_by: None,
            implements_interfaces: None,
            is_interface: view.since(48, is("isInterface")),
            is_subtype: view.since(38, is("isSubtype")),
            key_prefix: object.key_prefix.as_deref(),
            label: &object.label,
            label_plural: &object.label_plural,
            layoutable: is("layoutable"),
            listviewable: None,
            lookup_layoutable: None,
            mergeable: may.delete && is("mergeable"),
            mru_enabled: is("mruEnabled"),
            name: &object.name,
            named_layout_infos: None,
            network_scope_field_name: None,
            queryable: is("queryable"),
            record_type_infos: None,
            replicateable: is("replicateable"),
            retrieveable: is("retrieveable"),
            search_layoutable: None,
            searchable: is("searchable"),
            sobject_describe_option: None,
            supported_scopes: None,
            triggerable: is("triggerable"),
            undeletable: may.delete && is("undeletable"),
            updateable: may.edit && is("updateable"),
            urls: Urls::new(object, view, false),
        }
    }

    pub(super) fn complete(object: &'a SObject, view: View<'a>, record_types: &'a [RecordType]) -> Self {
        let seen = object.fields.iter().filter(|field| view.runner.sees_field(object, field));
        DescribeSObject {
            action_overrides: view.since(32, []),
            child_relationships: Some(children::shown(object, view)),
            compact_layoutable: Some(object.is("compactLayoutable")),
            default_implementation: view.since(48, ()),
            extended_by: view.since(48, ()),
            extends_interfaces: view.since(48, ()),
            fields: Some(seen.map(|field| DescribeField::new(object, field, view)).collect()),
            implemented_by: view.since(48, ()),
            implements_interfaces: view.since(48, ()),
            listviewable: Some(()),
            lookup_layoutable: Some(()),
            named_layout_infos: Some(named_layouts(object, view.version)),
            network_scope_field_name: Some(()),
            record_type_infos: Some(record_type::infos(object, view, record_types)),
            search_layoutable: Some(object.is("searchLayoutable")),
            sobject_describe_option: view.since(52, "FULL"),
            supported_scopes: Some(object),
            urls: Urls::new(object, view, true),
            ..DescribeSObject::entry(object, view)
        }
    }
}

/// For an object that belongs to another, how and to which: `AccountShare` is the `Share` of `Account`.
fn association<'a>(schema: &Schema, name: &'a str) -> Option<(&'static str, &'a str)> {
    ["Share", "Feed", "History", "ChangeEvent"]
        .into_iter()
        .find_map(|kind| Some((kind, name.strip_suffix(kind)?)))
        .filter(|(_, parent)| schema.object(parent).is_some())
}

/// Only User has one: its layout for other users.
fn named_layouts(object: &SObject, version: ApiVersion) -> Vec<NamedLayoutInfo> {
    let names: &[&str] = if object.name == "User" { &["UserAlt"] } else { &[] };
    names
        .iter()
        .map(|name| NamedLayoutInfo {
            name,
            urls: Layout {
                layout: format!(
                    "/services/data/v{version}/sobjects/{}/describe/namedLayouts/{name}",
                    object.name
                ),
            },
        })
        .collect()
}

/// A query scope as describe shows it.
#[derive(Serialize)]
struct Scope<'a> {
    label: &'a str,
    name: &'a str,
}

/// The object's query scopes. Every queryable object has `everything`.
fn scopes<S: Serializer>(object: &Option<&SObject>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(object) = object else { return serializer.serialize_none() };
    if object.scopes.is_empty() && object.is("queryable") && !object.is("customSetting") {
        let label = format!("All {}", object.label_plural.to_lowercase());
        return serializer.collect_seq([Scope { label: &label, name: "everything" }]);
    }
    serializer.collect_seq(object.scopes.iter().map(|(name, label)| Scope { label, name }))
}
