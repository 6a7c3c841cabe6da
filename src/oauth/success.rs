//! `/services/oauth2/success`: where native apps, which have no page of their own, let the browser come back to.

use crate::message::{Request, Response, StatusCode};
use crate::world::{Site, State};

pub fn respond(_state: &State, _request: &Request, _site: Option<Site>) -> Response {
    const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Remote Access Application Authorization</title></head>\
        <body>Remote Access Application Authorization</body></html>\n";
    Response::html(StatusCode::OK, PAGE)
}
