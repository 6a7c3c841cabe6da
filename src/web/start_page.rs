//! Attribute `ssoStartPage`: where a browser whose session is gone goes to log in again.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_start_stop_pages.htm&type=5>

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::browser_request::BrowserRequest;
use crate::message::Response;

const COOKIE: &str = "ssostartpage";

/// Lets the browser keep the page.
pub fn remember(browser: BrowserRequest, response: Response, url: &str) -> Response {
    browser.set_cookie(response, COOKIE, &utf8_percent_encode(url, NON_ALPHANUMERIC).to_string())
}

/// 302 to the page that the browser has kept.
pub fn go(browser: BrowserRequest) -> Option<Response> {
    let url = percent_decode_str(browser.request.cookie(COOKIE)?).decode_utf8().ok()?;
    let is_page = url.starts_with("https://") || url.starts_with("http://") || browser.is_own(&url);
    is_page.then(|| Response::found(&url))
}
