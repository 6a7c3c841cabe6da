//! `/metadata/deployRequest`: archives of metadata over REST.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::jobs::snapshot;
use crate::harness::{Got, JSON, Rig};

const DEPLOYMENTS: &str = "v62.0/metadata/deployRequest";
const XMLNS: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

fn archive(length: &str) -> Vec<u8> {
    let manifest = format!(
        "<Package {XMLNS}><types><members>Contact.Badge__c</members><name>CustomField</name></types>\
         <version>62.0</version></Package>"
    );
    let contact = format!(
        "<CustomObject {XMLNS}><fields><fullName>Badge__c</fullName><label>Badge</label>{length}<type>Text</type></fields>\
         </CustomObject>"
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("package.xml", manifest), ("objects/Contact.object", contact)] {
        archive.start_file(name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("a file");
    }
    archive.finish().expect("an archive").into_inner()
}

fn good() -> Vec<u8> {
    archive("<length>20</length>")
}

/// Posts parts by name.
pub fn post(rig: &Rig, parts: &[(&str, &[u8])]) -> Got {
    let mut body = Vec::new();
    for (name, content) in parts {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n").bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    rig.ask("POST", DEPLOYMENTS, &[("content-type", "multipart/form-data; boundary=B")], body)
}

fn deploy(rig: &Rig, options: &str, archive: &[u8]) -> Got {
    let options = format!("{{\"deployOptions\":{options}}}");
    post(rig, &[("json", options.as_bytes()), ("file", archive)])
}

fn id(got: &Got) -> String {
    got.json()["id"].as_str().unwrap_or_else(|| panic!("{}", got.body)).to_owned()
}

fn has_badge(rig: &Rig) -> bool {
    rig.get("v62.0/query?q=SELECT+Badge__c+FROM+Contact").status == 200
}

#[test]
fn an_archive_is_deployed() {
    let rig = Rig::new();
    let mut text = String::new();
    let begun =
        deploy(&rig, r#"{"rollbackOnError":true,"testLevel":"NoTestRun","singlePackage":true}"#, &good());
    writeln!(text, "{}", begun.told()).expect("a text");
    let one = format!("{DEPLOYMENTS}/{}", id(&begun));
    writeln!(text, "{}", rig.get(&one).told()).expect("a text");
    writeln!(text, "{}", rig.get(&format!("{one}?includeDetails=true")).told()).expect("a text");
    let cancelled = rig.patch(&one, r#"{"deployResult":{"status":"Canceling"}}"#);
    writeln!(text, "{}", cancelled.told()).expect("a text");
    writeln!(text, "{}", rig.patch(&one, r#"{"deployResult":{"status":"Done"}}"#).told()).expect("a text");
    snapshot("rest_deployment", &text);
}

#[test]
fn mistakes_are_told() {
    let rig = Rig::new();
    let mut text = String::new();
    let begun = deploy(&rig, r#"{"rollbackOnError":true}"#, &archive(""));
    let one = format!("{DEPLOYMENTS}/{}?includeDetails=true", id(&begun));
    writeln!(text, "{}", rig.get(&one).told()).expect("a text");
    for (parts, what) in [
        (&[("file", &b"x"[..])][..], "no options"),
        (&[("json", b"{}")], "no archive"),
        (&[("json", b"{}"), ("file", b"PK no archive")], "a broken archive"),
        (&[("json", b"{}"), ("file", b"not base64!")], "no base64"),
        (&[("json", b"{"), ("file", b"PK")], "no JSON"),
        (&[("json", br#"{"deployOptions":{"checkOnly":"maybe"}}"#), ("file", b"PK")], "no boolean"),
    ] {
        writeln!(text, "{what}: {}", post(&rig, parts).told()).expect("a text");
    }
    for body in ["{}", r#"{"validatedDeployRequestId":"0Af000000000001AAA"}"#] {
        writeln!(text, "{}", rig.post(DEPLOYMENTS, body).told()).expect("a text");
    }
    let unknown = format!("{DEPLOYMENTS}/0Af000000000001AAA");
    writeln!(text, "{}", rig.get(&unknown).told()).expect("a text");
    writeln!(text, "{}", rig.get(DEPLOYMENTS).told()).expect("a text");
    writeln!(text, "{}", rig.delete(&unknown).told()).expect("a text");
    snapshot("rest_deployment_mistakes", &text);
}

#[test]
fn what_was_validated_is_deployed_later() {
    let rig = Rig::new();
    // As base64, under the name that jsforce gives the options.
    let encoded = STANDARD.encode(good());
    let parts: [(&str, &[u8]); 2] =
        [("file", encoded.as_bytes()), ("entity_content", br#"{"deployOptions":{"checkOnly":true}}"#)];
    let checked = id(&post(&rig, &parts));
    assert!(!has_badge(&rig));
    let asked = format!("{{\"validatedDeployRequestId\":\"{checked}\"}}");
    let begun = rig.ask("POST", DEPLOYMENTS, JSON, asked.as_str());
    assert_eq!(
        (begun.status, begun.json()["validatedDeployRequestId"].as_str()),
        (201, Some(checked.as_str()))
    );
    assert_eq!(begun.json()["deployOptions"]["checkOnly"], false);
    let status = rig.get(&format!("{DEPLOYMENTS}/{}", id(&begun))).json();
    assert_eq!(status["deployResult"]["status"], "Succeeded");
    let ask = rig.get("v62.0/sobjects/Contact/describe");
    assert!(!ask.body.contains("Badge__c"), "nobody has been given the field");
    // What was deployed was no validation, and the documented address takes the same body.
    let again = format!("{{\"validatedDeployRequestId\":\"{}\"}}", id(&begun));
    assert_eq!(rig.post(DEPLOYMENTS, &again).status, 404);
    assert_eq!(rig.post(&format!("{DEPLOYMENTS}/{checked}"), &asked).status, 201);
}
