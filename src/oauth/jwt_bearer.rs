//! The JWT bearer flow: the app proves with its certificate's key that it may act as a user.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm>, RFC 7523

use serde_json::{Map, Value};

use super::bearer;
use super::client::Client;
use super::error::OauthError;
use super::jwt::Claims;
use super::oauth_request::OauthRequest;

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let assertion = oauth.form.get("assertion").ok_or_else(OauthError::invalid_assertion)?;
    let claims = Claims::unchecked(assertion)?;
    let client = Client::find(oauth.state, &claims.iss).ok_or_else(OauthError::invalid_client_id)?;
    let app = client.app().ok_or_else(OauthError::invalid_assertion)?;
    claims.check(assertion, app, oauth)?;
    bearer::grant(oauth, client, &claims.sub.or(claims.prn).unwrap_or_default())
}
