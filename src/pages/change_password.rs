//! `/_ui/system/security/ChangePassword`: a user changes their own password; where the old one has expired, before
//! anything else.

use askama::Template;

use super::{invalid_redirection, login_page};
use crate::credentials::password;
use crate::flow::self_registration::PASSWORDS_DIFFER;
use crate::message::{Method, Response, form_of};
use crate::web::browser_request::BrowserRequest;
use crate::web::session_redirect::home;
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
pub(super) fn path(browser: BrowserRequest, back: &str) -> String {
    format!("{}{PATH}?{}", browser.prefix(), form_of(&[("retURL", back)]))
}

/// 302 to the page, from which the browser comes back to a path below the community.
pub(super) fn go(browser: BrowserRequest, back: &str) -> Response {
    let back = format!("{}{back}", browser.prefix());
    Response::found(&format!("{}{}", browser.target.origin(), path(browser, &back)))
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let Some(context) = browser.visitor() else { return login_page::protected(browser) };
    let form = browser.form();
    let back = form.get("retURL").map(str::to_owned).or_else(|| browser.parameter("retURL"));
    let back = back.filter(|back| browser.leads_somewhere(back)).unwrap_or_else(|| home(browser));
    if browser.request.method != Method::POST {
        return show(browser, &context, &back, "");
    }
    let new = form.get("newpassword").unwrap_or_default();
    if form.get("confirmpassword").unwrap_or_default() != new {
        return show(browser, &context, &back, PASSWORDS_DIFFER.text);
    }
    let old = form.get("currentpassword").unwrap_or_default();
    let changed = context
        .user()
        .and_then(|user| password::change(context.org, &context.environment(), &user, old, new));
    match changed {
        Ok(()) => {
            browser.state.sessions.password_changed(&context.session.token);
            match browser.within(&back) {
                Some(back) => Response::found(&absolute(browser, back)),
                None => invalid_redirection::respond(browser),
            }
        }
        Err(fault) => show(browser, &context, &back, &fault.message),
    }
}

fn show(browser: BrowserRequest, context: &RequestContext, back: &str, message: &str) -> Response {
    let user = context.user().ok();
    Response::page(&Page {
        username: user.as_ref().and_then(|user| user.text("Username")).unwrap_or_default(),
        message,
        action: format!("{}{PATH}", browser.prefix()),
        back,
    })
}

fn absolute(browser: BrowserRequest, target: &str) -> String {
    if target.starts_with('/') { format!("{}{target}", browser.target.origin()) } else { target.to_owned() }
}
