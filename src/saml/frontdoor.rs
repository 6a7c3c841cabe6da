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
    let home = format!("{}{}", asked.prefix(), if asked.site().is_some() { "/s/" } else { "/home/home.jsp" });
    let target = target.unwrap_or(&home);
    let url = format!(
        "{}{}/secur/frontdoor.jsp?{}",
        asked.place.origin(),
        asked.prefix(),
        query(&[("sid", sid), ("retURL", target)])
    );
    asked.set_cookie(redirect(&url), "sid", sid)
}

pub(super) fn respond(asked: Asked) -> Response {
    let form = asked.form();
    let value = |name: &str| asked.parameter(name).or_else(|| form.get(name).map(str::to_owned));
    let session = value("sid").and_then(|sid| asked.state.sessions.find(&sid, asked.state.clock.now()));
    let Some(session) = session else {
        return redirect(&format!("{}{}/login", asked.place.origin(), asked.prefix()));
    };
    let home = format!("{}/home/home.jsp", asked.prefix());
    let target = value("retURL").unwrap_or(home);
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
