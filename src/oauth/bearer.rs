//! What the bearer flows have in common once the app has proved that it may name a user.

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::grant::Grant;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::policy;
use crate::world::{LoginMethod, SessionRequest};

/// The five keys of the documented answer.
const KEYS: &[&str] =
    &["access_token", "sfdc_community_url", "sfdc_community_id", "scope", "instance_url", "id", "token_type"];

/// A session for the user with a username, who must have let the app perform requests at any time.
pub fn grant(oauth: OauthRequest, client: Client, username: &str) -> Result<Map<String, Value>, OauthError> {
    let login_context = login_context(LoginMethod::OauthAssertion, client, oauth);
    let found = oauth.state.user_named(username, &login_context).map_err(|_| OauthError::unknown_error())?;
    let (org, user) =
        found.and_then(|(org, user)| Some((org, user.id("Id")?))).ok_or_else(OauthError::not_approved)?;
    let member =
        oauth.state.authenticated_user(org, user, &login_context).map_err(OauthError::without_password)?;
    policy::permits(client, &member, &login_context)?;
    policy::lets_act_at_any_time(client, &member, &login_context)?;
    let scopes = client.scopes_asked(oauth.form)?;
    let session_request = SessionRequest { client_id: Some(client.id()), scopes, refresh_token: None };
    let session = oauth
        .state
        .open(&member, &login_context, session_request)
        .map_err(|_| OauthError::unknown_error())?;
    Ok(Grant::of(&session, client, oauth.site).fields(oauth.state, oauth.request, KEYS))
}
