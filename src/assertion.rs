//! SAML 2.0 Responses: which element may be believed, what it says, and why it was refused.
//!
//! Knows no HTTP and no records. Time comes as an argument, keys and names of the service provider come as an
//! [`Expectation`]; whether an assertion was seen before, and whom its subject denotes, is the caller's.
//!
//! Sources: SAML 2.0 core, bindings and profiles (<https://docs.oasis-open.org/security/saml/v2.0/>), the order and
//! wording of the SAML Assertion Validator
//! (<https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_validation_errors.htm>).

use std::sync::Arc;

mod check;
mod content;
mod encryption;
mod examine;
mod instant;
pub mod issue;
mod key;
mod logout;
mod rule;
mod signature;
mod status;
mod tree;
mod trust;
pub mod xml;

pub use check::{Check, Step, Verdict};
pub use examine::{examine, examine_paste, examine_xml};
pub use key::{BadKey, Certificate, PrivateKey};
pub use logout::{LogoutKind, LogoutMessage, QuerySignature, verify_message};
pub(crate) use status::ERRORS;
pub use status::Status;

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
    /// The id of the pending AuthnRequest that [`Claims::in_response_to`] names, when the caller knows it as pending.
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

/// What a Response says before anything of it is believed: enough to choose a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `ID` of the Response, or of the Assertion when it came alone.
    pub id: String,
    /// The Issuer of the Assertion, or of the Response when the Assertion is encrypted.
    pub issuer: String,
    /// Empty when the Assertion is encrypted.
    pub audiences: Vec<String>,
    pub destination: Option<String>,
    pub recipient: Option<String>,
    /// The id of the AuthnRequest it claims to answer.
    pub in_response_to: Option<String>,
    pub encrypted: bool,
    /// The Response has a status and nothing else.
    pub without_assertion: bool,
}

/// What came out, and each check on the way.
#[derive(Debug, Clone)]
pub struct Report {
    /// In the order of the SAML Assertion Validator; after a failure the later checks are still made where they can be.
    pub steps: Vec<Step>,
    /// What the message claims, as far as it could be read: for traces only.
    pub claims: Claims,
    /// The subject and the Assertion's id as far as they could be read: for traces only.
    pub subject: Option<String>,
    pub assertion_id: Option<String>,
    pub outcome: Result<Verified, Rejection>,
}

/// What the trusted element says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// `None` for a lone Assertion (the SAML bearer grant).
    pub response_id: Option<String>,
    /// For replay detection, together with `issuer`.
    pub assertion_id: String,
    pub issuer: String,
    /// The subject, from where [`Identity`] says.
    pub subject: String,
    /// The text of `saml:NameID`.
    pub name_id: String,
    pub name_id_format: Option<String>,
    /// In document order, names as written; a name that occurs twice is listed once with all values.
    pub attributes: Vec<(String, Vec<String>)>,
    pub session_index: Option<String>,
    /// `AuthnContextClassRef`: how the user proved to the identity provider who they are.
    pub authn_context_class: Option<String>,
    pub in_response_to: Option<String>,
    pub recipient: String,
    pub audience: String,
    /// When the assertion cannot be accepted any more, skew included, in milliseconds since 1970: until then its id must be remembered.
    pub not_on_or_after: i64,
}

impl Verified {
    /// The first value of an attribute, by its exact name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name)?.1.first().map(String::as_str)
    }
}

/// Why a Response does not log anyone in. Users see none of it ("Single Sign-On Error"), administrators all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// For `LoginHistory.Status`.
    pub status: Status,
    /// The first check that failed.
    pub check: Check,
    /// What the validator prints under that check.
    pub detail: String,
}

impl Rejection {
    /// Whether it is the time that is wrong: the message was given at another, or is over.
    pub fn is_about_time(&self) -> bool {
        self.status == Status::InvalidTimestamp || self.detail.starts_with(rule::CURRENT_TIME)
    }
}

/// Verifies the value of the form field `SAMLResponse` against one configuration.
///
/// `now` is in milliseconds since 1970 UTC.
pub fn verify(expect: &Expectation, response: &[u8], now: i64) -> Report {
    examine(response, now, |_| Ok(expect.clone()))
}
