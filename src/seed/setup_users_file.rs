//! `settings.duties` of `org.json`: users whom the org relies on, by username.

use serde::Deserialize;

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct SetupUsersFile {
    pub default_case_owner: Option<String>,
    pub default_workflow_user: Option<String>,
    pub web_to_lead_creator: Option<String>,
    pub portal_administrators: Vec<String>,
    pub case_rule_users: Vec<String>,
}
