//! Components are read into files.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_retrieve.htm>

use std::collections::BTreeMap;

use super::super::component::{self, Listed};
use super::files::{Files, path};
use super::manifest::{MANIFEST, Manifest};
use crate::error_entry::declare_errors;
use crate::metadata::component_type::ComponentType;
use crate::metadata::tree::Node;
use crate::model::fault::Fault;
use crate::org::Org;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Retrieved {
    pub files: Files,
    pub components: Vec<Listed>,
    pub missing: Vec<Missing>,
    /// Types that were asked for and are not emulated.
    pub unknown_types: Vec<String>,
}

/// What was asked for in vain, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing(pub String);

/// Reads what a manifest names.
///
/// # Errors
/// A store that failed.
pub fn retrieve(org: &Org, manifest: &Manifest, version: &str) -> Result<Retrieved, Fault> {
    let mut retrieved = Retrieved::default();
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    let mut types = Vec::new();
    for (name, members) in &manifest.types {
        let Some(kind) = ComponentType::named(name) else {
            retrieved.missing.push(Missing(unknown_type_name(name).message));
            retrieved.unknown_types.push(name.clone());
            continue;
        };
        let listed = component::list(org, kind)?;
        let mut found: Vec<String> = Vec::new();
        for member in members {
            if member == super::manifest::ALL {
                // Standard objects have to be named.
                let all = listed.iter().filter(|listed| listed.custom || kind != ComponentType::CustomObject);
                found.extend(all.map(|listed| listed.full_name.clone()));
            } else if let Some(node) = component::read(org, kind, member)? {
                found.push(listed_name(&listed, &node, member));
            } else {
                retrieved.missing.push(Missing(nothing_to_retrieve(kind.name(), member).message));
            }
        }
        found.sort();
        found.dedup();
        for full_name in &found {
            let Some(node) = component::read(org, kind, full_name)? else { continue };
            retrieved.components.extend(listed.iter().find(|listed| listed.full_name == *full_name).cloned());
            let file = nodes.entry(path(kind, full_name));
            match kind.part_of_object() {
                Some(element) => {
                    let object = file.or_insert_with(|| Node::new(ComponentType::CustomObject.name()));
                    put_part(object, element, node);
                }
                None => {
                    let parts = file.or_insert_with(|| Node::new(kind.name()));
                    for part in node.children.into_iter().filter(|part| part.name != "fullName") {
                        put(parts, part);
                    }
                }
            }
        }
        if !found.is_empty() {
            types.push((kind.name().to_owned(), found));
        }
    }
    types.sort();
    let asked = Manifest { types, version: None };
    for (path, node) in nodes {
        let node = if node.name == ComponentType::Profile.name() { narrowed(node, &asked) } else { node };
        retrieved.files.insert(path, node.sorted().file());
    }
    retrieved.files.insert(MANIFEST.to_owned(), asked.file(version));
    Ok(retrieved)
}

/// A member in the spelling of the component.
fn listed_name(listed: &[Listed], node: &Node, member: &str) -> String {
    let known = listed.iter().find(|listed| listed.full_name.eq_ignore_ascii_case(member));
    known.map_or_else(|| node.full_name().to_owned(), |listed| listed.full_name.clone())
}

fn put_part(object: &mut Node, element: &str, node: Node) {
    let mut part = Node { name: element.to_owned(), ..node };
    let own = part.full_name().rsplit('.').next().unwrap_or_default().to_owned();
    part.set("fullName", &own);
    put(object, part);
}

/// Adds a part unless it is there.
fn put(parts: &mut Node, part: Node) {
    if !parts.children.contains(&part) {
        parts.children.push(part);
    }
}

/// A profile's file tells only of the objects and fields that were asked for along with it.
fn narrowed(mut profile: Node, asked: &Manifest) -> Node {
    profile.children.retain(|part| match part.name.as_str() {
        "fieldPermissions" => {
            let field = part.text_of("field").unwrap_or_default();
            let object = field.split('.').next().unwrap_or_default();
            asked.has(ComponentType::CustomField, field) || asked.has(ComponentType::CustomObject, object)
        }
        "objectPermissions" => {
            asked.has(ComponentType::CustomObject, part.text_of("object").unwrap_or_default())
        }
        _ => true,
    });
    profile
}

declare_errors! {
    fn as Package "retrieve";

    /// a package to retrieve names a type that there is not, or that is not emulated
    unknown_type_name(name: &str) = "", "Unknown type name '{name}'", Seen "public issues of the Salesforce CLI";

    /// a package to retrieve names a component that is not there
    nothing_to_retrieve(kind: &str, member: &str) = "",
        "Entity of type '{kind}' named '{member}' cannot be found", Seen "public issues of the Salesforce CLI";
}
