//! The page on which visitors of a community register themselves: `CommunitiesSelfReg`, which an Experience Builder site
//! has at `/s/login/SelfRegister`.
//! <https://help.salesforce.com/s/articleView?id=experience.external_identity_create_registration_page.htm>

use askama::Template;

use crate::flow::self_registration::{Applicant, NOT_IN_A_SITE, is_open, register};
use crate::message::{Method, Response};
use crate::org::Org;
use crate::web::browser_request::BrowserRequest;
use crate::web::session_redirect::to_front_door;
use crate::world::{LoginMethod, SessionRequest};

/// Where the page is, besides where Visualforce and Experience Builder have it.
pub(super) const PATH: &str = "/CommunitiesSelfReg";
/// Where it leads without a password.
pub(super) const CONFIRM: &str = "/CommunitiesSelfRegConfirm";

#[derive(Template)]
#[template(path = "self_register.html")]
struct SelfRegister<'a> {
    message: &'a str,
    action: String,
    first_name: &'a str,
    last_name: &'a str,
    nickname: &'a str,
    email: &'a str,
}

#[derive(Template)]
#[template(path = "self_register_confirm.html")]
struct Confirm {
    login: String,
}

/// The page, or what becomes of its form. `None` where visitors cannot register.
pub(super) fn respond(browser: BrowserRequest) -> Option<Response> {
    let nobody = Applicant::default();
    let Some(site) = browser.site() else {
        // An administrator may look at the page in the org, where there is nobody to register.
        let sent = browser.request.method == Method::POST;
        return Some(show(browser, &nobody, if sent { NOT_IN_A_SITE.text } else { "" }));
    };
    let org = browser.state.orgs.iter().find(|org| org.id == site.org)?;
    if !is_open(org, site.network).unwrap_or_default() {
        return None;
    }
    if browser.request.method != Method::POST {
        return Some(show(browser, &nobody, ""));
    }
    Some(registered(browser, org))
}

/// Where the page is, where visitors can register.
pub(super) fn link(browser: BrowserRequest) -> Option<String> {
    let site = browser.site()?;
    let org = browser.state.orgs.iter().find(|org| org.id == site.org)?;
    let open = is_open(org, site.network).unwrap_or_default();
    open.then(|| format!("{}{PATH}", browser.prefix()))
}

fn registered(browser: BrowserRequest, org: &Org) -> Response {
    let form = browser.form();
    let field = |name: &str| form.get(name).unwrap_or_default();
    let applicant = Applicant {
        first_name: field("firstName"),
        last_name: field("lastName"),
        nickname: field("communityNickname"),
        email: field("email"),
        password: field("password"),
        confirmed_password: field("confirmPassword"),
    };
    let Some(site) = browser.site() else { return show(browser, &applicant, NOT_IN_A_SITE.text) };
    if let Err(refused) = register(org, &browser.state.environment(org.id), site.network, &applicant) {
        return show(browser, &applicant, &refused.display);
    }
    if applicant.password.is_empty() {
        return Response::found(&browser.url(CONFIRM));
    }
    let session_request = SessionRequest { client_id: None, scopes: Vec::new(), refresh_token: None };
    match browser.state.log_in(
        applicant.email,
        applicant.password,
        &browser.login_context(LoginMethod::Browser),
        session_request,
    ) {
        Ok(session) => to_front_door(browser, &session.token, None),
        // The profile is no member of the community: there is a user all the same.
        Err(_) => Response::found(&browser.url("/login")),
    }
}

/// The page after the form was sent without a password.
pub(super) fn confirm(browser: BrowserRequest) -> Option<Response> {
    browser.site()?;
    Some(Response::page(&Confirm { login: format!("{}/login", browser.prefix()) }))
}

fn show(browser: BrowserRequest, applicant: &Applicant, message: &str) -> Response {
    Response::page(&SelfRegister {
        message,
        action: format!("{}{}", browser.prefix(), browser.target.path),
        first_name: applicant.first_name,
        last_name: applicant.last_name,
        nickname: applicant.nickname,
        email: applicant.email,
    })
}
