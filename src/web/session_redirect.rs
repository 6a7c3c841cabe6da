//! The way of a browser that has just logged in: to the front door, which sets the cookie `sid`, and from there to a page.

use super::browser_request::BrowserRequest;
use crate::message::{Response, form_of};

/// Where the front door is, below the org or the community.
pub const FRONT_DOOR: &str = "/secur/frontdoor.jsp";

/// 302 to the front door, which sets the cookie.
pub fn to_front_door(browser: BrowserRequest, sid: &str, target: Option<&str>) -> Response {
    let home = home(browser);
    let target = target.unwrap_or(&home);
    let url = browser.url(&format!("{FRONT_DOOR}?{}", form_of(&[("sid", sid), ("retURL", target)])));
    browser.set_cookie(Response::found(&url), "sid", sid)
}

/// Where a login lands that names no other place.
pub fn home(browser: BrowserRequest) -> String {
    let page = if browser.site().is_some() { "/s/" } else { "/home/home.jsp" };
    format!("{}{page}", browser.prefix())
}
