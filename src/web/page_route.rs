//! The route tables of the surfaces that browsers meet. A path may stand in several of them: who has nothing to say to a
//! request leaves it to the next.

use super::browser_request::BrowserRequest;
use crate::message::{Request, Response};
use crate::router::{CallClass, Found, Router};

/// What answers a route.
#[derive(Clone, Copy)]
pub enum PageHandler {
    Page(fn(BrowserRequest) -> Response),
    /// `None` where the page is not there for this request, or is another surface's.
    PageIfAny(fn(BrowserRequest) -> Option<Response>),
    /// As [`PageHandler::Page`], and the call is [`CallClass::Quick`].
    Quick(fn(BrowserRequest) -> Response),
}

/// Answers a request by its path below the community; `None` when the table has nothing for path and method.
pub fn answer(router: Option<&Router<PageHandler>>, browser: BrowserRequest) -> Option<Response> {
    match router?.find(&browser.request.method, browser.target.path) {
        Found::Route { handler: PageHandler::Page(respond) | PageHandler::Quick(respond), .. } => {
            Some(respond(browser))
        }
        Found::Route { handler: PageHandler::PageIfAny(respond), .. } => respond(browser),
        Found::MethodNotAllowed(_) | Found::NoRoute => None,
    }
}

/// Where a call is run; `None` when the table has nothing for path and method.
pub fn class(router: Option<&Router<PageHandler>>, request: &Request) -> Option<CallClass> {
    match router?.find(&request.method, request.path()) {
        Found::Route { handler: PageHandler::Quick(_), .. } => Some(CallClass::Quick),
        Found::Route { .. } => Some(CallClass::Slow),
        Found::MethodNotAllowed(_) | Found::NoRoute => None,
    }
}
