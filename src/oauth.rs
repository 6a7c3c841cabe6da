//! OAuth 2.0 and OpenID Connect: the token endpoint and what goes with it. One file per endpoint and per grant.

use crate::cloud::{Site, State};
use crate::message::{Request, Response};

mod answer;
mod client;
mod client_credentials;
mod door;
mod form;
mod grant;
mod identity;
mod introspect;
mod jwt_bearer;
mod password;
mod person;
mod policy;
mod refresh_token;
mod refusal;
mod revoke;
mod saml_assertion;
mod saml_bearer;
mod token;
mod userinfo;

pub use token::{GAPS, GRANTS, GrantType};

/// What answers at a path.
pub type Endpoint = fn(&State, &Request, Option<Site>) -> Response;

/// The endpoints by path, besides the identity URL.
pub const ENDPOINTS: &[(&str, Endpoint)] = &[
    ("/services/oauth2/token", token::respond),
    ("/services/oauth2/revoke", revoke::respond),
    ("/services/oauth2/introspect", introspect::respond),
    ("/services/oauth2/userinfo", userinfo::respond),
];

/// Answers a request to one of the OAuth endpoints; `None` for a path that is none. `site` is the community under whose
/// path the request came, and is no longer in the path.
pub fn answer(state: &State, request: &Request, site: Option<Site>) -> Option<Response> {
    let path = request.path().trim_end_matches('/');
    if let Some((_, respond)) = ENDPOINTS.iter().find(|(known, _)| *known == path) {
        return Some(respond(state, request, site));
    }
    let (org, user) = path.strip_prefix("/id/")?.split_once('/')?;
    Some(identity::respond(state, request, org, user))
}
