//! SAML single sign-on as a browser meets it: assertion consumer URLs, requests to identity providers, logout, metadata,
//! error page, validator and traces of logins.

use crate::error_entry::Rows;
use crate::message::{Request, Response};
use crate::router::CallClass;
use crate::web::browser_request::BrowserRequest;
use crate::web::page_route;

mod acs;
mod authn_request;
mod error_page;
mod logins;
mod logout;
mod logout_message;
mod metadata;
mod ready;
mod routes;
mod signing;
mod validator;

pub(crate) use logins::ERRORS as CONTROL_ERRORS;
pub use logins::{list as list_logins, lock as lock_subject, one as one_login};
pub use ready::entries;
pub use validator::json as validate;

/// The rows of its pages in the table of errors.
pub(crate) const PAGE_ERRORS: &[Rows] = &[error_page::ERRORS, logout::ERRORS];

/// Answers what belongs to single sign-on; `None` for everything else.
pub fn answer(browser: BrowserRequest) -> Option<Response> {
    page_route::answer(routes::router(), browser)
}

/// Where a call is run; `None` for a path that is not of single sign-on.
pub fn class(request: &Request) -> Option<CallClass> {
    page_route::class(routes::router(), request)
}
