//! `settings.duties` of `org.json`: users whom the org relies on, by username.

use serde::Deserialize;

use super::{SeedError, apps, org_file::OrgFile};
use crate::model::id::Id;
use crate::org::Org;
use crate::org::duties::Duties;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct DutiesFile {
    default_case_owner: Option<String>,
    default_workflow_user: Option<String>,
    web_to_lead_creator: Option<String>,
    portal_administrators: Vec<String>,
    case_rule_users: Vec<String>,
}

/// Finds the users.
///
/// # Errors
/// A username that no user has.
pub(super) fn read(org: &Org, file: &OrgFile) -> Result<Duties, SeedError> {
    let duties = file.duties();
    let one = |username: &Option<String>| -> Result<Option<Id>, SeedError> {
        username.as_deref().map(|username| apps::user(org, file, username)).transpose()
    };
    let all = |usernames: &[String]| -> Result<Vec<Id>, SeedError> {
        usernames.iter().map(|username| apps::user(org, file, username)).collect()
    };
    Ok(Duties {
        default_case_owner: one(&duties.default_case_owner)?,
        default_workflow_user: one(&duties.default_workflow_user)?,
        web_to_lead_creator: one(&duties.web_to_lead_creator)?,
        portal_administrators: all(&duties.portal_administrators)?,
        case_rule_users: all(&duties.case_rule_users)?,
    })
}
