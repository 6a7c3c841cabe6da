//! The URL that starts a login at an identity provider.

use super::browser_request::BrowserRequest;
use crate::message::form_of;
use crate::org::Org;
use crate::org::sso_config::{Binding, SsoConfig};
use crate::world::State;

/// Where the page is that sends the AuthnRequest, below the org or the community.
pub const PATH: &str = "/saml/authn-request.jsp";

/// The URL that a login button leads to.
pub fn authn_request_url(
    browser: BrowserRequest,
    org: &Org,
    config: &SsoConfig,
    relay_state: &str,
) -> String {
    let binding = match config.request_binding {
        Binding::Redirect => "HttpRedirect",
        Binding::Post => "HttpPost",
    };
    let id = new_id(browser.state);
    let pairs = [
        ("saml_request_id", id.as_str()),
        ("saml_acs", &browser.target.acs(org)),
        ("saml_binding_type", binding),
        ("Issuer", &config.entity_id),
        ("samlSsoConfig", config.id.short()),
        ("RelayState", relay_state),
    ];
    browser.url(&format!("{PATH}?{}", form_of(&pairs)))
}

/// A new id of an AuthnRequest: `_2CAAAA` and 243 opaque characters.
pub fn new_id(state: &State) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    format!("_2CAAAA{}", state.random.text(243, ALPHABET))
}
