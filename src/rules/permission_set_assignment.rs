//! The rules of PermissionSetAssignment. [`license`]: permission set licences, which sets may bring along.
//! [`user_license`]: what the user licence of the assignee allows.

use std::sync::Arc;

use super::declare::rule;
use super::{delegation, network, permission_set_group};
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::access::ProfileFacts;
use crate::org::{NO_LIMIT, Org};

pub(super) mod license;
pub(super) mod user_license;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT assignment_is_active),
    rule!(Default INSERT group_brings_its_set),
    rule!(Before INSERT names_a_set_or_a_group),
    rule!(Before INSERT delegation::delegated_administrators_assign_what_is_listed),
    rule!(Before DELETE delegation::delegated_administrators_assign_what_is_listed),
    rule!(Before INSERT sets_of_profiles_come_with_users),
    rule!(Before DELETE sets_of_profiles_stay_with_users),
    rule!(Before INSERT guests_get_read_and_create_only),
    rule!(Before INSERT user_license::set_is_for_the_license),
    rule!(Before INSERT user_license::license_allows_the_permissions),
    rule!(Unique INSERT set_is_assigned_once),
    rule!(After INSERT license::set_brings_its_license),
    rule!(After INSERT network::user_is_member_by_permission_set),
    rule!(After DELETE license::license_goes_with_its_set),
    rule!(After DELETE network::user_is_member_by_permission_set),
];

fn assignment_is_active(save: &mut Save) -> Result<(), Fault> {
    save.set("IsActive", true);
    Ok(())
}

/// Who is assigned a group is shown with the set that stands for it, too.
fn group_brings_its_set(save: &mut Save) -> Result<(), Fault> {
    let (true, Some(group)) = (save.value("PermissionSetId").is_null(), save.id_in("PermissionSetGroupId"))
    else {
        return Ok(());
    };
    if let Some(set) = permission_set_group::set_of(save, group)? {
        save.set("PermissionSetId", set);
    }
    Ok(())
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm>
fn names_a_set_or_a_group(save: &mut Save) -> Result<(), Fault> {
    let neither = save.value("PermissionSetId").is_null() && save.value("PermissionSetGroupId").is_null();
    if neither { Err(Fault::required_field_missing(&["PermissionSetId"])) } else { Ok(()) }
}

fn set(save: &Save) -> Result<Option<Record>, Fault> {
    save.parent("PermissionSet", "PermissionSetId")
}

/// The sets that an assignment gives: the one it names, or those of the group.
fn given_sets(org: &Org, assignment: &Record) -> Result<Vec<Id>, Fault> {
    let mut sets: Vec<Id> = assignment.id("PermissionSetId").into_iter().collect();
    if let Some(group) = assignment.id("PermissionSetGroupId") {
        sets.extend(org.permission_sets_of_group(group)?);
    }
    Ok(sets)
}

/// Code and text are a choice: no public source quotes them.
fn sets_of_profiles_come_with_users(save: &mut Save) -> Result<(), Fault> {
    let owned =
        !save.call.runner.is_system() && set(save)?.is_some_and(|set| set.get("IsOwnedByProfile").is_true());
    if owned { Err(set_of_profile()) } else { Ok(()) }
}

fn sets_of_profiles_stay_with_users(save: &mut Save) -> Result<(), Fault> {
    sets_of_profiles_come_with_users(save)
}

fn assignee_profile(save: &Save) -> Result<Option<Arc<ProfileFacts>>, Fault> {
    let user = save.parent("User", "AssigneeId")?;
    let profile = user.and_then(|user| user.id("ProfileId")).map(|id| save.call.org.profile(id));
    Ok(profile.transpose()?.flatten())
}

/// Source: public issues that quote this text
fn guests_get_read_and_create_only(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() {
        return Ok(());
    }
    let guest = assignee_profile(save)?.is_some_and(|profile| profile.license.user_type == "Guest");
    let (true, Some(set)) = (guest, set(save)?) else { return Ok(()) };
    let Some(id) = set.id("Id") else { return Ok(()) };
    for (_, access) in save.call.org.object_permissions(id)? {
        let excess = [
            (access.edit, "update"),
            (access.delete, "delete"),
            (access.view_all, "view all"),
            (access.modify_all, "modify all"),
        ];
        if let Some((_, word)) = excess.iter().find(|(given, _)| *given) {
            return Err(too_much_for_a_guest(set.text("Label").unwrap_or_default(), word));
        }
    }
    Ok(())
}

/// Source: <https://github.com/forcedotcom/sfdx-core>
fn set_is_assigned_once(save: &mut Save) -> Result<(), Fault> {
    let Some(assignee) = save.id_in("AssigneeId") else { return Ok(()) };
    for id in save.call.org.ids_where(&save.object, "AssigneeId", &Value::from(assignee), NO_LIMIT)? {
        let Some(row) = save.call.org.find(&save.object, id)? else { continue };
        let same = |field: &str| save.id_in(field).is_some() && row.id(field) == save.id_in(field);
        if id != save.id && (same("PermissionSetId") || same("PermissionSetGroupId")) {
            let set = save.id_in("PermissionSetId").or(save.id_in("PermissionSetGroupId"));
            return Err(duplicate_assignment(assignee, set.as_ref().map_or("", Id::short)));
        }
    }
    Ok(())
}

faults! {
    /// the user has the permission set, or the group, already
    duplicate_assignment(assignee: Id, set: &str) = DUPLICATE_VALUE on ["AssigneeId", "PermissionSetId"],
        "Duplicate PermissionSetAssignment.  Assignee: {assignee}; Permission Set: {set}" with (assignee = assignee.short()),
        Seen "https://github.com/forcedotcom/devops-center-feedback/issues/290";

    /// a guest user is given more than reading and creating
    too_much_for_a_guest(label: &str, permission: &str) = FIELD_INTEGRITY_EXCEPTION,
        "You can't assign permission set {label} which contains a [{permission}] object permission to a guest user. The \
         only object permissions allowed for guest users are read and create",
        Seen "public issues that quote it";

    /// the hidden permission set of a profile is assigned or taken away
    set_of_profile() = FIELD_INTEGRITY_EXCEPTION,
        "The permission set of a profile cannot be assigned or removed", Assumed;
}
