//! `validationRules` and `lookupFilters` of `org.json`.

use serde::Deserialize;

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ValidationRuleFile {
    pub object: String,
    pub when: String,
    pub message: String,
    pub field: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LookupFilterFile {
    pub object: String,
    pub field: String,
    #[serde(rename = "where")]
    pub condition: String,
    pub message: Option<String>,
}
