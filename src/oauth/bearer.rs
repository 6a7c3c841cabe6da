//! What the bearer flows have in common once the app has proved that it may name a user.

use serde_json::{Map, Value};

use super::client::Client;
use super::door::door;
use super::grant::Grant;
use super::policy;
use super::refusal::Refusal;
use super::token_request::TokenRequest;
use crate::world::{Terms, Way};

/// The five keys of the documented answer.
const KEYS: &[&str] =
    &["access_token", "sfdc_community_url", "sfdc_community_id", "scope", "instance_url", "id", "token_type"];

/// A session for the user with a username, who must have let the app perform requests at any time.
pub fn grant(asked: TokenRequest, client: Client, username: &str) -> Result<Map<String, Value>, Refusal> {
    let door = door(Way::OauthAssertion, client, asked);
    let found = asked.state.user_named(username, &door).map_err(|_| Refusal::unknown_error())?;
    let (org, user) =
        found.and_then(|(org, user)| Some((org, user.id("Id")?))).ok_or_else(Refusal::not_approved)?;
    let member = asked.state.member(org, user, &door).map_err(Refusal::without_password)?;
    policy::permits(client, &member, &door)?;
    policy::lets_act_at_any_time(client, &member, &door)?;
    let scopes = client.scopes_asked(asked.form)?;
    let terms = Terms { client_id: Some(client.id()), scopes, refresh_token: None };
    let session = asked.state.open(&member, &door, terms).map_err(|_| Refusal::unknown_error())?;
    Ok(Grant::of(&session, client, asked.site).fields(asked.state, asked.request, KEYS))
}
