//! `childRelationships`: which objects refer to this one.

use serde::Serialize;

use super::View;
use crate::model::schema::{self, SObject};

/// The relationships to show: of those that queries can name, the ones whose children the user may query.
pub(super) fn shown<'a>(object: &'a SObject, view: View<'a>) -> Vec<ChildRelationship<'a>> {
    let is_open = |child: &&schema::ChildRelationship| {
        child.relationship.is_none()
            || (view.schema.offers(&child.child) && view.runner.object_named(&child.child).read)
    };
    object.children().iter().filter(is_open).map(ChildRelationship::from).collect()
}

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
