//! Attribute `ssoStartPage`: where a browser whose session is gone goes to log in again.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_start_stop_pages.htm&type=5>

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Asked;
use crate::message::Response;

const COOKIE: &str = "ssostartpage";

/// Lets the browser keep the page.
pub(super) fn remember(asked: Asked, response: Response, url: &str) -> Response {
    asked.set_cookie(response, COOKIE, &utf8_percent_encode(url, NON_ALPHANUMERIC).to_string())
}

/// 302 to the page that the browser has kept.
pub(super) fn go(asked: Asked) -> Option<Response> {
    let url = percent_decode_str(asked.request.cookie(COOKIE)?).decode_utf8().ok()?;
    let is_page = url.starts_with("https://") || url.starts_with("http://") || asked.is_own(&url);
    is_page.then(|| Response::found(&url))
}
