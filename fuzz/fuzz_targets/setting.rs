//! Who expects what, in both targets.

use std::sync::{Arc, LazyLock};

use fauxforce::assertion::issue::Signer;
use fauxforce::assertion::{Expectation, Identity, SKEW};

pub const NOW: i64 = 1_768_471_200_000;
pub const ISSUER: &str = "https://idp.example.com";
pub const ENTITY: &str = "https://acme.my.salesforce.com";

pub static PROVIDER: LazyLock<Signer> = LazyLock::new(|| {
    let key = include_str!("../../seed/default/keys/idp-internal.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-internal.crt")).expect("the seed's key")
});

pub static SERVICE: LazyLock<Signer> = LazyLock::new(|| {
    let key = include_str!("../../seed/default/keys/idp-communities.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-communities.crt"))
        .expect("the seed's key")
});

pub static EXPECTATION: LazyLock<Expectation> = LazyLock::new(|| Expectation {
    issuer: ISSUER.to_owned(),
    certificates: Arc::from([PROVIDER.certificate.clone()]),
    audiences: vec![ENTITY.to_owned()],
    recipients: vec![ENTITY.to_owned()],
    identity: Identity::NameId,
    decryption_key: Some(Arc::new(SERVICE.key.clone())),
    request: None,
    organization: Some("00D5f000009lHsF".to_owned()),
    sites: Vec::new(),
    skew: SKEW,
});
