//! `/id/keys`: the keys that verify id tokens (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use crate::message::{Request, Response, StatusCode};
use crate::world::{Site, State};

/// Public by design, as everything here is for tests. One key for all orgs, as the real service has.
const KEY: &str = include_str!("../../seed/standard/keys/openid-signing.key");

/// Which key it is.
pub const KEY_ID: &str = "222";

/// The key that signs.
pub fn signing_key() -> Option<EncodingKey> {
    EncodingKey::from_rsa_pem(KEY.as_bytes()).ok()
}

pub fn respond(_state: &State, _request: &Request, _site: Option<Site>) -> Response {
    let key = signing_key().and_then(|key| Jwk::from_encoding_key(&key, Algorithm::RS256).ok());
    let keys: Vec<_> = key.iter().filter_map(public).collect();
    Response::json(StatusCode::OK, json!({ "keys": keys }).to_string())
}

fn public(key: &Jwk) -> Option<serde_json::Value> {
    let AlgorithmParameters::RSA(rsa) = &key.algorithm else { return None };
    Some(json!({ "kty": "RSA", "n": rsa.n, "e": rsa.e, "alg": "RS256", "use": "sig", "kid": KEY_ID }))
}
