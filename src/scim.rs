//! SCIM: users, groups, entitlements and roles at `/services/scim/v2` (RFC 7643, RFC 7644), and at `/services/scim/v1`
//! (SCIM 1.1), which `sf org create user` speaks. Decodes, calls the write pipeline, encodes.
//!
//! Sources: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm>, and for what that page leaves
//! open the implementation that the same team has published: <https://github.com/salesforceidentity/scimv2-pilot>.

use std::sync::LazyLock;

use crate::error_entry::Rows;
use crate::message::{Request, Response};
use crate::model::fault::Fault;
use crate::router::{CallClass, Found, Methods, Route, Router};
use crate::world::State;
use error::ScimError;
use exchange::{Exchange, ScimResult, Version};

mod approval;
mod attribute;
mod authenticate;
mod discovery;
mod document;
mod entitlements;
mod error;
mod exchange;
mod filter;
mod groups;
mod listing;
mod patch;
mod projection;
mod roles;
mod schemas;
mod search;
mod sent;
mod user;
mod user_patch;
mod users;
mod writable;

/// The rows of this surface in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[error::ERRORS, sent::ERRORS];

/// What answers a route.
#[derive(Clone, Copy)]
pub enum Handler {
    /// The call is [`CallClass::Quick`].
    Quick(fn(&Exchange) -> ScimResult),
    Slow(fn(&Exchange) -> ScimResult),
}

use Handler::{Quick, Slow};

/// Method, pattern, handler.
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (Methods::GET,    "/services/scim/{version}/ServiceProviderConfigs", Slow(discovery::configuration)),
    (Methods::GET,    "/services/scim/{version}/ServiceProviderConfig",  Slow(discovery::configuration)),
    (Methods::GET,    "/services/scim/{version}/ResourceTypes",          Slow(discovery::resource_types)),
    (Methods::GET,    "/services/scim/{version}/ResourceTypes/{kind}",   Slow(discovery::one_resource_type)),
    (Methods::GET,    "/services/scim/{version}/Schemas",                Slow(schemas::list)),
    (Methods::GET,    "/services/scim/{version}/Schemas/{schema}",       Slow(schemas::get)),
    (Methods::GET,    "/services/scim/{version}/Me",                     Quick(users::me)),
    (Methods::GET,    "/services/scim/{version}/Users",                  Slow(users::list)),
    (Methods::POST,   "/services/scim/{version}/Users",                  Slow(users::create)),
    (Methods::POST,   "/services/scim/{version}/Users/.search",          Slow(users::search)),
    (Methods::GET,    "/services/scim/{version}/Users/{id}",             Quick(users::get)),
    (Methods::PUT,    "/services/scim/{version}/Users/{id}",             Slow(users::replace)),
    (Methods::PATCH,  "/services/scim/{version}/Users/{id}",             Slow(users::change)),
    (Methods::DELETE, "/services/scim/{version}/Users/{id}",             Slow(users::deactivate)),
    (Methods::GET,    "/services/scim/{version}/Groups",                 Slow(groups::list)),
    (Methods::GET,    "/services/scim/{version}/Groups/{id}",            Slow(groups::get)),
    (Methods::PUT,    "/services/scim/{version}/Groups/{id}",            Slow(groups::replace)),
    (Methods::PATCH,  "/services/scim/{version}/Groups/{id}",            Slow(groups::change)),
    (Methods::GET,    "/services/scim/{version}/Entitlements",           Slow(entitlements::list)),
    (Methods::GET,    "/services/scim/{version}/Entitlements/{id}",      Slow(entitlements::get)),
    (Methods::GET,    "/services/scim/{version}/Roles",                  Slow(roles::list)),
    (Methods::GET,    "/services/scim/{version}/Roles/{id}",             Slow(roles::get)),
];

/// The answer to a request that could not be answered: 503.
pub fn unavailable(request: &Request, fault: Fault) -> Response {
    let version = Version::of(request.path()).unwrap_or(Version::V2);
    document::refused(request, version, &fault.into())
}

/// The answer to a request whose body is larger than `limit` bytes.
pub fn too_large(request: &Request, limit: usize) -> Response {
    let version = Version::of(request.path()).unwrap_or(Version::V2);
    document::refused(request, version, &ScimError::too_large(limit))
}

/// Answers a request to `/services/scim/`; `None` for a path of another version.
pub fn answer(state: &State, request: &Request) -> Option<Response> {
    let version = Version::of(request.path())?;
    let answer = authenticate::request_context(state, request).and_then(|context| match find(request) {
        Found::Route { handler: Quick(handler) | Slow(handler), captures, .. } => {
            handler(&Exchange { context, version, request, captures })
        }
        Found::MethodNotAllowed(_) => Err(ScimError::method_not_supported()),
        Found::NoRoute => Err(ScimError::no_such_resource()),
    });
    Some(answer.unwrap_or_else(|refusal| document::refused(request, version, &refusal)))
}

/// Where a call below `/services/scim/` is run.
pub fn class(request: &Request) -> CallClass {
    match find(request) {
        Found::Route { handler: Quick(_), .. } => CallClass::Quick,
        _ => CallClass::Slow,
    }
}

fn find(request: &Request) -> Found<'static, '_, Handler> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| Router::new(ROUTES).ok());
    ROUTER.as_ref().map_or(Found::NoRoute, |router| router.find(&request.method, request.path()))
}
