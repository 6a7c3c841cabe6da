//! `/saml/authn-request.jsp`: asks an identity provider to log the user in.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf>, 3.4 and 3.5

use std::io::Write as _;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::signing::{RSA_SHA256, signature, signed};
use crate::message::{Response, StatusCode, form_of};
use crate::model::id::Id;
use crate::org::Org;
use crate::org::sso_config::{Binding, SsoConfig};
use crate::web::authn_request_url::new_id;
use crate::web::browser_request::BrowserRequest;
use crate::world::{AuthnRequest, State};
use crate::xml::escaped;

#[derive(Template)]
#[template(path = "post_form.html")]
struct PostForm<'a> {
    action: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let Some((org, config)) =
        browser.parameter("samlSsoConfig").as_deref().and_then(|id| config(browser.state, id))
    else {
        return Response::text(
            StatusCode::BAD_REQUEST,
            "samlSsoConfig names no single sign-on configuration",
        );
    };
    // An identity provider of this server is named by its path.
    let whole =
        |url: String| if url.starts_with('/') { format!("{}{url}", browser.target.origin()) } else { url };
    let Some(login_url) = config.login_url.clone().map(whole) else {
        return Response::text(
            StatusCode::BAD_REQUEST,
            "the configuration has no Identity Provider Login URL",
        );
    };
    let id =
        browser.parameter("saml_request_id").filter(|id| is_id(id)).unwrap_or_else(|| new_id(browser.state));
    let now = browser.state.clock.now();
    browser.state.sso.expect(AuthnRequest { id: id.clone(), config: config.id, issued: now });
    let acs = browser.parameter("saml_acs").unwrap_or_else(|| browser.target.acs(org));
    let message = message(&id, now, &acs, &login_url, &config.entity_id);
    let relay_state = browser.parameter("RelayState").unwrap_or_default();
    let by_post = match browser.parameter("saml_binding_type").as_deref() {
        Some("HttpRedirect") => false,
        Some(_) => true,
        None => config.request_binding == Binding::Post,
    };
    if by_post {
        let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", signed(&id, &message));
        send_by_post(&login_url, "SAMLRequest", &xml, &relay_state)
    } else {
        send_by_redirect(&login_url, "SAMLRequest", &message, &relay_state)
    }
}

/// The configuration of an id, in any org.
pub(super) fn config<'a>(state: &'a State, id: &str) -> Option<(&'a Org, SsoConfig)> {
    let id = Id::parse(id)?;
    state.orgs.iter().find_map(|org| org.sso_config(id).ok().flatten().map(|config| (org, config)))
}

/// An XML id of the characters that this service uses.
fn is_id(id: &str) -> bool {
    id.starts_with('_')
        && id.len() <= 300
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn message(id: &str, now: i64, acs: &str, destination: &str, issuer: &str) -> String {
    format!(
        "<saml2p:AuthnRequest xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         AssertionConsumerServiceURL=\"{}\" Destination=\"{}\" ID=\"{id}\" IssueInstant=\"{}\" \
         ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Version=\"2.0\">\
         <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{}</saml2:Issuer></saml2p:AuthnRequest>",
        escaped(acs),
        escaped(destination),
        instant(now),
        escaped(issuer),
    )
}

/// `2026-01-15T10:00:00.000Z`
pub(super) fn instant(milliseconds: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A page that posts a message to the identity provider.
pub(super) fn send_by_post(url: &str, name: &str, xml: &str, relay_state: &str) -> Response {
    let message = STANDARD.encode(xml);
    let mut fields = vec![(name, message.as_str())];
    if !relay_state.is_empty() {
        fields.push(("RelayState", relay_state));
    }
    Response::page(&PostForm { action: url, fields })
}

/// 302 to the identity provider with a message in the query, signed there.
pub(super) fn send_by_redirect(url: &str, name: &str, xml: &str, relay_state: &str) -> Response {
    let message = STANDARD.encode(deflated(xml));
    let mut pairs = vec![(name, message.as_str())];
    if !relay_state.is_empty() {
        pairs.push(("RelayState", relay_state));
    }
    pairs.push(("SigAlg", RSA_SHA256));
    let signed = form_of(&pairs);
    let mark = if url.contains('?') { '&' } else { '?' };
    Response::found(&format!("{url}{mark}{signed}&{}", form_of(&[("Signature", &signature(&signed))])))
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
