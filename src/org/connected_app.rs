//! Connected apps: what OAuth asks about a client.

use super::id::Id;

/// A connected app of the org.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_connectedapp.htm>
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectedApp {
    /// The row of ConnectedApplication.
    pub id: Id,
    pub name: String,
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: String,
    pub callback_urls: Vec<String>,
    /// As in an OAuth request: `api`, `refresh_token`, `openid`, …
    pub scopes: Vec<String>,
    pub permitted_users: PermittedUsers,
    /// Users who have approved the app, so that flows without a consent page work for them.
    pub approved_users: Vec<Id>,
    /// Who the tokens of the client credentials flow act as; `None` switches the flow off.
    pub client_credentials_user: Option<Id>,
    /// The PEM certificate that verifies JWT and SAML bearer assertions.
    pub certificate: Option<String>,
    /// The PEM file of the certificate's private key, where a seed ships one for tests.
    pub key_file: Option<SeedFile>,
    /// Refresh tokens that are valid from the start.
    pub refresh_tokens: Vec<RefreshToken>,
    /// Each use of a refresh token gives another and ends the old one.
    pub refresh_token_rotation: bool,
}

/// Who may use a connected app.
#[derive(Debug, Clone, PartialEq)]
pub enum PermittedUsers {
    /// All users may authorize themselves.
    AllSelfAuthorized,
    /// Only users of these profiles and permission sets, who need no consent.
    AdminApprovedPreAuthorized { profiles: Vec<Id>, permission_sets: Vec<Id> },
}

/// A refresh token given by a seed.
#[derive(Debug, Clone, PartialEq)]
pub struct RefreshToken {
    pub token: String,
    pub user: Id,
}

/// A file of a seed: its path from the seed folder, and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedFile {
    pub path: String,
    pub text: String,
}

/// A community's place on the web.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The row of Network.
    pub network: Id,
    pub name: String,
    /// `customers` in `https://host/customers`.
    pub path: String,
}
