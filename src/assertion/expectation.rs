//! What a service provider demands of a Response.

use std::sync::Arc;

use super::key::{Certificate, PrivateKey};

/// What a service provider demands of a Response.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The entity id of the identity provider, compared to the letter.
    pub issuer: String,
    /// Any of them may have signed: several let an identity provider roll its key over.
    pub certificates: Arc<[Certificate]>,
    /// Entity ids of the service provider; one of them must be the Audience.
    pub audiences: Vec<String>,
    /// Assertion consumer URLs and token endpoints; one must be the Recipient, and the Destination where one is given.
    /// A slash before the query makes no difference, nor do 15 or 18 characters of the ids in it.
    pub recipients: Vec<String>,
    /// Where the subject is.
    pub identity: Identity,
    /// Opens an EncryptedAssertion; without it one is refused.
    pub decryption_key: Option<Arc<PrivateKey>>,
    /// The id of the pending AuthnRequest that [`in_response_to`](super::report::Claims::in_response_to) names, when the caller knows it as pending.
    pub request: Option<String>,
    /// The org's id, 15 or 18 characters, for the attribute `organization_id`; `None` where provisioning compares it.
    pub organization: Option<String>,
    /// URLs of the org's sites, for the `siteurl` attribute.
    pub sites: Vec<String>,
    /// How far two clocks may differ, in milliseconds.
    pub skew: i64,
}

/// Three minutes, in milliseconds: the service's tolerance between two clocks.
pub const SKEW: i64 = 3 * 60 * 1000;
/// Five minutes, in milliseconds: an assertion that is older is refused, whatever it says of its validity.
pub const LIFETIME: i64 = 5 * 60 * 1000;

/// Where an assertion names its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// In `saml:Subject/saml:NameID`.
    NameId,
    /// In the attribute of this name.
    Attribute(String),
}
