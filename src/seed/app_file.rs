//! The connected apps in `org.json`.
//! Names of settings are those of <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_connectedapp.htm>
//! where it has them.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConnectedAppFile {
    pub name: String,
    pub client_id: String,
    pub client_secret: String,
    #[serde(default)]
    pub callback_urls: Vec<String>,
    #[serde(default = "api")]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub permitted_users: PermittedUsersFile,
    #[serde(default)]
    pub profiles: Vec<String>,
    #[serde(default)]
    pub permission_sets: Vec<String>,
    #[serde(default)]
    pub approved_users: Vec<String>,
    pub client_credentials_user: Option<String>,
    pub jwt_certificate: Option<String>,
    #[serde(default)]
    pub refresh_tokens: Vec<RefreshTokenFile>,
    #[serde(default)]
    pub refresh_token_rotation: bool,
    /// As the metadata type ConnectedApp has it.
    pub refresh_token_policy: Option<String>,
    #[serde(default)]
    pub is_pkce_required: bool,
    #[serde(default)]
    pub is_consumer_secret_optional: bool,
    #[serde(default = "yes")]
    pub is_secret_required_for_refresh_token: bool,
    #[serde(default)]
    pub is_device_flow_enabled: bool,
    #[serde(default)]
    pub is_code_credential_enabled: bool,
    pub token_exchange: Option<TokenExchangeFile>,
    #[serde(default = "yes")]
    pub is_installed: bool,
    /// Seconds.
    pub session_timeout: Option<i64>,
}

/// A stand-in for a class that extends `Auth.Oauth2TokenExchangeHandler`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TokenExchangeFile {
    pub handler: Option<String>,
    /// Usernames by token.
    #[serde(default)]
    pub subjects: BTreeMap<String, String>,
    pub claim: Option<String>,
    /// Of User; with `claim`.
    pub field: Option<String>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum PermittedUsersFile {
    #[default]
    AllSelfAuthorized,
    AdminApprovedPreAuthorized,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshTokenFile {
    pub token: String,
    pub username: String,
}

fn api() -> Vec<String> {
    vec!["api".to_owned()]
}

fn yes() -> bool {
    true
}
