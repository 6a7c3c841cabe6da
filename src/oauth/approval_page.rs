//! The page on which a user lets an app act for them, or does not.

use askama::Template;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::browser::base;
use super::client::Client;
use super::oauth_request::OauthRequest;
use super::scope;
use crate::message::{Method, Response};
use crate::world::{AuthenticatedUser, Session};

/// The field that shows that the page was shown to the one who answers it.
const CONFIRMATION: &str = "_CONFIRMATIONTOKEN";

#[derive(Template)]
#[template(path = "approve.html")]
struct Page<'a> {
    narrow: bool,
    app: &'a str,
    username: &'a str,
    scopes: Vec<&'a str>,
    action: String,
    hidden: &'a [(&'a str, &'a str)],
    confirmation: String,
    logout: String,
}

/// What a user is asked.
pub struct Ask<'a> {
    pub client: Client<'a>,
    pub scopes: &'a [String],
    /// The page is for a phone.
    pub narrow: bool,
}

/// Shows the page to a user in a session; its answer is posted to `path`, with the hidden fields.
pub fn show(
    oauth: OauthRequest,
    ask: Ask,
    (member, session): (&AuthenticatedUser, &Session),
    path: &str,
    hidden: &[(&str, &str)],
) -> Response {
    let base = base(oauth);
    Response::page(&Page {
        narrow: ask.narrow,
        app: ask.client.name(),
        username: member.user.text("Username").unwrap_or_default(),
        scopes: scope::labels(ask.scopes),
        action: format!("{base}{path}"),
        hidden,
        confirmation: confirmation(session),
        logout: format!("{base}/secur/logout.jsp"),
    })
}

/// What the page was answered: `true` for "Allow". `None` when this is no answer of the session's page.
pub fn answer(oauth: OauthRequest, session: &Session) -> Option<bool> {
    let is_ours = oauth.request.method == Method::POST
        && oauth.form.get(CONFIRMATION) == Some(confirmation(session).as_str());
    let pressed = |name: &str| oauth.form.get(name).is_some();
    match (pressed("save"), pressed("cancel")) {
        _ if !is_ours => None,
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// What only pages of this session can know.
fn confirmation(session: &Session) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.token.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, CONFIRMATION.as_bytes()))
}
