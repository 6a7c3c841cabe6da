//! Profile.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_profile.htm>

use std::cell::RefCell;
use std::collections::HashMap;

use super::component_fault::{cannot_delete, no_component};
use super::component_record::{Named, element, insert_component, live, update_component};
use super::component_type::ComponentType;
use super::permissions;
use super::tree::Node;
use crate::dml::{Call, delete_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;
use crate::org::extensions::Extension;

/// What a new profile gets when it names no licence.
const USUAL_LICENSE: &str = "Salesforce";

/// What metadata calls the standard profiles that have another name there, by their name.
#[derive(Default)]
pub(crate) struct StandardNames(pub RefCell<HashMap<String, String>>);

impl Extension for StandardNames {
    fn copy(&self) -> StandardNames {
        StandardNames(self.0.clone())
    }
}

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    let names = org.extensions.get::<StandardNames>().0.borrow();
    let named = |record: Record| {
        let name = names.get(record.text("Name").unwrap_or_default());
        let full_name = match name {
            Some(name) => name.clone(),
            None => escaped(record.text("Name").unwrap_or_default()),
        };
        Named { full_name, record }
    };
    Ok(live(org, "Profile")?.into_iter().map(named).collect())
}

pub(super) fn read(org: &Org, record: &Record) -> Result<Node, Fault> {
    let facts = facts(org, record)?;
    let mut node = Node::default().flag("custom", facts.as_ref().is_some_and(|facts| facts.is_custom));
    node = element(node, "description", record, "Description");
    if let Some(facts) = facts {
        node = node.leaf("userLicense", &facts.license.name);
        if let Some(set) = facts.permission_set {
            node.children.extend(permissions::read(org, set)?);
        }
    }
    Ok(node)
}

/// What a component does not name stays as it is.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    let mut fields = Vec::new();
    if let Some(description) = node.text_of("description") {
        fields.push(("Description", Value::from(description)));
    }
    let id = match old.and_then(|record| record.id("Id")) {
        Some(id) if fields.is_empty() => id,
        Some(id) => update_component(call, "Profile", id, &fields).map(|()| id)?,
        None => {
            let license = node.text_of("userLicense").unwrap_or(USUAL_LICENSE);
            fields.push(("Name", Value::from(unescaped(full_name))));
            fields.push(("UserLicenseId", Value::from(license_id(call.org, "userLicense", license)?)));
            insert_component(call, "Profile", &fields)?
        }
    };
    match call.org.profile(id)?.and_then(|profile| profile.permission_set) {
        Some(set) => permissions::apply(call, set, node, false),
        None => Ok(()),
    }
}

/// Only profiles that an administrator has made can be deleted.
pub(super) fn delete(call: Call, record: &Record) -> Result<(), Fault> {
    let custom = facts(call.org, record)?.filter(|facts| facts.is_custom);
    let custom = custom.ok_or_else(|| cannot_delete(ComponentType::Profile))?;
    delete_as_platform(call, "Profile", custom.id)
}

pub(super) fn is_custom(org: &Org, record: &Record) -> Result<bool, Fault> {
    Ok(facts(org, record)?.is_some_and(|facts| facts.is_custom))
}

fn facts(
    org: &Org,
    record: &Record,
) -> Result<Option<std::sync::Arc<crate::org::access::ProfileFacts>>, Fault> {
    record.id("Id").map(|id| org.profile(id)).transpose().map(Option::flatten)
}

/// The user licence that an element names.
pub(super) fn license_id(org: &Org, element: &str, name: &str) -> Result<Id, Fault> {
    let licenses = org.standard("UserLicense")?;
    let found = org.ids_where(&licenses, "Name", &Value::from(name), 1)?;
    found.first().copied().ok_or_else(|| no_component(element, "UserLicense", name))
}

/// Names of files have some characters in percent.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace(':', "%3A").replace('/', "%2F")
}

pub(super) fn unescaped(name: &str) -> String {
    percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned()
}
