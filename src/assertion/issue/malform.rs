//! Bad Responses, each wrong in one way: what an identity provider may get wrong, and what an attacker would try.

use std::ops::Range;

use super::super::key::PrivateKey;
use super::super::xml::{self, DS, SAML, SAMLP, child};
use super::{
    NotIssued, Sign, Signer, Statement, assertion, envelope, insert_signature, new_id, response, seal,
    template,
};

use crate::xml::escaped;

/// What is wrong. Wrapping 1 to 8 are numbered as in SAML Raider
/// (<https://github.com/CompassSecurity/SAMLRaider>); the forged part always says `evil-` before the NameID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Defect {
    Audience,
    Expired,
    NotYetValid,
    /// Stated to be valid for a day, issued nine minutes ago.
    Stale,
    Issuer,
    Recipient,
    Destination,
    InResponseTo,
    /// The identity provider says that it did not work.
    Status,
    Version,
    NoSubject,
    NoAuthnStatement,
    NoConfirmation,
    NoConditions,
    Unsigned,
    /// A bit of the signature's value.
    Signature,
    /// The NameID, after it was signed.
    Digest,
    /// Another key, whose certificate is in KeyInfo.
    WrongKey,
    /// Another key, and no KeyInfo.
    WrongKeyUnnamed,
    /// The right key, and another certificate in KeyInfo.
    KeyInfo,
    /// HMAC, keyed with the certificate that everybody knows.
    Hmac,
    /// A transform that leaves the attributes out.
    Transform,
    /// A reference to the whole document.
    Reference,
    /// An attribute that only looks like the algorithm's.
    ForeignAttribute,
    Wrapping1,
    Wrapping2,
    Wrapping3,
    Wrapping4,
    Wrapping5,
    Wrapping6,
    Wrapping7,
    Wrapping8,
    /// A signed Response in the Extensions of another.
    ResponseInExtensions,
    /// A forged Assertion with the ID of the signed one.
    DuplicateId,
    /// A forged Assertion behind the signed one.
    TwoAssertions,
    /// Two Signatures in one Assertion.
    TwoSignatures,
    /// Accepted: a comment inside the NameID does not cut it.
    Comment,
    Dtd,
    /// Accepted once: the same Response is sent again.
    Replay,
}

impl Defect {
    /// All of them with their names.
    pub const ALL: [(&'static str, Defect); 39] = [
        ("audience", Defect::Audience),
        ("expired", Defect::Expired),
        ("not-yet-valid", Defect::NotYetValid),
        ("stale", Defect::Stale),
        ("issuer", Defect::Issuer),
        ("recipient", Defect::Recipient),
        ("destination", Defect::Destination),
        ("in-response-to", Defect::InResponseTo),
        ("status", Defect::Status),
        ("version", Defect::Version),
        ("no-subject", Defect::NoSubject),
        ("no-authn-statement", Defect::NoAuthnStatement),
        ("no-confirmation", Defect::NoConfirmation),
        ("no-conditions", Defect::NoConditions),
        ("unsigned", Defect::Unsigned),
        ("signature", Defect::Signature),
        ("digest", Defect::Digest),
        ("wrong-key", Defect::WrongKey),
        ("wrong-key-unnamed", Defect::WrongKeyUnnamed),
        ("key-info", Defect::KeyInfo),
        ("hmac", Defect::Hmac),
        ("transform", Defect::Transform),
        ("reference", Defect::Reference),
        ("foreign-attribute", Defect::ForeignAttribute),
        ("wrapping1", Defect::Wrapping1),
        ("wrapping2", Defect::Wrapping2),
        ("wrapping3", Defect::Wrapping3),
        ("wrapping4", Defect::Wrapping4),
        ("wrapping5", Defect::Wrapping5),
        ("wrapping6", Defect::Wrapping6),
        ("wrapping7", Defect::Wrapping7),
        ("wrapping8", Defect::Wrapping8),
        ("response-in-extensions", Defect::ResponseInExtensions),
        ("duplicate-id", Defect::DuplicateId),
        ("two-assertions", Defect::TwoAssertions),
        ("two-signatures", Defect::TwoSignatures),
        ("comment", Defect::Comment),
        ("dtd", Defect::Dtd),
        ("replay", Defect::Replay),
    ];

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Defect> {
        Defect::ALL.iter().find(|(known, _)| *known == name).map(|(_, found)| *found)
    }
}

/// The Response of a statement, wrong in one way.
///
/// # Errors
/// As [`response`].
pub fn malformed_response(how: Defect, statement: &Statement, signer: &Signer) -> Result<String, NotIssued> {
    if let Some(changed) = misstate(how, statement) {
        return response(&changed, signer);
    }
    if let Some(changed) = mutilate(how, statement) {
        return seal(statement, changed, signer);
    }
    match how {
        Defect::WrongKey => response(statement, &stranger()?),
        Defect::WrongKeyUnnamed => {
            let mut unnamed = statement.clone();
            unnamed.style.key_info = false;
            response(&unnamed, &stranger()?)
        }
        Defect::KeyInfo => {
            response(statement, &Signer { certificate: stranger()?.certificate, ..signer.clone() })
        }
        Defect::Hmac | Defect::Transform | Defect::Reference | Defect::ForeignAttribute => {
            missign(how, statement, signer)
        }
        Defect::Wrapping1 | Defect::Wrapping2 | Defect::ResponseInExtensions => {
            wrap_response(how, &Signed::new(statement, Sign::Response, signer)?)
        }
        Defect::Wrapping3
        | Defect::Wrapping4
        | Defect::Wrapping5
        | Defect::Wrapping6
        | Defect::Wrapping7
        | Defect::Wrapping8
        | Defect::DuplicateId
        | Defect::TwoAssertions => Ok(wrap_assertion(how, &Signed::new(statement, Sign::Assertion, signer)?)),
        _ => tamper(how, statement, signer),
    }
}

fn stranger() -> Result<Signer, NotIssued> {
    Signer::generate().map_err(|error| NotIssued(error.to_string()))
}

/// Says something false, and signs it.
fn misstate(how: Defect, statement: &Statement) -> Option<Statement> {
    let mut changed = statement.clone();
    match how {
        Defect::Audience => changed.audience.push_str("/other"),
        Defect::Issuer => changed.issuer.push_str("/other"),
        Defect::Recipient => changed.recipient.push_str("/other"),
        Defect::Destination => changed.destination = Some(format!("{}/other", statement.recipient)),
        Defect::InResponseTo => changed.in_response_to = Some(new_id()),
        Defect::Status => "Responder".clone_into(&mut changed.status),
        Defect::Expired => changed.issued -= 60 * 60 * 1000,
        Defect::NotYetValid => changed.issued += 60 * 60 * 1000,
        Defect::Stale => {
            changed.issued -= 9 * 60 * 1000;
            changed.valid_after = 24 * 60 * 60 * 1000;
        }
        Defect::Unsigned => changed.sign = Sign::Nothing,
        _ => return None,
    }
    Some(changed)
}

/// Leaves a part of the Assertion out, before it is signed.
fn mutilate(how: Defect, statement: &Statement) -> Option<String> {
    let whole = assertion(statement);
    let part = |name: &'static str| {
        let document = xml::parse(&whole).ok()?;
        let found = document.descendants().find(|node| node.has_name((SAML, name)))?;
        Some(found.range())
    };
    let without = |name| part(name).map(|range| cut(&whole, range));
    match how {
        Defect::NoSubject => without("Subject"),
        Defect::NoAuthnStatement => without("AuthnStatement"),
        Defect::NoConfirmation => without("SubjectConfirmation"),
        Defect::NoConditions => without("Conditions"),
        Defect::Version => Some(whole.replacen("Version=\"2.0\"", "Version=\"1.1\"", 1)),
        _ => None,
    }
}

/// Signs in a way that says less than it seems to.
fn missign(how: Defect, statement: &Statement, signer: &Signer) -> Result<String, NotIssued> {
    let style = statement.style;
    let method = style.hash.signature(&signer.key);
    let honest = template(&statement.assertion_id, method, signer, style);
    let (template, key): (String, PrivateKey) = match how {
        Defect::Hmac => {
            let hmac = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
            let key = PrivateKey::shared(signer.certificate.base64.as_bytes())
                .map_err(|bad| NotIssued(bad.to_string()))?;
            (honest.replacen(method, hmac, 1), key)
        }
        Defect::Transform => {
            let xpath = format!(
                "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">\
                 <ds:XPath xmlns:saml=\"{SAML}\">not(ancestor-or-self::saml:AttributeStatement)</ds:XPath></ds:Transform>"
            );
            (honest.replacen("<ds:Transforms>", &format!("<ds:Transforms>{xpath}"), 1), signer.key.clone())
        }
        Defect::Reference => {
            let named = format!("URI=\"#{}\"", statement.assertion_id);
            (honest.replacen(&named, "URI=\"\"", 1), signer.key.clone())
        }
        _ => {
            let twice = format!("Method xmlns:x=\"urn:x\" x:Algorithm=\"{method}\" Algorithm=\"{method}\"");
            (honest.replacen(&format!("Method Algorithm=\"{method}\""), &twice, 1), signer.key.clone())
        }
    };
    let whole = envelope(statement, &assertion(statement));
    let place = {
        let document = xml::parse(&whole).map_err(|unreadable| NotIssued(unreadable.to_string()))?;
        let inner = child(document.root_element(), SAML, "Assertion");
        inner.and_then(|inner| child(inner, SAML, "Issuer")).map(|issuer| issuer.range().end)
    };
    insert_signature(&whole, place.unwrap_or_default(), &template, &key)
}

/// Changes what was signed, or what stands around it.
fn tamper(how: Defect, statement: &Statement, signer: &Signer) -> Result<String, NotIssued> {
    let signed = Signed::new(statement, statement.sign, signer)?;
    let name_id = escaped(&statement.name_id).into_owned();
    let text = &signed.text;
    Ok(match how {
        Defect::Signature => text.replacen(&signed.value, &with_other_end(&signed.value), 1),
        Defect::Digest => text.replacen(&format!(">{name_id}<"), &format!(">evil-{name_id}<"), 1),
        Defect::Comment => {
            let (head, tail) =
                name_id.split_at(name_id.len() - name_id.trim_start_matches(char::is_alphanumeric).len());
            text.replacen(&format!(">{name_id}<"), &format!(">{head}<!-- cut -->{tail}<"), 1)
        }
        Defect::TwoSignatures => {
            splice(text, signed.signature.end..signed.signature.end, signed.part(&signed.signature))
        }
        Defect::Dtd => format!("<!DOCTYPE Response [<!ENTITY evil \"evil\">]>{text}"),
        _ => text.clone(),
    })
}

/// The value with one bit changed, still base64.
fn with_other_end(value: &str) -> String {
    let other = if value.starts_with('A') { "B" } else { "A" };
    format!("{other}{}", value.get(1..).unwrap_or_default())
}

/// A signed Response and where its parts are.
struct Signed<'s> {
    statement: &'s Statement,
    text: String,
    assertion: Range<usize>,
    /// The first signature.
    signature: Range<usize>,
    /// Its value.
    value: String,
    /// An unsigned Assertion that says something else.
    evil: String,
}

impl<'s> Signed<'s> {
    fn new(statement: &'s Statement, sign: Sign, signer: &Signer) -> Result<Signed<'s>, NotIssued> {
        let text = response(&Statement { sign, encrypt: None, ..statement.clone() }, signer)?;
        let evil = assertion(&evil(statement));
        let document = xml::parse(&text).map_err(|unreadable| NotIssued(unreadable.to_string()))?;
        let find = |namespace: &'static str, name: &'static str| {
            document.descendants().find(|node| node.has_name((namespace, name)))
        };
        let range = |namespace, name| find(namespace, name).map(|node| node.range()).unwrap_or_default();
        let value = find(DS, "SignatureValue").map(xml::text).unwrap_or_default();
        let (assertion, signature) = (range(SAML, "Assertion"), range(DS, "Signature"));
        drop(document);
        Ok(Signed { statement, text, assertion, signature, value, evil })
    }

    fn part(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The signature, holding something more.
    fn signature_around(&self, more: &str) -> String {
        before_end_tag(self.part(&self.signature), more)
    }

    /// The Assertion without its signature.
    fn bare_assertion(&self) -> String {
        self.part(&self.assertion).replacen(self.part(&self.signature), "", 1)
    }

    /// The Assertion gone, this in its place.
    fn instead(&self, other: &str) -> String {
        splice(&self.text, self.assertion.clone(), other)
    }
}

fn evil(statement: &Statement) -> Statement {
    Statement {
        response_id: new_id(),
        assertion_id: new_id(),
        name_id: format!("evil-{}", statement.name_id),
        ..statement.clone()
    }
}

fn wrap_response(how: Defect, signed: &Signed<'_>) -> Result<String, NotIssued> {
    let forged = envelope(&evil(signed.statement), &signed.evil);
    let bare = cut(&signed.text, signed.signature.clone());
    let inserted = match how {
        Defect::Wrapping1 => signed.signature_around(&bare),
        Defect::Wrapping2 => [&bare, signed.part(&signed.signature)].concat(),
        _ => format!("<samlp:Extensions xmlns:samlp=\"{SAMLP}\">{}</samlp:Extensions>", signed.text),
    };
    let place = forged.find("</saml:Issuer>").map(|at| at + "</saml:Issuer>".len());
    let place = place.ok_or_else(|| NotIssued("The Response has no Issuer".to_owned()))?;
    Ok(splice(&forged, place..place, &inserted))
}

fn wrap_assertion(how: Defect, signed: &Signed<'_>) -> String {
    let original = signed.part(&signed.assertion);
    let evil = &signed.evil;
    let with_signature = |signature: &str| {
        let place = evil.find("</saml:Issuer>").map(|at| at + "</saml:Issuer>".len()).unwrap_or_default();
        splice(evil, place..place, signature)
    };
    match how {
        Defect::Wrapping3 => signed.instead(&[evil, original].concat()),
        Defect::Wrapping4 => signed.instead(&before_end_tag(evil, original)),
        Defect::Wrapping5 => signed
            .instead(&[with_signature(signed.part(&signed.signature)), signed.bare_assertion()].concat()),
        Defect::Wrapping6 => {
            signed.instead(&with_signature(&signed.signature_around(&signed.bare_assertion())))
        }
        Defect::Wrapping7 => {
            signed.instead(&format!("<samlp:Extensions>{original}</samlp:Extensions>{evil}"))
        }
        Defect::Wrapping8 => {
            let object = format!("<ds:Object>{}</ds:Object>", signed.bare_assertion());
            signed.instead(&with_signature(&signed.signature_around(&object)))
        }
        Defect::DuplicateId => {
            let twin = Statement {
                assertion_id: signed.statement.assertion_id.clone(),
                ..self::evil(signed.statement)
            };
            signed.instead(&[original, &assertion(&twin)].concat())
        }
        _ => signed.instead(&[original, evil].concat()),
    }
}

fn before_end_tag(element: &str, more: &str) -> String {
    let end = element.rfind("</").unwrap_or(element.len());
    splice(element, end..end, more)
}

fn cut(text: &str, range: Range<usize>) -> String {
    splice(text, range, "")
}

fn splice(text: &str, range: Range<usize>, middle: &str) -> String {
    [text.get(..range.start).unwrap_or_default(), middle, text.get(range.end..).unwrap_or_default()].concat()
}
