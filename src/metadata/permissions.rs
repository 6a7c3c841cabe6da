//! What profiles and permission sets give: object, field and user permissions, as metadata and as records.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_profile.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm>

use std::collections::HashMap;

use super::component_fault::no_component;
use super::component_type::ComponentType;
use super::tree::Node;
use crate::dml::{Call, delete_as_platform, insert_as_platform, update_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::FieldFlag;
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org};

/// Elements of an object permission, and their fields of ObjectPermissions.
const OBJECT_PERMISSIONS: [(&str, &str); 6] = [
    ("allowCreate", "PermissionsCreate"),
    ("allowDelete", "PermissionsDelete"),
    ("allowEdit", "PermissionsEdit"),
    ("allowRead", "PermissionsRead"),
    ("modifyAllRecords", "PermissionsModifyAllRecords"),
    ("viewAllRecords", "PermissionsViewAllRecords"),
];

/// The elements of a permission set's permissions, by name.
pub(super) fn read(org: &Org, set: Id) -> Result<Vec<Node>, Fault> {
    let mut nodes = Vec::new();
    let object = org.standard("FieldPermissions")?;
    for id in org.ids_where(&object, "ParentId", &Value::from(set), NO_LIMIT)? {
        let Some(row) = org.find(&object, id)? else { continue };
        let node = Node::new("fieldPermissions")
            .flag("editable", row.get("PermissionsEdit").is_true())
            .leaf("field", row.text("Field").unwrap_or_default())
            .flag("readable", row.get("PermissionsRead").is_true());
        nodes.push(node);
    }
    let object = org.standard("ObjectPermissions")?;
    for id in org.ids_where(&object, "ParentId", &Value::from(set), NO_LIMIT)? {
        let Some(row) = org.find(&object, id)? else { continue };
        let mut node =
            Node::new("objectPermissions").leaf("object", row.text("SobjectType").unwrap_or_default());
        for (element, field) in OBJECT_PERMISSIONS {
            node = node.flag(element, row.get(field).is_true());
        }
        nodes.push(node.sorted());
    }
    for name in org.user_permissions(set)? {
        nodes.push(Node::new("userPermissions").flag("enabled", true).leaf("name", name));
    }
    nodes.sort_by_cached_key(|node| {
        let names = ["field", "object", "name"];
        let name = names.iter().find_map(|name| node.text_of(name)).unwrap_or_default().to_owned();
        (node.name.clone(), name)
    });
    Ok(nodes)
}

/// Gives a permission set what a component says. What it does not name stays, or goes where `all` are named.
///
/// # Errors
/// What a component names that there is not.
pub(super) fn apply(call: Call, set: Id, node: &Node, all: bool) -> Result<(), Fault> {
    fields(call, set, node, all)?;
    objects(call, set, node, all)?;
    users(call, set, node, all)
}

fn fields(call: Call, set: Id, node: &Node, all: bool) -> Result<(), Fault> {
    let mut known = rows(call.org, "FieldPermissions", set, "Field")?;
    for given in node.all("fieldPermissions") {
        let named = given.text_of("field").unwrap_or_default();
        let field = named.split_once('.').and_then(|(object, field)| {
            let object = call.org.schema.object(object)?;
            let field = object.field(field)?.clone();
            Some((object, field))
        });
        let (object, field) =
            field.ok_or_else(|| no_component("field", ComponentType::CustomField, named))?;
        if field.is(FieldFlag::Custom) && !field.is(FieldFlag::Permissionable) {
            return Err(required_field(named));
        }
        let name = format!("{}.{}", object.name, field.name);
        let edit = given.is("editable");
        let read = edit || given.is("readable");
        let permissions = [("PermissionsRead", Value::from(read)), ("PermissionsEdit", Value::from(edit))];
        match known.remove(&name) {
            Some(id) => update_as_platform(call, "FieldPermissions", id, &permissions)?,
            None => {
                let mut row = vec![
                    ("ParentId", Value::from(set)),
                    ("SobjectType", Value::from(object.name.as_str())),
                    ("Field", Value::from(name.as_str())),
                ];
                row.extend(permissions);
                insert_as_platform(call, "FieldPermissions", &row)?;
            }
        }
    }
    forget(call, "FieldPermissions", known, all)
}

fn objects(call: Call, set: Id, node: &Node, all: bool) -> Result<(), Fault> {
    let mut known = rows(call.org, "ObjectPermissions", set, "SobjectType")?;
    for given in node.all("objectPermissions") {
        let named = given.text_of("object").unwrap_or_default();
        let object = call.org.schema.object(named);
        let object = object.ok_or_else(|| no_component("object", ComponentType::CustomObject, named))?;
        let permissions = OBJECT_PERMISSIONS.map(|(element, field)| (field, Value::from(given.is(element))));
        match known.remove(&object.name) {
            Some(id) => update_as_platform(call, "ObjectPermissions", id, &permissions)?,
            None => {
                let mut row =
                    vec![("ParentId", Value::from(set)), ("SobjectType", Value::from(object.name.as_str()))];
                row.extend(permissions);
                insert_as_platform(call, "ObjectPermissions", &row)?;
            }
        }
    }
    forget(call, "ObjectPermissions", known, all)
}

fn users(call: Call, set: Id, node: &Node, all: bool) -> Result<(), Fault> {
    let object = call.org.standard("PermissionSet")?;
    let mut changes: HashMap<String, bool> = HashMap::new();
    if all {
        let held = call.org.user_permissions(set)?;
        changes.extend(held.into_iter().map(|name| (format!("Permissions{name}"), false)));
    }
    for given in node.all("userPermissions") {
        let named = given.text_of("name").unwrap_or_default();
        let field = object.field(&format!("Permissions{named}"));
        let field = field.ok_or_else(|| unknown_user_permission(named))?;
        changes.insert(field.name.clone(), given.is("enabled"));
    }
    let changes: Vec<_> = changes.iter().map(|(name, on)| (name.as_str(), Value::from(*on))).collect();
    if changes.is_empty() { Ok(()) } else { update_as_platform(call, "PermissionSet", set, &changes) }
}

/// The rows of a permission set, by what they are about.
fn rows(org: &Org, object: &'static str, set: Id, about: &str) -> Result<HashMap<String, Id>, Fault> {
    let object = org.standard(object)?;
    let mut rows = HashMap::new();
    for id in org.ids_where(&object, "ParentId", &Value::from(set), NO_LIMIT)? {
        if let Some(about) = org.find(&object, id)?.as_ref().and_then(|row| row.text(about)) {
            rows.insert(about.to_owned(), id);
        }
    }
    Ok(rows)
}

fn forget(call: Call, object: &'static str, rows: HashMap<String, Id>, all: bool) -> Result<(), Fault> {
    let mut ids: Vec<_> = rows.into_values().filter(|_| all).collect();
    ids.sort();
    ids.into_iter().try_for_each(|id| delete_as_platform(call, object, id))
}

/// Takes away what permission sets say of an object or a field that is no more.
pub(super) fn forget_all_about(
    call: Call,
    object: &'static str,
    field: &str,
    name: &str,
) -> Result<(), Fault> {
    let rows = call.org.standard(object)?;
    for id in call.org.ids_where(&rows, field, &Value::from(name), NO_LIMIT)? {
        delete_as_platform(call, object, id)?;
    }
    Ok(())
}

faults! {
    /// metadata of a profile or permission set names a user permission that there is not; the code is inferred
    unknown_user_permission(name: &str) = FIELD_INTEGRITY_EXCEPTION, "Unknown user permission: {name}", Quoted;

    /// metadata of a profile or permission set gives permissions for a required field, which everybody sees; the code is
    /// inferred
    required_field(name: &str) = FIELD_INTEGRITY_EXCEPTION, "You cannot deploy to a required field: {name}", Quoted;
}
