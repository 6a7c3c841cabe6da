//! SCIM: users, groups, entitlements and roles at `/services/scim/v2` (RFC 7643, RFC 7644), and at `/services/scim/v1`
//! (SCIM 1.1), which `sf org create user` speaks. Decodes, calls the write pipeline, encodes.
//!
//! Sources: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm>, and for what that page leaves
//! open the implementation that the same team has published: <https://github.com/salesforceidentity/scimv2-pilot>.

use std::sync::LazyLock;

use crate::cloud::State;
use crate::error_entry::Rows;
use crate::message::{Request, Response};
use crate::org::fault::Fault;
use crate::router::{Found, Methods, Route, Router};
use exchange::{Answer, Exchange, Version};
use refusal::Refusal;

mod approval;
mod attribute;
mod authenticate;
mod discovery;
mod document;
mod entitlements;
mod exchange;
mod filter;
mod groups;
mod listing;
mod patch;
mod projection;
mod refusal;
mod roles;
mod schemas;
mod sent;
mod user;
mod users;

/// The rows of this surface in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[refusal::ERRORS, sent::ERRORS];

pub type Handler = fn(&Exchange) -> Answer;

/// Method, pattern, handler.
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (Methods::GET,    "/services/scim/{version}/ServiceProviderConfigs", discovery::configuration),
    (Methods::GET,    "/services/scim/{version}/ServiceProviderConfig",  discovery::configuration),
    (Methods::GET,    "/services/scim/{version}/ResourceTypes",          discovery::resource_types),
    (Methods::GET,    "/services/scim/{version}/Schemas",                schemas::list),
    (Methods::GET,    "/services/scim/{version}/Schemas/{schema}",       schemas::get),
    (Methods::GET,    "/services/scim/{version}/Me",                     users::me),
    (Methods::GET,    "/services/scim/{version}/Users",                  users::list),
    (Methods::POST,   "/services/scim/{version}/Users",                  users::create),
    (Methods::GET,    "/services/scim/{version}/Users/{id}",             users::get),
    (Methods::PUT,    "/services/scim/{version}/Users/{id}",             users::replace),
    (Methods::PATCH,  "/services/scim/{version}/Users/{id}",             users::change),
    (Methods::DELETE, "/services/scim/{version}/Users/{id}",             users::deactivate),
    (Methods::GET,    "/services/scim/{version}/Groups",                 groups::list),
    (Methods::GET,    "/services/scim/{version}/Groups/{id}",            groups::get),
    (Methods::PUT,    "/services/scim/{version}/Groups/{id}",            groups::replace),
    (Methods::PATCH,  "/services/scim/{version}/Groups/{id}",            groups::change),
    (Methods::GET,    "/services/scim/{version}/Entitlements",           entitlements::list),
    (Methods::GET,    "/services/scim/{version}/Entitlements/{id}",      entitlements::get),
    (Methods::GET,    "/services/scim/{version}/Roles",                  roles::list),
    (Methods::GET,    "/services/scim/{version}/Roles/{id}",             roles::get),
];

/// The answer to a request that could not be answered: 503.
pub fn unavailable(request: &Request, fault: Fault) -> Response {
    let version = Version::of(request.path()).unwrap_or(Version::V2);
    document::refused(request, version, &fault.into())
}

/// The answer to a request whose body is larger than `limit` bytes.
pub fn too_large(request: &Request, limit: usize) -> Response {
    let version = Version::of(request.path()).unwrap_or(Version::V2);
    document::refused(request, version, &Refusal::too_large(limit))
}

/// Answers a request to `/services/scim/`; `None` for a path of another version.
pub fn answer(state: &State, request: &Request) -> Option<Response> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| Router::new(ROUTES).ok());
    let version = Version::of(request.path())?;
    let answer = authenticate::visit(state, request).and_then(|visit| {
        match ROUTER.as_ref().map_or(Found::NoRoute, |router| router.find(&request.method, request.path())) {
            Found::Route { handler, captures, .. } => {
                handler(&Exchange { visit, version, request, captures })
            }
            Found::MethodNotAllowed(_) => Err(Refusal::method_not_supported()),
            Found::NoRoute => Err(Refusal::no_such_resource()),
        }
    });
    Some(answer.unwrap_or_else(|refusal| document::refused(request, version, &refusal)))
}
