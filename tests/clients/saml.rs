//! Identity provider libraries, unmodified and pinned: what they sign must be believed, and read as it was meant.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use fauxforce::assertion::{Certificate, Expectation, Identity, PrivateKey, SKEW, verify};
use serde_json::{Value, json};

use super::install;

const ACS: &str = "https://acme.my.salesforce.com?so=00D5f000009lHsF";
const NAME: &str = "Lovelace & <Söhne>";

#[test]
fn what_signxml_signs_is_believed() {
    let Some(python) = install::python() else { return };
    let script = install::sources().join("saml_signxml.py");
    believe("signxml", 24, Command::new(python).arg("-B").arg(script));
}

#[test]
fn what_samlify_and_samlp_sign_is_believed() {
    let Some(folder) = install::node() else { return };
    let script = "saml_samlify.mjs";
    // Modules are looked for beside the script.
    fs::copy(install::sources().join(script), folder.join(script)).expect("the script can be copied");
    believe("samlify and samlp", 17, Command::new("node").arg(folder.join(script)));
}

fn keys(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys").join(file);
    path.to_string_lossy().into_owned()
}

fn text(file: &str) -> String {
    fs::read_to_string(keys(file)).expect("the seed's key")
}

/// Tells a script what to say, and verifies each Response that it prints.
fn believe(name: &str, expected: usize, client: &mut Command) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = folder.path().join("told.json");
    let message = json!({
        "issuer": "https://idp.example.com",
        "audience": "https://acme.my.salesforce.com",
        "acs": ACS,
        "nameId": "ada@example.com",
        "attributes": { "User.LastName": [NAME], "User.Email": ["ada@example.com"] },
        "keyFile": keys("idp-internal.key"),
        "certFile": keys("idp-internal.crt"),
        "encryptionCertFile": keys("idp-communities.crt"),
    });
    fs::write(&told, message.to_string()).expect("written");
    let output = client.arg(&told).output().expect("the client can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} ended with {}:\n{stdout}\n{stderr}", output.status);
    let expect = Expectation {
        issuer: "https://idp.example.com".to_owned(),
        certificates: Arc::from([Certificate::from_text(&text("idp-internal.crt")).expect("a certificate")]),
        audiences: vec!["https://acme.my.salesforce.com".to_owned()],
        recipients: vec![ACS.to_owned()],
        identity: Identity::NameId,
        decryption_key: Some(Arc::new(PrivateKey::from_pem(&text("idp-communities.key")).expect("a key"))),
        request: None,
        organization: Some("00D5f000009lHsF".to_owned()),
        sites: Vec::new(),
        skew: SKEW,
    };
    let mut believed = 0;
    for line in stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let response = line["response"].as_str().expect("a Response");
        let now = jiff::Timestamp::now().as_millisecond();
        let verified = verify(&expect, response.as_bytes(), now).outcome;
        let verified = verified.unwrap_or_else(|refusal| panic!("{}: {refusal:#?}", line["made"]));
        assert_eq!(verified.subject, "ada@example.com", "{}", line["made"]);
        assert_eq!(verified.attribute("User.LastName"), Some(NAME), "{}", line["made"]);
        believed += 1;
    }
    assert_eq!(believed, expected);
}
