//! The page that a link in a mail leads to, of welcome or after a forgotten password: sets the password, and logs in
//! with it.

use askama::Template;

use crate::credentials::password;
use crate::error_entry::declare_errors;
use crate::flow::self_registration::PASSWORDS_DIFFER;
use crate::message::Response;
use crate::model::id::Id;
use crate::org::Org;
use crate::web::browser_request::BrowserRequest;
use crate::web::posted_form::PostedForm;
use crate::web::session_redirect::to_front_door;
use crate::world::{LoginMethod, SessionRequest};

#[derive(Template)]
#[template(path = "set_password.html")]
struct SetPassword<'a> {
    username: &'a str,
    message: &'a str,
    action: String,
    token: &'a str,
}

/// The page of a link, if the URL has one.
pub(super) fn respond(browser: BrowserRequest) -> Option<Response> {
    Some(show(browser, &browser.parameter("c")?, ""))
}

/// Sets the password of the form. `None` when it is another form.
pub(super) fn set(browser: BrowserRequest, form: &PostedForm) -> Option<Response> {
    let (token, new) = (form.get("c")?, form.get("newpassword")?);
    if form.get("confirmpassword").is_some_and(|again| again != new) {
        return Some(show(browser, token, PASSWORDS_DIFFER.text));
    }
    let Some((org, user, username)) = found(browser, token) else { return Some(show(browser, token, "")) };
    if let Err(fault) = password::set_by_link(org, &browser.state.environment(org.id), user, new) {
        return Some(show(browser, token, &fault.message));
    }
    let session_request = SessionRequest { client_id: None, scopes: Vec::new(), refresh_token: None };
    Some(
        match browser.state.log_in(
            &username,
            new,
            &browser.login_context(LoginMethod::Browser),
            session_request,
        ) {
            Ok(session) => to_front_door(browser, &session.token, None),
            // Of another community, or of none: the password is set all the same.
            Err(_) => Response::found(&format!("{}{}/login", browser.target.origin(), browser.prefix())),
        },
    )
}

fn show(browser: BrowserRequest, token: &str, message: &str) -> Response {
    let user = found(browser, token);
    let username = user.map(|(.., username)| username).unwrap_or_default();
    Response::page(&SetPassword {
        username: &username,
        message: if username.is_empty() { error_rows::link_is_over.text } else { message },
        action: format!("{}/login", browser.prefix()),
        token,
    })
}

/// The user of a link, their org and their username.
fn found<'a>(browser: BrowserRequest<'a>, token: &str) -> Option<(&'a Org, Id, String)> {
    browser.state.orgs.iter().find_map(|org| {
        let user = password::user_of_link(org, &browser.state.environment(org.id), token).ok()??;
        let record = org.find(&org.standard("User").ok()?, user).ok()??;
        Some((org, user, record.text("Username")?.to_owned()))
    })
}

declare_errors! {
    rows as Page "page";

    /// a link to set a password is followed that is over, used or none
    link_is_over() = "" 200,
        "Your link has expired or was used already. Ask your administrator to reset your password.", Assumed;
}
