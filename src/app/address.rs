//! Which world a request is addressed to, and that every absolute URL in its answer leads back there.
//!
//! A world is named by the header `X-Fauxforce-World`, by the user name that the client gives the proxy, or by the host:
//! `NAME.localhost` (below the name of the public URL: `NAME.sf.example.com`), before which the My Domain of an org may stand.
//! The first of these counts. A request that names none is for the world whose port it came to.

use std::sync::Arc;

use crate::error_entry::{Declared, declare_errors};
use crate::http::is_salesforce;
use crate::message::header::{HOST, HeaderName};
use crate::message::{HeaderValue, Request, Scheme, Uri};
use crate::world::{HostName, MAIN, World, Worlds};

/// Names the world that a request is for.
const WORLD: HeaderName = HeaderName::from_static("x-fauxforce-world");

/// The names under which clients reach the server.
#[derive(Debug)]
pub struct Address {
    /// Scheme and authority to be addressed by, whatever the request says.
    public: Option<(Scheme, HeaderValue)>,
    /// The names below which worlds have theirs.
    bases: Vec<String>,
}

impl Address {
    /// Of a server with this public URL, which is `scheme://host[:port]`; another is not heeded.
    pub fn new(public_url: Option<&str>) -> Address {
        let public = public_url.and_then(origin);
        let mut bases = vec!["localhost".to_owned()];
        let host = public_url.and_then(|url| Some(url.parse::<Uri>().ok()?.host()?.to_owned()));
        // There is nothing below an address.
        let is_name = |host: &String| host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[');
        bases.extend(host.filter(is_name));
        Address { public, bases }
    }

    /// `host[:port]` of the public URL, if worlds can have names below it.
    pub fn public_authority(&self) -> Option<&str> {
        let (_, authority) = self.public.as_ref().filter(|_| self.bases.len() > 1)?;
        authority.to_str().ok()
    }

    /// The world that a request names; `None` when it names none. `own` is the world whose port it came to.
    ///
    /// # Errors
    /// There is no such world.
    pub fn named_world(
        &self,
        request: &Request,
        own: &World,
        worlds: &Worlds,
    ) -> Result<Option<Arc<World>>, Declared> {
        let named = request.header(WORLD).or(request.proxy_user.as_deref());
        if let Some(name) = named {
            return worlds.find(name.trim()).map(Some).ok_or_else(|| unknown_world(name));
        }
        let Some(host) = self.host_name(request.host()) else { return Ok(None) };
        if let Some(world) = worlds.find(host.label) {
            return Ok(Some(world));
        }
        // Without a world's name: the My Domain of an org, as in acme.localhost or acme.my.localhost.
        let my_domain = host.my_domain.unwrap_or(host.label);
        if own.has_my_domain(my_domain) { Ok(None) } else { Err(unknown_world(host.label)) }
    }

    /// Makes the request look as the client meant it, so that every absolute URL in an answer comes out right: from here on
    /// `Request::origin` is where clients reach the world.
    pub fn settle(&self, request: &mut Request, world: &World, own: &World) {
        // Who has given the proxy a world's name reaches it at every host.
        let by_proxy = request.proxy_user.is_some() && is_salesforce(bare(request.host()));
        let is_named_by_host =
            self.host_name(request.host()).is_some_and(|host| host.label.eq_ignore_ascii_case(world.name()));
        let is_elsewhere = world.name() != own.name() || self.names_another_world(request, world);
        if let Some((scheme, authority)) = &self.public {
            request.scheme = *scheme;
            let below = self.public_authority().filter(|_| world.name() != MAIN);
            let of_world = below.and_then(|public| value(&format!("{}.{public}", world.name())));
            set_authority(request, of_world.unwrap_or_else(|| authority.clone()));
        } else if is_elsewhere && !is_named_by_host && !by_proxy {
            let host = self.authority_of(request, world);
            if let Some(host) = value(&host) {
                set_authority(request, host);
            }
        }
        if self.public.is_none() && is_salesforce(bare(request.host())) {
            // Somebody's proxy has undone the TLS; there is no plain HTTP at the real hosts.
            request.scheme = Scheme::Https;
        }
    }

    fn host_name<'a>(&self, host: &'a str) -> Option<HostName<'a>> {
        self.bases.iter().find_map(|base| HostName::below(host, base))
    }

    /// Whether the header names a world, and the host another one.
    fn names_another_world(&self, request: &Request, world: &World) -> bool {
        let host = self.host_name(request.host());
        request.headers.contains_key(WORLD)
            && host.is_some_and(|host| {
                !host.label.eq_ignore_ascii_case(world.name()) && !world.has_my_domain(host.label)
            })
    }

    /// The port of the world's own, or its name at the main port; before that the My Domain stays that the request named.
    fn authority_of(&self, request: &Request, world: &World) -> String {
        let authority = world.authority().unwrap_or_else(|| request.host());
        let Some(host) = self.host_name(request.host()) else { return authority.to_owned() };
        let my_domain = host.my_domain.unwrap_or(host.label);
        match self.host_name(authority).is_some() && world.has_my_domain(my_domain) {
            true => format!("{my_domain}.{authority}"),
            false => authority.to_owned(),
        }
    }
}

fn bare(host: &str) -> &str {
    host.split(':').next().unwrap_or_default()
}

fn value(host: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(host).ok()
}

fn set_authority(request: &mut Request, authority: HeaderValue) {
    request.headers.insert(HOST, authority);
    let path = request.uri.path_and_query().cloned();
    request.uri = path.map_or_else(|| Uri::from_static("/"), Uri::from);
}

/// The parts of `scheme://host[:port]`; a URL with a path is not of that form.
pub fn origin(url: &str) -> Option<(Scheme, HeaderValue)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = match uri.scheme_str()? {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    if uri.path() != "/" || uri.query().is_some() {
        return None;
    }
    Some((scheme, HeaderValue::from_str(uri.authority()?.as_str()).ok()?))
}

declare_errors! {
    fn as Control "control";

    /// a request names a world that there is not, by its host, the header `X-Fauxforce-World` or the user name for the proxy
    unknown_world(name: &str) = "" 404,
        "there is no world {name}: it has been ended, or never made; POST /_fauxforce/worlds on the main port makes one, GET lists them",
        Assumed;
}
