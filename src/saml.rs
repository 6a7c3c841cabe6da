//! Logging in as a browser meets it: the login page and the pages for passwords, the front door, and SAML single
//! sign-on with its assertion consumer URLs, requests to identity providers, logout, metadata, error page, validator and
//! traces of logins.

use crate::error_entry::Rows;
use crate::http::is_salesforce;
use crate::message::header::{SET_COOKIE, USER_AGENT};
use crate::message::{HeaderValue, Method, Request, Response, Scheme};
use crate::world::{LoginContext, LoginMethod, Purpose, RequestContext, Site, State};

mod acs;
mod auth_configuration;
mod authn_request;
mod change_password;
mod deep_link;
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
mod redirection;
mod self_register;
mod set_password;
mod signing;
mod start_page;
mod validator;

pub use deep_link::respond as deep_link;
pub(crate) use logins::ERRORS as CONTROL_ERRORS;
pub use ready::{Entry, entries};

/// The rows of the pages in the table of errors.
pub(crate) const PAGE_ERRORS: &[Rows] =
    &[login_page::ERRORS, set_password::ERRORS, error_page::ERRORS, logout::ERRORS, redirection::ERRORS];

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
        "/" if get && !has_a_page_at_the_root(asked) => None,
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
        "/_fauxforce/saml/validate" if post || get => Some(validator::json(asked)),
        "/_fauxforce/saml/locks" if post => Some(logins::lock(asked)),
        path => logins::respond(asked, path.strip_prefix("/_fauxforce/logins").filter(|_| get)?),
    }
}

/// Whether `/` is a login page or the home page, and not the page that tells what this server is: at a community, at the host of
/// an org, or where a login is asked for.
fn has_a_page_at_the_root(asked: Asked) -> bool {
    let host = asked.request.host();
    let is_of_the_service = is_salesforce(host.split(':').next().unwrap_or_default());
    asked.site().is_some()
        || login_page::is_asked_for(asked)
        || is_of_the_service
        || asked.state.org_of_host(host).is_some_and(|org| asked.state.is_my_domain(host, org.id))
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
            authentication_service: None,
            auth_context_class: None,
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
