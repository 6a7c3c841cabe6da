//! Who sits at the browser that a page of OAuth is shown in, and the way to the pages of others.

use std::borrow::Cow;

use super::login_context::login_context_of;
use super::token_request::TokenRequest;
use crate::message::{Response, form_of};
use crate::world::{AuthenticatedUser, LoginMethod, Purpose, Session};

/// Who is logged in, by the cookie `sid`.
pub enum Browser<'a> {
    Nobody,
    /// Someone whose password has expired, and has to be changed before anything else.
    Expired,
    User(Box<AuthenticatedUser<'a>>, Box<Session>),
}

impl<'a> Browser<'a> {
    pub fn of(asked: TokenRequest<'a>, application: &str) -> Browser<'a> {
        let sid = asked.request.cookie("sid");
        let context = sid.and_then(|sid| asked.state.admit(sid, asked.request.host(), Purpose::Page).ok());
        let Some(context) = context else { return Browser::Nobody };
        if context.session.password_expired {
            return Browser::Expired;
        }
        let login_context = login_context_of(LoginMethod::Browser, application, asked);
        match asked.state.user_who_may_log_in(context.org, context.session.user, &login_context) {
            Some(member) => Browser::User(Box::new(member), Box::new(context.session)),
            None => Browser::Nobody,
        }
    }
}

/// `scheme://host[:port]`, and the path of the community.
pub fn base(asked: TokenRequest) -> String {
    format!("{}{}", asked.request.origin(), prefix(asked))
}

/// The path of the community, or nothing.
fn prefix(asked: TokenRequest) -> String {
    asked.site.map(|site| format!("/{}", site.path)).unwrap_or_default()
}

/// 302 to the login page, from which the browser comes back to a path below the org or the community.
pub fn to_login(asked: TokenRequest, path: &str, login_hint: Option<&str>) -> Response {
    let back = format!("{}{path}", prefix(asked));
    let mut pairs = vec![("ec", "302"), ("startURL", back.as_str())];
    pairs.extend(login_hint.map(|hint| ("login_hint", hint)));
    let page = if asked.site.is_some() { "/login" } else { "/" };
    Response::found(&format!("{}{page}?{}", base(asked), form_of(&pairs)))
}

/// 302 to the page that changes the password, from which the browser comes back to a path.
pub fn to_password(asked: TokenRequest, path: &str) -> Response {
    let back = format!("{}{path}", prefix(asked));
    let query = form_of(&[("retURL", &back)]);
    Response::found(&format!("{}/_ui/system/security/ChangePassword?{query}", base(asked)))
}

/// A URL with parameters after those that it has.
pub fn with_parameters(url: &str, pairs: &[(&str, &str)]) -> String {
    let (url, fragment) =
        url.split_once('#').map_or((url, Cow::from("")), |(url, rest)| (url, format!("#{rest}").into()));
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{}{fragment}", form_of(pairs))
}
