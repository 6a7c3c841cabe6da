//! What configurations of single sign-on can be refused for. Seeds make them, and a server refuses to start with one; the
//! API only reads them.

use fauxforce::errors;

use crate::fixture::{builder, seed_folder};

/// A row of the table of errors, and what of the default `org.json` is replaced by what.
pub const SEEDS: &[(&str, &str, &str)] = &[
    ("federation_id_needed", "\"identityMapping\": \"FederationId\"", "\"identityMapping\": \"Username\""),
    ("entity_id_not_secure", "https://fauxforce.my.salesforce.com", "http://example.com"),
    (
        "saml_1_1_not_emulated",
        "\"identityMapping\": \"FederationId\"",
        "\"identityMapping\": \"FederationId\", \"samlVersion\": \"SAML1_1\"",
    ),
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
        let seed = seed_folder(|org| org.replacen(old, new, 1), &[]);
        let started = builder().seed(seed.path()).start();
        let told = started.err().map(|error| error.to_string()).unwrap_or_default();
        let text = row.text.split('{').next().unwrap_or_default();
        assert!(told.contains(text) && told.contains(row.code), "{name}: {told:?}");
    }
}
