//! `/services/oauth2/token`: which grant is meant, and how its outcome is written.
//!
//! Checks go in this order: method, grant type, client id, secret, proof, state of the user, policy of the app, scopes.

use serde_json::{Map, Value};

use super::answer::{Format, answer};
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use super::{
    authorization_code, client_credentials, device, hybrid, jwt_bearer, password, refresh_token,
    saml_assertion, saml_bearer, token_exchange,
};
use crate::message::{Method, Request, Response, StatusCode};
use crate::world::{Site, State};

/// How a grant comes to the fields of its answer.
pub type GrantType = fn(OauthRequest) -> Result<Map<String, Value>, OauthError>;

/// The grants by `grant_type`.
pub const GRANTS: &[(&str, GrantType)] = &[
    ("authorization_code", authorization_code::grant),
    ("password", password::grant),
    ("client_credentials", client_credentials::grant),
    ("refresh_token", refresh_token::grant),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", jwt_bearer::grant),
    ("urn:ietf:params:oauth:grant-type:saml2-bearer", saml_bearer::grant),
    ("device", device::grant),
    ("urn:ietf:params:oauth:grant-type:token-exchange", token_exchange::grant),
    ("hybrid_auth_code", hybrid::code),
    ("hybrid_refresh", hybrid::refresh),
];

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let format = Format::oauth(request, &form, Format::Json);
    if request.method != Method::POST {
        return OauthError::must_post().response(format);
    }
    let grant_type = form.get("grant_type").unwrap_or_default();
    let oauth = OauthRequest { state, request, form: &form, site };
    if grant_type == "assertion" {
        return saml_assertion::respond(oauth, format);
    }
    let starts_device = form.get("response_type") == Some("device_code");
    let grant = GRANTS.iter().find(|(name, _)| *name == grant_type).map(|(_, grant)| grant);
    let outcome = match grant {
        _ if starts_device => device::start(oauth),
        Some(grant) => grant(oauth),
        None => Err(OauthError::unsupported_grant_type()),
    };
    match outcome {
        Ok(fields) => answer(StatusCode::OK, format, "OAuth", &fields),
        Err(refusal) => refusal.response(format),
    }
}
