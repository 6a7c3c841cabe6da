//! Which org is meant: by its id, a username, a consumer key, a refresh token, a community's path, a host.

use super::{LoginContext, Site, State};
use crate::credentials::refresh_token;
use crate::credentials::refresh_token::RefreshToken;
use crate::http::{is_localhost, is_salesforce};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::Org;
use crate::org::access::is_external_type;
use crate::org::connected_app::{BUILT_IN, ConnectedApp};

impl State {
    /// An org by id.
    pub fn org(&self, id: Id) -> Option<&Org> {
        self.orgs.iter().find(|org| org.id == id)
    }

    /// The org whose My Domain a host is: `acme.my.salesforce.com`, `acme.my.site.com`, `acme.localhost:7332`.
    pub fn org_of_host(&self, host: &str) -> Option<&Org> {
        let (first, _) = host.split_once('.')?;
        let is_its = |org: &&Org| {
            org.seeded.my_domain.as_ref().is_some_and(|domain| domain.eq_ignore_ascii_case(first))
        };
        self.orgs.iter().find(is_its)
    }

    /// Whether a host serves an org: all do that are no other org's My Domain.
    pub fn host_serves(&self, host: &str, org: Id) -> bool {
        self.org_of_host(host).is_none_or(|found| found.id == org)
    }

    /// The URLs of an org's root, as far as clients name it by them: the address that a client has used (`scheme://host[:port]`),
    /// and the org's My Domain at Salesforce's hosts and, where the address is this machine's, at `localhost`.
    /// <https://help.salesforce.com/s/articleView?id=sf.domain_name_url_formats.htm>
    pub fn addresses(&self, org: &Org, origin: &str) -> Vec<String> {
        let mut addresses = vec![origin.to_owned()];
        let Some(name) = &org.seeded.my_domain else { return addresses };
        let suffixes = ["my.salesforce.com", "my.site.com", "force.com", "lightning.force.com"];
        addresses.extend(suffixes.map(|suffix| format!("https://{name}.{suffix}")));
        if let Some((scheme, authority)) = origin.split_once("://") {
            let (host, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
            if is_localhost(host) || ["127.0.0.1", "[::1]"].contains(&host) {
                let port = if port.is_empty() { String::new() } else { format!(":{port}") };
                let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned(), format!("{name}.localhost")];
                addresses.extend(hosts.map(|host| format!("{scheme}://{host}{port}")));
            }
        }
        addresses.dedup();
        addresses
    }

    /// Whether a host, with or without a port, is a My Domain of an org: at Salesforce's hosts, or at `localhost`.
    pub fn is_my_domain(&self, host: &str, org: Id) -> bool {
        let name = host.split(':').next().unwrap_or_default();
        (is_salesforce(name) || is_localhost(name))
            && self.org_of_host(name).is_some_and(|found| found.id == org)
    }

    /// The user with a username, and their org. Most usernames are unique across orgs. Where they are not (an external
    /// user's), the one in the org that the door leads to is meant, then an active one, then an internal one.
    pub fn user_named(
        &self,
        username: &str,
        login_context: &LoginContext,
    ) -> Result<Option<(&Org, Record)>, Fault> {
        let named =
            login_context.site.map(|site| site.org).or_else(|| login_context.scope.and_then(Id::parse));
        let named = named.or_else(|| self.org_of_host(login_context.host).map(|org| org.id));
        let mut best: Option<((bool, bool, bool), &Org, Record)> = None;
        for org in &self.orgs {
            let users = org.standard("User")?;
            for id in org.ids_where(&users, "Username", &username.trim().into(), 10)? {
                let Some(user) = org.find(&users, id)? else { continue };
                let internal = !is_external_type(user.text("UserType").unwrap_or_default());
                let rank = (named == Some(org.id), user.get("IsActive").is_true(), internal);
                if best.as_ref().is_none_or(|(highest, ..)| rank > *highest) {
                    best = Some((rank, org, user));
                }
            }
        }
        Ok(best.map(|(_, org, user)| (org, user)))
    }

    /// The connected app of a consumer key, and the org it is defined in.
    pub fn connected_app(&self, client_id: &str) -> Option<(&Org, &ConnectedApp)> {
        self.orgs.iter().find_map(|org| {
            let apps = &org.seeded.connected_apps;
            apps.iter().find(|app| app.client_id == client_id).map(|app| (org, app))
        })
    }

    /// The name of the app with a consumer key; the key itself for an unknown one.
    pub fn app_name<'a>(&'a self, client_id: &'a str) -> &'a str {
        let built_in = || BUILT_IN.iter().find(|app| app.id == client_id).map(|app| app.name);
        let app = self.connected_app(client_id).map(|(_, app)| app.name.as_str());
        app.or_else(built_in).unwrap_or(client_id)
    }

    /// A refresh token that was given out, live or not, and its org.
    pub fn refresh_token(&self, token: &str) -> Result<Option<(&Org, RefreshToken)>, Fault> {
        for org in &self.orgs {
            if let Some(found) = refresh_token::find(org, token)? {
                return Ok(Some((org, found)));
            }
        }
        Ok(None)
    }

    /// The community at whose path a request's path begins, and the rest of the path. Orgs may have the same paths: then
    /// the one that the request names (by `so`, by its host) is meant.
    pub fn site_of<'p>(&self, named: Option<&Org>, path: &'p str) -> Option<(Site<'_>, &'p str)> {
        let (first, _) = path.strip_prefix('/')?.split_once('/')?;
        let rest = path.get(first.len() + 1..)?;
        Some((self.site_named(named, first)?, rest))
    }

    /// The community with a path.
    pub fn site_named(&self, named: Option<&Org>, path: &str) -> Option<Site<'_>> {
        let meant = |org: &&Org| named.is_none_or(|named| named.id == org.id);
        self.orgs.iter().filter(meant).find_map(|org| {
            let site = org.sites.iter().find(|site| site.path.eq_ignore_ascii_case(path))?;
            Some(Site { org: org.id, network: site.network, path: &site.path })
        })
    }

    /// The org that a request names: by the parameter `so`, or by its host.
    pub fn org_named(&self, so: Option<&str>, host: &str) -> Option<&Org> {
        so.and_then(|so| self.org(Id::parse(so)?)).or_else(|| self.org_of_host(host))
    }
}
