//! The web server flow: an authorization code is exchanged for tokens, once.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm>

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::{pkce, tokens};
use crate::world::{AuthorizationCode, LoginMethod, Session};

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    exchange(oauth).map(|(_, fields)| fields)
}

/// Exchanges a code: the session that it opens, and the fields of the answer.
pub fn exchange(oauth: OauthRequest) -> Result<(Session, Map<String, Value>), OauthError> {
    let client = Client::proven(oauth, |app| app.requires_secret_for_code)?;
    let text = oauth.form.get("code").ok_or_else(|| OauthError::missing("code"))?;
    let code = oauth.state.authorizations.code(text).filter(|code| code.client_id == client.id());
    let code = code.ok_or_else(OauthError::invalid_authorization_code)?;
    if !code.is_good(oauth.state.clock.now()) {
        return Err(OauthError::expired_authorization_code());
    }
    let redirect_uri = oauth.form.get("redirect_uri").ok_or_else(OauthError::redirect_uri_missing)?;
    if redirect_uri != code.redirect_uri {
        return Err(OauthError::redirect_uri_mismatch());
    }
    verifies(oauth, &code)?;
    oauth.state.authorizations.spend_code(text);
    let org = oauth.state.org(code.org).ok_or_else(OauthError::invalid_authorization_code)?;
    tokens::issue(
        oauth,
        client,
        LoginMethod::OauthWebServer,
        (org, code.user),
        code.scopes,
        code.nonce.as_deref(),
    )
}

/// The verifier is the challenge's, where there was one (RFC 7636, 4.6).
fn verifies(oauth: OauthRequest, code: &AuthorizationCode) -> Result<(), OauthError> {
    let Some(expected) = &code.challenge else { return Ok(()) };
    let given = oauth.form.get("code_verifier").and_then(pkce::challenge);
    if given.as_ref() == Some(expected) { Ok(()) } else { Err(OauthError::invalid_code_verifier()) }
}
