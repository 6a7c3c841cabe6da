//! Refusals that the browser keeps, because there is no client that could be told.

use askama::Template;

use super::answer::{Format, answer};
use super::browser::{base, with_parameters};
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use crate::message::header::CONTENT_TYPE;
use crate::message::{Request, Response, StatusCode};
use crate::world::{Site, State};

/// The page for requests that come to nothing after they were found right.
pub const PAGE: &str = "/setup/secur/RemoteAccessErrorPage.apexp";

#[derive(Template)]
#[template(path = "oauth_error.html")]
struct Page<'a> {
    error: &'a str,
    description: &'a str,
}

/// A query string in the body, without `Content-Type`: the authorization endpoint's words for a wrong client, redirect
/// URI or response type.
pub fn plain(refusal: &OauthError) -> Response {
    let mut response = answer(StatusCode::BAD_REQUEST, Format::UrlEncoded, "OAuth", &refusal.fields());
    response.headers.remove(CONTENT_TYPE);
    response
}

/// 302 to the page.
pub fn go(oauth: OauthRequest, refusal: &OauthError) -> Response {
    let pairs = [("error", refusal.error), ("error_description", &refusal.description)];
    Response::found(&with_parameters(&format!("{}{PAGE}", base(oauth)), &pairs))
}

/// The page.
pub fn page(_state: &State, request: &Request, _site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let generic = OauthError::approval_error();
    let code = form.get("error").filter(|error| error.starts_with("OAUTH_"));
    Response::page(&Page {
        error: code.unwrap_or(generic.error),
        description: code.and_then(|_| form.get("error_description")).unwrap_or(&generic.description),
    })
}
