//! Users whom the org itself relies on: Setup names them.

use crate::model::id::Id;

/// Who does what for the org. Deactivating them is refused.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Duties {
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
