//! What the surfaces that browsers meet share: the request of a browser, the redirects of a login, and the pages that belong
//! to no surface.

use askama::Template;

use crate::error_entry::declare_errors;
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;

pub mod authn_request_url;
pub mod browser_request;
pub mod page_route;
pub mod posted_form;
pub mod redirection;
pub mod request_target;
pub mod script;
pub mod session_redirect;
pub mod start_page;

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage;

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound {
    message: &'static str,
}

#[derive(Template)]
#[template(path = "unavailable.html")]
struct Unavailable<'a> {
    code: &'a str,
    message: &'a str,
}

/// The page of a request that could not be answered: 503.
pub fn unavailable(fault: &Fault) -> Response {
    let page = Unavailable { code: fault.code.as_str(), message: &fault.message };
    Response { status: StatusCode::SERVICE_UNAVAILABLE, ..Response::page(&page) }
}

/// The page at `/`.
pub fn front_page() -> Response {
    Response::page(&FrontPage)
}

/// The page for a path that leads nowhere.
pub fn not_found() -> Response {
    Response {
        status: StatusCode::NOT_FOUND,
        errors: vec![&error_rows::not_found],
        ..Response::page(&NotFound { message: error_rows::not_found.text })
    }
}

declare_errors! {
    rows as Page "page";

    /// there is nothing under a path that is no API's
    not_found() = "" 404,
        "You have attempted to reach a URL that no longer exists on salesforce.com.", Seen "the page of the service";
}
