//! Back to the client: with a code in the query, with a token in the fragment, or with a refusal in the same place.

use super::super::browser::with_parameters;
use super::super::door::door;
use super::super::grant::Grant;
use super::super::refresh_token;
use super::super::refusal::Refusal;
use super::super::token::Asked;
use super::super::{id_token, scope};
use super::request::{Authorization, ResponseType};
use super::way;
use crate::cloud::{AuthorizationCode, Member, Terms};
use crate::message::{Response, form_of};

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
pub fn refuse(authorization: &Authorization, refusal: &Refusal) -> Response {
    let pairs = [("error", refusal.error), ("error_description", &refusal.description)];
    go(authorization, pairs.map(|(name, value)| (name, value.to_owned())).to_vec())
}

/// With what the client asked for.
pub fn grant(asked: Asked, authorization: &Authorization, member: &Member) -> Response {
    let pairs = match authorization.response_type {
        ResponseType::Code => Ok(code(asked, authorization, member)),
        ResponseType::Token | ResponseType::TokenIdToken => token(asked, authorization, member),
    };
    match pairs {
        Ok(pairs) => go(authorization, pairs),
        Err(refusal) => refuse(authorization, &refusal),
    }
}

fn code(asked: Asked, authorization: &Authorization, member: &Member) -> Vec<(&'static str, String)> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let text = format!("aPrx{}==", asked.state.random.text(84, ALPHABET));
    let code = AuthorizationCode {
        org: member.org.id,
        user: member.id,
        client_id: authorization.client.id().to_owned(),
        redirect_uri: authorization.redirect_uri.clone(),
        scopes: authorization.scopes.clone(),
        challenge: authorization.challenge.clone(),
        nonce: authorization.nonce.clone(),
        issued: asked.state.clock.now(),
        is_spent: false,
    };
    asked.state.authorizations.give_code(text.clone(), code);
    let mut pairs = vec![("code", text)];
    if let Some(site) = asked.site {
        pairs.push(("sfdc_community_url", format!("{}/{}", asked.request.origin(), site.path)));
        pairs.push(("sfdc_community_id", site.network.to_string()));
    }
    pairs
}

fn token(
    asked: Asked,
    authorization: &Authorization,
    member: &Member,
) -> Result<Vec<(&'static str, String)>, Refusal> {
    let client = authorization.client;
    let door = door(way(authorization), client, asked);
    let refresh_token = refresh_token::new(client, member, &authorization.scopes)?;
    let terms = Terms {
        client_id: Some(client.id()),
        scopes: authorization.scopes.clone(),
        refresh_token: refresh_token.as_deref(),
    };
    let session = asked.state.open(member, &door, terms).map_err(|_| Refusal::unknown_error())?;
    let wanted = authorization.response_type == ResponseType::TokenIdToken
        && scope::gives_id_token(&authorization.scopes);
    let id_token =
        wanted.then(|| id_token::of(asked, client, &session, authorization.nonce.as_deref())).transpose()?;
    let grant = Grant {
        refresh_token: refresh_token.as_deref(),
        id_token: id_token.as_deref(),
        ..Grant::of(&session, client, asked.site)
    };
    let mut fields = grant.fields(asked.state, asked.request, KEYS);
    let text = |name| Some((name, fields.remove(name)?.as_str()?.to_owned()));
    Ok(KEYS.iter().copied().filter_map(text).collect())
}

fn go(authorization: &Authorization, mut pairs: Vec<(&str, String)>) -> Response {
    pairs.extend(authorization.state.as_ref().map(|state| ("state", state.clone())));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Response::found(&match authorization.response_type {
        ResponseType::Code => with_parameters(&authorization.redirect_uri, &pairs),
        _ => format!("{}#{}", authorization.redirect_uri, form_of(&pairs)),
    })
}
