//! The client credentials flow: the app acts as the user that its administrator chose.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm>

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::grant::Grant;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::policy;
use crate::message::Request;
use crate::world::{LoginMethod, SessionRequest};

const KEYS: &[&str] =
    &["access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"];

/// Hosts that every org shares: the flow needs one that names the org.
const SHARED_HOSTS: &[&str] = &["login.salesforce.com", "test.salesforce.com"];

/// Whether a request came to such a host.
pub fn is_shared_host(request: &Request) -> bool {
    let host = request.host().split(':').next().unwrap_or_default();
    SHARED_HOSTS.iter().any(|shared| shared.eq_ignore_ascii_case(host))
}

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let client = Client::authenticated(oauth)?;
    if is_shared_host(oauth.request) {
        return Err(OauthError::not_on_this_domain());
    }
    let Client::App { org, app } = client else { return Err(OauthError::no_client_credentials_user()) };
    let user = app.client_credentials_user.ok_or_else(OauthError::no_client_credentials_user)?;
    policy::is_installed(client)?;
    let login_context = login_context(LoginMethod::OauthClientCredentials, client, oauth);
    let member =
        oauth.state.authenticated_user(org, user, &login_context).map_err(OauthError::without_password)?;
    let scopes = client.scopes_asked(oauth.form)?;
    let session_request = SessionRequest { client_id: Some(client.id()), scopes, refresh_token: None };
    let session = oauth
        .state
        .open(&member, &login_context, session_request)
        .map_err(|_| OauthError::unknown_error())?;
    Ok(Grant::of(&session, client, None).fields(oauth.state, oauth.request, KEYS))
}
