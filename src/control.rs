//! The emulator's own API, under `/_fauxforce/`: nothing here exists in the real service.

use serde_json::{Value, json};

use crate::cloud::State;
use crate::error_entry::{Declared, Rows, declare_errors};
use crate::message::{Method, Request, Response, StatusCode};
use crate::org::fault::Fault;

mod confirm;
mod faults;
mod gaps;
mod outbox;

/// The rows of this surface in the table of errors.
pub(crate) const CONTROL_ERRORS: &[Rows] = &[ERRORS, confirm::ERRORS, faults::ERRORS];

/// Answers a request that needs no state, so that it is answered while others are inside; `None` for all others.
pub fn answer_without_state(request: &Request) -> Option<Response> {
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    (is_read && request.path().trim_end_matches('/') == "/_fauxforce/health").then(health)
}

/// Answers a request below `/_fauxforce/`.
pub fn answer(state: &State, request: &Request) -> Response {
    let path = request.path().strip_prefix("/_fauxforce/").unwrap_or_default().trim_end_matches('/');
    match (path, &request.method) {
        ("health", &Method::GET | &Method::HEAD) => health(),
        ("gaps", &Method::GET) => gaps::list(state),
        ("outbox", &Method::GET) => outbox::list(state),
        ("outbox", &Method::DELETE) => outbox::clear(state),
        ("faults", _) => faults::answer(state, request, ""),
        (path, _) if path.starts_with("faults/") => {
            faults::answer(state, request, path.trim_start_matches("faults/"))
        }
        ("confirm", &Method::GET | &Method::POST) => confirm::confirm(state, request),
        ("health" | "gaps" | "outbox" | "confirm" | "logins" | "saml/validate" | "saml/locks", method) => {
            refused(&method_not_allowed(method))
        }
        _ => refused(&nothing_there()),
    }
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(fault: &Fault) -> Response {
    let body = json!({ "error": format!("{}: {}", fault.code, fault.message) });
    Response::json(StatusCode::SERVICE_UNAVAILABLE, format!("{body:#}\n"))
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

declare_errors! {
    fn as Control "control";

    /// something below `/_fauxforce/` does not have the method
    method_not_allowed(method: &Method) = "" 405, "{method} is not allowed here", Assumed;

    /// there is nothing under the path
    nothing_there() = "" 404,
        "there are health, gaps, outbox, confirm, faults, logins, saml/validate and saml/locks", Assumed;
}
