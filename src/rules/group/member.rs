//! The rules of GroupMember.

use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::rules::declare::rule;
use crate::rules::{delegation, owner};

pub(crate) const RULES: &[Rule] = &[
    rule!(Before INSERT existing_member_is_found),
    rule!(Before INSERT role_groups_take_nobody_else),
    rule!(Before INSERT member_is_active),
    rule!(Before INSERT delegation::delegated_administrators_fill_listed_groups),
    rule!(Before DELETE delegation::delegated_administrators_fill_listed_groups),
    rule!(Before INSERT high_volume_users_are_no_members),
    rule!(Before INSERT groups_form_no_circle),
];

/// Adding a member again succeeds with the row that is there.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_groupmember.htm>
fn existing_member_is_found(save: &mut Save) -> Result<(), Fault> {
    let group = save.id_in("GroupId");
    for id in save.call.org.ids_where(&save.object, "UserOrGroupId", save.value("UserOrGroupId"), NO_LIMIT)? {
        let row = save.call.org.find(&save.object, id)?;
        if row.is_some_and(|row| row.id("GroupId") == group) {
            save.existing = Some(id);
        }
    }
    Ok(())
}

/// Whoever has a role is in its groups, and nobody else can be. Which refusal the service has is not public.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_groupmember.htm>
fn role_groups_take_nobody_else(save: &mut Save) -> Result<(), Fault> {
    let of_role = |group: &Record| group.text("Type").is_some_and(|kind| kind.starts_with("Role"));
    let group = save.parent("Group", "GroupId")?.filter(of_role).and_then(|group| group.id("Id"));
    match group.filter(|_| !save.call.runner.is_system()) {
        Some(group) => Err(Fault::no_sight_of_record(group)),
        None => Ok(()),
    }
}

/// Source: <https://salesforcedictionary.com/errors/inactive-owner-or-user>
fn member_is_active(save: &mut Save) -> Result<(), Fault> {
    let Some(user) = save.id_in("UserOrGroupId").filter(|id| id.key_prefix() == "005") else { return Ok(()) };
    if owner::is_inactive(save, user)? { Err(owner::inactive_user()) } else { Ok(()) }
}

/// Source: <https://github.com/salesforceidentity/scimv2-pilot>
fn high_volume_users_are_no_members(save: &mut Save) -> Result<(), Fault> {
    let Some(user) = save.id_in("UserOrGroupId").filter(|id| id.key_prefix() == "005") else { return Ok(()) };
    let user = save.call.org.find(&save.call.org.standard("User")?, user)?;
    match user.is_some_and(|user| user.text("UserType") == Some("CspLitePortal")) {
        true => Err(high_volume_member()),
        false => Ok(()),
    }
}

fn groups_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    let (Some(group), Some(member)) = (save.id_in("GroupId"), save.id_in("UserOrGroupId")) else {
        return Ok(());
    };
    let mut inside: Vec<Id> = vec![member];
    let mut at = 0;
    while let Some(next) = inside.get(at).copied() {
        if next == group {
            return Err(group_in_itself());
        }
        for id in save.call.org.ids_where(&save.object, "GroupId", &Value::from(next), NO_LIMIT)? {
            let member = save.call.org.find(&save.object, id)?.and_then(|row| row.id("UserOrGroupId"));
            inside.extend(member.filter(|id| id.key_prefix() == "00G" && !inside.contains(id)));
        }
        at += 1;
    }
    Ok(())
}

faults! {
    /// a user of a high-volume licence is added to a group or queue
    high_volume_member() = FIELD_INTEGRITY_EXCEPTION on ["UserOrGroupId"],
        "high volume portal users cannot be members of groups",
        Assumed "code: https://github.com/salesforceidentity/scimv2-pilot";

    /// a group is added to itself, or to one of its members
    group_in_itself() = FIELD_INTEGRITY_EXCEPTION on ["UserOrGroupId"],
        "a group cannot be a member of itself", Assumed;
}
