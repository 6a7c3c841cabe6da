//! The refresh token flow.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm>

use serde_json::{Map, Value};

use super::client::Client;
use super::door::door;
use super::grant::Grant;
use super::policy;
use super::refusal::Refusal;
use super::token::Asked;
use crate::cloud::{Terms, Way};
use crate::org::refresh_token::rotate;

const KEYS: &[&str] = &[
    "access_token",
    "refresh_token",
    "sfdc_community_url",
    "sfdc_community_id",
    "signature",
    "scope",
    "instance_url",
    "id",
    "token_type",
    "issued_at",
];

pub fn grant(asked: Asked) -> Result<Map<String, Value>, Refusal> {
    let client = Client::authenticated(asked.state, asked.request, asked.form)?;
    let token = asked.form.get("refresh_token").ok_or_else(Refusal::expired_token)?;
    let found = asked.state.refresh_token(token).map_err(|_| Refusal::unknown_error())?;
    let (org, kept) =
        found.filter(|(_, kept)| kept.client_id == client.id()).ok_or_else(Refusal::expired_token)?;
    if !kept.is_live {
        // A token that was replaced is in the wrong hands: so may be the one in its place.
        asked.state.revoke_refresh_token(token).map_err(|_| Refusal::unknown_error())?;
        return Err(Refusal::expired_token());
    }
    let door = door(Way::OauthRefreshToken, client, asked);
    let member = asked.state.member(org, kept.user, &door).map_err(Refusal::without_password)?;
    policy::permits(client, &member, &door)?;
    let new = match client {
        Client::App { app, .. } if app.refresh_token_rotation => {
            Some(rotate(org, &member.world(), token, &kept).map_err(|_| Refusal::unknown_error())?)
        }
        _ => None,
    };
    let terms =
        Terms { client_id: Some(client.id()), scopes: kept.scopes, refresh_token: Some(&kept.family) };
    let session = asked.state.open(&member, &door, terms).map_err(|_| Refusal::unknown_error())?;
    let grant = Grant { session: &session, client, site: asked.site, refresh_token: new.as_deref() };
    Ok(grant.fields(asked.state, asked.request, KEYS))
}
