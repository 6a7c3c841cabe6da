//! `/secur/forgotpassword.jsp`: mails a user a link to the page that sets another password. Whoever asks, and for
//! whomever, the page says the same.
//! <https://help.salesforce.com/s/articleView?id=xcloud.user_resetting_your_password.htm>

use askama::Template;

use crate::credentials::password;
use crate::message::{Method, Response};
use crate::model::fault::Fault;
use crate::web::browser_request::BrowserRequest;
use crate::world::{LoginMethod, Site};

pub(super) const PATH: &str = "/secur/forgotpassword.jsp";

#[derive(Template)]
#[template(path = "forgot_password.html")]
struct Page {
    action: String,
    login: String,
    /// The mail is on its way, if there is someone to get it.
    sent: bool,
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let form = browser.form();
    let username = form.get("un").filter(|_| browser.request.method == Method::POST);
    if let Some(username) = username
        && let Err(fault) = send(browser, username)
    {
        tracing::error!(message = fault.message, "the mail for a forgotten password cannot be written");
    }
    Response::page(&Page {
        action: format!("{}{PATH}", browser.prefix()),
        login: format!("{}/login", browser.prefix()),
        sent: username.is_some(),
    })
}

/// Writes to a user who could log in here with the password.
fn send(browser: BrowserRequest, username: &str) -> Result<(), Fault> {
    let login_context = browser.login_context(LoginMethod::Browser);
    let Some((org, user)) = browser.state.user_named(username, &login_context)? else { return Ok(()) };
    let Some(id) = user.id("Id") else { return Ok(()) };
    if browser.state.user_who_may_log_in(org, id, &login_context).is_none() {
        return Ok(());
    }
    let environment = browser.state.environment(org.id);
    password::mail_link(org, &environment, &user, browser.site().map(|site: Site| site.network))
}
