//! PermissionSet.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm>

use super::component_record::{Named, element, insert_component, live, update_component};
use super::custom_field::required_element;
use super::tree::Node;
use super::{permissions, profile};
use crate::dml::Call;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

/// Those of profiles and of groups are none of metadata.
pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    let stands_alone =
        |set: &Record| !set.get("IsOwnedByProfile").is_true() && set.get("PermissionSetGroupId").is_null();
    let sets = live(org, "PermissionSet")?.into_iter().filter(stands_alone);
    let named =
        |record: Record| Named { full_name: record.text("Name").unwrap_or_default().to_owned(), record };
    Ok(sets.map(named).collect())
}

pub(super) fn read(org: &Org, record: &Record) -> Result<Node, Fault> {
    let mut node = element(Node::default(), "description", record, "Description");
    node = node.flag("hasActivationRequired", record.get("HasActivationRequired").is_true());
    node = element(node, "label", record, "Label");
    if let Some(license) = record.id("LicenseId") {
        let license = org.find(&org.standard("UserLicense")?, license)?;
        node = node.maybe("license", license.as_ref().and_then(|license| license.text("Name")));
    }
    if let Some(set) = record.id("Id") {
        node.children.extend(permissions::read(org, set)?);
    }
    Ok(node)
}

/// A component says all: what it does not name is taken away.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    let label = node.text_of("label").ok_or_else(|| required_element("label"))?;
    let mut fields = vec![
        ("Label", Value::from(label)),
        ("Description", node.text_of("description").map_or(Value::Null, Value::from)),
        ("HasActivationRequired", Value::from(node.is("hasActivationRequired"))),
    ];
    let set = match old.and_then(|record| record.id("Id")) {
        Some(id) => update_component(call, "PermissionSet", id, &fields).map(|()| id)?,
        None => {
            fields.push(("Name", Value::from(full_name)));
            fields.push(("IsCustom", Value::from(true)));
            fields.push(("Type", Value::from("Regular")));
            if let Some(license) = node.text_of("license") {
                let license = profile::license_id(call.org, "license", license)?;
                fields.push(("LicenseId", Value::from(license)));
            }
            insert_component(call, "PermissionSet", &fields)?
        }
    };
    permissions::apply(call, set, node, true)
}

/// Not as the platform: what is assigned stays.
pub(super) fn delete(call: Call, record: &Record) -> Result<(), Fault> {
    let Some(id) = record.id("Id") else { return Ok(()) };
    let outcomes = call.delete(&[id.as_str().to_owned()])?;
    match outcomes.into_iter().flat_map(|outcome| outcome.faults).next() {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}
