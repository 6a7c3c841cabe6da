//! The login page: username and password, and a button for each single sign-on configuration.

use askama::Template;

use super::form::Form;
use super::{Asked, authn_request, frontdoor, page};
use crate::cloud::{Terms, Way};
use crate::message::Response;

const WRONG: &str = "Please check your username and password. If you still can't log in, contact your Salesforce administrator.";

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    site: &'a str,
    message: &'a str,
    action: String,
    start_url: &'a str,
    buttons: Vec<Button>,
}

struct Button {
    label: String,
    url: String,
}

#[derive(Template)]
#[template(path = "to_idp.html")]
struct ToIdentityProvider {
    url: String,
}

pub(super) fn respond(asked: Asked) -> Response {
    let start_url = asked.parameter("startURL").or_else(|| asked.parameter("retURL")).unwrap_or_default();
    show(asked, &start_url, "")
}

/// A page that needs a session: with one configuration the browser goes to its identity provider at once.
pub(super) fn protected(asked: Asked) -> Response {
    let target = asked.request.uri.path_and_query().map_or("/", |target| target.as_str());
    match buttons(asked, target).as_slice() {
        [only] => {
            let path = only.url.strip_prefix(asked.place.origin()).unwrap_or(&only.url);
            page(&ToIdentityProvider { url: path.to_owned() })
        }
        _ => show(asked, target, ""),
    }
}

/// Logs in with the form of the page. `None` when it is another form.
pub(super) fn log_in(asked: Asked, form: &Form) -> Option<Response> {
    let username = form.get("username").or_else(|| form.get("un"))?;
    let password = form.get("pw").or_else(|| form.get("password")).unwrap_or_default();
    let start_url = form.get("startURL").or_else(|| form.get("retURL"));
    let terms = Terms { client_id: None, scopes: Vec::new(), refresh_token: None };
    Some(match asked.state.log_in(username, password, &asked.door(Way::Browser), terms) {
        Ok(session) => {
            let target = start_url.filter(|url| url.starts_with('/') && !url.starts_with("//"));
            frontdoor::go(asked, &session.token, target)
        }
        Err(_) => show(asked, start_url.unwrap_or_default(), WRONG),
    })
}

fn show(asked: Asked, start_url: &str, message: &str) -> Response {
    page(&LoginPage {
        site: asked.site().map(|site| site.path).unwrap_or_default(),
        message,
        action: format!("{}/login", asked.prefix()),
        start_url,
        buttons: buttons(asked, start_url),
    })
}

/// The configurations that can be asked: those with a login URL.
fn buttons(asked: Asked, relay_state: &str) -> Vec<Button> {
    let so = asked.parameter("so");
    let Some(org) = asked.place.org(asked.state, so.as_deref()) else { return Vec::new() };
    let configs = org.sso_configs().unwrap_or_default();
    let usable = configs.into_iter().filter(|config| config.login_url.is_some());
    usable
        .map(|config| Button {
            url: authn_request::start_url(asked, org, &config, relay_state),
            label: config.label,
        })
        .collect()
}
