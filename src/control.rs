//! The emulator's own API, under `/_fauxforce/`: nothing here exists in the real service.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error_entry::{Declared, Rows, declare_errors};
use crate::http::Reply;
use crate::message::header::ALLOW;
use crate::message::{HeaderValue, Method, Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::router::{CallClass, Captures, Found, Methods};
use crate::store::StoreError;
use crate::world::{Site, State, World};

mod checkpoints;
pub mod clock;
mod confirm;
mod employees;
mod faults;
mod gaps;
pub mod host;
mod openapi;
mod outbox;
mod outcome;
mod requests;
pub mod routes;
mod wait;
pub mod worlds;

use host::WorldHost;
pub use openapi::DOCUMENT;
use routes::{Asked, AskedWorld, Handler, ROOT, router};

/// The rows of this surface in the table of errors.
pub(crate) const CONTROL_ERRORS: &[Rows] = &[
    ERRORS,
    checkpoints::ERRORS,
    clock::ERRORS,
    confirm::ERRORS,
    employees::ERRORS,
    faults::ERRORS,
    outcome::ERRORS,
    requests::ERRORS,
    requests::filter::ERRORS,
    wait::ERRORS,
    worlds::ERRORS,
];

/// Whether there is something at a path.
pub fn has_path(path: &str) -> bool {
    routes::ROUTES.iter().any(|(_, pattern, _)| *pattern == path)
}

/// Answers a request that is no call of the world: it needs no state, acts on the world as a whole, or waits. `None` for all
/// others. Must run on a thread that serves sockets.
pub fn answer_outside(
    world: &Arc<World>,
    host: Option<&Arc<dyn WorldHost>>,
    request: &Request,
) -> Option<Reply> {
    match handler(request)? {
        (Handler::Open(answer), _) => Some(Reply::Done(answer())),
        (Handler::Outside(answer), captures) => {
            Some(answer(&AskedWorld { world, host, request, captures: &captures }))
        }
        (Handler::Slow(_) | Handler::Quick(_), _) => None,
    }
}

/// Answers a request below `/_fauxforce/`. The community, whose path has been taken off the request's, matters to what
/// speaks of logins.
pub fn answer(state: &State, request: &Request, site: Option<Site>) -> Response {
    match router().map(|router| router.find(&request.method, request.path())) {
        Some(Found::Route { handler: Handler::Slow(answer) | Handler::Quick(answer), captures, .. }) => {
            answer(&Asked { state, request, captures: &captures, site })
        }
        Some(Found::Route { handler: Handler::Open(answer), .. }) => answer(),
        // Below the path of a community there is no world to act on.
        Some(Found::Route { handler: Handler::Outside(_), .. } | Found::NoRoute) | None => {
            refused(&nothing_there(request.path(), &routes::paths()))
        }
        Some(Found::MethodNotAllowed(allowed)) => not_allowed(&request.method, allowed),
    }
}

/// Where the call of a request is run.
pub fn class(request: &Request) -> CallClass {
    handler(request).map_or(CallClass::Slow, |(handler, _)| handler.class())
}

fn handler(request: &Request) -> Option<(Handler, Captures<'static, '_>)> {
    let path = request.path();
    if !path.starts_with(ROOT) {
        return None;
    }
    match router()?.find(&request.method, path) {
        Found::Route { handler, captures, .. } => Some((*handler, captures)),
        Found::MethodNotAllowed(_) | Found::NoRoute => None,
    }
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(fault: &Fault) -> Response {
    let body = json!({ "error": format!("{}: {}", fault.code, fault.message) });
    Response::json(StatusCode::SERVICE_UNAVAILABLE, format!("{body:#}\n"))
}

/// Runs what takes its time on a thread that serves no sockets. Its panic goes on here.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_stopped)) => Err(StoreError::Lost),
    }
}

fn health() -> Response {
    document(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

fn document(body: &Value) -> Response {
    Response::json(StatusCode::OK, format!("{body:#}\n"))
}

/// The answer to a request that is refused.
pub fn refused(error: &Declared) -> Response {
    let status = error.row.number.and_then(|number| StatusCode::from_u16(number).ok());
    let body = format!("{:#}\n", json!({ "error": error.message }));
    Response::json(status.unwrap_or(StatusCode::BAD_REQUEST), body)
}

fn not_allowed(method: &Method, allowed: Methods) -> Response {
    let response = refused(&method_not_allowed(method, allowed));
    match HeaderValue::from_str(&allowed.to_string()) {
        Ok(allowed) => response.with_header(ALLOW, allowed),
        Err(_) => response,
    }
}

declare_errors! {
    fn as Control "control";

    /// something below `/_fauxforce/` does not have the method
    method_not_allowed(method: &Method, allowed: Methods) = "" 405, "{method} is not allowed here; there are {allowed}", Assumed;

    /// there is nothing under the path
    nothing_there(path: &str, paths: &str) = "" 404,
        "there is nothing at {path}; below /_fauxforce/ there are {paths}", Assumed;
}
