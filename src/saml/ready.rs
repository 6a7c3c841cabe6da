//! What `--ready-file` tells of single sign-on.

use serde_json::{Map, Value, json};

use super::place::acs;
use crate::org::Org;
use crate::org::sso_config::SsoConfig;

/// `{"internal": ..., "<path of a community>": ...}`: issuer, audience, assertion consumer URL, and the files of the
/// identity provider's key and certificate, as far as the seed ships them. `origin` is `scheme://host[:port]`.
///
/// Internal users get the oldest configuration, communities the youngest.
pub fn ready(org: &Org, origin: &str) -> Value {
    let configs = org.sso_configs().unwrap_or_default();
    let mut entries = Map::new();
    let (Some(first), Some(last)) = (configs.first(), configs.last()) else { return Value::Object(entries) };
    entries.insert("internal".to_owned(), entry(org, first, acs(origin, org, None)));
    for site in &org.seeded.sites {
        entries.insert(site.path.clone(), entry(org, last, acs(origin, org, Some(&site.path))));
    }
    Value::Object(entries)
}

fn entry(org: &Org, config: &SsoConfig, acs: String) -> Value {
    let keys = org.sso_keys(config.id);
    json!({
        "issuer": config.issuer,
        "audience": config.entity_id,
        "acs": acs,
        "idpKeyFile": keys.and_then(|keys| keys.idp_key.as_ref()).map(|file| file.path.as_str()),
        "idpCertFile": keys.and_then(|keys| keys.idp_certificate.as_ref()).map(|file| file.path.as_str()),
    })
}
