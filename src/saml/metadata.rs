//! `/identity/saml/metadata`: what an identity provider imports.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf>

use super::authn_request::{config, instant};
use super::signing::certificate;
use crate::message::{Response, StatusCode};
use crate::org::Org;
use crate::org::sso_config::SsoConfig;
use crate::web::browser_request::BrowserRequest;
use crate::web::request_target::acs;
use crate::xml::escaped;

const TEN_YEARS: i64 = 3652 * 24 * 60 * 60 * 1000;

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let found = match browser.parameter("sc") {
        Some(id) => config(browser.state, &id),
        None => browser.target.org(browser.state, browser.parameter("so").as_deref()).and_then(|org| {
            let first = org.sso_configs().ok()?.first()?.clone();
            Some((org, SsoConfig::clone(&first)))
        }),
    };
    match found {
        Some((org, config)) => {
            let until = instant(browser.state.clock.now() + TEN_YEARS);
            Response::xml(StatusCode::OK, descriptor(browser.target.origin(), org, &config, &until))
        }
        None => Response::text(StatusCode::NOT_FOUND, "sc names no single sign-on configuration"),
    }
}

fn descriptor(origin: &str, org: &Org, config: &SsoConfig, until: &str) -> String {
    let keys = org.sso_keys(config.id);
    let decryption = keys.and_then(|keys| keys.decryption_certificate.as_ref()).map(|file| {
        let body: String = file.text.lines().filter(|line| !line.starts_with('-')).collect();
        key_descriptor("encryption", &body)
    });
    let logout = config.single_logout_url.as_ref().map(|_| {
        let post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
        let redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
        let service = |binding: &str| {
            let location = format!("{origin}/services/auth/sp/saml2/logout");
            format!("<md:SingleLogoutService Binding=\"{binding}\" Location=\"{}\"/>", escaped(&location))
        };
        format!("{}{}", service(post), service(redirect))
    });
    let mut services = vec![format!("{origin}?so={}", org.id.short())];
    services.extend(org.sites.iter().map(|site| acs(origin, org, Some(&site.path))));
    let services: String =
        services.iter().enumerate().map(|(index, location)| service(index, location)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor \
         xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{}\" validUntil=\"{until}\">\
         <md:SPSSODescriptor AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{}{}{}\
         <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>{services}\
         </md:SPSSODescriptor></md:EntityDescriptor>",
        escaped(&config.entity_id),
        key_descriptor("signing", &certificate()),
        decryption.unwrap_or_default(),
        logout.unwrap_or_default(),
    )
}

fn key_descriptor(usage: &str, certificate: &str) -> String {
    format!(
        "<md:KeyDescriptor use=\"{usage}\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        escaped(certificate)
    )
}

fn service(index: usize, location: &str) -> String {
    let default = if index == 0 { " isDefault=\"true\"" } else { "" };
    format!(
        "<md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"{}\" index=\"{index}\"{default}/>",
        escaped(location)
    )
}
