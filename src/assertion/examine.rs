//! From the bytes of a form field to a report.

use super::check::{Check, Step, Verdict};
use super::content::{Assertion, Message};
use super::expectation::{Expectation, Identity, LIFETIME};
use super::key::Certificate;
use super::report::{Claims, Rejection, Report, Verified};
use super::rule::{self, Facts, Failure, Found, RULES, Signatures};
use super::signature::Invalid;
use super::status::Status;
use super::trust::{self, Content, Shape};
use super::xml::{Document, Unreadable};
use super::{encryption, instant, signature, xml};

/// Verifies the value of the form field `SAMLResponse` (base64) against the configuration that `choose` finds for its
/// claims; an OAuth grant's `assertion` (base64url) as well.
///
/// `choose` refuses with the status to record when no configuration fits. `now` is in milliseconds since 1970 UTC.
pub fn examine(
    response: &[u8],
    now: i64,
    choose: impl FnOnce(&Claims) -> Result<Expectation, Status>,
) -> Report {
    examine_read(xml::from_form(response), now, choose)
}

/// The same for what someone pasted: XML, base64, or deflated base64.
pub fn examine_paste(
    pasted: &[u8],
    now: i64,
    choose: impl FnOnce(&Claims) -> Result<Expectation, Status>,
) -> Report {
    examine_read(xml::from_paste(pasted), now, choose)
}

fn examine_read(
    text: Result<String, Unreadable>,
    now: i64,
    choose: impl FnOnce(&Claims) -> Result<Expectation, Status>,
) -> Report {
    match text {
        Ok(text) => examine_xml(&text, now, choose),
        Err(unreadable) => {
            Steps::default().stop(Check::Exceptions, Status::InvalidFormat, unreadable.to_string())
        }
    }
}

/// The same for a message that was decoded already.
pub fn examine_xml(
    text: &str,
    now: i64,
    choose: impl FnOnce(&Claims) -> Result<Expectation, Status>,
) -> Report {
    let mut steps = Steps::default();
    let document = match xml::parse(text) {
        Ok(document) => document,
        Err(unreadable) => {
            return steps.stop(Check::Exceptions, Status::InvalidFormat, unreadable.to_string());
        }
    };
    let shape = match trust::shape(&document) {
        Ok(shape) => shape,
        Err(why) => return steps.stop(Check::Exceptions, Status::InvalidFormat, why),
    };
    let message = Message::read(&shape);
    steps.claims = message.claims();
    steps.remember(message.assertion.as_ref());
    // Who only says no says nothing by which a configuration could be chosen.
    if let Some(Err(failure)) = message.response.as_ref().map(rule::status_of) {
        // Only the page for errors is the configuration's.
        drop(choose(&steps.claims));
        steps.note(Check::Exceptions, Ok(Found::Ok(String::new())));
        return steps.stop(Check::Status, failure.status, failure.detail);
    }
    let expect = match choose(&steps.claims) {
        Ok(expect) => expect,
        Err(status) => {
            let why = "Unable to load a config from the assertion's issuer and audience";
            return steps.stop(Check::Config, status, why.to_owned());
        }
    };
    let mut signatures = signatures(&document, &shape, &expect.certificates);
    let Content::Encrypted(encrypted) = shape.content else {
        return steps.judge(&message, &expect, now, &signatures);
    };
    let decrypted = expect
        .decryption_key
        .as_ref()
        .ok_or_else(|| "The assertion is encrypted, but no decryption certificate is configured".to_owned())
        .and_then(|key| encryption::decrypt(encrypted, key))
        .and_then(|plain| Opened::new(text, encrypted.range(), &plain));
    let opened = match decrypted {
        Ok(opened) => opened,
        Err(why) => return steps.stop(Check::Exceptions, Status::InvalidFormat, why),
    };
    match opened.read(&expect.certificates, &mut signatures) {
        Ok(inner) => {
            steps.remember(inner.assertion.as_ref());
            steps.judge(&inner, &expect, now, &signatures)
        }
        Err(why) => steps.stop(Check::Exceptions, Status::InvalidFormat, why),
    }
}

/// Believes no signature whose shape is wrong; asks the library about the others.
fn signatures(document: &Document<'_>, shape: &Shape<'_, '_>, certificates: &[Certificate]) -> Signatures {
    let parents = || shape.signatures.iter().map(|signature| signature.parent_element());
    let assertion = match shape.content {
        Content::Assertion(node) => Some(node),
        Content::Encrypted(_) | Content::Nothing => None,
    };
    let named: Vec<Vec<String>> =
        shape.signatures.iter().map(|signature| trust::named_certificates(*signature)).collect();
    let supplied = named.iter().any(|named| !named.is_empty());
    let all_known = named.iter().all(|named| named.is_empty() || trust::names_one_of(named, certificates));
    let problem = match trust::signatures_may_be_believed(shape) {
        Err(why) => Some(Invalid::reference(why)),
        Ok(()) if shape.signatures.is_empty() => None,
        Ok(()) => {
            signature::verify(document, &shape.signatures, certificates).into_iter().find_map(Result::err)
        }
    };
    Signatures {
        configured: configured(certificates),
        response_signed: shape.response.is_some() && parents().any(|parent| parent == shape.response),
        assertion_signed: assertion.is_some() && parents().any(|parent| parent == assertion),
        certificate_known: supplied.then_some(all_known),
        problem,
    }
}

/// The certificate of the configuration, as the validator names it.
fn configured(certificates: &[Certificate]) -> Option<String> {
    let certificate = certificates.first()?;
    let end = jiff::Timestamp::from_millisecond(certificate.validity().1).ok()?;
    Some(format!("{} Expiration: {}", certificate.subject(), end.strftime("%-d %b %Y %H:%M:%S GMT")))
}

/// A Response whose EncryptedAssertion was replaced by the Assertion in it.
struct Opened {
    text: String,
    /// Where the Assertion stands in it.
    place: std::ops::Range<usize>,
}

impl Opened {
    fn new(text: &str, place: std::ops::Range<usize>, plain: &str) -> Result<Opened, String> {
        let plain = plain.trim();
        // An XML declaration may stand before the Assertion, though not inside a document.
        let plain = match plain.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
            Some((_, rest)) => rest.trim_start(),
            None => plain,
        };
        match (text.get(..place.start), text.get(place.end..)) {
            (Some(before), Some(after)) => Ok(Opened {
                text: [before, plain, after].concat(),
                place: before.len()..before.len() + plain.len(),
            }),
            _ => Err("The EncryptedAssertion has no place".to_owned()),
        }
    }

    /// Reads it by the same rules. The signature of the Response was verified on the encrypted form, which it covers;
    /// the Assertion may have one of its own.
    fn read(&self, certificates: &[Certificate], outer: &mut Signatures) -> Result<Message, String> {
        let document = xml::parse(&self.text).map_err(|unreadable| unreadable.to_string())?;
        let mut shape = trust::shape(&document)?;
        let Content::Assertion(assertion) = shape.content else {
            return Err("The EncryptedAssertion holds no Assertion".to_owned());
        };
        if assertion.range() != self.place {
            return Err("The EncryptedAssertion holds more than an Assertion".to_owned());
        }
        let message = Message::read(&shape);
        shape.signatures.retain(|signature| signature.parent_element() != shape.response);
        if shape.signatures.is_empty() {
            return Ok(message);
        }
        let shape_problem = trust::signatures_may_be_believed(&shape).err().map(Invalid::reference);
        let verdicts = signature::verify(&document, &shape.signatures, certificates);
        let named: Vec<String> =
            shape.signatures.iter().flat_map(|signature| trust::named_certificates(*signature)).collect();
        if !named.is_empty() {
            let known = trust::names_one_of(&named, certificates);
            outer.certificate_known = Some(known && outer.certificate_known.unwrap_or(true));
        }
        outer.assertion_signed = true;
        outer.problem =
            outer.problem.take().or(shape_problem).or_else(|| verdicts.into_iter().find_map(Result::err));
        Ok(message)
    }
}

/// The report in the making.
#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    claims: Claims,
    subject: Option<String>,
    assertion_id: Option<String>,
    refusal: Option<Rejection>,
}

impl Steps {
    fn remember(&mut self, assertion: Option<&Assertion>) {
        if let Some(assertion) = assertion {
            self.subject.clone_from(&assertion.name_id);
            self.assertion_id.clone_from(&assertion.id);
        }
    }

    fn note(&mut self, check: Check, finding: Result<Found, Failure>) {
        let (verdict, detail) = match finding {
            Ok(Found::Ok(detail)) => (Verdict::Ok, detail),
            Ok(Found::NotProvided) => (Verdict::NotProvided, String::new()),
            Err(Failure { status, detail }) => {
                self.refusal.get_or_insert_with(|| Rejection { status, check, detail: detail.clone() });
                (Verdict::Failed, detail)
            }
        };
        self.steps.push(Step { check, verdict, detail });
    }

    /// Ends the examination: nothing more can be checked.
    fn stop(mut self, check: Check, status: Status, detail: String) -> Report {
        self.note(check, Err(Failure { status, detail: detail.clone() }));
        self.report(Err(Rejection { status, check, detail }))
    }

    fn report(self, outcome: Result<Verified, Rejection>) -> Report {
        Report {
            steps: self.steps,
            claims: self.claims,
            subject: self.subject,
            assertion_id: self.assertion_id,
            outcome: match self.refusal {
                Some(refusal) => Err(refusal),
                None => outcome,
            },
        }
    }

    /// Makes every check.
    fn judge(mut self, message: &Message, expect: &Expectation, now: i64, signatures: &Signatures) -> Report {
        self.note(Check::Exceptions, Ok(Found::Ok(String::new())));
        let Some(assertion) = &message.assertion else {
            let status = message.response.as_ref().map_or(Ok(Found::NotProvided), rule::status_of);
            self.note(Check::Status, status);
            let why = "The response has no assertion".to_owned();
            return self.stop(Check::AuthnStatement, Status::InvalidFormat, why);
        };
        let facts = Facts { response: message.response.as_ref(), assertion, expect, now, signatures };
        for (check, rule) in RULES {
            self.note(check, rule(&facts));
        }
        let verified = verified(&facts);
        self.subject = Some(verified.subject.clone());
        self.report(Ok(verified))
    }
}

/// What is believed once every check has passed.
fn verified(facts: &Facts<'_>) -> Verified {
    let Facts { response, assertion, expect, .. } = facts;
    let confirmation = rule::bearer(assertion, expect);
    let name_id = assertion.name_id.clone().unwrap_or_default();
    let attributes = assertion.attributes.clone();
    let subject = match &expect.identity {
        Identity::NameId => name_id.clone(),
        Identity::Attribute(name) => {
            let values = attributes.iter().find(|(known, _)| known == name).map(|(_, values)| values);
            values.and_then(|values| values.first()).cloned().unwrap_or_default()
        }
    };
    let ends = [
        assertion.conditions.as_ref().and_then(|conditions| conditions.not_on_or_after.as_deref()),
        confirmation.and_then(|confirmation| confirmation.not_on_or_after.as_deref()),
    ];
    let issued = assertion.issue_instant.as_deref().and_then(instant::parse).unwrap_or(facts.now);
    let ends = ends.into_iter().flatten().filter_map(instant::parse);
    let end = ends.fold(issued.saturating_add(LIFETIME), i64::min);
    Verified {
        response_id: response.and_then(|response| response.id.clone()),
        assertion_id: assertion.id.clone().unwrap_or_default(),
        issuer: expect.issuer.clone(),
        subject,
        name_id,
        name_id_format: assertion.name_id_format.clone(),
        attributes,
        session_index: assertion.session_index.clone(),
        authn_context_class: assertion.authn_context_class.clone(),
        in_response_to: response
            .and_then(|response| response.in_response_to.clone())
            .or_else(|| confirmation.and_then(|confirmation| confirmation.in_response_to.clone())),
        recipient: confirmation.and_then(|confirmation| confirmation.recipient.clone()).unwrap_or_default(),
        audience: rule::audience(assertion, expect),
        not_on_or_after: end.saturating_add(expect.skew),
    }
}
