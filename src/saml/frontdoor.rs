//! `/secur/frontdoor.jsp`: turns a session id in the URL into the cookie `sid`, and goes on.

use askama::Template;

use super::{Asked, page, query, redirect};
use crate::message::Response;

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
    let url = asked.url(&format!("/secur/frontdoor.jsp?{}", query(&[("sid", sid), ("retURL", target)])));
    asked.set_cookie(redirect(&url), "sid", sid)
}

/// Where a login lands that names no other place.
fn home(asked: Asked) -> String {
    let page = if asked.site().is_some() { "/s/" } else { "/home/home.jsp" };
    format!("{}{page}", asked.prefix())
}

pub(super) fn respond(asked: Asked) -> Response {
    let form = asked.form();
    let value = |name: &str| asked.parameter(name).or_else(|| form.get(name).map(str::to_owned));
    let session = value("sid").and_then(|sid| asked.state.sessions.find(&sid, asked.state.clock.now()));
    let Some(session) = session else {
        return redirect(&asked.url("/login"));
    };
    let target = value("retURL").filter(|target| asked.is_own(target)).unwrap_or_else(|| home(asked));
    let response = page(&Frontdoor { target: script_string(&target), link: &target });
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
