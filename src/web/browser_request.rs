//! The request of a browser: who sends it, where to, and the cookies and URLs of its answer.

use super::posted_form::PostedForm;
use super::request_target::RequestTarget;
use crate::message::header::{SET_COOKIE, USER_AGENT};
use crate::message::{HeaderValue, Method, Request, Response, Scheme};
use crate::world::{LoginContext, LoginMethod, Purpose, RequestContext, Site, State};

/// The request of a browser, as the pages and single sign-on are handed it.
#[derive(Clone, Copy)]
pub struct BrowserRequest<'a> {
    pub state: &'a State,
    pub request: &'a Request,
    pub target: &'a RequestTarget<'a>,
}

impl<'a> BrowserRequest<'a> {
    /// What the login history is to say of the request.
    pub fn login_context(&self, method: LoginMethod) -> LoginContext<'a> {
        LoginContext {
            method,
            source_ip: self.request.peer.ip(),
            host: self.request.host(),
            user_agent: self.request.header(USER_AGENT).unwrap_or_default(),
            application: "Browser",
            api: None,
            is_get: self.request.method == Method::GET,
            is_tls: self.request.scheme == Scheme::Https,
            site: self.site(),
            scope: None,
            authentication_service: None,
            auth_context_class: None,
        }
    }

    /// The session that a browser names, if it may see pages.
    pub fn request_context(&self, sid: &str) -> Option<RequestContext<'a>> {
        self.state.admit(sid, self.request.host(), Purpose::Page).ok()
    }

    /// The session of the cookie `sid`.
    pub fn visitor(&self) -> Option<RequestContext<'a>> {
        self.request_context(self.request.cookie("sid")?)
    }

    /// The community under whose path the request came.
    pub fn site(&self) -> Option<Site<'a>> {
        self.target.site
    }

    /// The path of the community, or nothing: what absolute paths begin with.
    pub fn prefix(&self) -> String {
        self.target.site.map(|site| format!("/{}", site.path)).unwrap_or_default()
    }

    /// The whole URL of a path below the org or the community.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.target.origin(), self.prefix())
    }

    /// The first value of a parameter of the query; an empty one counts as absent.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.request.query_value(name).map(|value| value.into_owned()).filter(|value| !value.is_empty())
    }

    /// The fields of the body.
    pub fn form(&self) -> PostedForm<'a> {
        PostedForm::of(self.request)
    }

    /// Sets a cookie that scripts cannot read; marked secure where the request is.
    pub fn set_cookie(&self, response: Response, name: &str, value: &str) -> Response {
        let secure = if self.request.scheme == Scheme::Https { "; Secure" } else { "" };
        with_cookie(response, &format!("{name}={value}; Path=/; HttpOnly{secure}"))
    }
}

/// Adds a `Set-Cookie` header; a text that cannot be one is left out.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers.append(SET_COOKIE, value);
    }
    response
}
