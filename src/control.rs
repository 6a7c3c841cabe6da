//! The emulator's own API, under `/_fauxforce/`: nothing here exists in the real service.

use serde_json::{Value, json};

use crate::cloud::State;
use crate::message::{Method, Request, Response, StatusCode};
use crate::org::fault::Fault;

mod confirm;
mod faults;
mod gaps;
mod outbox;

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
            error(StatusCode::METHOD_NOT_ALLOWED, &format!("{method} is not allowed here"))
        }
        _ => error(
            StatusCode::NOT_FOUND,
            "there are health, gaps, outbox, confirm, faults, logins, saml/validate and saml/locks",
        ),
    }
}

/// The answer to a request that may not use this API, with the sentence why.
pub fn refused(why: &str) -> Response {
    error(StatusCode::FORBIDDEN, why)
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(fault: &Fault) -> Response {
    error(StatusCode::SERVICE_UNAVAILABLE, &format!("{}: {}", fault.code, fault.message))
}

fn health() -> Response {
    document(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

fn document(body: &Value) -> Response {
    Response::json(StatusCode::OK, format!("{body:#}\n"))
}

fn error(status: StatusCode, message: &str) -> Response {
    Response::json(status, format!("{:#}\n", json!({ "error": message })))
}
