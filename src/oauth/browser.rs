//! Who sits at the browser that a page of OAuth is shown in, and the way to the pages of others.

use std::borrow::Cow;

use super::login_context::login_context_of;
use super::oauth_request::OauthRequest;
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
    pub fn of(oauth: OauthRequest<'a>, application: &str) -> Browser<'a> {
        let sid = oauth.request.cookie("sid");
        let context = sid.and_then(|sid| oauth.state.admit(sid, oauth.request.host(), Purpose::Page).ok());
        let Some(context) = context else { return Browser::Nobody };
        if context.session.password_expired {
            return Browser::Expired;
        }
        let login_context = login_context_of(LoginMethod::Browser, application, oauth);
        match oauth.state.user_who_may_log_in(context.org, context.session.user, &login_context) {
            Some(member) => Browser::User(Box::new(member), Box::new(context.session)),
            None => Browser::Nobody,
        }
    }
}

/// `scheme://host[:port]`, and the path of the community.
pub fn base(oauth: OauthRequest) -> String {
    format!("{}{}", oauth.request.origin(), prefix(oauth))
}

/// The path of the community, or nothing.
fn prefix(oauth: OauthRequest) -> String {
    oauth.site.map(|site| format!("/{}", site.path)).unwrap_or_default()
}

/// 302 to the login page, from which the browser comes back to a path below the org or the community.
pub fn to_login(oauth: OauthRequest, path: &str, login_hint: Option<&str>) -> Response {
    let back = format!("{}{path}", prefix(oauth));
    let mut pairs = vec![("ec", "302"), ("startURL", back.as_str())];
    pairs.extend(login_hint.map(|hint| ("login_hint", hint)));
    let page = if oauth.site.is_some() { "/login" } else { "/" };
    Response::found(&format!("{}{page}?{}", base(oauth), form_of(&pairs)))
}

/// 302 to the page that changes the password, from which the browser comes back to a path.
pub fn to_password(oauth: OauthRequest, path: &str) -> Response {
    let back = format!("{}{path}", prefix(oauth));
    let query = form_of(&[("retURL", &back)]);
    Response::found(&format!("{}/_ui/system/security/ChangePassword?{query}", base(oauth)))
}

/// A URL with parameters after those that it has.
pub fn with_parameters(url: &str, pairs: &[(&str, &str)]) -> String {
    let (url, fragment) =
        url.split_once('#').map_or((url, Cow::from("")), |(url, rest)| (url, format!("#{rest}").into()));
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{}{fragment}", form_of(pairs))
}
