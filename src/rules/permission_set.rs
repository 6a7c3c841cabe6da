//! The rules of PermissionSet.

use super::declare::rule;
use super::names;
use crate::dml::{Rule, Save, associated_with};
use crate::model::fault::Fault;
use crate::model::value::Value;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT new_set_is_custom),
    rule!(Before SAVE name_is_well_formed),
    rule!(Before DELETE no_assignments_are_left),
    rule!(Unique SAVE name_is_unique),
];

fn new_set_is_custom(save: &mut Save) -> Result<(), Fault> {
    if !save.call.runner.is_system() {
        save.set("IsCustom", true);
    }
    Ok(())
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm>
fn no_assignments_are_left(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    if save.old.get("IsOwnedByProfile").is_true() {
        return Err(Fault::no_access_to_record());
    }
    nobody_has(save, "PermissionSetId", "Label")
}

/// A permission set, or a group, that no assignment names in this field. The refusal calls it by its label.
pub(super) fn nobody_has(save: &Save, field: &str, label: &str) -> Result<(), Fault> {
    let org = save.call.org;
    let (assignments, users) = (org.standard("PermissionSetAssignment")?, org.standard("User")?);
    let mut names = Vec::new();
    for id in org.ids_where(&assignments, field, &Value::from(save.id), 100)? {
        let assignee = org.find(&assignments, id)?.and_then(|row| row.id("AssigneeId"));
        let user = assignee.map(|id| org.find(&users, id)).transpose()?.flatten();
        names.extend(user.and_then(|user| user.text("Name").map(str::to_owned)));
    }
    if names.is_empty() {
        return Ok(());
    }
    Err(associated_with(save.old.text(label).unwrap_or_default(), "assigned users", &names))
}

fn name_is_well_formed(save: &mut Save) -> Result<(), Fault> {
    names::is_well_formed(save, "Name")
}

fn name_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(name) = save.text("Name").filter(|_| save.changes("Name")) else { return Ok(()) };
    let taken = names::is_taken(save, "Name", name, |_| true)?;
    if taken { Err(names::duplicate_developer_name()) } else { Ok(()) }
}
