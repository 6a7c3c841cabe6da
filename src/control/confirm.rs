//! The link in the mail about a changed address.

use super::{document, refused};
use crate::error_entry::declare_errors;
use crate::message::{Request, Response};
use crate::rules::confirm_email_change;
use crate::world::State;
use serde_json::json;

/// Follows the link whose token is given: the pending address becomes the user's.
pub fn confirm(state: &State, request: &Request) -> Response {
    let token = request.query_value("token").unwrap_or_default();
    for org in &state.orgs {
        match confirm_email_change(org, &state.environment(org.id), &token) {
            Ok(Some(user)) => return document(&json!({ "confirmed": user.to_string() })),
            Ok(None) => {}
            Err(fault) => return refused(&not_changed(&fault.in_one_line())),
        }
    }
    refused(&no_change_waits())
}

declare_errors! {
    fn as Control "control";

    /// a link to confirm an address is followed that is over, used or none
    no_change_waits() = "" 404, "no email change waits for this token, or its 72 hours are over", Assumed;

    /// a link to confirm an address is followed, and the user cannot be saved: `CODE:message:fields --`
    not_changed(fault: &str) = "" 400, "{fault}", Assumed;
}
