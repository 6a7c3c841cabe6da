//! What is read from a signed Assertion, however it is written.

use fauxforce::assertion::Status;
use fauxforce::assertion::issue::{self, Statement};

use super::{ACS, check, provider, statement, status};

/// A signed Assertion in which one text was replaced by another before it was signed.
fn edited(from: &str, to: &str) -> String {
    edited_of(&statement(), from, to)
}

fn edited_of(statement: &Statement, from: &str, to: &str) -> String {
    let assertion = issue::assertion(statement);
    assert!(assertion.contains(from), "{from} is not in {assertion}");
    let assertion = assertion.replacen(from, to, 1);
    issue::sign_element(&assertion, &statement.assertion_id, &provider(), statement.style).expect("signed")
}

#[track_caller]
fn reads(xml: &str, subject: &str) {
    let outcome = check(xml).outcome;
    let verified = outcome.unwrap_or_else(|refusal| panic!("{refusal:#?}\n{xml}"));
    assert_eq!(verified.subject, subject);
}

#[test]
fn values_are_whole_and_trimmed() {
    for (written, read) in [
        (">\n  ada@example.com\n<", "ada@example.com"),
        ("><![CDATA[ada]]>@example<?x y?>.com<", "ada@example.com"),
        (">ada<!-- -->@<!-- x -->example.com<", "ada@example.com"),
        (">&#x61;da@example.com<", "ada@example.com"),
        ("><", ""),
        (">a&lt;b&amp;c<", "a<b&c"),
    ] {
        reads(&edited(">ada@example.com<", written), read);
    }
}

#[test]
fn an_attribute_that_occurs_twice_has_all_values() {
    let attribute =
        "<saml:Attribute Name=\"groups\"><saml:AttributeValue>c</saml:AttributeValue></saml:Attribute>";
    let end = "</saml:AttributeStatement>";
    let second = format!("{attribute}{end}<saml:AttributeStatement>{attribute}{end}");
    let verified = check(&edited(end, &second)).outcome.expect("accepted");
    let groups = verified.attributes.iter().find(|(name, _)| name == "groups").expect("groups");
    assert_eq!(groups.1, ["a", "b", "c", "c"]);
}

#[test]
fn one_audience_of_every_restriction_must_match() {
    let restriction = |audiences: &[&str]| {
        let audiences: String =
            audiences.iter().map(|name| format!("<saml:Audience>{name}</saml:Audience>")).collect();
        format!("<saml:AudienceRestriction>{audiences}</saml:AudienceRestriction>")
    };
    let ours = restriction(&["https://acme.my.salesforce.com"]);
    let with = |restrictions: &str| status(&check(&edited(&ours, restrictions)));
    assert_eq!(with(&restriction(&["urn:other", " https://acme.my.salesforce.com\n"])), None);
    assert_eq!(with(&format!("{ours}{ours}")), None);
    assert_eq!(with(&format!("{ours}{}", restriction(&["urn:other"]))), Some(Status::InvalidAudience));
    assert_eq!(with(&restriction(&["https://ACME.my.salesforce.com"])), Some(Status::InvalidAudience));
    assert_eq!(with(&restriction(&[])), Some(Status::InvalidAudience));
    assert_eq!(with(""), Some(Status::InvalidAudience));
}

#[test]
fn one_of_several_confirmations_may_be_ours() {
    let start = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">";
    let other = format!(
        "{start}<saml:SubjectConfirmationData NotOnOrAfter=\"2026-01-15T10:05:00Z\" Recipient=\"https://other\"/>\
         </saml:SubjectConfirmation>{start}"
    );
    let verified = check(&edited(start, &other)).outcome.expect("accepted");
    assert_eq!(verified.recipient, ACS);
    let holder = start.replace("bearer", "holder-of-key");
    assert_eq!(status(&check(&edited(start, &holder))), Some(Status::InvalidSubjectConfirmation));
}

#[test]
fn a_confirmation_has_a_recipient_and_an_end() {
    let recipient = format!(" Recipient=\"{ACS}\"");
    let end = " NotOnOrAfter=\"2026-01-15T10:05:00.000Z\"";
    for (from, to) in [
        (recipient.as_str(), ""),
        (&format!("{end}{recipient}"), recipient.as_str()),
        (&format!("{end}{recipient}"), &format!(" NotOnOrAfter=\"soon\"{recipient}")),
        (&format!("{end}{recipient}"), &format!(" NotOnOrAfter=\"2026-01-15T09:57:00Z\"{recipient}")),
        (&format!("{end}{recipient}"), &format!(" NotBefore=\"2026-01-15T10:03:01Z\"{end}{recipient}")),
    ] {
        assert_eq!(status(&check(&edited(from, to))), Some(Status::InvalidSubjectConfirmation), "{to}");
    }
}

#[test]
fn conditions_have_times_that_are_times() {
    let both = " NotBefore=\"2026-01-15T09:59:30.000Z\" NotOnOrAfter=\"2026-01-15T10:05:00.000Z\"";
    let with = |times: &str| status(&check(&edited(both, times)));
    assert_eq!(with(" NotOnOrAfter=\"2026-01-15T10:05:00\""), None);
    assert_eq!(with(" NotBefore=\"2026-01-15T09:59:30.1234567890123+00:00\""), None);
    assert_eq!(with(""), Some(Status::InvalidFormat));
    assert_eq!(with(" NotOnOrAfter=\"tomorrow\""), Some(Status::InvalidFormat));
}

#[test]
fn issuers_are_entities_and_compared_to_the_letter() {
    let issuer = "<saml:Issuer>https://idp.example.com<";
    let with = |to: &str| status(&check(&edited(issuer, to)));
    let format = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
    assert_eq!(with(&format!("<saml:Issuer Format=\"{format}\">https://idp.example.com<")), None);
    let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    assert_eq!(
        with(&format!("<saml:Issuer Format=\"{format}\">https://idp.example.com<")),
        Some(Status::InvalidFormat)
    );
    assert_eq!(with("<saml:Issuer>https://idp.example.com/<"), Some(Status::InvalidIssuer));
}

#[test]
fn what_looks_like_saml_is_not() {
    for (from, to) in [
        ("<saml:NameID Format", "<saml:NameID xmlns:saml=\"urn:x\" Format"),
        ("<saml:Subject>", "<saml:Subject xmlns:saml=\"urn:x\">"),
    ] {
        assert_eq!(status(&check(&edited(from, to))), Some(Status::InvalidFormat), "{to}");
    }
    let xml = edited(">ada@example.com<", ">ada@example.com<");
    let mine = xml.replacen("<saml:Assertion", "<saml:Assertion x=\"\"", 1);
    assert_eq!(status(&check(&mine)), Some(Status::InvalidSignature));
}

/// However deep: refused, and the stack holds.
#[test]
fn depth_does_no_harm() {
    let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(status(&check(&deep(9000))), Some(Status::InvalidFormat));
    let xml = edited(">ada@example.com<", ">ada@example.com<");
    let with = |depth: usize| xml.replacen("<saml:Subject>", &format!("{}<saml:Subject>", deep(depth)), 1);
    for depth in [60, 9000] {
        assert_eq!(status(&check(&with(depth))), Some(Status::InvalidSignature), "{depth}");
    }
}
