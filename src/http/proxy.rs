//! A proxy for clients that have the real service's host names built in (RFC 9110, 9.3.6). Every way it offers ends in
//! this server; it opens no connections.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::PROXY_AUTHORIZATION;
use hyper::{HeaderMap, Uri};

use super::hosts::{is_localhost, is_salesforce};
use super::transport_error::TransportError;

/// The user name in `Proxy-Authorization: Basic …` (RFC 7617); `None` for an empty one. There is nothing to log in to: it
/// only says what the client wants.
pub fn user_name(headers: &HeaderMap) -> Option<Arc<str>> {
    let (scheme, credentials) = headers.get(PROXY_AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let name = credentials.split(':').next().filter(|name| !name.is_empty())?;
    Some(name.into())
}

/// Where the proxy leads.
#[derive(Debug)]
pub struct Proxy {
    /// The name of this machine that the server was told to listen on.
    host: String,
    /// The name that clients reach this server by, at whatever port.
    public_host: Option<String>,
}

impl Proxy {
    /// A proxy of a server with these names, besides those of the loopback interface.
    pub fn new(host: String, public_host: Option<String>) -> Proxy {
        Proxy { host, public_host }
    }

    /// Whether the target of a CONNECT, `host:port`, is here. `local` is the address that the client connected to.
    pub fn tunnel(&self, target: &Uri, local: SocketAddr) -> Result<(), TransportError> {
        let bare = target.authority().filter(|authority| !authority.as_str().contains('@'));
        let (Some(host), Some(port)) = (bare.and(target.host()), target.port_u16()) else {
            return Err(TransportError::BadTunnel);
        };
        if port == 443 && is_salesforce(host) || self.is_own(host, port, local) {
            return Ok(());
        }
        Err(TransportError::NoWay(format!("{host}:{port}")))
    }

    /// Whether what a request names by a whole URL is here; other requests name nothing.
    pub fn forward(&self, target: &Uri, local: SocketAddr) -> Result<(), TransportError> {
        let Some(host) = target.host() else { return Ok(()) };
        let usual = if target.scheme_str() == Some("https") { 443 } else { 80 };
        let port = target.port_u16().unwrap_or(usual);
        if port == usual && is_salesforce(host) || self.is_own(host, port, local) {
            return Ok(());
        }
        Err(TransportError::NoWay(format!("{host}:{port}")))
    }

    fn is_own(&self, host: &str, port: u16, local: SocketAddr) -> bool {
        if self.public_host.as_ref().is_some_and(|public| public.eq_ignore_ascii_case(host)) {
            return true;
        }
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let here = |address: IpAddr| address.is_loopback() || address == local.ip();
        port == local.port()
            && (is_localhost(host) || self.host.eq_ignore_ascii_case(host) || address.is_some_and(here))
    }
}
