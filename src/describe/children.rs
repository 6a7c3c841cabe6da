//! `childRelationships`: which objects refer to this one.

use serde::Serialize;

use crate::model::schema;

/// One object and field that refer to the described object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChildRelationship<'a> {
    cascade_delete: bool,
    #[serde(rename = "childSObject")]
    child_sobject: &'a str,
    deprecated_and_hidden: bool,
    field: &'a str,
    junction_id_list_names: [&'a str; 0],
    junction_reference_to: [&'a str; 0],
    relationship_name: Option<&'a str>,
    restricted_delete: bool,
}

impl<'a> From<&'a schema::ChildRelationship> for ChildRelationship<'a> {
    fn from(child: &'a schema::ChildRelationship) -> Self {
        ChildRelationship {
            cascade_delete: child.cascade_delete,
            child_sobject: &child.child,
            deprecated_and_hidden: false,
            field: &child.field,
            junction_id_list_names: [],
            junction_reference_to: [],
            relationship_name: child.relationship.as_deref(),
            restricted_delete: child.restricted_delete,
        }
    }
}
