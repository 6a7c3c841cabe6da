//! SAML 2.0 Responses: which element may be believed, what it says, and why it was refused.
//!
//! Knows no HTTP and no records. Time comes as an argument, keys and names of the service provider come as an
//! [`Expectation`]; whether an assertion was seen before, and whom its subject denotes, is the caller's.
//!
//! Sources: SAML 2.0 core, bindings and profiles (<https://docs.oasis-open.org/security/saml/v2.0/>), the order and
//! wording of the SAML Assertion Validator
//! (<https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_validation_errors.htm>).

pub mod authn_request;
mod check;
mod content;
mod encryption;
mod examine;
mod expectation;
mod instant;
pub mod issue;
mod key;
mod logout;
mod report;
mod rule;
mod signature;
mod status;
mod tree;
mod trust;
pub mod xml;

pub use check::{Check, Step, Verdict};
pub use examine::{examine, examine_paste, examine_xml};
pub use expectation::{Expectation, Identity, LIFETIME, SKEW};
pub use key::{BadKey, Certificate, PrivateKey};
pub use logout::{LogoutKind, LogoutMessage, QuerySignature, verify_message};
pub use report::{Claims, Rejection, Report, Verified};
pub(crate) use status::ERRORS;
pub use status::Status;

/// Verifies the value of the form field `SAMLResponse` against one configuration.
///
/// `now` is in milliseconds since 1970 UTC.
pub fn verify(expect: &Expectation, response: &[u8], now: i64) -> Report {
    examine(response, now, |_| Ok(expect.clone()))
}
