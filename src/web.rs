//! What a browser sees.

use crate::message::{Response, StatusCode};

/// The page at `/`.
pub fn front_page() -> Response {
    const PAGE: &str = "<!DOCTYPE html>\n<title>fauxforce</title>\n<h1>fauxforce</h1>\n\
        <p>A Salesforce org on localhost. Clients log in at this address; see what <code>fauxforce serve</code> printed.</p>\n\
        <ul>\n<li><a href=\"/login\">log in</a></li>\n\
        <li><a href=\"/services/data\">API versions</a></li>\n\
        <li><a href=\"/_fauxforce/gaps\">what clients asked for and is not emulated</a></li>\n\
        <li><a href=\"/_fauxforce/outbox\">mails that would have gone out</a></li>\n</ul>\n";
    Response::html(StatusCode::OK, PAGE)
}

/// The page for a path that leads nowhere.
pub fn not_found() -> Response {
    const PAGE: &str = "<!DOCTYPE html>\n<title>URL No Longer Exists</title>\n<h1>URL No Longer Exists</h1>\n\
        <p>You have attempted to reach a URL that no longer exists on salesforce.com.</p>\n";
    Response::html(StatusCode::NOT_FOUND, PAGE)
}
