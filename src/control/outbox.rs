//! The mails that would have gone out.

use serde_json::{Value, json};

use super::document;
use crate::cloud::State;
use crate::message::{Response, StatusCode};
use crate::org::Mail;

/// An array of mails, oldest first.
pub fn list(state: &State) -> Response {
    document(&Value::Array(state.outbox.borrow().iter().map(mail).collect()))
}

/// Forgets all mails.
pub fn clear(state: &State) -> Response {
    state.outbox.borrow_mut().clear();
    Response::new(StatusCode::NO_CONTENT)
}

fn mail(mail: &Mail) -> Value {
    json!({
        "kind": mail.kind,
        "to": mail.to,
        "userId": mail.user.map(|user| user.to_string()),
        "subject": mail.subject,
        "body": mail.body,
        "link": mail.link_token.as_ref().map(|token| format!("/_fauxforce/confirm?token={token}")),
    })
}
