//! Single logout messages: who sent them, and what they say.
//!
//! Sources: SAML 2.0 profiles 4.4, bindings 3.4.4.1 (the redirect binding signs the query, not the message).

use super::expectation::SKEW;
use super::key::Certificate;
use super::trust::{self, Shape};
use super::xml::{self, Document, Node, SAML, SAMLP, attribute, child, text};
use super::{content, instant, signature};

/// What an identity provider asks or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutKind {
    Request,
    Response,
}

/// A logout message, before anything of it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutMessage {
    pub kind: LogoutKind,
    pub id: String,
    /// The entity id of the identity provider.
    pub issuer: String,
    /// Where it was sent, if it says so.
    pub destination: Option<String>,
    /// Whose session ends; empty in a response.
    pub name_id: String,
    /// The first one.
    pub session_index: Option<String>,
    /// When a request cannot be accepted any more, in milliseconds since 1970 UTC.
    not_on_or_after: Option<i64>,
}

/// A signature over a query string, apart from the message.
#[derive(Debug, Clone, Copy)]
pub struct QuerySignature<'a> {
    /// The octets that were signed: `SAMLRequest=…&RelayState=…&SigAlg=…` as they were sent.
    pub query: &'a str,
    /// The value of `SigAlg`.
    pub algorithm: &'a str,
    /// The value of `Signature`: base64.
    pub value: &'a str,
}

impl LogoutMessage {
    /// Reads a LogoutRequest or a LogoutResponse.
    ///
    /// # Errors
    /// One sentence, when it is neither.
    pub fn read(message: &str) -> Result<LogoutMessage, String> {
        let document = xml::parse(message).map_err(|unreadable| unreadable.to_string())?;
        let root = document.root_element();
        let kind = match root.name().1 {
            "LogoutRequest" => LogoutKind::Request,
            "LogoutResponse" => LogoutKind::Response,
            other => return Err(format!("The message is no LogoutRequest or LogoutResponse, but {other}")),
        };
        if root.name().0 != SAMLP {
            return Err("The message is not of the SAML 2.0 protocol".to_owned());
        }
        let needed = |value: Option<String>, what: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| format!("The message has no {what}"))
        };
        let name_id = child(root, SAML, "NameID").map(text);
        Ok(LogoutMessage {
            kind,
            id: needed(attribute(root, "ID"), "ID")?,
            issuer: needed(content::issuer(root).map(|issuer| issuer.name), "Issuer")?,
            destination: attribute(root, "Destination").filter(|url| !url.is_empty()),
            name_id: match kind {
                LogoutKind::Request => needed(name_id, "NameID")?,
                LogoutKind::Response => String::new(),
            },
            session_index: child(root, SAMLP, "SessionIndex").map(text),
            not_on_or_after: match attribute(root, "NotOnOrAfter") {
                Some(end) => Some(instant::parse(&end).ok_or("The NotOnOrAfter is no time")?),
                None => None,
            },
        })
    }

    /// Checks that it is for this endpoint, and not too late. `now` is in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// One sentence.
    pub fn is_for(&self, endpoints: &[String], now: i64) -> Result<(), String> {
        let is_known = |found: &&str| endpoints.iter().any(|endpoint| endpoint == found);
        if let Some(destination) = self.destination.as_deref().filter(|found| !is_known(found)) {
            let endpoint = endpoints.first().map(String::as_str).unwrap_or_default();
            return Err(format!("The Destination is {destination}, not {endpoint}"));
        }
        match self.not_on_or_after {
            Some(end) if now >= end.saturating_add(SKEW) => {
                Err(format!("It was valid until {}, now is {}", instant::print(end), instant::print(now)))
            }
            _ => Ok(()),
        }
    }
}

/// Checks that a message of the protocol was signed as a whole by one of these certificates' keys, inside (POST) or, if `query` is
/// there, outside (redirect).
///
/// # Errors
/// Why it is not believed, in one sentence.
pub fn verify_message(
    message: &str,
    query: Option<QuerySignature<'_>>,
    certificates: &[Certificate],
) -> Result<(), String> {
    let Some(query) = query else {
        let document = xml::parse(message).map_err(|unreadable| unreadable.to_string())?;
        return signed_as_a_whole(&document, certificates);
    };
    if !trust::SIGNATURES.contains(&query.algorithm) {
        return Err(format!("The SigAlg {:?} is not allowed", query.algorithm));
    }
    let made = xml::base64_bytes(query.value.as_bytes()).map_err(|unreadable| unreadable.to_string())?;
    match signature::verify_bytes(certificates, query.algorithm, query.query.as_bytes(), &made) {
        true => Ok(()),
        false => Err("The signature of the query is not valid".to_owned()),
    }
}

/// One signature, of the root, over the root.
fn signed_as_a_whole(document: &Document<'_>, certificates: &[Certificate]) -> Result<(), String> {
    let shape: Shape<'_, '_> = trust::shape_of_root(document)?;
    trust::signatures_may_be_believed(&shape)?;
    let is_of_root = |signature: &Node<'_, '_>| signature.parent_element() == shape.response;
    if !shape.signatures.iter().any(is_of_root) {
        return Err("The message is not signed".to_owned());
    }
    let mut verdicts = signature::verify(document, &shape.signatures, certificates).into_iter();
    verdicts.try_for_each(|verdict| verdict.map_err(|invalid| invalid.why))
}
