//! The username-password flow.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_username_password_flow.htm>

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::grant::Grant;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::policy;
use crate::world::{LoginMethod, SessionRequest};

const KEYS: &[&str] = &[
    "access_token",
    "sfdc_community_url",
    "sfdc_community_id",
    "instance_url",
    "id",
    "token_type",
    "issued_at",
    "signature",
];

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let client = Client::authenticated(oauth)?;
    let login_context = login_context(LoginMethod::OauthPassword, client, oauth);
    let username = oauth.form.get("username").unwrap_or_default();
    let password = oauth.form.get("password").unwrap_or_default();
    // Whatever is wrong, the real service says no more than this.
    let member = oauth
        .state
        .identify(username, password, &login_context)
        .map_err(|_| OauthError::authentication_failure())?;
    policy::permits(client, &member, &login_context)?;
    let scopes = client.scopes_asked(oauth.form)?;
    let session_request = SessionRequest { client_id: Some(client.id()), scopes, refresh_token: None };
    let session = oauth
        .state
        .open(&member, &login_context, session_request)
        .map_err(|_| OauthError::unknown_error())?;
    Ok(Grant::of(&session, client, oauth.site).fields(oauth.state, oauth.request, KEYS))
}
