//! `/setup/connect`: the page on which a user types the code that a device shows.
//! <https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_device_flow.htm>

use askama::Template;

use super::browser::{Browser, base, to_login, to_password};
use super::client::Client;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use super::{approval_page, policy};
use crate::error_entry::declare_errors;
use crate::message::{Method, Request, Response, form_of};
use crate::world::{AuthenticatedUser, Device, DeviceVerdict, LoginMethod, Session, Site, State};

pub const PAGE: &str = "/setup/connect";

/// The texts are ours: the service's are not public.
const CONNECTED: &str = "Your device is connected. You can close this page.";
const DENIED: &str = "You denied access. Your device is not connected.";

#[derive(Template)]
#[template(path = "connect.html")]
struct Page<'a> {
    action: String,
    user_code: &'a str,
    message: &'a str,
    /// Nothing more to type.
    done: bool,
}

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let oauth = OauthRequest { state, request, form: &form, site };
    let typed = form.get("user_code").unwrap_or_default();
    let back = match typed {
        "" => PAGE.to_owned(),
        typed => format!("{PAGE}?{}", form_of(&[("user_code", typed)])),
    };
    match Browser::of(oauth, "Device") {
        Browser::Nobody => to_login(oauth, &back, None),
        Browser::Expired => to_password(oauth, &back),
        Browser::User(..) if request.method != Method::POST => show(oauth, typed, ""),
        Browser::User(member, session) => connect(oauth, typed, &member, &session),
    }
}

fn connect(oauth: OauthRequest, typed: &str, member: &AuthenticatedUser, session: &Session) -> Response {
    let known = &oauth.state.authorizations;
    let Some(device) = known.device_of_user_code(typed, oauth.state.clock.now()) else {
        return show(oauth, "", error_rows::wrong_device_code.text);
    };
    let Some(client) = Client::find(oauth.state, &device.client_id) else {
        return show(oauth, "", error_rows::wrong_device_code.text);
    };
    if policy::permits(client, member, &login_context(LoginMethod::OauthDevice, client, oauth)).is_err() {
        return show(oauth, "", error_rows::no_access_to_app.text);
    }
    let approved = policy::is_approved(client, member, &device.scopes).unwrap_or_default();
    match approval_page::answer(oauth, session) {
        Some(false) => {
            known.answer_device(&device.user_code, DeviceVerdict::Denied);
            finished(oauth, DENIED)
        }
        Some(true) => match policy::approve(client, member, &device.scopes) {
            Ok(()) => allow(oauth, &device, member),
            Err(_) => show(oauth, typed, error_rows::wrong_device_code.text),
        },
        None if approved => allow(oauth, &device, member),
        None => {
            let hidden = [("user_code", device.user_code.as_str())];
            let ask = approval_page::Ask { client, scopes: &device.scopes, narrow: false };
            approval_page::show(oauth, ask, (member, session), PAGE, &hidden)
        }
    }
}

fn allow(oauth: OauthRequest, device: &Device, member: &AuthenticatedUser) -> Response {
    let verdict = DeviceVerdict::Allowed { org: member.org.id, user: member.id };
    oauth.state.authorizations.answer_device(&device.user_code, verdict);
    finished(oauth, CONNECTED)
}

fn show(oauth: OauthRequest, user_code: &str, message: &str) -> Response {
    Response::page(&Page { action: format!("{}{PAGE}", base(oauth)), user_code, message, done: false })
}

fn finished(oauth: OauthRequest, message: &str) -> Response {
    Response::page(&Page { action: format!("{}{PAGE}", base(oauth)), user_code: "", message, done: true })
}

declare_errors! {
    rows as Page "page";

    /// device flow: the code that a user types is none that a device shows now
    wrong_device_code() = "" 200,
        "The code you entered is invalid or has expired. Check the code on your device and try again.", Assumed;

    /// device flow: only administrators decide who may use the app, and this user is not among them
    no_access_to_app() = "" 200, "You don't have access to this app. Contact your Salesforce administrator.", Assumed;
}
