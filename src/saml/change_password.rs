//! `/_ui/system/security/ChangePassword`: a user changes their own password; where the old one has expired, before
//! anything else.

use askama::Template;

use super::{Asked, frontdoor, login_page};
use crate::credentials::password;
use crate::flow::self_registration::PASSWORDS_DIFFER;
use crate::message::{Method, Response, form_of};
use crate::world::RequestContext;

pub(super) const PATH: &str = "/_ui/system/security/ChangePassword";

#[derive(Template)]
#[template(path = "change_password.html")]
struct Page<'a> {
    username: &'a str,
    message: &'a str,
    action: String,
    back: &'a str,
}

/// The path of the page, from which the browser goes on to another.
pub(super) fn path(asked: Asked, back: &str) -> String {
    format!("{}{PATH}?{}", asked.prefix(), form_of(&[("retURL", back)]))
}

/// 302 to the page, from which the browser comes back to a path below the community.
pub(super) fn go(asked: Asked, back: &str) -> Response {
    let back = format!("{}{back}", asked.prefix());
    Response::found(&format!("{}{}", asked.place.origin(), path(asked, &back)))
}

pub(super) fn respond(asked: Asked) -> Response {
    let Some(context) = asked.visitor() else { return login_page::protected(asked) };
    let form = asked.form();
    let back = form.get("retURL").map(str::to_owned).or_else(|| asked.parameter("retURL"));
    let back = back.filter(|back| asked.is_own(back)).unwrap_or_else(|| frontdoor::home(asked));
    if asked.request.method != Method::POST {
        return show(asked, &context, &back, "");
    }
    let new = form.get("newpassword").unwrap_or_default();
    if form.get("confirmpassword").unwrap_or_default() != new {
        return show(asked, &context, &back, PASSWORDS_DIFFER.text);
    }
    let old = form.get("currentpassword").unwrap_or_default();
    let changed = context
        .user()
        .and_then(|user| password::change(context.org, &context.environment(), &user, old, new));
    match changed {
        Ok(()) => {
            asked.state.sessions.password_changed(&context.session.token);
            Response::found(&absolute(asked, &back))
        }
        Err(fault) => show(asked, &context, &back, &fault.message),
    }
}

fn show(asked: Asked, context: &RequestContext, back: &str, message: &str) -> Response {
    let user = context.user().ok();
    Response::page(&Page {
        username: user.as_ref().and_then(|user| user.text("Username")).unwrap_or_default(),
        message,
        action: format!("{}{PATH}", asked.prefix()),
        back,
    })
}

fn absolute(asked: Asked, target: &str) -> String {
    if target.starts_with('/') { format!("{}{target}", asked.place.origin()) } else { target.to_owned() }
}
