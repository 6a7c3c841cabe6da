//! The checks themselves, in the validator's order: each compares what the message says with what is expected.
//!
//! Rules without a source at hand follow the "Single Sign-On Implementation Guide"
//! (<https://developer.salesforce.com/docs/atlas.en-us.sso.meta/sso/>).

use super::check::Check;
use super::content::{Assertion, Confirmation, Response};
use super::expectation::{Expectation, Identity, LIFETIME};
use super::instant;
use super::signature::Invalid;
use super::status::Status;

/// What the rules look at.
pub(super) struct Facts<'a> {
    pub(super) response: Option<&'a Response>,
    pub(super) assertion: &'a Assertion,
    pub(super) expect: &'a Expectation,
    pub(super) now: i64,
    pub(super) signatures: &'a Signatures,
}

/// What the signatures turned out to be.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    pub(super) response_signed: bool,
    pub(super) assertion_signed: bool,
    /// Whether one of the certificates in `KeyInfo` is configured; `None` when there are none.
    pub(super) certificate_known: Option<bool>,
    /// The first thing that is wrong with them.
    pub(super) problem: Option<Invalid>,
    /// The certificate of the configuration: its subject and its end.
    pub(super) configured: Option<String>,
}

/// A check that passed.
pub(super) enum Found {
    Ok(String),
    NotProvided,
}

/// A check that failed.
pub(super) struct Failure {
    pub(super) status: Status,
    pub(super) detail: String,
}

type Finding = Result<Found, Failure>;
type Rule = fn(&Facts<'_>) -> Finding;

/// In the order of the SAML Assertion Validator.
pub(super) const RULES: [(Check, Rule); 14] = [
    (Check::Status, status_is_success),
    (Check::AuthnStatement, has_an_authn_statement),
    (Check::Conditions, conditions_have_a_timestamp),
    (Check::Timestamps, is_neither_early_nor_late),
    (Check::Attribute, identity_attribute_has_a_statement),
    (Check::Format, is_well_formed),
    (Check::Issuer, issuer_matches),
    (Check::SubjectConfirmation, bearer_is_confirmed),
    (Check::Audience, audience_matches),
    (Check::Recipient, recipient_matches),
    (Check::Signature, signature_is_valid),
    (Check::SiteUrl, site_url_is_known),
    (Check::Portal, portal_and_organization_belong_together),
    (Check::SessionLevel, session_level_is_valid),
];

fn ok(detail: impl Into<String>) -> Finding {
    Ok(Found::Ok(detail.into()))
}

fn fail(status: Status, detail: impl Into<String>) -> Finding {
    Err(Failure { status, detail: detail.into() })
}

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// SAML core 3.2.2.2.
pub(super) fn status_of(response: &Response) -> Finding {
    if response.status.first().map(String::as_str) == Some(SUCCESS) {
        return ok("");
    }
    let codes = response.status.join(", ");
    let message = response.status_message.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
    fail(Status::InvalidStatus, format!("The status is not Success, but {codes}{message}"))
}

fn status_is_success(facts: &Facts<'_>) -> Finding {
    facts.response.map_or(Ok(Found::NotProvided), status_of)
}

/// A lone Assertion, as the OAuth grant takes it, needs none (RFC 7522, 3).
fn has_an_authn_statement(facts: &Facts<'_>) -> Finding {
    if facts.assertion.has_authn_statement {
        return ok("");
    }
    match facts.response {
        None => Ok(Found::NotProvided),
        Some(_) => fail(Status::InvalidFormat, "The assertion has no AuthnStatement"),
    }
}

/// "If the assertion contains a Conditions statement, it must contain a valid timestamp."
fn conditions_have_a_timestamp(facts: &Facts<'_>) -> Finding {
    let Some(conditions) = &facts.assertion.conditions else { return Ok(Found::NotProvided) };
    let stamps = [&conditions.not_before, &conditions.not_on_or_after];
    let valid =
        stamps.iter().filter_map(|stamp| stamp.as_deref()).all(|stamp| instant::parse(stamp).is_some());
    if valid && stamps.iter().any(|stamp| stamp.is_some()) {
        return ok("");
    }
    fail(Status::InvalidFormat, "The Conditions contain no valid timestamp")
}

/// The stated validity, and besides less than five minutes since IssueInstant; both give or take the skew.
fn is_neither_early_nor_late(facts: &Facts<'_>) -> Finding {
    let issued = facts.assertion.issue_instant.as_deref().and_then(instant::parse);
    let Some(issued) = issued else {
        return fail(Status::InvalidFormat, "The assertion has no valid IssueInstant");
    };
    let conditions = facts.assertion.conditions.as_ref();
    let not_before = conditions.and_then(|conditions| conditions.not_before.as_deref());
    let not_on_or_after = conditions.and_then(|conditions| conditions.not_on_or_after.as_deref());
    starts_before(facts, not_before.and_then(instant::parse), "notBefore in Conditions")?;
    ends_after(facts, not_on_or_after.and_then(instant::parse), "notOnOrAfter in Conditions")?;
    starts_before(facts, Some(issued), "IssueInstant in Assertion")?;
    ends_after(facts, Some(issued.saturating_add(LIFETIME)), "five minutes from IssueInstant in Assertion")?;
    ok(format!("Issued {}, now {}", instant::print(issued), instant::print(facts.now)))
}

fn starts_before(facts: &Facts<'_>, start: Option<i64>, what: &str) -> Result<(), Failure> {
    let Some(limit) = start.map(|start| start.saturating_sub(facts.expect.skew)) else { return Ok(()) };
    if facts.now >= limit { Ok(()) } else { Err(outside(facts, "before", what, limit)) }
}

fn ends_after(facts: &Facts<'_>, end: Option<i64>, what: &str) -> Result<(), Failure> {
    let Some(limit) = end.map(|end| end.saturating_add(facts.expect.skew)) else { return Ok(()) };
    if facts.now < limit { Ok(()) } else { Err(outside(facts, "after", what, limit)) }
}

/// How the detail of a failure begins where the time is wrong.
pub(super) const CURRENT_TIME: &str = "Current time is ";

fn outside(facts: &Facts<'_>, side: &str, what: &str, limit: i64) -> Failure {
    let detail = format!(
        "{CURRENT_TIME}{side} {what}\nCurrent time is: {}\nTime limit in the assertion, adjusted for skew, is: {}",
        instant::print(facts.now),
        instant::print(limit)
    );
    Failure { status: Status::InvalidTimestamp, detail }
}

/// SAML 2.0 compares the name only, so there is no namespace to match.
fn identity_attribute_has_a_statement(facts: &Facts<'_>) -> Finding {
    match &facts.expect.identity {
        Identity::NameId => Ok(Found::NotProvided),
        Identity::Attribute(name) if facts.assertion.has_attribute_statement => {
            ok(format!("Attribute {name}"))
        }
        Identity::Attribute(name) => {
            fail(Status::InvalidFormat, format!("No AttributeStatement to find the attribute {name} in"))
        }
    }
}

fn is_well_formed(facts: &Facts<'_>) -> Finding {
    let Facts { response, assertion, expect, .. } = facts;
    let versions = response.map(|response| &response.version).into_iter().chain([&assertion.version]);
    for version in versions {
        if version.as_deref() != Some("2.0") {
            let version = version.as_deref().unwrap_or_default();
            return fail(Status::InvalidVersion, format!("The version is {version:?}, not \"2.0\""));
        }
    }
    let formats = response.and_then(|response| response.issuer.as_ref()).into_iter().chain(&assertion.issuer);
    for format in formats.filter_map(|issuer| issuer.format.as_deref()) {
        if format != ENTITY {
            return fail(Status::InvalidFormat, format!("The Format of the Issuer is {format}"));
        }
    }
    if assertion.id.as_deref().unwrap_or_default().is_empty() {
        return fail(Status::InvalidFormat, "The assertion has no ID");
    }
    if !assertion.has_subject {
        return fail(Status::InvalidFormat, "The assertion has no Subject");
    }
    if expect.identity == Identity::NameId && assertion.name_id.is_none() {
        return fail(Status::InvalidFormat, "The Subject has no NameID");
    }
    ok("")
}

/// To the letter, in the Assertion and, where it has one, in the Response.
fn issuer_matches(facts: &Facts<'_>) -> Finding {
    let of_assertion = facts.assertion.issuer.as_ref().map(|issuer| issuer.name.as_str());
    let of_response = facts.response.and_then(|response| response.issuer.as_ref());
    let issuers = [Some(of_assertion.unwrap_or_default()), of_response.map(|issuer| issuer.name.as_str())];
    for found in issuers.into_iter().flatten() {
        if found != facts.expect.issuer {
            let detail = format!(
                "Issuer mismatched\nIssuer in the configuration: {}\nIssuer in the assertion: {found}",
                facts.expect.issuer
            );
            return fail(Status::InvalidIssuer, detail);
        }
    }
    ok(format!("Issuer {}", facts.expect.issuer))
}

/// The bearer confirmation that is meant for us: the one with our URL, or else the first.
pub(super) fn bearer<'a>(assertion: &'a Assertion, expect: &Expectation) -> Option<&'a Confirmation> {
    let bearers = || {
        assertion.confirmations.iter().filter(|confirmation| confirmation.method.as_deref() == Some(BEARER))
    };
    let meant = |confirmation: &&Confirmation| is_expected(expect, confirmation.recipient.as_deref());
    bearers().find(meant).or_else(|| bearers().next())
}

/// SAML profiles 4.1.4.2.
fn bearer_is_confirmed(facts: &Facts<'_>) -> Finding {
    let refuse = |detail: &str| fail(Status::InvalidSubjectConfirmation, detail);
    let Some(confirmation) = bearer(facts.assertion, facts.expect) else {
        return refuse("The Subject has no SubjectConfirmation of the bearer method");
    };
    if confirmation.recipient.is_none() {
        return refuse("The SubjectConfirmationData has no Recipient");
    }
    let end = confirmation.not_on_or_after.as_deref().and_then(instant::parse);
    if end.is_none() {
        return refuse("The SubjectConfirmationData has no valid NotOnOrAfter");
    }
    let start = confirmation.not_before.as_deref().and_then(instant::parse);
    let as_confirmation =
        |failure: Failure| Failure { status: Status::InvalidSubjectConfirmation, ..failure };
    starts_before(facts, start, "notBefore in SubjectConfirmationData").map_err(as_confirmation)?;
    ends_after(facts, end, "notOnOrAfter in SubjectConfirmationData").map_err(as_confirmation)?;
    answers_a_pending_request(facts, confirmation)
}

/// Absent: the identity provider began. Present: the service provider asked, and this is the first answer.
fn answers_a_pending_request(facts: &Facts<'_>, confirmation: &Confirmation) -> Finding {
    let of_response = facts.response.and_then(|response| response.in_response_to.as_deref());
    let named = [of_response, confirmation.in_response_to.as_deref()];
    for id in named.into_iter().flatten() {
        if facts.expect.request.as_deref() != Some(id) {
            return fail(Status::InvalidInResponseTo, format!("InResponseTo {id} is no pending request"));
        }
    }
    ok(named.into_iter().flatten().next().map(|id| format!("InResponseTo {id}")).unwrap_or_default())
}

/// SAML core 2.5.1.4: one audience of every restriction.
fn audience_matches(facts: &Facts<'_>) -> Finding {
    let allowed = &facts.expect.audiences;
    let restrictions = facts
        .assertion
        .conditions
        .as_ref()
        .map(|conditions| conditions.restrictions.as_slice())
        .unwrap_or_default();
    let met =
        restrictions.iter().all(|audiences| audiences.iter().any(|audience| allowed.contains(audience)));
    if met && !restrictions.is_empty() {
        return ok(format!("Audience {}", audience(facts.assertion, facts.expect)));
    }
    let detail = format!(
        "The audience in the assertion did not match the allowed audiences\n\
         Allowed audiences: [{}]\nAudiences in the assertion: [{}]",
        allowed.join(", "),
        restrictions.concat().join(", ")
    );
    fail(Status::InvalidAudience, detail)
}

/// The audience by which the assertion is ours.
pub(super) fn audience(assertion: &Assertion, expect: &Expectation) -> String {
    let conditions = assertion.conditions.as_ref();
    let all = conditions.into_iter().flat_map(|conditions| conditions.restrictions.iter().flatten());
    all.into_iter().find(|audience| expect.audiences.contains(audience)).cloned().unwrap_or_default()
}

/// The Recipient always, the Destination where there is one.
fn recipient_matches(facts: &Facts<'_>) -> Finding {
    let recipient =
        bearer(facts.assertion, facts.expect).and_then(|confirmation| confirmation.recipient.as_deref());
    let destination = facts.response.and_then(|response| response.destination.as_deref());
    let destination = destination.filter(|destination| !destination.is_empty());
    let named = [("Recipient", Some(recipient.unwrap_or_default())), ("Destination", destination)];
    for (what, found) in named {
        if found.is_some() && !is_expected(facts.expect, found) {
            let detail = format!(
                "The {what} does not match\nAllowed: [{}]\nFound: {}",
                facts.expect.recipients.join(", "),
                found.unwrap_or_default()
            );
            return fail(Status::InvalidRecipient, detail);
        }
    }
    ok(format!("Recipient {}", recipient.unwrap_or_default()))
}

fn is_expected(expect: &Expectation, url: Option<&str>) -> bool {
    url.is_some_and(|url| expect.recipients.iter().any(|known| same_endpoint(known, url)))
}

/// `https://host?so=x` and `https://host/?so=x` are one; ids have 15 or 18 characters.
fn same_endpoint(a: &str, b: &str) -> bool {
    let ((a_path, a_query), (b_path, b_query)) = (path_and_query(a), path_and_query(b));
    a_path == b_path && a_query.split('&').map(parameter).eq(b_query.split('&').map(parameter))
}

fn path_and_query(url: &str) -> (&str, &str) {
    let url = url.trim_matches(|c| c <= ' ');
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    (path.strip_suffix('/').unwrap_or(path), query)
}

/// Name and value of a query parameter, ids without their checksum.
fn parameter(pair: &str) -> (&str, Option<&str>) {
    match pair.split_once('=') {
        Some((name @ ("so" | "sc"), id)) => (name, Some(fifteen(id))),
        Some((name, value)) => (name, Some(value)),
        None => (pair, None),
    }
}

/// The 15 characters of an id that are its own; the other three are a checksum.
fn fifteen(id: &str) -> &str {
    if id.len() == 18 { id.get(..15).unwrap_or(id) } else { id }
}

/// Either signature suffices; where there are two, both must hold. The lines are in the order of the validator:
/// <https://seadragonapps.atlassian.net/wiki/spaces/OnePlaceBase/pages/26279939/SSO+issues+troubleshooter>
fn signature_is_valid(facts: &Facts<'_>) -> Finding {
    let Signatures { response_signed, assertion_signed, certificate_known, problem, configured } =
        facts.signatures;
    let mut lines = vec![
        format!("Is the response signed? {response_signed}"),
        format!("Is the assertion signed? {assertion_signed}"),
    ];
    let is_reference_wrong = problem.as_ref().is_some_and(|invalid| invalid.by_reference);
    for (what, _) in
        [("response", response_signed), ("assertion", assertion_signed)].iter().filter(|(_, signed)| **signed)
    {
        let is = if is_reference_wrong { "is not" } else { "is" };
        lines.push(format!("The reference in the {what} signature {is} valid"));
    }
    let known = certificate_known.unwrap_or_default();
    let keyinfo = format!("Is the correct certificate supplied in the keyinfo? {known}");
    let status = match (problem, certificate_known) {
        (_, Some(false)) => Status::MismatchedCertificate,
        (Some(_), _) => Status::InvalidSignature,
        (None, _) if !response_signed && !assertion_signed => Status::InvalidSignature,
        (None, _) => {
            lines.push(keyinfo);
            return ok(lines.join("\n"));
        }
    };
    lines.push("Signature or certificate problems".to_owned());
    let what = if *assertion_signed { "assertion" } else { "response" };
    if problem.is_some() {
        lines.push(format!("The signature in the {what} is not valid"));
    } else if status == Status::InvalidSignature {
        lines.push("Neither the response nor the assertion is signed".to_owned());
    }
    lines.push(keyinfo);
    // <https://developer.salesforce.com/forums/ForumsMain?id=906F00000009BQmIAM>
    let configured = configured.as_ref().filter(|_| !known);
    lines.extend(configured.map(|configured| format!("Certificate specified in settings: {configured}")));
    // The validator of the service does not tell this.
    lines.extend(problem.as_ref().map(|invalid| invalid.why.clone()));
    fail(status, lines.join("\n"))
}

fn value<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a str> {
    let (_, values) = facts.assertion.attributes.iter().find(|(known, _)| known == name)?;
    values.first().map(String::as_str).filter(|value| !value.is_empty())
}

fn site_url_is_known(facts: &Facts<'_>) -> Finding {
    let Some(url) = value(facts, "siteurl") else { return Ok(Found::NotProvided) };
    if facts.expect.sites.iter().any(|site| same_endpoint(site, url)) {
        return ok(format!("Site {url}"));
    }
    fail(Status::InvalidSiteUrl, format!("The site URL {url} is not one of this organization"))
}

fn portal_and_organization_belong_together(facts: &Facts<'_>) -> Finding {
    match (value(facts, "portal_id"), value(facts, "organization_id")) {
        (None, None) => Ok(Found::NotProvided),
        (Some(_), None) => fail(Status::MissingOrgId, "There is a portal_id, but no organization_id"),
        (None, Some(_)) => fail(Status::MissingPortalId, "There is an organization_id, but no portal_id"),
        (Some(_), Some(org)) if is_another_organization(facts, org) => {
            fail(Status::InvalidOrgId, format!("The organization_id {org} is not this organization"))
        }
        (Some(portal), Some(_)) if !is_portal_id(portal) => {
            fail(Status::InvalidPortalId, format!("The portal_id {portal} is not the id of a portal"))
        }
        (Some(portal), Some(_)) => ok(format!("Portal {portal}")),
    }
}

fn is_another_organization(facts: &Facts<'_>, id: &str) -> bool {
    facts.expect.organization.as_deref().is_some_and(|own| fifteen(id) != fifteen(own))
}

fn is_portal_id(id: &str) -> bool {
    id.starts_with("060")
        && matches!(id.len(), 15 | 18)
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// No attribute is known to carry the level. Where there is none, the validator says "Ok", not "Not Provided".
fn session_level_is_valid(_: &Facts<'_>) -> Finding {
    ok("")
}

#[cfg(test)]
mod tests {
    use super::same_endpoint;

    #[test]
    fn endpoints_are_compared_as_urls() {
        let org = "https://acme.my.salesforce.com";
        assert!(same_endpoint(org, "https://acme.my.salesforce.com/"));
        assert!(same_endpoint("https://h?so=00D5f000009lHsF", "https://h/?so=00D5f000009lHsFEAQ"));
        assert!(same_endpoint("https://h/c/login?so=1&sc=2", "https://h/c/login?so=1&sc=2"));
        assert!(!same_endpoint("https://h/c/login?so=1&sc=2", "https://h/c/login?so=1&sc=3"));
        assert!(!same_endpoint(org, "http://acme.my.salesforce.com"));
        assert!(!same_endpoint(org, "https://acme.my.salesforce.com?so=00D5f000009lHsF"));
    }
}
