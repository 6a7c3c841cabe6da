//! The refresh token flow.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm>

use serde_json::{Map, Value};

use super::client::Client;
use super::error::OauthError;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::{policy, scope, tokens};
use crate::credentials::refresh_token::{issue, note_use, rotate};
use crate::model::fault::Fault;
use crate::org::connected_app::RefreshTokenPolicy;
use crate::world::{AuthenticatedUser, LoginMethod, Session, SessionRequest};

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    renew(oauth).map(|(_, fields)| fields)
}

/// Opens another session of a refresh token: the session, and the fields of the answer.
pub fn renew(oauth: OauthRequest) -> Result<(Session, Map<String, Value>), OauthError> {
    let client = Client::proven(oauth, |app| app.requires_secret_for_refresh)?;
    let token = oauth.form.get("refresh_token").ok_or_else(OauthError::expired_token)?;
    let found = oauth.state.refresh_token(token).map_err(|_| OauthError::unknown_error())?;
    let (org, kept) =
        found.filter(|(_, kept)| kept.client_id == client.id()).ok_or_else(OauthError::expired_token)?;
    if !kept.is_live {
        // A token that was replaced is in the wrong hands: so may be the one in its place.
        oauth.state.revoke_refresh_token(token).map_err(|_| OauthError::unknown_error())?;
        return Err(OauthError::expired_token());
    }
    let policy = client.app().map(|app| app.refresh_token_policy).unwrap_or_default();
    if policy == RefreshTokenPolicy::Zero {
        return Err(OauthError::expired_token());
    }
    if !kept.lasts(policy, oauth.state.clock.now()) {
        return Err(OauthError::token_validity_expired());
    }
    let login_context = login_context(LoginMethod::OauthRefreshToken, client, oauth);
    let member = oauth
        .state
        .authenticated_user(org, kept.user, &login_context)
        .map_err(OauthError::without_password)?;
    policy::permits(client, &member, &login_context)?;
    let rotates = client.app().is_some_and(|app| app.refresh_token_rotation);
    let session_request = SessionRequest {
        client_id: Some(client.id()),
        scopes: kept.scopes.clone(),
        refresh_token: Some(&kept.family),
    };
    // A client that gets no answer asks again, with the token that it has: it may not have been replaced.
    let renewed = org.savepoint(|| {
        let new = match rotates {
            true => Some(rotate(org, &member.environment(), token, &kept)?),
            false => note_use(org, &member.environment(), token, &kept).map(|()| None)?,
        };
        Ok::<_, Fault>((new, oauth.state.open(&member, &login_context, session_request)?))
    });
    let (new, session) = renewed.map_err(|_| OauthError::unknown_error())?;
    let fields = tokens::fields(oauth, client, &session, new.as_deref(), None)?;
    Ok((session, fields))
}

/// A new refresh token of a user for a client, if the scopes ask for one.
pub fn new(
    client: Client,
    member: &AuthenticatedUser,
    scopes: &[String],
) -> Result<Option<String>, OauthError> {
    if !scope::gives_refresh_token(scopes) {
        return Ok(None);
    }
    let token = issue(member.org, &member.environment(), member.id, (client.id(), client.name()), scopes);
    token.map(Some).map_err(|_| OauthError::unknown_error())
}
