//! Logout: of the browser's own session, and single logout with the identity provider.
//! <https://help.salesforce.com/s/articleView?id=xcloud.security_auth_slo_saml_sp_configuring.htm&type=5>

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use quick_xml::escape::escape;

use super::authn_request::{config, instant, send_by_post, send_by_redirect};
use super::signing::signed;

use super::{Asked, redirect, with_cookie};
use crate::cloud::SsoSession;
use crate::message::{Method, Response, StatusCode};
use crate::org::Org;
use crate::org::id::Id;
use crate::org::sso_config::{Binding, SsoConfig};

/// More than any logout message has.
const LONGEST: u64 = 100_000;

/// `/secur/logout.jsp`: ends the session; then to the identity provider, where single logout is on, else to the
/// configuration's logout URL.
pub(super) fn log_out(asked: Asked) -> Response {
    let login = format!("{}{}/login", asked.place.origin(), asked.prefix());
    let Some(sid) = asked.cookie("sid") else { return redirect(&login) };
    let of_sso = asked.state.sso.session(sid);
    end(asked, sid);
    let Some(session) = of_sso else { return signed_off(redirect(&login)) };
    let Some((_, config)) = config(asked.state, session.config.as_str()) else {
        return signed_off(redirect(&login));
    };
    if let Some(url) = &config.single_logout_url {
        return signed_off(request(asked, &config, url, &session));
    }
    let url = session.logout_url.or(config.logout_url).unwrap_or(login);
    signed_off(redirect(&url))
}

/// `/services/auth/sp/saml2/logout`: a LogoutRequest or a LogoutResponse of an identity provider.
pub(super) fn respond(asked: Asked) -> Response {
    let form = asked.form();
    let value = |name: &str| match asked.request.method == Method::POST {
        true => form.get(name).map(str::to_owned),
        false => asked.parameter(name),
    };
    let relay_state = value("RelayState").unwrap_or_default();
    if let Some(message) = value("SAMLRequest").and_then(|text| decoded(&text)) {
        return match Asking::read(&message) {
            Some(asking) => logged_out(asked, &asking, &relay_state),
            None => Response::text(StatusCode::BAD_REQUEST, "SAMLRequest is no LogoutRequest"),
        };
    }
    if let Some(message) = value("SAMLResponse").and_then(|text| decoded(&text)) {
        let issuer = roxmltree::Document::parse(&message).ok().and_then(|document| issuer(&document));
        let config = issuer.and_then(|issuer| configs_of_issuer(asked, &issuer).into_iter().next());
        let url = config.and_then(|config| config.logout_url);
        let login = format!("{}{}/login", asked.place.origin(), asked.prefix());
        return signed_off(redirect(&url.unwrap_or(login)));
    }
    Response::text(StatusCode::BAD_REQUEST, "expected SAMLRequest or SAMLResponse")
}

/// A LogoutRequest of an identity provider.
struct Asking {
    id: String,
    issuer: String,
    name_id: String,
    session_index: Option<String>,
}

impl Asking {
    fn read(message: &str) -> Option<Asking> {
        let document = roxmltree::Document::parse(message).ok()?;
        let root = document.root_element();
        let text = |name: &str| {
            let element = root.children().find(|child| child.tag_name().name() == name)?;
            Some(
                element
                    .descendants()
                    .filter_map(|node| node.text().filter(|_| node.is_text()))
                    .collect::<String>(),
            )
        };
        if root.tag_name().name() != "LogoutRequest" {
            return None;
        }
        Some(Asking {
            id: root.attribute("ID")?.to_owned(),
            issuer: text("Issuer")?.trim().to_owned(),
            name_id: text("NameID")?.trim().to_owned(),
            session_index: text("SessionIndex").map(|index| index.trim().to_owned()),
        })
    }
}

/// Ends the sessions that a LogoutRequest is about, and answers it.
fn logged_out(asked: Asked, asking: &Asking, relay_state: &str) -> Response {
    let mut configs = configs_of_issuer(asked, &asking.issuer);
    let sessions = |config: &SsoConfig| {
        asked.state.sso.sessions_of(config.id, &asking.name_id, asking.session_index.as_deref())
    };
    // One identity provider may serve several orgs: the one with the session answers.
    configs.sort_by_key(|config| sessions(config).is_empty());
    for token in configs.iter().flat_map(sessions) {
        end(asked, &token);
    }
    let Some(config) = configs.into_iter().next() else {
        return Response::text(StatusCode::BAD_REQUEST, "the Issuer of the LogoutRequest is unknown");
    };
    let Some(url) = config.single_logout_url.as_deref().or(config.logout_url.as_deref()) else {
        return signed_off(Response::new(StatusCode::OK));
    };
    let id = new_id(asked);
    let message = format!(
        "<saml2p:LogoutResponse xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{}\" ID=\"{id}\" \
         InResponseTo=\"{}\" IssueInstant=\"{}\" Version=\"2.0\">\
         <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{}</saml2:Issuer>\
         <saml2p:Status><saml2p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></saml2p:Status>\
         </saml2p:LogoutResponse>",
        escape(url),
        escape(&asking.id),
        instant(asked.state.clock.now()),
        escape(&config.entity_id),
    );
    signed_off(send(&config, url, "SAMLResponse", &id, &message, relay_state))
}

/// Asks the identity provider to end its session.
fn request(asked: Asked, config: &SsoConfig, url: &str, session: &SsoSession) -> Response {
    let id = new_id(asked);
    let format = session.name_id_format.as_deref().map(|format| format!(" Format=\"{}\"", escape(format)));
    let index = session
        .session_index
        .as_deref()
        .map(|index| format!("<saml2p:SessionIndex>{}</saml2p:SessionIndex>", escape(index)));
    let message = format!(
        "<saml2p:LogoutRequest xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{}\" ID=\"{id}\" \
         IssueInstant=\"{}\" Version=\"2.0\">\
         <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{}</saml2:Issuer>\
         <saml2:NameID xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"{}>{}</saml2:NameID>{}\
         </saml2p:LogoutRequest>",
        escape(url),
        instant(asked.state.clock.now()),
        escape(&config.entity_id),
        format.unwrap_or_default(),
        escape(&session.name_id),
        index.unwrap_or_default(),
    );
    send(config, url, "SAMLRequest", &id, &message, "")
}

fn send(config: &SsoConfig, url: &str, name: &str, id: &str, message: &str, relay_state: &str) -> Response {
    match config.single_logout_binding {
        Binding::Post => send_by_post(url, name, &signed(id, message), relay_state),
        Binding::Redirect => send_by_redirect(url, name, message, relay_state),
    }
}

fn new_id(asked: Asked) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    format!("_{}", asked.state.random.text(40, HEX))
}

fn end(asked: Asked, token: &str) {
    asked.state.sessions.end(|session| session.token == token);
    asked.state.sso.closed(token);
}

fn signed_off(response: Response) -> Response {
    with_cookie(response, "sid=; Path=/; Max-Age=0")
}

/// In the orgs that the request may be for, oldest first.
fn configs_of_issuer(asked: Asked, issuer: &str) -> Vec<SsoConfig> {
    let site: Option<Id> = asked.site().map(|site| site.org);
    let meant = |org: &&Org| {
        site.is_none_or(|site| site == org.id) && asked.state.host_serves(asked.request.host(), org.id)
    };
    let configs = asked.state.orgs.iter().filter(meant).filter_map(|org| org.sso_configs().ok()).flatten();
    configs.filter(|config| config.issuer == issuer).collect()
}

fn issuer(document: &roxmltree::Document) -> Option<String> {
    let element = document.root_element().children().find(|child| child.tag_name().name() == "Issuer")?;
    element.text().map(|text| text.trim().to_owned())
}

/// A message as it comes by POST (base64) or by redirect (deflated, then base64).
fn decoded(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok()?;
    if bytes.first() == Some(&b'<') {
        return String::from_utf8(bytes).ok();
    }
    let mut message = String::new();
    DeflateDecoder::new(bytes.as_slice()).take(LONGEST).read_to_string(&mut message).ok()?;
    Some(message)
}
