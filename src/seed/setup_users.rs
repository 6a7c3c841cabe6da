//! `settings.duties` of `org.json`: users whom the org relies on, by username.

use super::named_records::user;
use super::org_file::OrgFile;
use super::seed_error::SeedError;
use crate::model::id::Id;
use crate::org::Org;
use crate::org::setup_users::SetupUsers;

/// Finds the users.
///
/// # Errors
/// A username that no user has.
pub(super) fn read(org: &Org, file: &OrgFile) -> Result<SetupUsers, SeedError> {
    let setup_users = file.setup_users();
    let one = |username: &Option<String>| -> Result<Option<Id>, SeedError> {
        username.as_deref().map(|username| user(org, file, username)).transpose()
    };
    let all = |usernames: &[String]| -> Result<Vec<Id>, SeedError> {
        usernames.iter().map(|username| user(org, file, username)).collect()
    };
    Ok(SetupUsers {
        default_case_owner: one(&setup_users.default_case_owner)?,
        default_workflow_user: one(&setup_users.default_workflow_user)?,
        web_to_lead_creator: one(&setup_users.web_to_lead_creator)?,
        portal_administrators: all(&setup_users.portal_administrators)?,
        case_rule_users: all(&setup_users.case_rule_users)?,
    })
}
