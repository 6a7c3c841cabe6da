//! Who is a member of a community: by profile, or by permission set.

use crate::org::Org;
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::record::Record;

/// More than any org has.
const ALL: usize = 100_000;

pub(super) fn is_member(org: &Org, user: &Record, network: Id) -> Result<bool, Fault> {
    let groups = org.standard("NetworkMemberGroup")?;
    let mut parents = Vec::new();
    for id in org.ids_where(&groups, "NetworkId", &network.into(), ALL)? {
        parents.extend(org.find(&groups, id)?.and_then(|group| group.id("ParentId")));
    }
    if user.id("ProfileId").is_some_and(|profile| parents.contains(&profile)) {
        return Ok(true);
    }
    let Some(user) = user.id("Id") else { return Ok(false) };
    let assignments = org.standard("PermissionSetAssignment")?;
    for id in org.ids_where(&assignments, "AssigneeId", &user.into(), ALL)? {
        let held = org.find(&assignments, id)?.and_then(|assignment| assignment.id("PermissionSetId"));
        if held.is_some_and(|held| parents.contains(&held)) {
            return Ok(true);
        }
    }
    Ok(false)
}
