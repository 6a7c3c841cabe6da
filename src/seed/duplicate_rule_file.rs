//! `matchingRules` and `duplicateRules` of `org.json`, in the form of the metadata types.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_duplicaterule.htm>

use serde::Deserialize;

use crate::model::duplicate::Method;

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DuplicateRuleFile {
    /// `Object.DeveloperName`
    pub full_name: String,
    pub master_label: Option<String>,
    pub is_active: Option<bool>,
    pub action_on_insert: Option<ActionName>,
    pub action_on_update: Option<ActionName>,
    pub operations_on_insert: Option<Vec<OperationName>>,
    pub operations_on_update: Option<Vec<OperationName>>,
    pub alert_text: Option<String>,
    pub duplicate_rule_match_rules: Option<Vec<MatchRuleName>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum ActionName {
    Allow,
    Block,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum OperationName {
    #[serde(alias = "alert")]
    Alert,
    #[serde(alias = "report")]
    Report,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MatchRuleName {
    pub matching_rule: String,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MatchingRuleFile {
    /// `Object.DeveloperName`
    pub full_name: String,
    pub label: Option<String>,
    pub rule_status: Option<StatusName>,
    pub boolean_filter: Option<String>,
    pub matching_rule_items: Vec<ItemFile>,
}

#[derive(Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum StatusName {
    Active,
    Inactive,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ItemFile {
    pub field_name: String,
    pub matching_method: Method,
    #[serde(default)]
    pub blank_value_behavior: BlankName,
}

#[derive(Deserialize, Default, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum BlankName {
    #[default]
    NullNotAllowed,
    MatchBlanks,
}
