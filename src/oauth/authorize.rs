//! `/services/oauth2/authorize`, and the page on which a user approves: from there the browser goes back to the client
//! with a code, a token, or a refusal.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm>,
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_user_agent_flow.htm>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::browser::{Browser, base, to_login, to_password, with_parameters};
use super::error::OauthError;
use super::login_context::login_context;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use super::{approval_page, error_page, policy};
use crate::message::{Method, Request, Response, form_of};
use crate::world::{AuthenticatedUser, Session, Site, State};

mod answer;
mod headless;
mod request;

pub use headless::GAPS as REQUEST_TYPE_GAPS;
use request::{Authorization, ResponseType, Wrong};

/// The page that asks the user.
pub const PAGE: &str = "/setup/secur/RemoteAccessAuthorizationPage.apexp";

/// A parameter of the page, not of a client: the session that was there before.
const BEFORE: &str = "!before";

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let oauth = OauthRequest { state, request, form: &form, site };
    if !matches!(request.method, Method::GET | Method::HEAD | Method::POST) {
        return error_page::plain(&OauthError::must_get());
    }
    let authorization = match Authorization::read(oauth, &form) {
        Ok(authorization) => authorization,
        Err(wrong) => return refused(&wrong),
    };
    if authorization.response_type == ResponseType::CodeCredentials {
        return headless::respond(oauth, &form, &authorization);
    }
    let browser = Browser::of(oauth, authorization.client.name());
    if authorization.silent {
        return without_page(oauth, &authorization, &browser);
    }
    let page = |before: Option<&str>| page_path(&form, before);
    match browser {
        Browser::Nobody => to_login(oauth, &page(None), authorization.login_hint.as_deref()),
        Browser::Expired => to_password(oauth, &page(None)),
        Browser::User(_, session) if authorization.asks_login => {
            let before = fingerprint(&session);
            to_login(oauth, &page(Some(&before)), authorization.login_hint.as_deref())
        }
        Browser::User(member, _) => match permitted(oauth, &authorization, &member) {
            Err(refusal) => turned_away(oauth, &authorization, &refusal),
            Ok(true) => answer::grant(oauth, &authorization, &member),
            Ok(false) => Response::found(&format!("{}{}", base(oauth), page(None))),
        },
    }
}

/// Shows the page, or takes its answer.
pub fn page(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let oauth = OauthRequest { state, request, form: &form, site };
    let Some(source) = form.get("source").and_then(decoded) else {
        return error_page::go(oauth, &OauthError::approval_error());
    };
    let source = RequestParameters::read(&source);
    let authorization = match Authorization::read(oauth, &source) {
        Ok(authorization) => authorization,
        Err(wrong) => return refused(&wrong),
    };
    let page = page_path(&source, None);
    let (member, session) = match Browser::of(oauth, authorization.client.name()) {
        Browser::Nobody => return to_login(oauth, &page, authorization.login_hint.as_deref()),
        Browser::Expired => return to_password(oauth, &page),
        Browser::User(_, session) if source.get(BEFORE) == Some(&fingerprint(&session)) => {
            return to_login(oauth, &page, authorization.login_hint.as_deref());
        }
        Browser::User(member, session) => (member, session),
    };
    let answer = approval_page::answer(oauth, &session);
    let outcome = permitted(oauth, &authorization, &member).and_then(|approved| match answer {
        Some(false) => Err(OauthError::end_user_denied()),
        Some(true) => policy::approve(authorization.client, &member, &authorization.scopes)
            .map(|()| true)
            .map_err(|_| OauthError::unknown_error()),
        None => Ok(approved),
    });
    match outcome {
        Err(refusal) => turned_away(oauth, &authorization, &refusal),
        Ok(true) => answer::grant(oauth, &authorization, &member),
        Ok(false) => {
            let hidden = [("source", form.get("source").unwrap_or_default())];
            let ask = approval_page::Ask {
                client: authorization.client,
                scopes: &authorization.scopes,
                narrow: matches!(display(&source), "touch" | "mobile"),
            };
            approval_page::show(oauth, ask, (&member, &session), PAGE, &hidden)
        }
    }
}

/// Whether the user has approved already, or another has for them.
fn permitted(
    oauth: OauthRequest,
    authorization: &Authorization,
    member: &AuthenticatedUser,
) -> Result<bool, OauthError> {
    let client = authorization.client;
    let login_context = login_context(authorization.response_type.login_method(), client, oauth);
    policy::permits(client, member, &login_context).map_err(|refusal| {
        if refusal == OauthError::not_admin_approved() { OauthError::app_access_denied() } else { refusal }
    })?;
    let approved = policy::is_approved(client, member, &authorization.scopes);
    let approved = approved.map_err(|_| OauthError::unknown_error())?;
    Ok(approved && (!authorization.asks_approval || policy::is_preauthorized(client)))
}

fn without_page(oauth: OauthRequest, authorization: &Authorization, browser: &Browser) -> Response {
    let outcome = match browser {
        Browser::User(member, _) if !authorization.asks_login => {
            permitted(oauth, authorization, member).map(|approved| approved.then_some(member))
        }
        _ => Ok(None),
    };
    match outcome {
        Ok(Some(member)) => answer::grant(oauth, authorization, member),
        Ok(None) => answer::refuse(authorization, &OauthError::immediate_unsuccessful()),
        Err(refusal) => answer::refuse(authorization, &refusal),
    }
}

/// An app that is not installed does not get an answer: the browser keeps it.
fn turned_away(oauth: OauthRequest, authorization: &Authorization, refusal: &OauthError) -> Response {
    if *refusal == OauthError::not_installed() {
        return error_page::go(oauth, refusal);
    }
    answer::refuse(authorization, refusal)
}

fn refused(wrong: &Wrong) -> Response {
    match wrong {
        Wrong::Shown(refusal) => error_page::plain(refusal),
        Wrong::Sent(authorization, refusal) => answer::refuse(authorization, refusal),
    }
}

/// The page of a request. All that the request asks is in the URL, so that it may wait in a login page, in an identity
/// provider's RelayState or in the browser's history.
fn page_path(form: &RequestParameters, before: Option<&str>) -> String {
    let mut text = form.text();
    if let Some(before) = before {
        text = format!("{text}&{}", form_of(&[(BEFORE, before)]));
    }
    let source = format!("CAAA{}", URL_SAFE_NO_PAD.encode(text));
    with_parameters(PAGE, &[("source", &source), ("display", display(form))])
}

/// For what kind of window the pages are to be: one that the service knows, or `page`.
fn display<'a>(form: &'a RequestParameters) -> &'a str {
    form.get("display").filter(|kind| ["popup", "touch", "mobile"].contains(kind)).unwrap_or("page")
}

fn decoded(source: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(source.strip_prefix("CAAA")?).ok()?).ok()
}

/// Tells a session from others without giving it away.
fn fingerprint(session: &Session) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, session.token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref().get(..12).unwrap_or_default())
}
