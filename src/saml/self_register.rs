//! The page on which visitors of a community register themselves: `CommunitiesSelfReg`, which an Experience Builder site
//! has at `/s/login/SelfRegister`.
//! <https://help.salesforce.com/s/articleView?id=experience.external_identity_create_registration_page.htm>

use askama::Template;

use super::{Asked, frontdoor};
use crate::flow::self_registration::{Applicant, NOT_IN_A_SITE, is_open, register};
use crate::message::{Method, Response};
use crate::org::Org;
use crate::world::{LoginMethod, SessionRequest};

/// Where the page is.
pub(super) const PATHS: [&str; 3] =
    ["/CommunitiesSelfReg", "/apex/CommunitiesSelfReg", "/s/login/SelfRegister"];
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
pub(super) fn respond(asked: Asked) -> Option<Response> {
    let nobody = Applicant::default();
    let Some(site) = asked.site() else {
        // An administrator may look at the page in the org, where there is nobody to register.
        let sent = asked.request.method == Method::POST;
        return Some(show(asked, &nobody, if sent { NOT_IN_A_SITE.text } else { "" }));
    };
    let org = asked.state.orgs.iter().find(|org| org.id == site.org)?;
    if !is_open(org, site.network).unwrap_or_default() {
        return None;
    }
    if asked.request.method != Method::POST {
        return Some(show(asked, &nobody, ""));
    }
    Some(registered(asked, org))
}

/// Where the page is, where visitors can register.
pub(super) fn link(asked: Asked) -> Option<String> {
    let site = asked.site()?;
    let org = asked.state.orgs.iter().find(|org| org.id == site.org)?;
    let open = is_open(org, site.network).unwrap_or_default();
    open.then(|| format!("{}/CommunitiesSelfReg", asked.prefix()))
}

fn registered(asked: Asked, org: &Org) -> Response {
    let form = asked.form();
    let field = |name: &str| form.get(name).unwrap_or_default();
    let applicant = Applicant {
        first_name: field("firstName"),
        last_name: field("lastName"),
        nickname: field("communityNickname"),
        email: field("email"),
        password: field("password"),
        confirmed_password: field("confirmPassword"),
    };
    let Some(site) = asked.site() else { return show(asked, &applicant, NOT_IN_A_SITE.text) };
    if let Err(refused) = register(org, &asked.state.environment(org.id), site.network, &applicant) {
        return show(asked, &applicant, &refused.display);
    }
    if applicant.password.is_empty() {
        return Response::found(&asked.url(CONFIRM));
    }
    let session_request = SessionRequest { client_id: None, scopes: Vec::new(), refresh_token: None };
    match asked.state.log_in(
        applicant.email,
        applicant.password,
        &asked.login_context(LoginMethod::Browser),
        session_request,
    ) {
        Ok(session) => frontdoor::go(asked, &session.token, None),
        // The profile is no member of the community: there is a user all the same.
        Err(_) => Response::found(&asked.url("/login")),
    }
}

/// The page after the form was sent without a password.
pub(super) fn confirm(asked: Asked) -> Option<Response> {
    asked.site()?;
    Some(Response::page(&Confirm { login: format!("{}/login", asked.prefix()) }))
}

fn show(asked: Asked, applicant: &Applicant, message: &str) -> Response {
    Response::page(&SelfRegister {
        message,
        action: format!("{}{}", asked.prefix(), asked.place.path),
        first_name: applicant.first_name,
        last_name: applicant.last_name,
        nickname: applicant.nickname,
        email: applicant.email,
    })
}
