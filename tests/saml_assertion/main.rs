//! SAML Responses, good and bad: what is believed, what is refused, and with which status.

mod mutation;
mod oracle;
mod reading;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue::{
    self, Canonicalization, Cipher, Defect, Hash, Sign, Signer, Statement, malformed_response,
};
use fauxforce::assertion::{
    Certificate, Check, Expectation, Identity, PrivateKey, Report, SKEW, Status, examine_xml, verify,
};

const NOW: i64 = 1_768_471_200_000;
const ISSUER: &str = "https://idp.example.com";
const ENTITY: &str = "https://acme.my.salesforce.com";
const ACS: &str = "https://acme.my.salesforce.com?so=00D5f000009lHsF";

fn provider() -> Signer {
    let key = include_str!("../../seed/default/keys/idp-internal.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-internal.crt")).expect("the seed's key")
}

fn other() -> Signer {
    let key = include_str!("../../seed/default/keys/idp-communities.key");
    Signer::from_pem(key, include_str!("../../seed/default/keys/idp-communities.crt"))
        .expect("the seed's key")
}

fn statement() -> Statement {
    let mut statement = Statement::new(ISSUER, ENTITY, ACS, "ada@example.com", NOW);
    statement.session_index = Some("_s1".to_owned());
    statement.attributes = vec![
        ("User.Email".to_owned(), vec!["ada@example.com".to_owned()]),
        ("User.LastName".to_owned(), vec!["Lovelace & <Söhne>".to_owned()]),
        ("groups".to_owned(), vec!["a".to_owned(), "b".to_owned()]),
    ];
    statement
}

fn expectation() -> Expectation {
    Expectation {
        issuer: ISSUER.to_owned(),
        certificates: Arc::from([provider().certificate]),
        audiences: vec!["https://saml.salesforce.com".to_owned(), ENTITY.to_owned()],
        recipients: vec![ACS.to_owned(), "https://acme.my.salesforce.com/services/oauth2/token".to_owned()],
        identity: Identity::NameId,
        decryption_key: None,
        request: None,
        organization: Some("00D5f000009lHsFEAQ".to_owned()),
        sites: vec!["https://acme.my.site.com/customers".to_owned()],
        skew: SKEW,
    }
}

fn check(xml: &str) -> Report {
    examine_xml(xml, NOW, |_| Ok(expectation()))
}

fn status(report: &Report) -> Option<Status> {
    report.outcome.as_ref().err().map(|refusal| refusal.status)
}

#[track_caller]
fn accepts(xml: &str) {
    let report = check(xml);
    assert!(report.outcome.is_ok(), "{:#?}\n{xml}", report.outcome);
}

/// The report as text, as the validator page has it.
fn printed(report: &Report) -> String {
    let mut lines = Vec::new();
    for step in &report.steps {
        lines.push(step.check.heading().to_owned());
        lines.extend(step.printed().map(|line| format!("  {line}")));
    }
    lines.push(format!("Subject: {}", report.subject.as_deref().unwrap_or_default()));
    lines.join("\n")
}

#[test]
fn every_way_of_signing_that_providers_use_is_accepted() {
    for sign in [Sign::Response, Sign::Assertion, Sign::Both] {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            for canonicalization in [
                Canonicalization::Exclusive,
                Canonicalization::ExclusiveWithPrefixes,
                Canonicalization::Inclusive,
                Canonicalization::Inclusive11,
            ] {
                let mut statement = statement();
                statement.sign = sign;
                statement.style = issue::Style { hash, canonicalization, key_info: sign != Sign::Response };
                accepts(&issue::response(&statement, &provider()).expect("issued"));
            }
        }
    }
}

#[test]
fn what_the_assertion_says_is_read() {
    let xml = issue::response(&statement(), &provider()).expect("issued");
    let report = verify(&expectation(), STANDARD.encode(&xml).as_bytes(), NOW);
    assert_eq!(report.claims.issuer, ISSUER);
    assert_eq!(report.claims.audiences, [ENTITY]);
    let verified = report.outcome.expect("accepted");
    assert_eq!(verified.subject, "ada@example.com");
    assert_eq!(verified.session_index.as_deref(), Some("_s1"));
    assert_eq!(verified.attribute("User.LastName"), Some("Lovelace & <Söhne>"));
    assert_eq!(
        verified.attributes.last().map(|(_, values)| values.as_slice()),
        Some(["a".to_owned(), "b".to_owned()].as_slice())
    );
    assert_eq!(verified.recipient, ACS);
    assert_eq!(verified.audience, ENTITY);
    assert_eq!(verified.not_on_or_after, NOW + 300_000 + SKEW);
}

/// Every way to be wrong, and what `LoginHistory.Status` says of it.
#[test]
fn every_bad_response_is_refused_with_its_status() {
    for (name, how) in Defect::ALL {
        let expected = match how {
            Defect::Comment | Defect::Replay => None,
            Defect::Audience | Defect::NoConditions => Some(Status::InvalidAudience),
            Defect::Expired | Defect::NotYetValid | Defect::Stale => Some(Status::InvalidTimestamp),
            Defect::Issuer => Some(Status::InvalidIssuer),
            Defect::Recipient | Defect::Destination => Some(Status::InvalidRecipient),
            Defect::InResponseTo => Some(Status::InvalidInResponseTo),
            Defect::Status => Some(Status::InvalidStatus),
            Defect::Version => Some(Status::InvalidVersion),
            Defect::NoConfirmation => Some(Status::InvalidSubjectConfirmation),
            Defect::WrongKey | Defect::KeyInfo => Some(Status::MismatchedCertificate),
            Defect::Unsigned
            | Defect::Signature
            | Defect::Digest
            | Defect::WrongKeyUnnamed
            | Defect::Hmac
            | Defect::Transform
            | Defect::Reference
            | Defect::ForeignAttribute
            | Defect::TwoSignatures => Some(Status::InvalidSignature),
            _ => Some(Status::InvalidFormat),
        };
        let xml = malformed_response(how, &statement(), &provider())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let report = check(&xml);
        assert_eq!(status(&report), expected, "{name}: {:#?}\n{xml}", report.outcome);
        assert!(Defect::from_name(name) == Some(how));
    }
}

#[test]
fn a_comment_cuts_no_value_short() {
    let xml = malformed_response(Defect::Comment, &statement(), &provider()).expect("issued");
    assert!(xml.contains("<!--"), "{xml}");
    assert_eq!(check(&xml).outcome.expect("accepted").subject, "ada@example.com");
}

#[test]
fn encrypted_assertions_are_opened() {
    let keys = other();
    let expect = Expectation { decryption_key: Some(Arc::new(keys.key.clone())), ..expectation() };
    for cipher in [Cipher::Aes128Cbc, Cipher::Aes256Cbc, Cipher::Aes128Gcm, Cipher::Aes256Gcm] {
        for sign in [Sign::Response, Sign::Assertion, Sign::Both] {
            let mut statement = statement();
            statement.sign = sign;
            statement.encrypt = Some((keys.certificate.clone(), cipher));
            let xml = issue::response(&statement, &provider()).expect("issued");
            assert!(!xml.contains("ada@example.com"));
            let report = examine_xml(&xml, NOW, |claims| {
                assert!(claims.encrypted);
                assert_eq!(claims.issuer, ISSUER);
                Ok(expect.clone())
            });
            assert_eq!(report.outcome.expect("accepted").subject, "ada@example.com");
            assert_eq!(status(&check(&xml)), Some(Status::InvalidFormat), "without the key");
        }
    }
}

#[test]
fn an_encrypted_assertion_is_judged_like_a_plain_one() {
    let keys = other();
    let expect = Expectation { decryption_key: Some(Arc::new(keys.key.clone())), ..expectation() };
    for (how, expected) in [
        (Defect::Audience, Status::InvalidAudience),
        (Defect::Unsigned, Status::InvalidSignature),
        (Defect::WrongKey, Status::MismatchedCertificate),
        (Defect::NoSubject, Status::InvalidFormat),
    ] {
        let mut statement = statement();
        statement.encrypt = Some((keys.certificate.clone(), Cipher::Aes256Gcm));
        let xml = malformed_response(how, &statement, &provider()).expect("issued");
        let report = examine_xml(&xml, NOW, |_| Ok(expect.clone()));
        assert_eq!(status(&report), Some(expected), "{how:?}: {:#?}", report.outcome);
    }
}

#[test]
fn any_of_several_certificates_may_have_signed() {
    let expect = Expectation {
        certificates: Arc::from([other().certificate, provider().certificate]),
        ..expectation()
    };
    let xml = issue::response(&statement(), &provider()).expect("issued");
    assert!(examine_xml(&xml, NOW, |_| Ok(expect)).outcome.is_ok());
}

#[test]
fn the_clock_is_the_clouds_and_has_a_skew() {
    let xml = issue::response(&statement(), &provider()).expect("issued");
    let at = |now| status(&examine_xml(&xml, now, |_| Ok(expectation())));
    let minute = 60_000;
    assert_eq!(at(NOW - 3 * minute), None);
    assert_eq!(at(NOW - 3 * minute - 1), Some(Status::InvalidTimestamp));
    assert_eq!(at(NOW + 8 * minute - 1), None);
    assert_eq!(at(NOW + 8 * minute), Some(Status::InvalidTimestamp));
}

#[test]
fn the_subject_may_be_an_attribute() {
    let expect = Expectation { identity: Identity::Attribute("User.Email".to_owned()), ..expectation() };
    let mut statement = statement();
    statement.name_id = "someone".to_owned();
    let xml = issue::response(&statement, &provider()).expect("issued");
    let report = examine_xml(&xml, NOW, |_| Ok(expect.clone()));
    assert_eq!(report.outcome.expect("accepted").subject, "ada@example.com");
    statement.attributes.clear();
    let xml = issue::response(&statement, &provider()).expect("issued");
    let report = examine_xml(&xml, NOW, |_| Ok(expect.clone()));
    let refusal = report.outcome.expect_err("refused");
    assert_eq!((refusal.status, refusal.check), (Status::InvalidFormat, Check::Attribute));
}

#[test]
fn an_answer_needs_its_question() {
    let mut statement = statement();
    statement.in_response_to = Some("_2CAAAA".to_owned());
    let xml = issue::response(&statement, &provider()).expect("issued");
    let with = |request: Option<&str>| {
        let expect = Expectation { request: request.map(str::to_owned), ..expectation() };
        status(&examine_xml(&xml, NOW, |claims| {
            assert_eq!(claims.in_response_to.as_deref(), Some("_2CAAAA"));
            Ok(expect)
        }))
    };
    assert_eq!(with(Some("_2CAAAA")), None);
    assert_eq!(with(Some("_2CAAAB")), Some(Status::InvalidInResponseTo));
    assert_eq!(with(None), Some(Status::InvalidInResponseTo));
}

#[test]
fn portal_attributes_belong_together() {
    let with = |attributes: &[(&str, &str)]| {
        let mut statement = statement();
        statement.attributes =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        status(&check(&issue::response(&statement, &provider()).expect("issued")))
    };
    let (portal, org) = (("portal_id", "0605f000000TN0R"), ("organization_id", "00D5f000009lHsF"));
    assert_eq!(with(&[portal, org]), None);
    assert_eq!(with(&[portal]), Some(Status::MissingOrgId));
    assert_eq!(with(&[org]), Some(Status::MissingPortalId));
    assert_eq!(with(&[portal, ("organization_id", "00D000000000001")]), Some(Status::InvalidOrgId));
    assert_eq!(with(&[("portal_id", "0DB000000000001"), org]), Some(Status::InvalidPortalId));
    assert_eq!(with(&[("siteurl", "https://acme.my.site.com/customers/")]), None);
    assert_eq!(with(&[("siteurl", "https://evil.example.com")]), Some(Status::InvalidSiteUrl));
}

#[test]
fn a_lone_assertion_is_verified_too() {
    let statement = statement();
    let signed = issue::sign_element(
        &issue::assertion(&statement),
        &statement.assertion_id,
        &provider(),
        statement.style,
    );
    let verified = check(&signed.expect("signed")).outcome.expect("accepted");
    assert_eq!((verified.response_id, verified.subject.as_str()), (None, "ada@example.com"));
}

#[test]
fn what_is_no_message_is_refused() {
    for form in ["", "x", "PGE+", "PGEvPg==", "!!!!", "PHM6UmVzcG9uc2UgeG1sbnM6cz0ieCIvPg=="] {
        let report = verify(&expectation(), form.as_bytes(), NOW);
        assert_eq!(status(&report), Some(Status::InvalidFormat), "{form}");
    }
    let nothing = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    assert_eq!(status(&check(nothing)), Some(Status::InvalidStatus));
}

#[test]
fn without_a_configuration_nothing_is_checked() {
    let xml = issue::response(&statement(), &provider()).expect("issued");
    let refusal = examine_xml(&xml, NOW, |_| Err(Status::InvalidIssuer)).outcome.expect_err("refused");
    assert_eq!((refusal.status, refusal.check), (Status::InvalidIssuer, Check::Config));
    assert_eq!(refusal.detail, "Unable to load a config from the assertion's issuer and audience");
}

#[test]
fn elliptic_keys_sign_too() {
    let key = include_str!("keys/idp-ec.key");
    let signer = Signer::from_pem(key, include_str!("keys/idp-ec.crt")).expect("an EC key");
    let expect = Expectation { certificates: Arc::from([signer.certificate.clone()]), ..expectation() };
    let xml = issue::response(&statement(), &signer).expect("issued");
    let report = examine_xml(&xml, NOW, |_| Ok(expect));
    assert!(report.outcome.is_ok(), "{:#?}", report.outcome);
}

/// Made by xmlsec1; the service still takes RSA-SHA1.
#[test]
fn rsa_sha1_is_accepted() {
    accepts(include_str!("rsa-sha1.xml"));
}

#[test]
fn keys_are_read_in_every_common_form() {
    let certificate = include_str!("../../seed/default/keys/idp-internal.crt");
    let bare = Certificate::from_text(certificate).expect("PEM").base64();
    assert!(Certificate::from_text(&bare).is_ok());
    assert!(Certificate::from_text("MIID").is_err());
    assert!(PrivateKey::from_pem(include_str!("keys/idp-ec.key")).is_ok());
    assert!(PrivateKey::from_pem(include_str!("keys/pkcs1.key")).is_ok());
    assert!(PrivateKey::from_pem(certificate).is_err());
}

#[test]
fn the_report_reads_as_the_validator_prints_it() {
    let mut statement = statement();
    statement.response_id = "_r1".to_owned();
    statement.assertion_id = "_a1".to_owned();
    let good = printed(&check(&issue::response(&statement, &provider()).expect("issued")));
    let late =
        printed(&check(&malformed_response(Defect::Expired, &statement, &provider()).expect("issued")));
    let forged =
        printed(&check(&malformed_response(Defect::Digest, &statement, &provider()).expect("issued")));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_snapshot!("saml_validator", [good, late, forged].join("\n\n"));
    });
}
