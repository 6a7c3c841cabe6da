//! Scopes: what they give, how the approval page calls them.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm>

use crate::org::connected_app::SCOPES;

/// What the approval page says the app may do then.
const LABELS: &[(&str, &str)] = &[
    ("id", "Access the identity URL service"),
    ("profile", "Access the identity URL service"),
    ("email", "Access the identity URL service"),
    ("address", "Access the identity URL service"),
    ("phone", "Access the identity URL service"),
    ("api", "Manage user data via APIs"),
    ("web", "Manage user data via Web browsers"),
    ("full", "Full access"),
    ("refresh_token", "Perform requests at any time"),
    ("offline_access", "Perform requests at any time"),
    ("openid", "Access unique user identifiers"),
    ("chatter_api", "Access Connect REST API resources"),
    ("visualforce", "Access Visualforce applications"),
    ("custom_permissions", "Access custom permissions"),
    ("lightning", "Access Lightning applications"),
    ("content", "Access content resources"),
    ("wave_api", "Access Analytics REST API resources"),
    ("eclair_api", "Access Analytics REST API Charts Geodata resources"),
    ("pardot_api", "Manage Pardot services"),
    ("chatbot_api", "Access chatbot services"),
    ("interaction_api", "Access Interaction API resources"),
    ("sfap_api", "Access the Salesforce API Platform"),
];

/// Whether an app with these scopes may be granted that one: `full` is all of them but refresh tokens, which have two
/// names.
pub fn allows(granted: &[String], scope: &str) -> bool {
    let has = |name: &str| granted.iter().any(|known| known == name);
    if is_offline(scope) {
        return granted.iter().any(|known| is_offline(known));
    }
    has(scope) || (has("full") && SCOPES.contains(&scope))
}

/// Whether a grant of these scopes comes with a refresh token.
pub fn gives_refresh_token(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| is_offline(scope))
}

/// Whether a grant of these scopes comes with an id token.
pub fn gives_id_token(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| scope == "openid")
}

/// The lines of the approval page, each once.
pub fn labels(scopes: &[String]) -> Vec<&str> {
    let mut lines = Vec::new();
    for scope in scopes {
        let label =
            LABELS.iter().find(|(known, _)| known == scope).map_or(scope.as_str(), |(_, label)| label);
        if !lines.contains(&label) {
            lines.push(label);
        }
    }
    lines
}

/// `offline_access` is another name for `refresh_token`.
pub fn is_offline(scope: &str) -> bool {
    scope == "refresh_token" || scope == "offline_access"
}
