//! What `--ready-file` tells of single sign-on.

use crate::org::Org;
use crate::org::connected_app::SeedFile;
use crate::org::sso_config::SsoConfig;
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
/// Internal users get the oldest configuration, communities the youngest.
pub fn entries<'a>(org: &'a Org, origin: &str) -> Vec<Entry<'a>> {
    let configs = org.sso_configs().unwrap_or_default();
    let (Some(first), Some(last)) = (configs.first(), configs.last()) else { return Vec::new() };
    let internal = entry(org, "internal", first, acs(origin, org, None));
    let sites = org.sites.iter();
    let sites = sites.map(|site| entry(org, &site.path, last, acs(origin, org, Some(&site.path))));
    std::iter::once(internal).chain(sites).collect()
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
