//! The console: the pages of an org that provisioning needs, for people who are logged in, and the emulator's own view.
//!
//! A page may do what its user may do: it calls the same pipeline as the APIs, and shows the pipeline's words. Addresses are
//! those of the real service.

use crate::error_entry::Rows;
use crate::message::{Method, Request, Response};
use crate::router::CallClass;
use crate::web::browser_request::BrowserRequest;

mod asset;
mod cell;
mod classic;
mod community;
pub mod emulator;
mod external;
mod forgery;
mod form;
mod home;
mod idp;
mod import;
mod list;
mod login_as;
mod place;
mod record;
mod routes;
mod settings;
mod setup;
mod shell;
mod site;
mod trouble;
mod users;
mod visit;

/// The rows of the console in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[trouble::ERRORS, form::FAULTS];

/// Answers a request to one of the pages; `None` for everything else, and for pages that somebody asks for who is not logged in
/// or has to change the password first.
pub fn answer(browser: BrowserRequest) -> Option<Response> {
    routes::answer(browser)
}

/// Answers a request below `/_fauxforce/` that is for one of the emulator's own pages; `None` for everything else.
pub fn answer_emulator(browser: BrowserRequest) -> Option<Response> {
    match browser.target.path.trim_end_matches('/') {
        "/_fauxforce/jobs" if browser.request.method == Method::GET => Some(emulator::jobs(browser)),
        path => idp::answer(browser, path),
    }
}

/// The page for an address of the real service that has no page here; `None` for who is not logged in.
pub fn not_there(browser: BrowserRequest) -> Option<Response> {
    routes::not_there(browser)
}

/// Where a call is run; `None` for a path that is no page's.
pub fn class(request: &Request) -> Option<CallClass> {
    routes::class(request)
}
