//! Users that Setup names, and the org relies on.

use crate::model::id::Id;

/// Deactivating these users is refused.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetupUsers {
    /// Setup > Support Settings > Default Case Owner.
    pub default_case_owner: Option<Id>,
    /// Setup > Process Automation Settings > Default Workflow User.
    pub default_workflow_user: Option<Id>,
    /// Setup > Web-to-Lead > Default Lead Creator.
    pub web_to_lead_creator: Option<Id>,
    /// Administrators of customer or partner portals.
    pub portal_administrators: Vec<Id>,
    /// Users that case assignment and escalation rules name.
    pub case_rule_users: Vec<Id>,
}
