//! The stylesheet and the script of the pages.

use crate::message::header::CACHE_CONTROL;
use crate::message::{HeaderValue, Response, StatusCode};
use crate::web::browser_request::BrowserRequest;

pub(super) const STYLE: &str = "/resource/console.css";
pub(super) const SCRIPT: &str = "/resource/console.js";

pub(super) fn style(_: BrowserRequest) -> Response {
    kept(Response::with_body(
        StatusCode::OK,
        "text/css;charset=UTF-8",
        include_str!("../../templates/console/console.css"),
    ))
}

pub(super) fn script(_: BrowserRequest) -> Response {
    kept(Response::with_body(
        StatusCode::OK,
        "text/javascript;charset=UTF-8",
        include_str!("../../templates/console/console.js"),
    ))
}

/// Browsers ask again after a minute: another version may be running then.
fn kept(response: Response) -> Response {
    response.with_header(CACHE_CONTROL, HeaderValue::from_static("max-age=60"))
}
