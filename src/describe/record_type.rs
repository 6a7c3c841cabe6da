//! `recordTypeInfos`: the record types of an object. The master one is always there and is no record.

use serde::Serialize;

use super::view::View;
use crate::metadata::RecordType;
use crate::model::schema::SObject;

/// The id of the master record type, which is no record.
pub const MASTER_ID: &str = "012000000000000AAA";

/// A record type as describe shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordTypeInfo<'a> {
    active: bool,
    available: bool,
    default_record_type_mapping: bool,
    developer_name: &'a str,
    master: bool,
    name: &'a str,
    record_type_id: &'a str,
    urls: Layout,
}

/// The `urls` of a record type or a named layout.
#[derive(Serialize)]
pub(super) struct Layout {
    pub(super) layout: String,
}

/// The object's record types by name, the master one among them. Objects that cannot have any show none.
pub(super) fn infos<'a>(
    object: &'a SObject,
    view: View<'a>,
    record_types: &'a [RecordType],
) -> Vec<RecordTypeInfo<'a>> {
    if !may_have_record_types(object, view) {
        return Vec::new();
    }
    let other_default = record_types.iter().any(|kind| kind.default);
    let info = |id: &'a str, name, developer_name, active, default| RecordTypeInfo {
        active,
        available: true,
        default_record_type_mapping: default,
        developer_name,
        master: id == MASTER_ID,
        name,
        record_type_id: id,
        urls: Layout {
            layout: format!(
                "/services/data/v{}/sobjects/{}/describe/layouts/{id}",
                view.version, object.name
            ),
        },
    };
    let mut infos = vec![info(MASTER_ID, "Master", "Master", true, !other_default)];
    infos.extend(
        record_types.iter().map(|t| info(t.id.as_str(), &t.name, &t.developer_name, t.active, t.default)),
    );
    infos.sort_by(|a, b| a.name.cmp(b.name));
    infos
}

/// Custom objects may, and the standard ones that the picklist `RecordType.SobjectType` names.
fn may_have_record_types(object: &SObject, view: View<'_>) -> bool {
    if object.is("custom") {
        return !object.is("customSetting");
    }
    let record_type = view.schema.object("RecordType");
    let named =
        record_type.as_deref().and_then(|r| r.field("SobjectType")).and_then(|f| f.picklist.as_deref());
    object.is("layoutable") && named.is_some_and(|named| named.iter().any(|entry| entry.value == object.name))
}
