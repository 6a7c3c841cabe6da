//! The token exchange flow: a token of another identity provider for one of this org. What the Apex handler of a real
//! org decides, the seed says: whom a token means.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_token_exchange_overview.htm>, RFC 8693

use serde_json::{Map, Value};

use super::client::Client;
use super::client_credentials::is_shared_host;
use super::error::OauthError;
use super::jwt::claims_of_others;
use super::oauth_request::OauthRequest;
use super::tokens;
use crate::model::id::Id;
use crate::model::value;
use crate::org::Org;
use crate::org::connected_app::TokenExchange;
use crate::world::LoginMethod;

/// <https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_enum_Auth_OAuth2TokenExchangeType.htm>
const TYPES: &[&str] = &["access_token", "id_token", "refresh_token", "jwt", "saml2"];
const TYPE_PREFIX: &str = "urn:ietf:params:oauth:token-type:";

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let client = Client::proven(oauth, |app| app.requires_secret_for_code)?;
    if is_shared_host(oauth.request) {
        return Err(OauthError::not_on_this_domain());
    }
    let disabled = || OauthError::flow_disabled("token exchange");
    let Client::App { org, app } = client else { return Err(disabled()) };
    let exchange = app.token_exchange.as_ref().ok_or_else(disabled)?;
    let token = oauth.form.get("subject_token").ok_or_else(|| OauthError::missing("subject_token"))?;
    let kind =
        oauth.form.get("subject_token_type").ok_or_else(|| OauthError::missing("subject_token_type"))?;
    if !kind.strip_prefix(TYPE_PREFIX).is_some_and(|kind| TYPES.contains(&kind)) {
        return Err(OauthError::unsupported_token_type());
    }
    if oauth.form.get("token_handler").is_some_and(|named| Some(named) != exchange.handler.as_deref()) {
        return Err(OauthError::unknown_token_handler());
    }
    let user = subject(org, exchange, token, oauth.state.clock.now())
        .ok_or_else(OauthError::invalid_subject_token)?;
    let scopes = client.scopes_asked(oauth.form)?;
    tokens::issue(oauth, client, LoginMethod::OauthAssertion, (org, user), scopes, None)
        .map(|(_, fields)| fields)
}

/// The user whom a token means: by its whole text, or by a claim. Nobody checks the signature: that is the handler's
/// business.
fn subject(org: &Org, exchange: &TokenExchange, token: &str, now: i64) -> Option<Id> {
    let whole = exchange.subjects.iter().find(|(known, _)| known == token);
    if let Some((_, user)) = whole {
        return Some(*user);
    }
    let (claim, field) = exchange.claim.as_ref()?;
    let claims = claims_of_others(token, now)?;
    let named = value::Value::from(claims.get(claim)?.as_str()?);
    let users = org.standard("User").ok()?;
    org.ids_where(&users, field, &named, 1).ok()?.first().copied()
}
