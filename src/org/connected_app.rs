//! Connected apps: what OAuth asks about a client.

use crate::model::id::Id;

/// The scopes that every org has, in the order of the real discovery document.
/// Source: <https://login.salesforce.com/.well-known/openid-configuration>
pub const SCOPES: &[&str] = &[
    "cdp_ingest_api",
    "custom_permissions",
    "cdp_segment_api",
    "content",
    "cdp_api",
    "chatbot_api",
    "cdp_identityresolution_api",
    "interaction_api",
    "wave_api",
    "web",
    "cdp_calculated_insight_api",
    "einstein_gpt_api",
    "offline_access",
    "id",
    "api",
    "data_cloud_user_claims",
    "eclair_api",
    "email",
    "pardot_api",
    "lightning",
    "visualforce",
    "cdp_query_api",
    "sfap_api",
    "address",
    "openid",
    "profile",
    "scrt_api",
    "cdp_profile_api",
    "refresh_token",
    "phone",
    "user_registration_api",
    "pwdless_login_api",
    "chatter_api",
    "mcp_api",
    "full",
    "forgot_password",
];

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
    /// Where the authorization endpoint may lead.
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
    pub refresh_token_policy: RefreshTokenPolicy,
    /// "Require Proof Key for Code Exchange (PKCE)".
    pub requires_pkce: bool,
    /// "Require Secret for Web Server Flow".
    pub requires_secret_for_code: bool,
    /// "Require Secret for Refresh Token Flow".
    pub requires_secret_for_refresh: bool,
    /// "Enable Device Flow".
    pub device_flow: bool,
    /// "Enable Authorization Code and Credentials Flow".
    pub code_credentials: bool,
    /// "Enable Token Exchange Flow", and what stands for its Apex handler; `None` switches the flow off.
    pub token_exchange: Option<TokenExchange>,
    /// Whether an administrator has installed the app: nobody may use another.
    /// Source: <https://help.salesforce.com/s/articleView?id=005132365&type=1>
    pub installed: bool,
    /// Seconds a session of the app lives without use; `None` for the org's own timeout.
    pub session_timeout: Option<i64>,
}

/// A public client that every org knows.
#[derive(Debug)]
pub struct BuiltIn {
    /// The consumer key.
    pub id: &'static str,
    pub name: &'static str,
    pub callback_urls: &'static [&'static str],
}

const CLI_CALLBACK: &[&str] = &["http://localhost:1717/OauthRedirect"];

/// <https://github.com/forcedotcom/sfdx-core/blob/main/src/org/authInfo.ts>,
/// <https://github.com/forcedotcom/dataloader/blob/master/src/main/java/com/salesforce/dataloader/config/Config.java>
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn { id: "PlatformCLI", name: "Salesforce CLI", callback_urls: CLI_CALLBACK },
    BuiltIn {
        id: "SalesforceDevelopmentExperience",
        name: "Salesforce Developer Experience",
        callback_urls: CLI_CALLBACK,
    },
    BuiltIn { id: "DataLoaderPartnerUI/", name: "Data Loader Partner", callback_urls: &[] },
    BuiltIn { id: "DataLoaderBulkUI/", name: "Data Loader Bulk", callback_urls: &[] },
];

/// How long a refresh token can be used, by milliseconds.
/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.connected_app_manage_oauth.htm>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefreshTokenPolicy {
    /// "Refresh token is valid until revoked".
    #[default]
    Infinite,
    /// "Immediately expire refresh token".
    Zero,
    /// "Expire refresh token after".
    Lifetime(i64),
    /// "Expire refresh token if not used for".
    Inactivity(i64),
}

impl RefreshTokenPolicy {
    /// Reads `infinite`, `zero`, `specific_lifetime:8:HOURS` or `specific_inactivity:30:DAYS`, as the metadata type
    /// ConnectedApp has them; the unit may be left out, for hours.
    pub fn parse(text: &str) -> Option<RefreshTokenPolicy> {
        const HOUR: i64 = 3_600_000;
        let mut parts = text.split(':');
        let kind = parts.next()?;
        match kind {
            "infinite" => return Some(RefreshTokenPolicy::Infinite),
            "zero" => return Some(RefreshTokenPolicy::Zero),
            _ => {}
        }
        let number: i64 = parts.next()?.parse().ok().filter(|number| (1..=10_000).contains(number))?;
        let unit = match parts.next() {
            None | Some("HOURS") => HOUR,
            Some("DAYS") => 24 * HOUR,
            Some("MONTHS") => 30 * 24 * HOUR,
            Some(_) => return None,
        };
        match kind {
            "specific_lifetime" => Some(RefreshTokenPolicy::Lifetime(number * unit)),
            "specific_inactivity" => Some(RefreshTokenPolicy::Inactivity(number * unit)),
            _ => None,
        }
    }
}

/// What stands for an Apex class that extends `Auth.Oauth2TokenExchangeHandler`: whom a foreign token means.
/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_token_exchange_overview.htm>
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenExchange {
    /// The name for the parameter `token_handler`.
    pub handler: Option<String>,
    /// Tokens by their whole text.
    pub subjects: Vec<(String, Id)>,
    /// A claim of tokens that are JWTs, and the field of User that has its value.
    pub claim: Option<(String, String)>,
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
