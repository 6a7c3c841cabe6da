//! `/.well-known/openid-configuration`: the real document (<https://login.salesforce.com/.well-known/openid-configuration>),
//! with the address that was asked as issuer.

use serde_json::json;

use super::browser::base;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use crate::message::{Request, Response, StatusCode};
use crate::org::connected_app::SCOPES;
use crate::world::{Site, State};

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let issuer = base(OauthRequest { state, request, form: &form, site });
    let at = |path| format!("{issuer}{path}");
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": at("/services/oauth2/authorize"),
        "token_endpoint": at("/services/oauth2/token"),
        "revocation_endpoint": at("/services/oauth2/revoke"),
        "userinfo_endpoint": at("/services/oauth2/userinfo"),
        "jwks_uri": at("/id/keys"),
        "registration_endpoint": at("/services/oauth2/register"),
        "introspection_endpoint": at("/services/oauth2/introspect"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "dpop_signing_alg_values_supported": ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "claims_supported": [
            "active", "address", "email", "email_verified", "family_name", "given_name", "is_app_installed",
            "language", "locale", "name", "nickname", "organization_id", "phone_number", "phone_number_verified",
            "photos", "picture", "preferred_username", "profile", "sub", "updated_at", "urls", "user_id",
            "user_type", "zoneinfo",
        ],
    });
    Response::json(StatusCode::OK, document.to_string())
}
