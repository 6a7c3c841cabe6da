//! The pages on which users log in, choose a password, register themselves, and land. Single sign-on has its own in
//! [`crate::saml`], OAuth in [`crate::oauth`].

use crate::error_entry::Rows;
use crate::message::{Request, Response};
use crate::router::CallClass;
use crate::web::browser_request::BrowserRequest;
use crate::web::page_route;

mod auth_configuration;
mod change_password;
mod deep_link;
mod forgot_password;
mod front_door;
mod invalid_redirection;
mod landing;
mod login;
mod login_page;
mod routes;
mod self_register;
mod set_password;

pub use deep_link::respond as deep_link;

/// The rows of the pages in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[login_page::ERRORS, set_password::ERRORS, invalid_redirection::ERRORS];

/// Answers a request to one of the pages; `None` for everything else.
pub fn answer(browser: BrowserRequest) -> Option<Response> {
    page_route::answer(routes::router(), browser)
}

/// Where a call is run; `None` for a path that is no page's.
pub fn class(request: &Request) -> Option<CallClass> {
    page_route::class(routes::router(), request)
}
