//! xmlsec1 as a second opinion on signatures and encryption, where it is installed.

use std::process::{Command, Output};
use std::sync::Arc;

use fauxforce::assertion::issue::{
    self, Canonicalization, Cipher, Defect, Hash, Sign, Style, malformed_response,
};
use fauxforce::assertion::{Expectation, examine_xml};
use tempfile::TempDir;

use super::{NOW, check, expectation, other, provider, statement};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seed/default/keys");
const IDS: [&str; 4] = [
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:Response",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
];

/// Runs xmlsec1 on a document; `None`, said aloud, when it is not installed.
fn xmlsec1(arguments: &[&str], xml: &str) -> Option<Output> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("message.xml");
    std::fs::write(&file, xml).expect("written");
    let output = Command::new("xmlsec1").args(arguments).arg(&file).output();
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped, no second opinion: xmlsec1: {error}");
            None
        }
    }
}

fn finds_valid(xml: &str) -> Option<bool> {
    let certificate = format!("{KEYS}/idp-internal.crt");
    let arguments = [["--verify"].as_slice(), &IDS, &["--pubkey-cert-pem", &certificate]].concat();
    xmlsec1(&arguments, xml).map(|output| output.status.success())
}

#[test]
fn xmlsec1_agrees_with_what_is_signed_here() {
    for sign in [Sign::Response, Sign::Assertion] {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            for canonicalization in [
                Canonicalization::Exclusive,
                Canonicalization::ExclusiveWithPrefixes,
                Canonicalization::Inclusive,
                Canonicalization::Inclusive11,
            ] {
                let mut statement = statement();
                statement.sign = sign;
                statement.style = Style { hash, canonicalization, key_info: true };
                let xml = issue::response(&statement, &provider()).expect("issued");
                let Some(valid) = finds_valid(&xml) else { return };
                assert!(valid, "{sign:?} {hash:?} {canonicalization:?}\n{xml}");
            }
        }
    }
}

/// It judges the signature alone: what else is wrong, and most wrapping, it lets pass; but never the other way round.
#[test]
fn what_xmlsec1_refuses_is_refused_here() {
    for (name, how) in Defect::ALL {
        let xml = malformed_response(how, &statement(), &provider()).expect("issued");
        let Some(valid) = finds_valid(&xml) else { return };
        assert!(valid || check(&xml).outcome.is_err(), "{name}\n{xml}");
    }
}

#[test]
fn what_xmlsec1_signs_is_accepted_here() {
    let pair = format!("{KEYS}/idp-internal.key,{KEYS}/idp-internal.crt");
    for method in ["rsa-sha1", "rsa-sha256", "rsa-sha512"] {
        let mut template = issue::response(&statement(), &provider()).expect("issued");
        for name in ["ds:DigestValue", "ds:SignatureValue", "ds:X509Certificate"] {
            let start = template.find(&format!("<{name}>")).expect("a value") + name.len() + 2;
            let end = template.find(&format!("</{name}>")).expect("its end");
            template.replace_range(start..end, "");
        }
        let uri = match method {
            "rsa-sha1" => "http://www.w3.org/2000/09/xmldsig#rsa-sha1".to_owned(),
            method => format!("http://www.w3.org/2001/04/xmldsig-more#{method}"),
        };
        let template = template.replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", &uri);
        let arguments = [["--sign"].as_slice(), &IDS, &["--privkey-pem", &pair]].concat();
        let Some(output) = xmlsec1(&arguments, &template) else { return };
        let signed = String::from_utf8_lossy(&output.stdout);
        assert!(check(&signed).outcome.is_ok(), "{method}: {:#?}\n{signed}", check(&signed).outcome);
    }
}

#[test]
fn xmlsec1_opens_what_is_encrypted_here() {
    let key = format!("{KEYS}/idp-communities.key");
    for cipher in [Cipher::Aes128Cbc, Cipher::Aes256Cbc, Cipher::Aes128Gcm, Cipher::Aes256Gcm] {
        let mut statement = statement();
        statement.encrypt = Some((other().certificate, cipher));
        let xml = issue::response(&statement, &provider()).expect("issued");
        let Some(output) = xmlsec1(&["--decrypt", "--privkey-pem", &key], &xml) else { return };
        assert!(String::from_utf8_lossy(&output.stdout).contains("ada@example.com"), "{cipher:?}\n{xml}");
    }
}

#[test]
fn what_xmlsec1_encrypts_is_opened_here() {
    let certificate = format!("{KEYS}/idp-communities.crt");
    let expect = Expectation { decryption_key: Some(Arc::new(other().key)), ..expectation() };
    for transport in ["rsa-1_5", "rsa-oaep-mgf1p"] {
        for (cipher, session) in [
            ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256"),
            ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "aes-128"),
        ] {
            let xml = issue::response(&statement(), &provider()).expect("issued");
            let folder = TempDir::new().expect("a folder");
            let data = folder.path().join("assertion.xml");
            let place =
                xml.find("<saml:Assertion").expect("a start")..xml.find("</samlp:Response>").expect("an end");
            std::fs::write(&data, &xml[place.clone()]).expect("written");
            let template = format!(
                "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
                 Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><xenc:EncryptionMethod Algorithm=\"{cipher}\"/>\
                 <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey>\
                 <xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#{transport}\"/>\
                 <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\
                 <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
            );
            let data = data.to_string_lossy().into_owned();
            let arguments = [
                "--encrypt",
                "--pubkey-cert-pem",
                &certificate,
                "--session-key",
                session,
                "--binary-data",
                &data,
            ];
            let Some(output) = xmlsec1(&arguments, &template) else { return };
            let encrypted = String::from_utf8_lossy(&output.stdout);
            let encrypted = encrypted.split_once("?>").map_or(&*encrypted, |(_, rest)| rest.trim());
            let mut message = xml.clone();
            message.replace_range(
                place,
                &format!("<saml:EncryptedAssertion>{encrypted}</saml:EncryptedAssertion>"),
            );
            let report = examine_xml(&message, NOW, |_| Ok(expect.clone()));
            assert!(report.outcome.is_ok(), "{transport} {cipher}: {:#?}\n{message}", report.outcome);
        }
    }
}
