//! `settings.addressSettings` of `org.json`, in the form of the metadata type AddressSettings.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_addresssettings.htm>

use serde::Deserialize;

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct AddressSettings {
    pub countries_and_states: CountriesAndStates,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(super) struct CountriesAndStates {
    pub countries: Vec<CountryFile>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CountryFile {
    pub iso_code: String,
    pub label: Option<String>,
    pub integration_value: Option<String>,
    pub active: Option<bool>,
    #[serde(default)]
    pub org_default: bool,
    #[serde(default)]
    pub states: Vec<StateFile>,
    /// What retrieved metadata carries and only pages heed.
    #[serde(rename = "standard")]
    _standard: Option<bool>,
    #[serde(rename = "visible")]
    _visible: Option<bool>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct StateFile {
    pub iso_code: String,
    pub label: Option<String>,
    pub integration_value: Option<String>,
    pub active: Option<bool>,
    #[serde(rename = "standard")]
    _standard: Option<bool>,
    #[serde(rename = "visible")]
    _visible: Option<bool>,
}
