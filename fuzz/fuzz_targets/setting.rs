//! Who expects what, in both targets.

use std::sync::{Arc, LazyLock};

use fauxforce::assertion::issue::{Signer, Statement};
use fauxforce::assertion::{Expectation, Identity, SKEW};

pub const NOW: i64 = 1_768_471_200_000;
const ISSUER: &str = "https://idp.example.com";
const ENTITY: &str = "https://acme.my.salesforce.com";

pub static PROVIDER: LazyLock<Signer> = LazyLock::new(|| {
    let key = include_str!("../../seed/default/keys/idp-internal.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-internal.crt")).expect("the seed's key")
});

pub static SERVICE: LazyLock<Signer> = LazyLock::new(|| {
    let key = include_str!("../../seed/default/keys/idp-communities.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-communities.crt")).expect("the seed's key")
});

pub static EXPECTATION: LazyLock<Expectation> = LazyLock::new(|| Expectation {
    issuer: ISSUER.to_owned(),
    certificates: Arc::from([PROVIDER.certificate.clone()]),
    audiences: vec![ENTITY.to_owned()],
    recipients: vec![ENTITY.to_owned()],
    identity: Identity::NameId,
    decryption_key: Some(Arc::new(SERVICE.key.clone())),
    request: None,
    organization: "00D5f000009lHsF".to_owned(),
    sites: Vec::new(),
    skew: SKEW,
});

#[allow(dead_code, reason = "one target has no use for it")]
pub fn statement() -> Statement {
    let mut statement = Statement::new(ISSUER, ENTITY, ENTITY, "ada@example.com", NOW);
    statement.response_id = "_r".to_owned();
    statement.assertion_id = "_a".to_owned();
    statement.attributes = vec![("User.Email".to_owned(), vec!["ada@example.com".to_owned()])];
    statement
}
