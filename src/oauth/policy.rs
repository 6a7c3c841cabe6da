//! Who may use a connected app: its setting "Permitted Users".
//! <https://help.salesforce.com/s/articleView?id=xcloud.connected_app_manage_oauth.htm>

use super::client::Client;
use super::refusal::Refusal;
use crate::cloud::{Door, Member};
use crate::org::Org;
use crate::org::connected_app::PermittedUsers;
use crate::org::fault::Fault;
use crate::org::id::Id;

/// `LoginHistory.Status` of a user who may not use the app.
pub const NOT_APPROVED: &str = "Failed: Not approved for access";

/// Refuses a user whom the administrator has not approved, and notes it in the login history.
pub fn permits(client: Client, member: &Member, door: &Door) -> Result<(), Refusal> {
    let Client::App { app, .. } = client else { return Ok(()) };
    let PermittedUsers::AdminApprovedPreAuthorized { profiles, permission_sets } = &app.permitted_users
    else {
        return Ok(());
    };
    let by_profile = member.user.id("ProfileId").is_some_and(|profile| profiles.contains(&profile));
    if by_profile
        || holds_one_of(member.org, member.id, permission_sets).map_err(|_| Refusal::unknown_error())?
    {
        return Ok(());
    }
    member.note_refusal(door, NOT_APPROVED);
    Err(Refusal::not_admin_approved())
}

fn holds_one_of(org: &Org, user: Id, permission_sets: &[Id]) -> Result<bool, Fault> {
    if permission_sets.is_empty() {
        return Ok(false);
    }
    let object = org.standard("PermissionSetAssignment")?;
    for id in org.ids_where(&object, "AssigneeId", &user.into(), usize::MAX >> 1)? {
        let assignment = org.find(&object, id)?;
        let held = assignment.and_then(|assignment| assignment.id("PermissionSetId"));
        if held.is_some_and(|held| permission_sets.contains(&held)) {
            return Ok(true);
        }
    }
    Ok(false)
}
