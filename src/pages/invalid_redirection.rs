//! The page on which a journey ends that a RelayState, `retURL` or `startURL` would lead to another site.

use askama::Template;

use crate::error_entry::declare_errors;
use crate::message::Response;
use crate::web::browser_request::BrowserRequest;
use crate::web::session_redirect::home;

#[derive(Template)]
#[template(path = "invalid_redirection.html")]
struct InvalidRedirection {
    heading: &'static str,
    message: &'static str,
    home: String,
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    Response::page(&InvalidRedirection {
        heading: error_rows::invalid_page_redirection.text,
        message: "The page that you were to be sent on to is on another site.",
        home: home(browser),
    })
}

declare_errors! {
    rows as Page "page";

    /// a RelayState, `retURL` or `startURL` leads to another site; the heading is documented, the sentence below it is ours
    invalid_page_redirection() = "" 200,
        "Invalid Page Redirection",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.security_trusted_urls_external_redirections_understand.htm";
}
