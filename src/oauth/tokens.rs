//! The answer to a user's yes: an access token, and by scope a refresh token and an id token.

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::grant::Grant;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::{id_token, policy, refresh_token, scope};
use crate::model::id::Id;
use crate::org::Org;
use crate::world::{LoginMethod, Session, SessionRequest};

/// The keys of the answer.
const KEYS: &[&str] = &[
    "access_token",
    "refresh_token",
    "sfdc_community_url",
    "sfdc_community_id",
    "signature",
    "scope",
    "id_token",
    "instance_url",
    "id",
    "token_type",
    "issued_at",
];

/// Logs a user of an org in, and gives the client its tokens: the session, and the fields of the answer.
pub fn issue(
    oauth: OauthRequest,
    client: Client,
    method: LoginMethod,
    (org, user): (&Org, Id),
    scopes: Vec<String>,
    nonce: Option<&str>,
) -> Result<(Session, Map<String, Value>), OauthError> {
    let login_context = login_context(method, client, oauth);
    let member =
        oauth.state.authenticated_user(org, user, &login_context).map_err(OauthError::without_password)?;
    policy::permits(client, &member, &login_context)?;
    let refresh_token = refresh_token::new(client, &member, &scopes)?;
    let session_request =
        SessionRequest { client_id: Some(client.id()), scopes, refresh_token: refresh_token.as_deref() };
    let session = oauth
        .state
        .open(&member, &login_context, session_request)
        .map_err(|_| OauthError::unknown_error())?;
    let fields = fields(oauth, client, &session, refresh_token.as_deref(), nonce)?;
    Ok((session, fields))
}

/// The fields of an answer, by scope an id token among them.
pub fn fields(
    oauth: OauthRequest,
    client: Client,
    session: &Session,
    refresh_token: Option<&str>,
    nonce: Option<&str>,
) -> Result<Map<String, Value>, OauthError> {
    let id_token = scope::gives_id_token(&session.scopes)
        .then(|| id_token::of(oauth, client, session, nonce))
        .transpose()?;
    let grant =
        Grant { refresh_token, id_token: id_token.as_deref(), ..Grant::of(session, client, oauth.site) };
    Ok(grant.fields(oauth.state, oauth.request, KEYS))
}
