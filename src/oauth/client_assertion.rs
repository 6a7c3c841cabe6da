//! A client that proves itself with a JWT instead of a secret: `private_key_jwt`, RFC 7523, 2.2.

use super::client::Client;
use super::error::OauthError;
use super::jwt::Claims;
use super::oauth_request::OauthRequest;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The client of `client_assertion`; `None` when the request has none.
pub fn client<'a>(oauth: OauthRequest<'a>) -> Result<Option<Client<'a>>, OauthError> {
    let Some(assertion) = oauth.form.get("client_assertion") else { return Ok(None) };
    if oauth.form.get("client_assertion_type") != Some(JWT_BEARER) {
        return Err(OauthError::invalid_client());
    }
    let claims = Claims::unchecked(assertion).map_err(|_| OauthError::invalid_client())?;
    let named = oauth.form.get("client_id").unwrap_or(&claims.iss);
    let client = Client::find(oauth.state, named).ok_or_else(OauthError::invalid_client_id)?;
    let app = client.app().ok_or_else(OauthError::invalid_client)?;
    let is_its_own = claims.iss == app.client_id && claims.sub.as_ref() == Some(&app.client_id);
    if !is_its_own || claims.check(assertion, app, oauth).is_err() {
        return Err(OauthError::invalid_client());
    }
    Ok(Some(client))
}
