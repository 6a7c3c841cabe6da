//! Compact layouts: the few fields that a record is shown by. Orgs here have none of their own, so that every object has
//! the one of the system, with its name.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_compactlayouts.htm>

use serde_json::{Value, json};

use super::layout::item;
use super::{MASTER_RECORD_TYPE, View};
use crate::metadata::RecordType;
use crate::model::schema::SObject;

/// The name of the system's layout.
const SYSTEM: &str = "SYSTEM";

/// The primary compact layout of an object.
pub fn primary(object: &SObject, view: View) -> Value {
    let name = object.name_field.as_deref().and_then(|name| object.field(name));
    let name = name.filter(|field| view.runner.sees_field(object, field));
    let items: Vec<Value> = name.map(|field| item(object, field, view, 1)).into_iter().collect();
    json!({
        "actions": [],
        "fieldItems": items,
        "id": null,
        "imageItems": [],
        "label": "System Default",
        "name": SYSTEM,
        "objectType": object.name,
    })
}

/// The compact layouts of an object, and which of them its record types have.
pub fn all(object: &SObject, view: View, record_types: &[RecordType]) -> Value {
    let View { version, .. } = view;
    let base = format!("/services/data/v{version}/sobjects/{}/describe/compactLayouts", object.name);
    let mapping = |id: &str, name: &str| {
        json!({
            "available": true,
            "compactLayoutId": null,
            "compactLayoutName": SYSTEM,
            "recordTypeId": id,
            "recordTypeName": name,
            "urls": { "compactLayout": format!("{base}/{id}") },
        })
    };
    let own = record_types.iter().map(|kind| mapping(kind.id.as_str(), &kind.name));
    let mappings: Vec<Value> = own.chain([mapping(MASTER_RECORD_TYPE, "Master")]).collect();
    json!({
        "compactLayouts": [primary(object, view)],
        "defaultCompactLayoutId": null,
        "recordTypeCompactLayoutMappings": mappings,
        "urls": { "primary": format!("{base}/primary") },
    })
}
