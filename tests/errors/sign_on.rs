//! What configurations of single sign-on can be refused for. Seeds make them; the API only reads them.

use fauxforce::cloud::{Clock, Cloud, Random};
use fauxforce::errors;
use fauxforce::org::id::Id;
use fauxforce::store::Store;

use crate::seed::seed_with;

/// A row of the table of errors, and what of the default `org.json` is replaced by what.
pub const SEEDS: &[(&str, &str, &str)] = &[
    ("federation_id_needed", "\"identityMapping\": \"FederationId\"", "\"identityMapping\": \"Username\""),
    ("entity_id_not_secure", "https://fauxforce.my.salesforce.com", "http://example.com"),
    (
        "no_identity_attribute",
        "\"identityMapping\": \"FederationId\"",
        "\"identityMapping\": \"FederationId\", \"identityLocation\": \"Attribute\"",
    ),
    (
        "certificate_invalid",
        "\"validationCert\": \"keys/idp-internal.crt\"",
        "\"validationCert\": \"nonsense\"",
    ),
    (
        "no_execution_user",
        "\"identityMapping\": \"FederationId\"",
        "\"identityMapping\": \"FederationId\", \"samlJitHandler\": \"Handler\"",
    ),
    (
        "configuration_exists",
        "https://idp.fauxforce.test/communities\",\n      \"samlEntityId\": \"https://fauxforce.my.site.com",
        "https://idp.fauxforce.test/internal\",\n      \"samlEntityId\": \"https://fauxforce.my.salesforce.com",
    ),
];

#[test]
fn seeds_are_refused() {
    let rows: Vec<_> = errors::sections().into_iter().flat_map(|section| section.rows).collect();
    for (name, old, new) in SEEDS {
        let row = rows.iter().find(|row| row.name == *name).unwrap_or_else(|| panic!("no row {name}"));
        let seed = seed_with(|org| org.replacen(old, new, 1), &[]);
        let cloud = Cloud::new(Vec::new(), Clock::deterministic(), Random::deterministic());
        let state = cloud.enter();
        let id = Id::numbered("00D", 2);
        let loaded = seed.load(&state.world(id), id, Store::in_memory().expect("a store"));
        let told = loaded.err().map(|error| error.to_string()).unwrap_or_default();
        let text = row.text.split('{').next().unwrap_or_default();
        assert!(told.contains(text) && told.contains(row.code.as_str()), "{name}: {told:?}");
    }
}
