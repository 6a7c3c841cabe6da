//! The rules of PermissionSetGroup.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetgroup.htm>

use super::declare::rule;
use super::{names, permission_set};
use crate::dml::{Rule, Save};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;

pub(super) const RULES: &[Rule] = &[
    rule!(Before SAVE names::developer_name_is_well_formed),
    rule!(Before DELETE no_assignments_are_left),
    rule!(Before DELETE set_goes_with_the_group),
    rule!(After INSERT group_has_a_set),
    rule!(After UPDATE set_is_named_as_the_group),
];

/// The permission set that stands for all sets of a group; `None` for a group of an earlier version's database.
pub(super) fn set_of(save: &Save, group: Id) -> Result<Option<Id>, Fault> {
    let sets = save.call.org.standard("PermissionSet")?;
    let found = save.call.org.ids_where(&sets, "PermissionSetGroupId", &Value::from(group), 1)?;
    Ok(found.first().copied())
}

fn no_assignments_are_left(save: &mut Save) -> Result<(), Fault> {
    permission_set::nobody_has(save, "PermissionSetGroupId", "MasterLabel")
}

/// The set has the group's names, so that no other permission set can have them.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm>
fn group_has_a_set(save: &mut Save) -> Result<(), Fault> {
    let fields = [
        ("Name", save.value("DeveloperName").clone()),
        ("Label", save.value("MasterLabel").clone()),
        ("Description", save.value("Description").clone()),
        ("HasActivationRequired", save.value("HasActivationRequired").clone()),
        ("PermissionSetGroupId", Value::from(save.id)),
        ("IsCustom", Value::from(true)),
        ("Type", Value::from("Group")),
    ];
    save.also_insert("PermissionSet", &fields).map(drop)
}

fn set_is_named_as_the_group(save: &mut Save) -> Result<(), Fault> {
    let fields = [("Name", "DeveloperName"), ("Label", "MasterLabel"), ("Description", "Description")];
    let changed = fields.into_iter().filter(|(_, field)| save.changes(field));
    let changed: Vec<_> = changed.map(|(name, field)| (name, save.value(field).clone())).collect();
    match set_of(save, save.id)? {
        Some(set) if !changed.is_empty() => save.also_update("PermissionSet", set, &changed),
        _ => Ok(()),
    }
}

/// While it still names the group.
fn set_goes_with_the_group(save: &mut Save) -> Result<(), Fault> {
    match set_of(save, save.id)? {
        Some(set) => save.also_delete("PermissionSet", set),
        None => Ok(()),
    }
}
