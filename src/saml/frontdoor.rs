//! `/secur/frontdoor.jsp`: turns a session id, or a one-time token, into the cookie `sid`, and goes on.
//! <https://help.salesforce.com/s/articleView?id=xcloud.security_frontdoorjsp.htm>

use askama::Template;

use super::{Asked, change_password, redirection};
use crate::message::{Response, form_of};

#[derive(Template)]
#[template(path = "frontdoor.html")]
struct Frontdoor<'a> {
    /// As a JavaScript string.
    target: String,
    link: &'a str,
}

/// 302 to the front door, which sets the cookie.
pub(super) fn go(asked: Asked, sid: &str, target: Option<&str>) -> Response {
    let home = home(asked);
    let target = target.unwrap_or(&home);
    let url = asked.url(&format!("/secur/frontdoor.jsp?{}", form_of(&[("sid", sid), ("retURL", target)])));
    asked.set_cookie(Response::found(&url), "sid", sid)
}

/// Where a login lands that names no other place.
pub(super) fn home(asked: Asked) -> String {
    let page = if asked.site().is_some() { "/s/" } else { "/home/home.jsp" };
    format!("{}{page}", asked.prefix())
}

pub(super) fn respond(asked: Asked) -> Response {
    let form = asked.form();
    let value = |name: &str| asked.parameter(name).or_else(|| form.get(name).map(str::to_owned));
    let target = value("retURL").or_else(|| value("startURL"));
    let foreign = target.as_deref().is_some_and(|target| asked.is_foreign(target));
    let target = target.and_then(|target| asked.within(&target).map(str::to_owned));
    let now = asked.state.clock.now();
    let sid = match value("otp") {
        Some(one_time) => asked.state.authorizations.redeem_front_door_token(&one_time, now),
        None => value("sid"),
    };
    let session = sid.and_then(|sid| asked.request_context(&sid)).map(|context| context.session);
    let Some(session) = session else {
        let mut pairs = vec![("ec", "302")];
        pairs.extend(target.as_deref().map(|target| ("startURL", target)));
        return Response::found(&asked.url(&format!("/login?{}", form_of(&pairs))));
    };
    if foreign {
        let response = redirection::refused(asked);
        return asked.set_cookie(response, "sid", &session.token);
    }
    let target = target.unwrap_or_else(|| home(asked));
    let target = if session.password_expired { change_password::path(asked, &target) } else { target };
    let response = Response::page(&Frontdoor { target: script_string(&target), link: &target });
    let response = asked.set_cookie(response, "sid", &session.token);
    asked.set_cookie(response, "oid", session.org.short())
}

/// A text inside a quoted JavaScript string.
pub(super) fn script_string(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if c.is_control() => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}
