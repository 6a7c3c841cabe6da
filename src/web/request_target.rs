//! Where a request came to: which community, which path below it, under which names the server is known.

use crate::message::Request;
use crate::model::id::Id;
use crate::org::Org;
use crate::world::{Site, State};

/// What a request addresses.
pub struct RequestTarget<'a> {
    pub site: Option<Site<'a>>,
    /// Below the community.
    pub path: &'a str,
    host: &'a str,
    /// `scheme://host[:port]` as clients reach it.
    origin: String,
}

impl<'a> RequestTarget<'a> {
    /// `site` is the community whose path has been taken off the request's; a request to exactly the path of a community
    /// is one to its `/`.
    pub fn of(state: &'a State, request: &'a Request, site: Option<Site<'a>>) -> RequestTarget<'a> {
        let path = request.path();
        let (site, path) = match site.or_else(|| {
            let named = state.org_named(request.query_value("so").as_deref(), request.host());
            state.site_named(named, path.strip_prefix('/')?)
        }) {
            Some(site) if request.path().eq_ignore_ascii_case(&format!("/{}", site.path)) => {
                (Some(site), "/")
            }
            found => (found, path),
        };
        RequestTarget { site, path, host: request.host(), origin: request.origin() }
    }

    /// `scheme://host[:port]` to write into answers.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The org of `so`, of the community, of the host, or the first.
    pub fn org(&self, state: &'a State, so: Option<&str>) -> Option<&'a Org> {
        let id = match (self.site, so) {
            (Some(site), _) => Some(site.org),
            (None, Some(so)) => Some(Id::parse(so)?),
            (None, None) => None,
        };
        match id {
            Some(id) => state.org(id),
            None => state.org_of_host(self.host).or_else(|| state.orgs.first()),
        }
    }

    /// The assertion consumer URL.
    pub fn acs(&self, org: &Org) -> String {
        acs(self.origin(), org, self.site.map(|site| site.path))
    }
}

/// The assertion consumer URL of an org, or of a community of it.
pub fn acs(origin: &str, org: &Org, site: Option<&str>) -> String {
    match site {
        Some(path) => format!("{origin}/{path}/login?so={}", org.id.short()),
        None => format!("{origin}?so={}", org.id.short()),
    }
}
