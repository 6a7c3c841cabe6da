//! `/secur/frontdoor.jsp`: turns a session id, or a one-time token, into the cookie `sid`, and goes on.
//! <https://help.salesforce.com/s/articleView?id=xcloud.security_frontdoorjsp.htm>

use askama::Template;

use super::{change_password, invalid_redirection};
use crate::message::{Response, form_of};
use crate::web::browser_request::BrowserRequest;
use crate::web::script::script_string;
use crate::web::session_redirect::home;

#[derive(Template)]
#[template(path = "frontdoor.html")]
struct Frontdoor<'a> {
    /// As a JavaScript string.
    target: String,
    link: &'a str,
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let form = browser.form();
    let value = |name: &str| browser.parameter(name).or_else(|| form.get(name).map(str::to_owned));
    let target = value("retURL").or_else(|| value("startURL"));
    let is_foreign = target.as_deref().is_some_and(|target| browser.is_foreign(target));
    let target = target.and_then(|target| browser.within(&target).map(str::to_owned));
    let now = browser.state.clock.now();
    let sid = match value("otp") {
        Some(one_time) => browser.state.authorizations.redeem_front_door_token(&one_time, now),
        None => value("sid"),
    };
    let session = sid.and_then(|sid| browser.request_context(&sid)).map(|context| context.session);
    let Some(session) = session else {
        let mut pairs = vec![("ec", "302")];
        pairs.extend(target.as_deref().map(|target| ("startURL", target)));
        return Response::found(&browser.url(&format!("/login?{}", form_of(&pairs))));
    };
    if is_foreign {
        return browser.set_cookie(invalid_redirection::respond(browser), "sid", &session.token);
    }
    let target = target.unwrap_or_else(|| home(browser));
    let target = if session.password_expired { change_password::path(browser, &target) } else { target };
    let response = Response::page(&Frontdoor { target: script_string(&target), link: &target });
    let response = browser.set_cookie(response, "sid", &session.token);
    browser.set_cookie(response, "oid", session.org.short())
}
