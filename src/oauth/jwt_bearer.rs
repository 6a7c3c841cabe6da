//! The JWT bearer flow: the app proves with its certificate's key that it may act as a user.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm>, RFC 7523

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Client;
use super::door::door;
use super::grant::Grant;
use super::policy;
use super::refusal::Refusal;
use super::token::Asked;
use crate::cloud::{Terms, Way};
use crate::message::Request;
use crate::org::connected_app::{ConnectedApp, PermittedUsers};

/// The five keys of the documented answer.
const KEYS: &[&str] =
    &["access_token", "sfdc_community_url", "sfdc_community_id", "scope", "instance_url", "id", "token_type"];

/// Hosts that every client may name as audience, wherever it sends the assertion.
const PUBLIC_AUDIENCES: &[&str] = &["login.salesforce.com", "test.salesforce.com"];
/// Clocks differ.
const SKEW_MS: f64 = 180_000.0;

/// The claims that are looked at. Their types are what clients send, not what RFC 7519 says: simple-salesforce sends
/// `exp` as a text, the Salesforce CLI in milliseconds.
#[derive(Debug, Default, Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    prn: Option<String>,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    exp: Value,
}

pub fn grant(asked: Asked) -> Result<Map<String, Value>, Refusal> {
    let assertion = asked.form.get("assertion").ok_or_else(Refusal::invalid_assertion)?;
    let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(assertion)
        .map_err(|_| Refusal::invalid_assertion())?;
    let client = Client::find(asked.state, &claims.iss).ok_or_else(Refusal::invalid_client_id)?;
    let Client::App { app, .. } = client else { return Err(Refusal::invalid_assertion()) };
    is_signed_by(app, assertion)?;
    is_for_us(&claims, asked.request)?;
    is_not_over(&claims, asked.state.clock.now())?;
    let door = door(Way::OauthAssertion, client, asked);
    let username = claims.sub.or(claims.prn).unwrap_or_default();
    let found = asked.state.user_named(&username, &door).map_err(|_| Refusal::unknown_error())?;
    let (org, user) =
        found.and_then(|(org, user)| Some((org, user.id("Id")?))).ok_or_else(Refusal::not_approved)?;
    let member = asked.state.member(org, user, &door).map_err(Refusal::without_password)?;
    policy::permits(client, &member, &door)?;
    if app.permitted_users == PermittedUsers::AllSelfAuthorized && !app.approved_users.contains(&user) {
        member.note_refusal(&door, policy::NOT_APPROVED);
        return Err(Refusal::not_approved());
    }
    let scopes = client.scopes_asked(asked.form)?;
    let terms = Terms { client_id: Some(client.id()), scopes, refresh_token: None };
    let session = asked.state.open(&member, &door, terms).map_err(|_| Refusal::unknown_error())?;
    let grant = Grant { session: &session, client, site: asked.site, refresh_token: None };
    Ok(grant.fields(asked.state, asked.request, KEYS))
}

fn is_signed_by(app: &ConnectedApp, assertion: &str) -> Result<(), Refusal> {
    let certificate = app.certificate.as_deref().ok_or_else(Refusal::invalid_assertion)?;
    let key = DecodingKey::from_rsa_pem(certificate.as_bytes()).map_err(|_| Refusal::invalid_assertion())?;
    // Only the signature: each claim has an error of its own.
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let verified = jsonwebtoken::decode::<Map<String, Value>>(assertion, &key, &signature_only);
    verified.map(drop).map_err(|_| Refusal::invalid_assertion())
}

/// The audience is one of the public hosts, the host that was asked, or another name of this machine.
fn is_for_us(claims: &Claims, request: &Request) -> Result<(), Refusal> {
    let names_us = |audience: &str| {
        let Some((_, rest)) = audience.split_once("://") else { return false };
        let authority = rest.split('/').next().unwrap_or_default();
        let host = host_of(authority);
        let public = PUBLIC_AUDIENCES.iter().any(|known| known.eq_ignore_ascii_case(host));
        let loopback = host == "127.0.0.1" || host == "[::1]" || is_localhost(host);
        public || loopback || host.eq_ignore_ascii_case(host_of(request.host()))
    };
    let named = match &claims.aud {
        Value::String(audience) => names_us(audience),
        Value::Array(audiences) => audiences.iter().filter_map(Value::as_str).any(names_us),
        _ => false,
    };
    if named { Ok(()) } else { Err(Refusal::invalid_audience()) }
}

fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Seen for an `exp` in the past: <https://github.com/simple-salesforce/simple-salesforce/issues/491>.
fn is_not_over(claims: &Claims, now: i64) -> Result<(), Refusal> {
    const FIRST_IN_MILLISECONDS: f64 = 100_000_000_000.0;
    let exp = match &claims.exp {
        Value::Number(number) => number.as_f64(),
        Value::String(digits) => digits.trim().parse().ok(),
        _ => None,
    };
    let exp = exp.ok_or_else(Refusal::invalid_assertion)?;
    let exp_ms = if exp < FIRST_IN_MILLISECONDS { exp * 1000.0 } else { exp };
    if exp_ms + SKEW_MS > now as f64 { Ok(()) } else { Err(Refusal::expired_authorization_code()) }
}
