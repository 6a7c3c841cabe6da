//! Logging in as a browser meets it: the login page and the pages for passwords, the front door, and SAML single
//! sign-on with its assertion consumer URLs, requests to identity providers, logout, metadata, error page, validator and
//! traces of logins.

use crate::error_entry::Rows;
use crate::message::header::{SET_COOKIE, USER_AGENT};
use crate::message::{HeaderValue, Method, Request, Response, Scheme};
use crate::world::{LoginContext, LoginMethod, Purpose, RequestContext, Site, State};

mod acs;
mod auth_configuration;
mod authn_request;
mod change_password;
mod error_page;
mod forgot_password;
mod form;
mod frontdoor;
mod landing;
mod login_page;
mod logins;
mod logout;
mod logout_message;
mod metadata;
mod place;
mod ready;
mod self_register;
mod set_password;
mod signing;
mod start_page;
mod validator;

pub(crate) use logins::ERRORS as CONTROL_ERRORS;
pub use ready::{Entry, entries};

/// The rows of the pages in the table of errors.
pub(crate) const PAGE_ERRORS: &[Rows] =
    &[login_page::ERRORS, set_password::ERRORS, error_page::ERRORS, logout::ERRORS];

use form::Form;
use place::Place;

/// Answers what belongs to single sign-on; `None` for everything else. `site` is the community whose path has been
/// taken off the request's.
pub fn answer(state: &State, request: &Request, site: Option<Site>) -> Option<Response> {
    let place = Place::of(state, request, site);
    let get = request.method == Method::GET || request.method == Method::HEAD;
    let post = request.method == Method::POST;
    let asked = Asked { state, request, place: &place };
    match place.path {
        "/" | "/login" | "" if post => acs::respond(asked),
        "/" if get && place.site.is_none() && !login_page::is_asked_for(asked) => None,
        "/" | "/login" | "" if get => set_password::respond(asked).or_else(|| {
            let lands = place.path == "/" && !login_page::is_asked_for(asked);
            Some(if lands { landing::respond(asked) } else { login_page::respond(asked) })
        }),
        auth_configuration::PATH if get => auth_configuration::respond(asked),
        "/saml/authn-request.jsp" if get => Some(authn_request::respond(asked)),
        "/secur/frontdoor.jsp" if get || post => Some(frontdoor::respond(asked)),
        change_password::PATH if get || post => Some(change_password::respond(asked)),
        forgot_password::PATH if get || post => Some(forgot_password::respond(asked)),
        "/secur/logout.jsp" if get => Some(logout::log_out(asked)),
        logout::PATH if get || post => Some(logout::respond(asked)),
        "/identity/saml/metadata" if get => Some(metadata::respond(asked)),
        "/_nc_external/identity/saml/SamlError" | "/identity/jit/saml-error.jsp" if get => {
            Some(error_page::respond(asked))
        }
        "/home/home.jsp" | "/lightning/page/home" | "/s" | "/s/" if get => Some(landing::respond(asked)),
        path if self_register::PATHS.contains(&path) && (get || post) => self_register::respond(asked),
        self_register::CONFIRM if get => self_register::confirm(asked),
        "/setup/secur/SAMLValidationPage.apexp" if get || post => Some(validator::page(asked)),
        _ => None,
    }
}

/// `GET /_fauxforce/logins`: the logins that are kept; a page for browsers, else JSON.
pub fn logins(state: &State, request: &Request) -> Response {
    let place = Place::of(state, request, None);
    logins::list(Asked { state, request, place: &place })
}

/// `GET /_fauxforce/logins/{id}`: one of them.
pub fn login(state: &State, request: &Request, id: &str) -> Response {
    let place = Place::of(state, request, None);
    logins::one(Asked { state, request, place: &place }, id)
}

/// `/_fauxforce/saml/validate`: what the SAML Assertion Validator says, as JSON.
pub fn validate(state: &State, request: &Request, site: Option<Site>) -> Response {
    let place = Place::of(state, request, site);
    validator::json(Asked { state, request, place: &place })
}

/// `POST /_fauxforce/saml/locks`: holds or releases the lock under which a user is made.
pub fn lock(state: &State, request: &Request, site: Option<Site>) -> Response {
    let place = Place::of(state, request, site);
    logins::lock(Asked { state, request, place: &place })
}

/// What a page is handed.
#[derive(Clone, Copy)]
struct Asked<'a> {
    state: &'a State,
    request: &'a Request,
    place: &'a Place<'a>,
}

impl<'a> Asked<'a> {
    /// What the login history is to say of the request.
    fn login_context(&self, method: LoginMethod) -> LoginContext<'a> {
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
        }
    }

    /// The session that a browser names, if it may see pages.
    fn request_context(&self, sid: &str) -> Option<RequestContext<'a>> {
        self.state.admit(sid, self.request.host(), Purpose::Page).ok()
    }

    /// The session of the cookie `sid`.
    fn visitor(&self) -> Option<RequestContext<'a>> {
        self.request_context(self.request.cookie("sid")?)
    }

    fn site(&self) -> Option<Site<'a>> {
        self.place.site
    }

    /// The path of the community, or nothing: what absolute paths begin with.
    fn prefix(&self) -> String {
        self.place.site.map(|site| format!("/{}", site.path)).unwrap_or_default()
    }

    /// The whole URL of a path below the org or the community.
    fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.place.origin(), self.prefix())
    }

    /// Whether a URL from outside leads into the org: a path, or a URL of this host.
    fn is_own(&self, target: &str) -> bool {
        if target.starts_with('/') {
            return !target.starts_with("//") && !target.starts_with("/\\");
        }
        let rest = target.strip_prefix(self.place.origin());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.request.query_value(name).map(|value| value.into_owned()).filter(|value| !value.is_empty())
    }

    fn form(&self) -> Form<'a> {
        Form::of(self.request)
    }

    /// Sets a cookie that scripts cannot read; marked secure where the request is.
    fn set_cookie(&self, response: Response, name: &str, value: &str) -> Response {
        let secure = if self.request.scheme == Scheme::Https { "; Secure" } else { "" };
        with_cookie(response, &format!("{name}={value}; Path=/; HttpOnly{secure}"))
    }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers.append(SET_COOKIE, value);
    }
    response
}
