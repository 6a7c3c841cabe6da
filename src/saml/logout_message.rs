//! The logout messages that the org sends to identity providers.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf>, 4.4

use super::authn_request::{instant, send_by_post, send_by_redirect};
use super::signing::signed;
use crate::message::Response;
use crate::org::sso_config::{Binding, SsoConfig};
use crate::web::browser_request::BrowserRequest;
use crate::world::SsoSession;
use crate::xml::escaped;

/// Asks an identity provider to end its session.
pub(super) fn request(
    browser: BrowserRequest,
    config: &SsoConfig,
    url: &str,
    session: &SsoSession,
) -> Response {
    let id = new_id(browser);
    let format = session.name_id_format.as_deref().map(|format| format!(" Format=\"{}\"", escaped(format)));
    let index = session
        .session_index
        .as_deref()
        .map(|index| format!("<saml2p:SessionIndex>{}</saml2p:SessionIndex>", escaped(index)));
    let message = format!(
        "<saml2p:LogoutRequest xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{}\" ID=\"{id}\" \
         IssueInstant=\"{}\" Version=\"2.0\">\
         <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{}</saml2:Issuer>\
         <saml2:NameID xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"{}>{}</saml2:NameID>{}\
         </saml2p:LogoutRequest>",
        escaped(url),
        instant(browser.state.clock.now()),
        escaped(&config.entity_id),
        format.unwrap_or_default(),
        escaped(&session.name_id),
        index.unwrap_or_default(),
    );
    send(config, url, "SAMLRequest", &id, &message, "")
}

/// Tells an identity provider that the sessions of its LogoutRequest have ended.
pub(super) fn success(
    browser: BrowserRequest,
    config: &SsoConfig,
    url: &str,
    request: &str,
    relay_state: &str,
) -> Response {
    let id = new_id(browser);
    let message = format!(
        "<saml2p:LogoutResponse xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{}\" ID=\"{id}\" \
         InResponseTo=\"{}\" IssueInstant=\"{}\" Version=\"2.0\">\
         <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{}</saml2:Issuer>\
         <saml2p:Status><saml2p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></saml2p:Status>\
         </saml2p:LogoutResponse>",
        escaped(url),
        escaped(request),
        instant(browser.state.clock.now()),
        escaped(&config.entity_id),
    );
    send(config, url, "SAMLResponse", &id, &message, relay_state)
}

fn send(config: &SsoConfig, url: &str, name: &str, id: &str, message: &str, relay_state: &str) -> Response {
    match config.single_logout_binding {
        Binding::Post => send_by_post(url, name, &signed(id, message), relay_state),
        Binding::Redirect => send_by_redirect(url, name, message, relay_state),
    }
}

fn new_id(browser: BrowserRequest) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    format!("_{}", browser.state.random.text(40, HEX))
}
