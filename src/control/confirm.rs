//! The link in the mail about a changed address.

use super::{document, error};
use crate::cloud::State;
use crate::message::{Request, Response, StatusCode};
use crate::org::rule::confirm_email_change;
use serde_json::json;

/// Follows the link whose token is given: the pending address becomes the user's.
pub fn confirm(state: &State, request: &Request) -> Response {
    let token = request.query_value("token").unwrap_or_default();
    for org in &state.orgs {
        match confirm_email_change(org, &state.world(org.id), &token) {
            Ok(Some(user)) => return document(&json!({ "confirmed": user.to_string() })),
            Ok(None) => {}
            Err(fault) => return error(StatusCode::BAD_REQUEST, &fault.in_one_line()),
        }
    }
    error(StatusCode::NOT_FOUND, "no email change waits for this token, or its 72 hours are over")
}
