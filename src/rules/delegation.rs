//! What delegated administrators may do besides users: permission sets, public groups, locked passwords.
//! The codes are a choice: no public source quotes them.
//! Source: <https://help.salesforce.com/HTViewHelpDoc?id=admin_delegate.htm>

use crate::dml::Save;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::access::Delegated;

/// What is delegated to who saves, unless the permission to do all of it is theirs.
fn only_delegated<'a>(save: &Save<'a>, permissions: &[&str]) -> Option<&'a Delegated> {
    let runner = save.call.runner;
    let administers_all = permissions.iter().any(|permission| runner.may(permission));
    runner.delegated().filter(|_| !administers_all)
}

/// To and from the users that they administer, permission sets that are listed and do not modify all data.
pub(super) fn delegated_administrators_assign_what_is_listed(save: &mut Save) -> Result<(), Fault> {
    let Some(delegated) = only_delegated(save, &["AssignPermissionSets"]) else { return Ok(()) };
    let assignee = save.parent("User", "AssigneeId")?;
    if !assignee.is_some_and(|user| delegated.administers(&user)) {
        return refused(save.id_in("AssigneeId"));
    }
    let sets = ["PermissionSetId", "PermissionSetGroupId"].iter().filter_map(|field| save.id_in(field));
    for set in sets {
        if !delegated.assignable.permission_sets.contains(&set) {
            return refused(Some(set));
        }
    }
    let set = save.parent("PermissionSet", "PermissionSetId")?;
    let modifies_all = set.is_some_and(|set| set.get("PermissionsModifyAllData").is_true());
    if modifies_all { refused(save.id_in("PermissionSetId")) } else { Ok(()) }
}

/// What is refused is what the row refers to.
fn refused(reference: Option<Id>) -> Result<(), Fault> {
    Err(reference.map_or_else(Fault::no_access_to_record, Fault::no_sight_of_record))
}

/// New public groups, no queues, and no groups that are there.
pub(super) fn delegated_administrators_add_public_groups(save: &mut Save) -> Result<(), Fault> {
    if only_delegated(save, &["ManageUsers"]).is_none() {
        return Ok(());
    }
    let adds = save.is_insert() && save.text("Type") == Some("Regular");
    if adds { Ok(()) } else { Err(Fault::no_access_to_record()) }
}

/// Members of the public groups that are listed.
pub(super) fn delegated_administrators_fill_listed_groups(save: &mut Save) -> Result<(), Fault> {
    let Some(delegated) = only_delegated(save, &["ManageUsers"]) else { return Ok(()) };
    let listed = save.id_in("GroupId").is_some_and(|group| delegated.assignable.groups.contains(&group));
    if listed { Ok(()) } else { refused(save.id_in("GroupId")) }
}

/// They unlock the users that they administer, and freeze nobody.
pub(super) fn delegated_administrators_only_unlock(save: &mut Save) -> Result<(), Fault> {
    let Some(delegated) = only_delegated(save, &["ManageUsers", "FreezeUsers"]) else { return Ok(()) };
    let user = save.parent("User", "UserId")?;
    let unlocks = !save.changes("IsFrozen") && user.is_some_and(|user| delegated.administers(&user));
    if unlocks { Ok(()) } else { Err(Fault::no_access_to_record()) }
}
