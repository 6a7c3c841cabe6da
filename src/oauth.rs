//! OAuth 2.0 and OpenID Connect: the authorization and token endpoints and what goes with them. One file per endpoint and per grant.

use std::borrow::Cow;

use crate::message::{Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::router::CallClass;
use crate::world::{Site, State};
use answer::Format;
use error::OauthError;
use parameters::RequestParameters;

mod answer;
mod approval_page;
mod authorization_code;
mod authorize;
mod bearer;
mod browser;
mod client;
mod client_assertion;
mod client_credentials;
mod connect;
mod device;
mod discovery;
mod echo;
mod error;
mod error_page;
mod grant;
mod hybrid;
mod id_token;
mod identity;
mod introspect;
mod jwt;
mod jwt_bearer;
mod keys;
mod login_context;
mod oauth_request;
mod parameters;
mod password;
mod person;
mod pkce;
mod policy;
mod refresh_token;
mod revoke;
mod saml_assertion;
mod saml_bearer;
mod scope;
mod single_access;
mod success;
mod token;
mod token_exchange;
mod tokens;
mod userinfo;

pub(crate) use connect::ERRORS as PAGE_ERRORS;
pub(crate) use error::ERRORS;
pub(crate) use person::ERRORS as IDENTITY_ERRORS;
pub(crate) use policy::ERRORS as LOGIN_ERRORS;

pub use authorize::REQUEST_TYPE_GAPS;
pub use token::{GRANTS, GrantType};

/// What answers at a path.
pub type Endpoint = fn(&State, &Request, Option<Site>) -> Response;

/// The endpoints by path, besides the identity URL.
pub const ENDPOINTS: &[(&str, Endpoint)] = &[
    ("/services/oauth2/authorize", authorize::respond),
    (authorize::PAGE, authorize::page),
    (error_page::PAGE, error_page::page),
    ("/services/oauth2/token", token::respond),
    ("/services/oauth2/revoke", revoke::respond),
    ("/services/oauth2/introspect", introspect::respond),
    ("/services/oauth2/userinfo", userinfo::respond),
    ("/services/oauth2/singleaccess", single_access::respond),
    ("/services/oauth2/success", success::respond),
    ("/services/oauth2/callback", success::respond),
    (echo::PATH, echo::respond),
    (connect::PAGE, connect::respond),
    ("/connect", connect::respond),
    ("/.well-known/openid-configuration", discovery::respond),
    ("/id/keys", keys::respond),
];

/// The endpoints that answer clients, not browsers.
const FOR_CLIENTS: &[&str] = &[
    "/services/oauth2/token",
    "/services/oauth2/revoke",
    "/services/oauth2/introspect",
    "/services/oauth2/userinfo",
    "/services/oauth2/singleaccess",
];

/// The answer to a request of a client that could not be answered: 503. `None` for a path that a browser follows, and for
/// one that is not of OAuth.
pub fn unavailable(request: &Request, fault: &Fault) -> Option<Response> {
    let path = request.path().trim_end_matches('/');
    if !FOR_CLIENTS.contains(&path) && !path.starts_with("/id/") {
        return None;
    }
    let format = Format::oauth(request, &RequestParameters::of(request), Format::Json);
    Some(OauthError::unavailable(fault).response_with(StatusCode::SERVICE_UNAVAILABLE, format))
}

/// The authorization endpoint may be followed by an Experience ID, which brands the pages of communities:
/// `/services/oauth2/authorize/expid_mobile`.
/// <https://help.salesforce.com/s/articleView?id=sf.networks_dynamic_branding_urls_and_endpoints.htm>
fn without_experience(path: &str) -> &str {
    path.rsplit_once("/expid_").map_or(path, |(path, _)| path)
}

/// The endpoints whose calls are [`CallClass::Quick`], besides the identity URL.
const QUICK: &[&str] = &[
    "/services/oauth2/token",
    "/services/oauth2/revoke",
    "/services/oauth2/introspect",
    "/services/oauth2/userinfo",
    "/id/keys",
];

/// Where a call to one of the OAuth endpoints is run.
pub fn class(request: &Request) -> CallClass {
    let path = request.path();
    match QUICK.contains(&path) || path.starts_with("/id/") {
        true => CallClass::Quick,
        false => CallClass::Slow,
    }
}

/// The grant type of a request for a token, else method and path, as the journal names its operation.
pub fn operation(request: &Request) -> Cow<'static, str> {
    let grant = form_urlencoded::parse(&request.body).find(|(name, _)| name == "grant_type");
    match grant {
        Some((_, grant)) => grant.into_owned().into(),
        None => format!("{} {}", request.method, request.path()).into(),
    }
}

/// The answer to a request whose body is larger than `limit` bytes.
pub fn too_large(_request: &Request, limit: usize) -> Response {
    error::OauthError::too_large(limit).response(answer::Format::Json)
}

/// Answers a request to one of the OAuth endpoints; `None` for a path that is none. `site` is the community under whose
/// path the request came, and is no longer in the path.
pub fn answer(state: &State, request: &Request, site: Option<Site>) -> Option<Response> {
    let path = without_experience(request.path().trim_end_matches('/'));
    if let Some((_, respond)) = ENDPOINTS.iter().find(|(known, _)| *known == path) {
        return Some(respond(state, request, site));
    }
    let (org, user) = path.strip_prefix("/id/")?.split_once('/')?;
    Some(identity::respond(state, request, org, user))
}
