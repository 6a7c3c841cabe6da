//! Where logins land. Without a session it is a protected page, which leads to the login.

use askama::Template;

use super::{change_password, login_page};
use crate::message::Response;
use crate::web::browser_request::BrowserRequest;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    site: &'a str,
    username: &'a str,
    user: &'a str,
    logout: String,
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let Some(context) = browser.visitor() else { return login_page::protected(browser) };
    if context.session.password_expired {
        return change_password::go(browser, browser.request.path());
    }
    let user = context.user().ok();
    Response::page(&Home {
        site: browser.site().map(|site| site.path).unwrap_or_default(),
        username: user.as_ref().and_then(|user| user.text("Username")).unwrap_or_default(),
        user: context.session.user.as_str(),
        logout: format!("{}/secur/logout.jsp", browser.prefix()),
    })
}
