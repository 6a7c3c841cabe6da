//! Who may use the control API, `/_fauxforce/…`: programs on this machine, and those with the control token. It changes
//! and tells what no user of an org may, so a web page that a developer happens to visit must not reach it: neither by a
//! host name that its owner points here (DNS rebinding), nor by a form or script of another site.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::error_entry::{Declared, declare_errors};
use crate::http::{is_localhost, is_salesforce};
use crate::message::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, ORIGIN};
use crate::message::{Method, Request, Uri};
use crate::world::ServerSettings;

const ROOT: &str = "/_fauxforce/";
/// <https://www.w3.org/TR/fetch-metadata/>
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Decides about requests to the control API.
#[derive(Debug)]
pub struct ControlGuard {
    /// Host names and addresses besides those of the loopback interface.
    hosts: Vec<String>,
    /// The authority of the public URL, by which pages of this server may know it though a proxy in front does not tell.
    public: Option<String>,
    /// Required of all if there is one; then any host will do.
    token: Option<String>,
}

impl ControlGuard {
    pub fn new(settings: &ServerSettings) -> ControlGuard {
        let public: Option<Uri> = settings.public_url.as_deref().and_then(|url| url.parse().ok());
        let authority = public.as_ref().and_then(Uri::authority);
        let hosts = settings.host.as_deref().into_iter().chain(authority.map(|public| public.host()));
        ControlGuard {
            hosts: hosts.map(bare).collect(),
            public: authority.map(ToString::to_string),
            token: settings.control_token.clone(),
        }
    }

    /// Why a request to the control API is refused, in a sentence; `None` for those that are let in, and for requests to
    /// anything else. It wants the request as the client has sent it.
    pub fn refusal(&self, request: &Request) -> Option<Declared> {
        let (_, operation) = request.path().split_once(ROOT)?;
        let operation = operation.trim_end_matches('/');
        // Probes address a container by whatever name, and it tells them nothing.
        if operation == "health" {
            return None;
        }
        match &self.token {
            Some(token) if !bears(request, token) => return Some(wrong_token()),
            None if !self.is_ours(request) => return Some(foreign_host(request.host())),
            _ => {}
        }
        // People come to an identity provider from wherever they want to log in.
        let asks_identity_provider = request.method == Method::GET && operation.starts_with("idp");
        if self.is_of_another_site(request) && !asks_identity_provider {
            return Some(other_site());
        }
        // Other types can be sent across sites by a plain form. The validator takes one, and changes nothing.
        let is_own_form = is_form(request) && names_its_site(request);
        if !request.body.is_empty() && operation != "saml/validate" && !is_json(request) && !is_own_form {
            return Some(no_json());
        }
        None
    }

    fn is_ours(&self, request: &Request) -> bool {
        let name = name_of(request.host());
        let is_loopback = name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        // Who has come through the proxy reaches this server under the real service's names.
        let is_proxied = request.proxied && is_salesforce(&name);
        // A world has a name below that of the server.
        let is_own = |known: &String| {
            name.strip_suffix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        is_loopback || is_localhost(&name) || is_proxied || self.hosts.iter().any(is_own)
    }

    /// Whether a browser sends it for a page of another site. Programs that are no browsers send neither header; browsers
    /// send no `Origin` when their user follows a link.
    fn is_of_another_site(&self, request: &Request) -> bool {
        if request.header(SEC_FETCH_SITE) == Some("cross-site") {
            return true;
        }
        let Some(origin) = request.headers.get(ORIGIN) else { return false };
        // The port speaks both protocols, so the scheme is no matter.
        let Some((_, origin)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
            return true;
        };
        let is_origin = |known: &str| origin.eq_ignore_ascii_case(known);
        !is_origin(request.host()) && !self.public.as_deref().is_some_and(is_origin)
    }
}

declare_errors! {
    fn as Control "control";

    /// a request has not the token that `--control-token` gives
    wrong_token() = "" 403,
        "the control API wants Authorization: Bearer TOKEN, with the token that --control-token gives", Assumed;

    /// a request comes under a host name that is not this server's, and there is no control token
    foreign_host(host: &str) = "" 403,
        "the control API answers under localhost, loopback addresses, --host and --public-url, not under \
         {host:?}; with --control-token it answers under every name",
        Assumed;

    /// a browser sends a request for a page of another site
    other_site() = "" 403, "the control API does not answer the pages of other sites", Assumed;

    /// a body is of another type than JSON
    no_json() = "" 403, "the control API reads bodies of Content-Type: application/json only", Assumed;
}

fn bears(request: &Request, token: &str) -> bool {
    let sent = request.header(AUTHORIZATION).and_then(|value| value.trim().split_once(' '));
    sent.is_some_and(|(scheme, sent)| {
        let sent = sent.trim().as_bytes();
        scheme.eq_ignore_ascii_case("Bearer") && verify_slices_are_equal(sent, token.as_bytes()).is_ok()
    })
}

/// Whether a browser tells where the request comes from; that it is no other site has been seen to.
fn names_its_site(request: &Request) -> bool {
    request.headers.contains_key(ORIGIN) || request.header(SEC_FETCH_SITE) == Some("same-origin")
}

fn is_form(request: &Request) -> bool {
    let media_type = request.header(CONTENT_TYPE).unwrap_or_default();
    media_type.trim().starts_with("application/x-www-form-urlencoded")
}

fn is_json(request: &Request) -> bool {
    let media_type = request.header(CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// The name or address in `name[:port]`.
fn name_of(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    bare(name)
}

/// In lower case, without the brackets of an IPv6 address.
fn bare(name: &str) -> String {
    name.trim_matches(['[', ']']).to_ascii_lowercase()
}
