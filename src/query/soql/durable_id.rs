//! Rows that are known by a name that lasts, and not by an id.

use crate::model::schema::SObject;

/// The column by which other rows refer to one of this object.
pub fn key_column(object: &SObject) -> &'static str {
    if has_durable_ids(object) { "DurableId" } else { "Id" }
}

/// Whether rows of the object are known by a name that lasts (`DurableId`), and not by an id.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_entitydefinition.htm>
pub fn has_durable_ids(object: &SObject) -> bool {
    matches!(object.name.as_str(), "EntityDefinition" | "FieldDefinition")
}
