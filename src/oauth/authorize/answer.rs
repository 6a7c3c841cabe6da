//! Back to the client: with a code in the query, with a token in the fragment, or with a refusal in the same place.

use super::super::browser::with_parameters;
use super::super::error::OauthError;
use super::super::grant::Grant;
use super::super::hybrid;
use super::super::id_token;
use super::super::login_context::login_context;
use super::super::oauth_request::OauthRequest;
use super::super::refresh_token;
use super::super::scope;
use super::request::{Authorization, ResponseType};
use crate::message::{Response, form_of};
use crate::world::{AuthenticatedUser, AuthorizationCode, SessionRequest};

/// The keys of the user-agent flow, in the order of the documentation.
const KEYS: &[&str] = &[
    "access_token",
    "refresh_token",
    "sfdc_community_url",
    "sfdc_community_id",
    "instance_url",
    "id",
    "issued_at",
    "signature",
    "scope",
    "id_token",
    "token_type",
];

/// With a refusal.
pub fn refuse(authorization: &Authorization, refusal: &OauthError) -> Response {
    let pairs = [("error", refusal.error), ("error_description", &refusal.description)];
    go(authorization, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
}

/// With what the client asked for.
pub fn grant(oauth: OauthRequest, authorization: &Authorization, member: &AuthenticatedUser) -> Response {
    let pairs = match authorization.response_type {
        ResponseType::Code | ResponseType::CodeCredentials => Ok(code(oauth, authorization, member)),
        ResponseType::Token | ResponseType::TokenIdToken | ResponseType::HybridToken => {
            token(oauth, authorization, member)
        }
    };
    match pairs {
        Ok(pairs) => go(authorization, pairs),
        Err(refusal) => refuse(authorization, &refusal),
    }
}

fn code(
    oauth: OauthRequest,
    authorization: &Authorization,
    member: &AuthenticatedUser,
) -> Vec<(String, String)> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let text = format!("aPrx{}==", oauth.state.random.text(84, ALPHABET));
    let code = AuthorizationCode {
        org: member.org.id,
        user: member.id,
        client_id: authorization.client.id().to_owned(),
        redirect_uri: authorization.redirect_uri.clone(),
        scopes: authorization.scopes.clone(),
        challenge: authorization.challenge.clone(),
        nonce: authorization.nonce.clone(),
        issued: oauth.state.clock.now(),
        is_spent: false,
    };
    oauth.state.authorizations.give_code(text.clone(), code);
    let mut pairs = vec![("code".to_owned(), text)];
    if let Some(site) = oauth.site {
        pairs.push(("sfdc_community_url".to_owned(), format!("{}/{}", oauth.request.origin(), site.path)));
        pairs.push(("sfdc_community_id".to_owned(), site.network.to_string()));
    }
    pairs
}

fn token(
    oauth: OauthRequest,
    authorization: &Authorization,
    member: &AuthenticatedUser,
) -> Result<Vec<(String, String)>, OauthError> {
    let client = authorization.client;
    let login_context = login_context(authorization.response_type.login_method(), client, oauth);
    let refresh_token = refresh_token::new(client, member, &authorization.scopes)?;
    let session_request = SessionRequest {
        client_id: Some(client.id()),
        scopes: authorization.scopes.clone(),
        refresh_token: refresh_token.as_deref(),
    };
    let session =
        oauth.state.open(member, &login_context, session_request).map_err(|_| OauthError::unknown_error())?;
    let wanted = authorization.response_type == ResponseType::TokenIdToken
        && scope::gives_id_token(&authorization.scopes);
    let id_token =
        wanted.then(|| id_token::of(oauth, client, &session, authorization.nonce.as_deref())).transpose()?;
    let grant = Grant {
        refresh_token: refresh_token.as_deref(),
        id_token: id_token.as_deref(),
        ..Grant::of(&session, client, oauth.site)
    };
    let mut fields = grant.fields(oauth.state, oauth.request, KEYS);
    if authorization.response_type == ResponseType::HybridToken {
        fields = hybrid::with_pages(oauth, &session, fields);
    }
    let pairs = fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
    Ok(pairs.collect())
}

fn go(authorization: &Authorization, mut pairs: Vec<(String, String)>) -> Response {
    pairs.extend(authorization.state.as_ref().map(|state| ("state".to_owned(), state.clone())));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
    Response::found(&match authorization.response_type.is_code() {
        true => with_parameters(&authorization.redirect_uri, &pairs),
        false => format!("{}#{}", authorization.redirect_uri, form_of(&pairs)),
    })
}
