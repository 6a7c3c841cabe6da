//! The rules of CollaborationGroup and of its members.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_collaborationgroup.htm>

use super::declare::rule;
use super::unique_row;
use crate::dml::{Rule, Save};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;

pub(super) const RULES: &[Rule] =
    &[rule!(Default INSERT group_has_been_used), rule!(After INSERT owner_manages_the_group)];

pub(super) const MEMBER_RULES: &[Rule] = &[
    rule!(Default INSERT member_is_a_plain_one),
    rule!(Unique INSERT unique_row::row_is_there_once),
    rule!(After INSERT members_are_counted),
    rule!(After DELETE members_are_counted),
];

fn group_has_been_used(save: &mut Save) -> Result<(), Fault> {
    let now = save.call.environment.now();
    save.set("LastFeedModifiedDate", now);
    save.set("MemberCount", 0);
    save.set("HasPrivateFieldsAccess", true);
    Ok(())
}

fn owner_manages_the_group(save: &mut Save) -> Result<(), Fault> {
    let fields = [
        ("CollaborationGroupId", Value::from(save.id)),
        ("MemberId", save.value("OwnerId").clone()),
        ("CollaborationRole", Value::from("Admin")),
    ];
    save.also_insert("CollaborationGroupMember", &fields).map(drop)
}

fn member_is_a_plain_one(save: &mut Save) -> Result<(), Fault> {
    for (field, default) in [("CollaborationRole", "Standard"), ("NotificationFrequency", "N")] {
        if save.value(field).is_null() {
            save.set(field, default);
        }
    }
    Ok(())
}

fn members_are_counted(save: &mut Save) -> Result<(), Fault> {
    let group: Option<Id> = save.id_in("CollaborationGroupId").or(save.old.id("CollaborationGroupId"));
    let Some(group) = group else { return Ok(()) };
    save.call.org.standard("CollaborationGroup")?;
    let sql = "UPDATE \"CollaborationGroup\" SET \"MemberCount\" = (SELECT count(*) FROM \"CollaborationGroupMember\" \
               WHERE \"CollaborationGroupId\" = ?1) WHERE \"Id\" = ?1";
    save.call.org.store.execute(sql, [group.as_str()])?;
    Ok(())
}
