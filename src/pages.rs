//! The pages on which users log in, choose a password, register themselves, and land. Single sign-on has its own in
//! [`crate::saml`], OAuth in [`crate::oauth`].

use crate::error_entry::Rows;
use crate::message::{Request, Response};
use crate::router::CallClass;
use crate::web::browser_request::BrowserRequest;
use crate::web::page_route;

mod auth_configuration;
mod change_password;
mod forgot_password;
mod front_door;
mod landing;
mod login;
mod login_page;
mod routes;
mod self_register;
mod set_password;

/// The rows of the pages in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[login_page::ERRORS, set_password::ERRORS];

/// Answers a request to one of the pages; `None` for everything else.
pub fn answer(browser: BrowserRequest) -> Option<Response> {
    page_route::answer(routes::router(), browser)
}

/// Where a call is run; `None` for a path that is no page's.
pub fn class(request: &Request) -> Option<CallClass> {
    page_route::class(routes::router(), request)
}
