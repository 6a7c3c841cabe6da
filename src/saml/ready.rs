//! What `--ready-file` tells of single sign-on.

use crate::org::Org;
use crate::org::connected_app::SeedFile;
use crate::org::sso_config::{INTERNAL, SsoConfig};
use crate::web::request_target::acs;

/// What an identity provider must know to log users in at one place.
pub struct Entry<'a> {
    /// `internal`, or the path of a community.
    pub name: String,
    pub issuer: String,
    pub audience: String,
    /// The assertion consumer URL.
    pub acs: String,
    /// The identity provider's key and certificate, where the seed ships them.
    pub key: Option<&'a SeedFile>,
    pub certificate: Option<&'a SeedFile>,
}

/// One entry for internal users, one for each community. `origin` is `scheme://host[:port]`.
///
/// Of the configurations of a login page internal users get the oldest, communities the youngest.
pub fn entries<'a>(org: &'a Org, origin: &str) -> Vec<Entry<'a>> {
    let internal = org.sso_configs_of_page(None).unwrap_or_default();
    let internal = internal.first().map(|first| entry(org, INTERNAL, first, acs(origin, org, None)));
    let sites = org.sites.iter().filter_map(|site| {
        let configs = org.sso_configs_of_page(Some(&site.path)).unwrap_or_default();
        Some(entry(org, &site.path, configs.last()?, acs(origin, org, Some(&site.path))))
    });
    internal.into_iter().chain(sites).collect()
}

fn entry<'a>(org: &'a Org, name: &str, config: &SsoConfig, acs: String) -> Entry<'a> {
    let keys = org.sso_keys(config.id);
    Entry {
        name: name.to_owned(),
        issuer: config.issuer.clone(),
        audience: config.entity_id.clone(),
        acs,
        key: keys.and_then(|keys| keys.idp_key.as_ref()),
        certificate: keys.and_then(|keys| keys.idp_certificate.as_ref()),
    }
}
