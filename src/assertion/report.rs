//! What came out of a Response.

use super::check::{Check, Step};
use super::rule::CURRENT_TIME;
use super::status::Status;

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
    /// The subject, from where [`Identity`](super::expectation::Identity) says.
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
        self.status == Status::InvalidTimestamp || self.detail.starts_with(CURRENT_TIME)
    }
}
