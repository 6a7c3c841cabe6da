//! The mails that would have gone out.

use serde_json::{Value, json};

use super::document;
use super::routes::Asked;
use crate::message::{Response, StatusCode};
use crate::org::{Link, Mail};
use crate::world::State;

/// An array of mails, oldest first.
pub fn list(asked: &Asked) -> Response {
    let state = asked.state;
    document(&Value::Array(state.outbox.borrow().iter().map(|known| described(state, known)).collect()))
}

/// Forgets all mails.
pub fn clear(asked: &Asked) -> Response {
    asked.state.outbox.borrow_mut().clear();
    Response::new(StatusCode::NO_CONTENT)
}

/// A mail as JSON.
pub(super) fn described(state: &State, mail: &Mail) -> Value {
    json!({
        "kind": mail.kind,
        "to": mail.to,
        "userId": mail.user.map(|user| user.to_string()),
        "subject": mail.subject,
        "body": mail.body,
        "link": mail.link.as_ref().map(|link| path(state, link)),
    })
}

/// Where a link leads, from the root of the server.
fn path(state: &State, link: &Link) -> String {
    match link {
        Link::ConfirmEmail { token } => format!("/_fauxforce/confirm?token={token}"),
        Link::SetPassword { token, network } => {
            let mut sites = state.orgs.iter().flat_map(|org| org.sites.iter());
            let site = network.and_then(|network| sites.find(|site| site.network == network));
            let prefix = site.map(|site| format!("/{}", site.path)).unwrap_or_default();
            format!("{prefix}/login?c={token}")
        }
    }
}
