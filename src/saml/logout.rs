//! Logout: of the browser's own session, and single logout with the identity provider.
//! <https://help.salesforce.com/s/articleView?id=xcloud.security_auth_slo_saml_sp_configuring.htm&type=5>

use std::sync::Arc;

use askama::Template;

use super::authn_request::config;
use super::logout_message;
use crate::assertion::{LogoutKind, LogoutMessage, QuerySignature, verify_message, xml};
use crate::error_entry::declare_errors;
use crate::message::{Method, Response, StatusCode};
use crate::org::Org;
use crate::org::sso_config::SsoConfig;
use crate::web::browser_request::{BrowserRequest, with_cookie};

/// The endpoint, below the org or the community.
pub(super) const PATH: &str = "/services/auth/sp/saml2/logout";

/// The words are the service's (<https://salesforce.stackexchange.com/questions/274373>), the reason is ours.
#[derive(Template)]
#[template(path = "logout_error.html")]
struct ErrorPage<'a> {
    message: &'static str,
    why: &'a str,
}

/// `/secur/logout.jsp`: ends the session; then to the identity provider, where single logout is on, else to the
/// configuration's logout URL.
pub(super) fn log_out(browser: BrowserRequest) -> Response {
    let login = browser.url("/login");
    let Some(sid) = browser.request.cookie("sid") else { return Response::found(&login) };
    // Who has logged in as somebody else is oneself again.
    if let Ok(Some(own)) = browser.state.log_out_as(sid) {
        let home = format!("{}/lightning/page/home", browser.target.origin());
        return browser.set_cookie(Response::found(&home), "sid", &own);
    }
    let of_sso = browser.state.sessions.sso(sid);
    end(browser, sid);
    let Some(session) = of_sso else { return signed_off(Response::found(&login)) };
    let Some((_, config)) = config(browser.state, session.config.as_str()) else {
        return signed_off(Response::found(&login));
    };
    if let Some(url) = &config.single_logout_url {
        return signed_off(logout_message::request(browser, &config, url, &session));
    }
    let url = session.logout_url.or(config.logout_url).unwrap_or(login);
    signed_off(Response::found(&url))
}

/// `/services/auth/sp/saml2/logout`: a LogoutRequest or a LogoutResponse of an identity provider, signed by it.
pub(super) fn respond(browser: BrowserRequest) -> Response {
    let form = browser.form();
    let by_post = browser.request.method == Method::POST;
    let value = |name: &str| match by_post {
        true => form.get(name).map(str::to_owned),
        false => browser.parameter(name),
    };
    let name = if value("SAMLRequest").is_some() { "SAMLRequest" } else { "SAMLResponse" };
    let Some(sent) = value(name) else {
        return Response::text(StatusCode::BAD_REQUEST, error_rows::no_logout_message.text);
    };
    let text = if by_post { xml::from_form(sent.as_bytes()) } else { xml::from_query(sent.as_bytes()) };
    let believed = text.map_err(|unreadable| unreadable.to_string()).and_then(|text| {
        let message = LogoutMessage::read(&text)?;
        let configs = believe(browser, &message, &text, name)?;
        Ok((message, configs))
    });
    let relay_state = value("RelayState").unwrap_or_default();
    match believed {
        Ok((message, configs)) => done(browser, &message, configs, &relay_state),
        Err(why) => Response::page(&ErrorPage { message: error_rows::no_logout.text, why: &why }),
    }
}

/// The configurations that a message belongs to: those of its Issuer whose identity provider signed it. `name` is the
/// parameter that carried it.
fn believe(
    browser: BrowserRequest,
    message: &LogoutMessage,
    text: &str,
    name: &str,
) -> Result<Vec<Arc<SsoConfig>>, String> {
    message.is_for(&endpoints(browser), browser.state.clock.now())?;
    let mut verdict = Err(format!("No configuration has the Issuer {}", message.issuer));
    let mut believed = Vec::new();
    for config in configs_of_issuer(browser, &message.issuer) {
        verdict = is_signed(browser, &config, text, name);
        believed.extend(verdict.is_ok().then_some(config));
    }
    if believed.is_empty() { verdict.map(|()| believed) } else { Ok(believed) }
}

/// The endpoint, by each name that the orgs have which the request may be for.
fn endpoints(browser: BrowserRequest) -> Vec<String> {
    let (state, host) = (browser.state, browser.request.host());
    let below = format!("{}{PATH}", browser.prefix());
    let orgs = state.orgs.iter().filter(|org| state.host_serves(host, org.id));
    let addresses = orgs.flat_map(|org| state.addresses(org, browser.target.origin()));
    std::iter::once(browser.url(PATH)).chain(addresses.map(|address| format!("{address}{below}"))).collect()
}

fn is_signed(browser: BrowserRequest, config: &SsoConfig, text: &str, name: &str) -> Result<(), String> {
    let certificates =
        browser.state.sso.certificates(&config.certificate).map_err(|bad_key| bad_key.to_string())?;
    if browser.request.method == Method::POST {
        return verify_message(text, None, &certificates);
    }
    let query = signed_query(browser.request.query(), name);
    let parameter = |name: &str| browser.parameter(name).ok_or_else(|| format!("The query has no {name}"));
    let (algorithm, value) = (parameter("SigAlg")?, parameter("Signature")?);
    let signature = QuerySignature { query: &query, algorithm: &algorithm, value: &value };
    verify_message(text, Some(signature), &certificates)
}

/// What the redirect binding signs: these parameters as they were sent, in this order (SAML bindings 3.4.4.1).
fn signed_query(query: &str, name: &str) -> String {
    let sent = |name: &&str| query.split('&').find(|pair| pair.split('=').next() == Some(*name));
    let pairs: Vec<&str> = [name, "RelayState", "SigAlg"].iter().filter_map(sent).collect();
    pairs.join("&")
}

/// In the orgs that the request may be for, oldest first; that of the browser's session before all others.
fn configs_of_issuer(browser: BrowserRequest, issuer: &str) -> Vec<Arc<SsoConfig>> {
    let site = browser.site().map(|site| site.org);
    let meant = |org: &&Org| {
        site.is_none_or(|site| site == org.id) && browser.state.host_serves(browser.request.host(), org.id)
    };
    let configs = browser.state.orgs.iter().filter(meant).filter_map(|org| org.sso_configs().ok());
    let of_issuer = |config: &SsoConfig| config.issuer == issuer;
    let mut fitting: Vec<_> = configs
        .flat_map(|configs| configs.iter().filter(|config| of_issuer(config)).cloned().collect::<Vec<_>>())
        .collect();
    let session = browser.request.cookie("sid").and_then(|sid| browser.state.sessions.sso(sid));
    fitting.sort_by_key(|config| session.as_ref().is_none_or(|own| own.config != config.id));
    fitting
}

/// Ends the sessions that a LogoutRequest is about, and answers it; a LogoutResponse ends the browser's journey.
fn done(
    browser: BrowserRequest,
    message: &LogoutMessage,
    mut configs: Vec<Arc<SsoConfig>>,
    relay_state: &str,
) -> Response {
    let login = || signed_off(Response::found(&browser.url("/login")));
    let sessions = |config: &SsoConfig| {
        browser.state.sessions.of_subject(config.id, &message.name_id, message.session_index.as_deref())
    };
    let is_request = message.kind == LogoutKind::Request;
    if is_request {
        // One identity provider may serve several orgs: the one with the session answers.
        configs.sort_by_key(|config| sessions(config).is_empty());
        for token in configs.iter().flat_map(|config| sessions(config)) {
            end(browser, &token);
        }
    }
    let Some(config) = configs.first() else { return login() };
    match (&config.single_logout_url, &config.logout_url) {
        (Some(url), _) if is_request => {
            signed_off(logout_message::success(browser, config, url, &message.id, relay_state))
        }
        (_, Some(url)) => signed_off(Response::found(url)),
        (_, None) => login(),
    }
}

fn end(browser: BrowserRequest, token: &str) {
    browser.state.sessions.close(token);
}

fn signed_off(response: Response) -> Response {
    with_cookie(response, "sid=; Path=/; Max-Age=0")
}

declare_errors! {
    rows as Page "page";

    /// a message of single logout is none of a configuration's, or is not signed by it; below stands why, in our words
    no_logout() = "" 200, "We are unable to log you out.", Assumed;

    /// the URL of single logout is asked without a message
    no_logout_message() = "" 400, "expected SAMLRequest or SAMLResponse", Assumed;
}
