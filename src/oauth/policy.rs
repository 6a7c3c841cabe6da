//! Who may use a connected app: whether it is installed, its setting "Permitted Users", what users have approved.
//! <https://help.salesforce.com/s/articleView?id=xcloud.connected_app_manage_oauth.htm>

use super::client::Client;
use super::error::OauthError;
use super::scope;
use crate::credentials::approval;
use crate::error_entry::declare_errors;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::NO_LIMIT;
use crate::org::Org;
use crate::org::connected_app::PermittedUsers;
use crate::world::{AuthenticatedUser, LoginContext};

declare_errors! {
    rows as Login "login";

    /// the user may not use the connected app, or has not let it act at any time
    not_approved() = "", "Failed: Not approved for access", Seen "https://salesforce.stackexchange.com/q/146422";
}

/// Refuses an app that is not installed.
pub fn is_installed(client: Client) -> Result<(), OauthError> {
    let installed = client.app().is_none_or(|app| app.installed);
    if installed { Ok(()) } else { Err(OauthError::not_installed()) }
}

/// Refuses a user whom the administrator has not approved, and notes it in the login history.
pub fn permits(
    client: Client,
    member: &AuthenticatedUser,
    login_context: &LoginContext,
) -> Result<(), OauthError> {
    is_installed(client)?;
    let Client::App { app, .. } = client else { return Ok(()) };
    let PermittedUsers::AdminApprovedPreAuthorized { profiles, permission_sets } = &app.permitted_users
    else {
        return Ok(());
    };
    let by_profile = member.user.id("ProfileId").is_some_and(|profile| profiles.contains(&profile));
    if by_profile
        || holds_one_of(member.org, member.id, permission_sets).map_err(|_| OauthError::unknown_error())?
    {
        return Ok(());
    }
    member.note_refusal(login_context, error_rows::not_approved.text);
    Err(OauthError::not_admin_approved())
}

/// Refuses an app that the user has not let perform requests at any time, and notes it in the login history.
pub fn lets_act_at_any_time(
    client: Client,
    member: &AuthenticatedUser,
    login_context: &LoginContext,
) -> Result<(), OauthError> {
    let at_any_time = ["refresh_token".to_owned()];
    if is_approved(client, member, &at_any_time).map_err(|_| OauthError::unknown_error())? {
        return Ok(());
    }
    member.note_refusal(login_context, error_rows::not_approved.text);
    Err(OauthError::not_approved())
}

/// Whether a user need not be asked: an administrator or the user themselves has said yes to these scopes before.
pub fn is_approved(client: Client, member: &AuthenticatedUser, scopes: &[String]) -> Result<bool, Fault> {
    let by_seed = client.app().is_some_and(|app| app.approved_users.contains(&member.id));
    if by_seed || is_preauthorized(client) {
        return Ok(true);
    }
    approval::covers(member.org, member.id, client.id(), &told_apart(scopes))
}

/// Whether an administrator says yes for the users: nobody is asked then.
pub fn is_preauthorized(client: Client) -> bool {
    client.app().is_some_and(|app| app.permitted_users != PermittedUsers::AllSelfAuthorized)
}

/// Remembers that a user has said yes.
pub fn approve(client: Client, member: &AuthenticatedUser, scopes: &[String]) -> Result<(), Fault> {
    approval::grant(member.org, member.id, client.id(), &told_apart(scopes))
}

/// The scopes with one name for each.
fn told_apart(scopes: &[String]) -> Vec<String> {
    let name =
        |known: &String| if scope::is_offline(known) { "refresh_token".to_owned() } else { known.clone() };
    scopes.iter().map(name).collect()
}

fn holds_one_of(org: &Org, user: Id, permission_sets: &[Id]) -> Result<bool, Fault> {
    if permission_sets.is_empty() {
        return Ok(false);
    }
    let object = org.standard("PermissionSetAssignment")?;
    for id in org.ids_where(&object, "AssigneeId", &user.into(), NO_LIMIT)? {
        let assignment = org.find(&object, id)?;
        let held = assignment.and_then(|assignment| assignment.id("PermissionSetId"));
        if held.is_some_and(|held| permission_sets.contains(&held)) {
            return Ok(true);
        }
    }
    Ok(false)
}
