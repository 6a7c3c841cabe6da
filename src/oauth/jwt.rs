//! JSON Web Tokens with which a client proves what it says (RFC 7523): signature, audience, time. Extensions that a header
//! calls critical are unknown here, so such a token is refused (RFC 7515, 4.1.11).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::OauthError;
use super::oauth_request::OauthRequest;
use crate::org::connected_app::ConnectedApp;

/// Hosts that every client may name as audience, wherever it sends the assertion.
const PUBLIC_AUDIENCES: &[&str] = &["login.salesforce.com", "test.salesforce.com"];
/// Clocks differ.
const SKEW_MS: f64 = 180_000.0;

/// The claims that are looked at. Their types are what clients send, not what RFC 7519 says: simple-salesforce sends
/// `exp` as a text, the Salesforce CLI in milliseconds.
#[derive(Debug, Default, Deserialize)]
pub struct Claims {
    #[serde(default)]
    pub iss: String,
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub prn: Option<String>,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    nbf: Value,
}

impl Claims {
    /// The claims of a token that nobody has checked.
    pub fn unchecked(token: &str) -> Result<Claims, OauthError> {
        jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| OauthError::invalid_assertion())
    }

    /// Checks the token that the claims were read from: that the app has signed it, for this server, and in time.
    pub fn check(&self, token: &str, app: &ConnectedApp, oauth: OauthRequest) -> Result<(), OauthError> {
        is_signed_by(app, token)?;
        is_for_us(self, app, oauth)?;
        let now = oauth.state.clock.now();
        is_not_over(self, now)?;
        has_begun(&self.nbf, now)
    }
}

fn is_signed_by(app: &ConnectedApp, assertion: &str) -> Result<(), OauthError> {
    let certificate = app.certificate.as_deref().ok_or_else(OauthError::invalid_assertion)?;
    let key =
        DecodingKey::from_rsa_pem(certificate.as_bytes()).map_err(|_| OauthError::invalid_assertion())?;
    // Only the signature: each claim has an error of its own.
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let verified = jsonwebtoken::decode::<Map<String, Value>>(assertion, &key, &signature_only);
    match verified {
        Ok(token) if token.header.crit.is_none() => Ok(()),
        _ => Err(OauthError::invalid_assertion()),
    }
}

/// The claims of a token whose signature is somebody else's to check; `None` when it cannot be read, is not good yet, or
/// has a header that must be understood.
pub fn claims_of_others(token: &str, now: i64) -> Option<Map<String, Value>> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    let claims: Map<String, Value> = jsonwebtoken::dangerous::insecure_decode_claims(token).ok()?;
    has_begun(claims.get("nbf").unwrap_or(&Value::Null), now).ok()?;
    header.crit.is_none().then_some(claims)
}

/// The audience is one of the public hosts, the host that was asked, another name of this machine, or the My Domain of the
/// app's org, whatever address the client has used.
fn is_for_us(claims: &Claims, app: &ConnectedApp, oauth: OauthRequest) -> Result<(), OauthError> {
    let org = oauth.state.connected_app(&app.client_id).map(|(org, _)| org.id);
    let names_us = |audience: &str| {
        let Some((_, rest)) = audience.split_once("://") else { return false };
        let authority = rest.split('/').next().unwrap_or_default();
        let host = host_of(authority);
        let public = PUBLIC_AUDIENCES.iter().any(|known| known.eq_ignore_ascii_case(host));
        let loopback = host == "127.0.0.1" || host == "[::1]" || is_localhost(host);
        let own = || org.is_some_and(|org| oauth.state.is_my_domain(host, org));
        public || loopback || host.eq_ignore_ascii_case(host_of(oauth.request.host())) || own()
    };
    let named = match &claims.aud {
        Value::String(audience) => names_us(audience),
        Value::Array(audiences) => audiences.iter().filter_map(Value::as_str).any(names_us),
        _ => false,
    };
    if named { Ok(()) } else { Err(OauthError::invalid_audience()) }
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
fn is_not_over(claims: &Claims, now: i64) -> Result<(), OauthError> {
    let exp = millis(&claims.exp).ok_or_else(OauthError::invalid_assertion)?;
    if exp + SKEW_MS > now as f64 { Ok(()) } else { Err(OauthError::expired_authorization_code()) }
}

/// A token without `nbf` is good from the beginning (RFC 7519, 4.1.5).
fn has_begun(nbf: &Value, now: i64) -> Result<(), OauthError> {
    if nbf.is_null() {
        return Ok(());
    }
    let nbf = millis(nbf).ok_or_else(OauthError::invalid_assertion)?;
    if nbf - SKEW_MS <= now as f64 { Ok(()) } else { Err(OauthError::invalid_assertion()) }
}

/// A time in seconds or, as some clients write it, in milliseconds or as a text.
fn millis(time: &Value) -> Option<f64> {
    const FIRST_IN_MILLISECONDS: f64 = 100_000_000_000.0;
    let time = match time {
        Value::Number(number) => number.as_f64(),
        Value::String(digits) => digits.trim().parse().ok(),
        _ => None,
    };
    let time = time.filter(|time| time.is_finite())?;
    Some(if time < FIRST_IN_MILLISECONDS { time * 1000.0 } else { time })
}
