//! What a Response and its Assertion say, read from the elements that [`super::trust`] found.

use super::report::Claims;
use super::trust::{Content, Shape};
use super::xml::{Node, SAML, SAMLP, attribute, child, children, text};

/// An Issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer {
    pub(super) name: String,
    pub(super) format: Option<String>,
}

/// The envelope.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) destination: Option<String>,
    pub(super) in_response_to: Option<String>,
    pub(super) issuer: Option<Issuer>,
    /// The codes from outer to inner; the first one decides.
    pub(super) status: Vec<String>,
    pub(super) status_message: Option<String>,
}

/// What was asserted.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) issue_instant: Option<String>,
    pub(super) issuer: Option<Issuer>,
    /// The NameID of the Subject, when there is a Subject with one.
    pub(super) name_id: Option<String>,
    pub(super) name_id_format: Option<String>,
    pub(super) has_subject: bool,
    pub(super) confirmations: Vec<Confirmation>,
    pub(super) conditions: Option<Conditions>,
    pub(super) has_authn_statement: bool,
    pub(super) session_index: Option<String>,
    /// How the user proved who they are: `AuthnContextClassRef`.
    pub(super) authn_context_class: Option<String>,
    pub(super) has_attribute_statement: bool,
    pub(super) attributes: Vec<(String, Vec<String>)>,
}

/// A SubjectConfirmation and its data.
#[derive(Debug)]
pub(super) struct Confirmation {
    pub(super) method: Option<String>,
    pub(super) recipient: Option<String>,
    pub(super) not_before: Option<String>,
    pub(super) not_on_or_after: Option<String>,
    pub(super) in_response_to: Option<String>,
}

/// Conditions.
#[derive(Debug)]
pub(super) struct Conditions {
    pub(super) not_before: Option<String>,
    pub(super) not_on_or_after: Option<String>,
    /// The audiences of each AudienceRestriction: every restriction must be met.
    pub(super) restrictions: Vec<Vec<String>>,
}

impl Response {
    pub(super) fn read(node: Node<'_, '_>) -> Response {
        let status = child(node, SAMLP, "Status");
        let mut codes = Vec::new();
        let mut code = status.and_then(|status| child(status, SAMLP, "StatusCode"));
        while let Some(found) = code {
            codes.push(attribute(found, "Value").unwrap_or_default());
            code = child(found, SAMLP, "StatusCode");
        }
        Response {
            id: attribute(node, "ID"),
            version: attribute(node, "Version"),
            destination: attribute(node, "Destination"),
            in_response_to: attribute(node, "InResponseTo"),
            issuer: issuer(node),
            status: codes,
            status_message: status.and_then(|status| child(status, SAMLP, "StatusMessage")).map(text),
        }
    }
}

impl Assertion {
    pub(super) fn read(node: Node<'_, '_>) -> Assertion {
        let subject = child(node, SAML, "Subject");
        let name_id = subject.and_then(|subject| child(subject, SAML, "NameID"));
        let authn = child(node, SAML, "AuthnStatement");
        Assertion {
            id: attribute(node, "ID"),
            version: attribute(node, "Version"),
            issue_instant: attribute(node, "IssueInstant"),
            issuer: issuer(node),
            name_id: name_id.map(text),
            name_id_format: name_id.and_then(|name_id| attribute(name_id, "Format")),
            has_subject: subject.is_some(),
            confirmations: subject
                .map(|subject| children(subject, SAML, "SubjectConfirmation").map(confirmation).collect())
                .unwrap_or_default(),
            conditions: child(node, SAML, "Conditions").map(conditions),
            has_authn_statement: authn.is_some(),
            session_index: authn.and_then(|authn| attribute(authn, "SessionIndex")),
            authn_context_class: authn
                .and_then(|authn| child(authn, SAML, "AuthnContext"))
                .and_then(|context| child(context, SAML, "AuthnContextClassRef"))
                .map(text),
            has_attribute_statement: child(node, SAML, "AttributeStatement").is_some(),
            attributes: attributes(node),
        }
    }
}

pub(super) fn issuer(node: Node<'_, '_>) -> Option<Issuer> {
    let issuer = child(node, SAML, "Issuer")?;
    Some(Issuer { name: text(issuer), format: attribute(issuer, "Format") })
}

fn confirmation(node: Node<'_, '_>) -> Confirmation {
    let data = child(node, SAML, "SubjectConfirmationData");
    let of_data = |name| data.and_then(|data| attribute(data, name));
    Confirmation {
        method: attribute(node, "Method"),
        recipient: of_data("Recipient"),
        not_before: of_data("NotBefore"),
        not_on_or_after: of_data("NotOnOrAfter"),
        in_response_to: of_data("InResponseTo"),
    }
}

fn conditions(node: Node<'_, '_>) -> Conditions {
    Conditions {
        not_before: attribute(node, "NotBefore"),
        not_on_or_after: attribute(node, "NotOnOrAfter"),
        restrictions: children(node, SAML, "AudienceRestriction")
            .map(|restriction| children(restriction, SAML, "Audience").map(text).collect())
            .collect(),
    }
}

/// All attributes of all statements, each name once.
fn attributes(node: Node<'_, '_>) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let statements = children(node, SAML, "AttributeStatement");
    for element in statements.flat_map(|statement| children(statement, SAML, "Attribute")) {
        let name = attribute(element, "Name").unwrap_or_default();
        let values = children(element, SAML, "AttributeValue").map(text);
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => known.extend(values),
            None => found.push((name, values.collect())),
        }
    }
    found
}

/// What a message says.
#[derive(Debug)]
pub(super) struct Message {
    /// Absent when an Assertion came alone.
    pub(super) response: Option<Response>,
    /// Absent while it is encrypted, and when the Response has none.
    pub(super) assertion: Option<Assertion>,
    pub(super) encrypted: bool,
}

impl Message {
    pub(super) fn read(shape: &Shape<'_, '_>) -> Message {
        Message {
            response: shape.response.map(Response::read),
            assertion: match shape.content {
                Content::Assertion(node) => Some(Assertion::read(node)),
                Content::Encrypted(_) | Content::Nothing => None,
            },
            encrypted: matches!(shape.content, Content::Encrypted(_)),
        }
    }

    /// What it claims, before anything of it is believed.
    pub(super) fn claims(&self) -> Claims {
        let (response, assertion) = (self.response.as_ref(), self.assertion.as_ref());
        let confirmation = assertion.and_then(|assertion| assertion.confirmations.first());
        Claims {
            id: response
                .and_then(|response| response.id.clone())
                .or_else(|| assertion.and_then(|assertion| assertion.id.clone()))
                .unwrap_or_default(),
            issuer: assertion
                .and_then(|assertion| assertion.issuer.as_ref())
                .or_else(|| response.and_then(|response| response.issuer.as_ref()))
                .map(|issuer| issuer.name.clone())
                .unwrap_or_default(),
            audiences: assertion
                .and_then(|assertion| assertion.conditions.as_ref())
                .map(|conditions| conditions.restrictions.concat())
                .unwrap_or_default(),
            destination: response.and_then(|response| response.destination.clone()),
            recipient: confirmation.and_then(|confirmation| confirmation.recipient.clone()),
            in_response_to: response
                .and_then(|response| response.in_response_to.clone())
                .or_else(|| confirmation.and_then(|confirmation| confirmation.in_response_to.clone())),
            encrypted: self.encrypted,
            without_assertion: assertion.is_none() && !self.encrypted,
        }
    }
}
