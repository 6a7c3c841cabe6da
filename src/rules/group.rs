//! The rules of Group. [`member`]: of GroupMember; [`queue`]: of QueueSobject.

use super::declare::rule;
use super::{delegation, names};
use crate::dml::{Rule, Save, associated_with, display_name};
use crate::model::fault::Fault;
use crate::model::value::Value;

pub(super) mod member;
pub(super) mod queue;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT group_gets_a_developer_name),
    rule!(Before SAVE names::developer_name_is_well_formed),
    rule!(Before INSERT type_is_regular_or_queue),
    rule!(Before SAVE delegation::delegated_administrators_add_public_groups),
    rule!(Before DELETE delegation::delegated_administrators_add_public_groups),
    rule!(Before DELETE platform_groups_stay),
    rule!(Before DELETE queue_owns_nothing),
    rule!(Unique SAVE developer_name_is_unique),
];

const MOST: usize = 100;

/// Role groups share the developer name of their role, one per type.
fn group_gets_a_developer_name(save: &mut Save) -> Result<(), Fault> {
    let (None, Some(name)) = (save.text("DeveloperName"), save.text("Name")) else { return Ok(()) };
    let kind = save.text("Type");
    let name = names::free_developer_name(save, name, |other| other.text("Type") == kind)?;
    save.set("DeveloperName", name);
    Ok(())
}

/// Groups of other types are made by the platform.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_group.htm>
fn type_is_regular_or_queue(save: &mut Save) -> Result<(), Fault> {
    let kind = save.text("Type").unwrap_or_default();
    if save.call.runner.is_system() || matches!(kind, "Regular" | "Queue") {
        return Ok(());
    }
    match save.field("Type") {
        Some(field) => Err(Fault::bad_picklist_value(field, kind)),
        None => Ok(()),
    }
}

fn platform_groups_stay(save: &mut Save) -> Result<(), Fault> {
    let own = matches!(save.old.text("Type"), Some("Regular" | "Queue"));
    if own || save.call.runner.is_system() { Ok(()) } else { Err(Fault::no_access_to_record()) }
}

/// The records of a queue go to other owners before it does.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.queues_delete.htm>
fn queue_owns_nothing(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let lists = org.standard("QueueSobject")?;
    for id in org.ids_where(&lists, "QueueId", &Value::from(save.id), MOST)? {
        let row = org.find(&lists, id)?;
        let Some(object) = row.and_then(|row| org.schema.object(row.text("SobjectType")?)) else { continue };
        let mut names = Vec::new();
        for id in org.ids_where(&object, "OwnerId", &Value::from(save.id), MOST)? {
            names.extend(org.find(&object, id)?.map(|record| display_name(&record)));
        }
        if !names.is_empty() {
            let kind = object.label_plural.to_lowercase();
            return Err(associated_with(&display_name(&save.old), &kind, &names));
        }
    }
    Ok(())
}

fn developer_name_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(name) = save.text("DeveloperName").filter(|_| save.changes("DeveloperName")) else {
        return Ok(());
    };
    let kind = save.text("Type");
    let taken = names::is_taken(save, "DeveloperName", name, |other| other.text("Type") == kind)?;
    if taken { Err(names::duplicate_developer_name()) } else { Ok(()) }
}
