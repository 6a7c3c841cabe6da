//! RecordType.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_recordtype.htm>

use super::component_fault::no_component;
use super::component_record::{Named, element, insert_component, live, update_component};
use super::component_type::ComponentType;
use super::custom_field::required_element;
use super::custom_object;
use super::tree::Node;
use crate::dml::Call;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    let named = |record: Record| {
        let text = |field| record.text(field).unwrap_or_default();
        Named { full_name: format!("{}.{}", text("SobjectType"), text("DeveloperName")), record }
    };
    Ok(live(org, "RecordType")?.into_iter().map(named).collect())
}

pub(super) fn read(record: &Record) -> Result<Node, Fault> {
    let node = Node::default().flag("active", record.get("IsActive").is_true());
    let node = element(node, "description", record, "Description");
    Ok(element(node, "label", record, "Name"))
}

/// The first record type of an object brings the lookup `RecordTypeId`.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    let label = node.text_of("label").ok_or_else(|| required_element("label"))?;
    let fields = vec![
        ("Name", Value::from(label)),
        ("Description", node.text_of("description").map_or(Value::Null, Value::from)),
        ("IsActive", Value::from(node.text_of("active") != Some("false"))),
    ];
    if let Some(id) = old.and_then(|record| record.id("Id")) {
        return update_component(call, "RecordType", id, &fields);
    }
    let (of, name) = full_name.split_once('.').unwrap_or((full_name, ""));
    let object = call
        .org
        .schema
        .object(of)
        .ok_or_else(|| no_component("fullName", ComponentType::CustomObject, of))?;
    if call.org.schema.add_field(&object.name, custom_object::record_type_field()) {
        call.org.schema_changed(&object.name)?;
    }
    let mut fields = fields;
    fields.push(("DeveloperName", Value::from(name)));
    fields.push(("SobjectType", Value::from(object.name.as_str())));
    insert_component(call, "RecordType", &fields).map(drop)
}

/// Gives the objects that have record types the lookup that says which.
pub(crate) fn give_lookups(org: &Org) -> Result<(), Fault> {
    if !org.store.has_table("RecordType")? {
        return Ok(());
    }
    for record in live(org, "RecordType")? {
        if let Some(object) = record.text("SobjectType") {
            org.schema.add_field(object, custom_object::record_type_field());
        }
    }
    Ok(())
}
