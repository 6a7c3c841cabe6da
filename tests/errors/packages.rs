//! What is wrong with packages that are deployed or retrieved.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::scene::Scenario;
use crate::surroundings::{Got, Surroundings};

const PROFILES: &str = "<types><members>Nobody</members><name>Profile</name></types>";
const VERSION: &str = "<version>59.0</version>";

pub const SCENARIOS: &[Scenario] = &[
    ("deploy.no_package", |rig| deploy(rig, &[("nothing.txt", "")])),
    ("deploy.no_version_specified", |rig| deploy(rig, &[("package.xml", &package(""))])),
    ("deploy.invalid_version", |rig| deploy(rig, &[("package.xml", &package("<version>99.0</version>"))])),
    ("deploy.not_in_package", |rig| {
        let profile = "<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\"/>";
        deploy(rig, &[("package.xml", &package(VERSION)), ("profiles/Some.profile", profile)])
    }),
    ("deploy.not_in_archive", |rig| {
        deploy(rig, &[("package.xml", &package(&format!("{PROFILES}{VERSION}")))])
    }),
    ("deploy.unreadable_file", |rig| deploy(rig, &[("package.xml", "<Package>")])),
    ("deploy.unknown_type_in", |rig| {
        let unknown = "<types><members>*</members><name>Nonsense</name></types>";
        deploy(rig, &[("package.xml", &package(&format!("{unknown}{VERSION}")))])
    }),
    ("deploy.nothing_to_delete", |rig| {
        let list = package(PROFILES);
        deploy(rig, &[("package.xml", &package(VERSION)), ("destructiveChanges.xml", &list)])
    }),
    ("retrieve.unknown_type_name", |rig| {
        retrieve(rig, "<types><members>*</members><name>Nonsense</name></types>")
    }),
    ("retrieve.nothing_to_retrieve", |rig| retrieve(rig, PROFILES)),
];

fn package(inside: &str) -> String {
    format!("<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">{inside}</Package>")
}

/// Deploys an archive; what became of it.
fn deploy(rig: &Surroundings, files: &[(&str, &str)]) -> Got {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("a file");
    }
    let archive = STANDARD.encode(archive.finish().expect("an archive").into_inner());
    let begun = rig.metadata(&format!(
        "<deploy><ZipFile>{archive}</ZipFile><DeployOptions><rollbackOnError>true</rollbackOnError></DeployOptions></deploy>"
    ));
    let id = id_of(&begun);
    let details = "<includeDetails>true</includeDetails>";
    let check = format!("<asyncProcessId>{id}</asyncProcessId>{details}");
    rig.metadata(&format!("<checkDeployStatus>{check}</checkDeployStatus>"))
}

/// Retrieves what is named; what became of it.
fn retrieve(rig: &Surroundings, types: &str) -> Got {
    let request = format!("<apiVersion>59.0</apiVersion><unpackaged>{types}{VERSION}</unpackaged>");
    let begun = rig.metadata(&format!("<retrieve><retrieveRequest>{request}</retrieveRequest></retrieve>"));
    let id = id_of(&begun);
    let check = format!("<asyncProcessId>{id}</asyncProcessId>");
    rig.metadata(&format!("<checkRetrieveStatus>{check}</checkRetrieveStatus>"))
}

fn id_of(got: &Got) -> String {
    let id = got.body.split_once("<id>").and_then(|(_, rest)| rest.split_once("</id>"));
    id.unwrap_or_else(|| panic!("no id: {}", got.body)).0.to_owned()
}
