//! What a browser sees.

use askama::Template;

use crate::message::{Response, StatusCode};

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage;

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound;

/// The page at `/`.
pub fn front_page() -> Response {
    Response::page(&FrontPage)
}

/// The page for a path that leads nowhere.
pub fn not_found() -> Response {
    Response { status: StatusCode::NOT_FOUND, ..Response::page(&NotFound) }
}
