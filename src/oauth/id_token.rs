//! Id tokens: who has logged in, signed for the client.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm>, OpenID Connect Core 1.0, 2

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde_json::json;

use super::browser::base;
use super::client::Client;
use super::error::OauthError;
use super::grant::identity_url;
use super::keys::{KEY_ID, signing_key};
use super::oauth_request::OauthRequest;
use crate::world::Session;

/// Seconds that an id token is good for.
const LIFETIME: i64 = 120;

/// The id token that goes with a session's access token.
pub fn of(
    oauth: OauthRequest,
    client: Client,
    session: &Session,
    nonce: Option<&str>,
) -> Result<String, OauthError> {
    let now = oauth.state.clock.now() / 1000;
    let mut claims = json!({
        "at_hash": half_hash(&session.token),
        "sub": identity_url(oauth.request, session),
        "aud": client.id(),
        "iss": base(oauth),
        "exp": now + LIFETIME,
        "iat": now,
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
    let key = signing_key().ok_or_else(OauthError::unknown_error)?;
    jsonwebtoken::encode(&header, &claims, &key).map_err(|_| OauthError::unknown_error())
}

/// The left half of the SHA-256, which binds the access token to the id token (OpenID Connect Core 1.0, 3.1.3.6).
fn half_hash(token: &str) -> String {
    let hash = digest(&SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default())
}
