//! `deploy` and `retrieve`: components as files of an archive.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::assert_told;
use crate::emulator::{Answer, Emulator};

const XMLNS: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

const FIELD: &str = "<fields>\n<fullName>Badge__c</fullName><label>Badge</label><length>20</length>\
    <type>Text</type></fields>";

pub fn manifest(types: &[(&str, &[&str])]) -> String {
    let types: String = types
        .iter()
        .map(|(name, members)| {
            let members: String =
                members.iter().map(|member| format!("<members>{member}</members>")).collect();
            format!("<types>{members}<name>{name}</name></types>")
        })
        .collect();
    format!("<?xml version=\"1.0\"?><Package {XMLNS}>{types}<version>59.0</version></Package>")
}

fn profile(field: &str) -> String {
    format!(
        "<Profile {XMLNS}><fieldPermissions><editable>true</editable><field>{field}</field><readable>true</readable>\
         </fieldPermissions></Profile>"
    )
}

fn packed(files: &[(&str, String)]) -> String {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("a file");
    }
    STANDARD.encode(archive.finish().expect("an archive").into_inner())
}

/// Deploys, and tells what became of it.
pub fn deploy(emulator: &Emulator, files: &[(&str, String)], options: &str) -> String {
    let archive = packed(files);
    let begun = emulator.metadata(&format!(
        "<deploy><ZipFile>{archive}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>"
    ));
    let status = emulator.metadata(&format!(
        "<checkDeployStatus><asyncProcessId>{}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>",
        begun.text("id")
    ));
    format!("{}\n{}", begun.inside(), status.inside())
}

/// Retrieves the components of some elements `types`: the files.
pub fn retrieve(emulator: &Emulator, types: &str) -> BTreeMap<String, String> {
    let begun = emulator.metadata(&format!(
        "<retrieve><retrieveRequest><apiVersion>59.0</apiVersion><singlePackage>true</singlePackage>\
         <unpackaged>{types}<version>59.0</version></unpackaged></retrieveRequest></retrieve>"
    ));
    unpacked(&retrieval(emulator, &begun.text("id"), "").text("zipFile"))
}

fn retrieval(emulator: &Emulator, id: &str, zip: &str) -> Answer {
    let check =
        format!("<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId>{zip}</checkRetrieveStatus>");
    emulator.metadata(&check)
}

fn unpacked(archive: &str) -> BTreeMap<String, String> {
    let bytes = STANDARD.decode(archive).expect("base64");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().expect("a name").into_owned(), text);
    }
    files
}

fn has_badge(emulator: &Emulator) -> bool {
    emulator.query("SELECT Badge__c FROM Contact").status == 200
}

#[test]
fn a_package_is_deployed() {
    let emulator = Emulator::start();
    let contact = format!("<CustomObject {XMLNS}>\n{FIELD}\n</CustomObject>");
    let types: &[(&str, &[&str])] = &[("CustomField", &["Contact.Badge__c"]), ("Profile", &["Admin"])];
    let files = [
        ("package.xml", manifest(types)),
        ("objects/Contact.object", contact.clone()),
        ("profiles/Admin.profile", profile("Contact.Badge__c")),
    ];
    let mut told = vec![deploy(&emulator, &files, "<checkOnly>true</checkOnly>")];
    assert!(!has_badge(&emulator), "it was only checked");
    told.push(deploy(&emulator, &files, "<rollbackOnError>true</rollbackOnError>"));
    assert!(has_badge(&emulator));
    emulator.create("Contact", "<LastName>Doe</LastName><Badge__c>b1</Badge__c>");
    // What is in a folder of the archive.
    let inside: Vec<_> = files.iter().map(|(name, text)| (format!("pkg/{name}"), text.clone())).collect();
    let inside: Vec<_> = inside.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    told.push(deploy(&emulator, &inside, ""));
    let gone = [
        ("package.xml", manifest(&[])),
        ("destructiveChanges.xml", manifest(&[("CustomField", &["Contact.Badge__c", "Contact.No__c"])])),
    ];
    told.push(deploy(&emulator, &gone, "<rollbackOnError>true</rollbackOnError>"));
    assert!(!has_badge(&emulator));
    assert_told!("metadata_deploy", told.join("\n"));
}

#[test]
fn a_package_with_mistakes() {
    let emulator = Emulator::start();
    let wrong = FIELD.replace("<length>20</length>", "").replace("Badge__c", "Wrong__c");
    let contact = format!("<CustomObject {XMLNS}>\n{FIELD}\n{wrong}</CustomObject>");
    let fields: &[&str] = &["Contact.Badge__c", "Contact.Wrong__c", "Contact.Missing__c"];
    let files = [
        ("package.xml", manifest(&[("CustomField", fields), ("ApexClass", &["Hello"])])),
        ("objects/Contact.object", contact),
        ("profiles/Admin.profile", profile("Contact.Nothing__c")),
        ("permissionsets/Broken.permissionset", "<PermissionSet><label>".to_owned()),
    ];
    let mut told = vec![deploy(&emulator, &files, "<rollbackOnError>true</rollbackOnError>")];
    assert!(!has_badge(&emulator), "all was undone");
    told.push(deploy(&emulator, &files, "<allowMissingFiles>true</allowMissingFiles>"));
    emulator.metadata(&crate::metadata::granted("Contact.Badge__c")).succeeded();
    assert!(has_badge(&emulator), "what was right stayed");
    told.push(deploy(&emulator, &[("nothing.txt", String::new())], ""));
    told.push(deploy(&emulator, &[("package.xml", "<Package>".to_owned())], ""));
    assert_told!("metadata_deploy_mistakes", told.join("\n"));
    let gaps = emulator.get("/_fauxforce/gaps").body;
    assert!(gaps.contains("Metadata type ApexClass"), "{gaps}");
}

#[test]
fn files_that_do_not_fit_their_types() {
    let emulator = Emulator::start();
    let set = |inside: &str| format!("<PermissionSet {XMLNS}>\n<label>P</label>{inside}</PermissionSet>");
    let field =
        "<fieldPermissions><editable>true</editable><field>Contact.External_Id__c</field></fieldPermissions>";
    let files = [
        (
            "package.xml",
            manifest(&[
                ("CustomObject", &["Contact"]),
                ("PermissionSet", &["Duplicated", "Unknown", "Other"]),
            ]),
        ),
        (
            "objects/Contact.object",
            format!("<CustomObject {XMLNS}>\n{}</CustomObject>", FIELD.replace("label", "lable")),
        ),
        ("permissionsets/Duplicated.permissionset", set(&format!("{field}\n<license>x</license>\n{field}"))),
        (
            "permissionsets/Unknown.permissionset",
            set("<userPermissions><permission>x</permission></userPermissions>"),
        ),
        ("permissionsets/Other.permissionset", "<Profile/>".to_owned()),
        ("destructiveChanges.xml", manifest(&[("ApexClass", &["Hello"])])),
        ("old/package.xml", "<Package>".to_owned()),
    ];
    let mut told = vec![deploy(&emulator, &files, "<rollbackOnError>true</rollbackOnError>")];
    let list = manifest(&[("PermissionSet", &["None"])]).replace("members", "member");
    told.push(deploy(&emulator, &[("package.xml", list.clone())], ""));
    let files = [("package.xml", manifest(&[])), ("destructiveChanges.xml", list)];
    told.push(deploy(&emulator, &files, ""));
    let files = [("package.xml", manifest(&[])), ("destructiveChangesPost.xml", "<Package>".to_owned())];
    told.push(deploy(&emulator, &files, ""));
    for version in ["", "<version>99.0</version>", "<version>x</version>"] {
        let list = manifest(&[]).replace("<version>59.0</version>", version);
        told.push(deploy(&emulator, &[("package.xml", list)], ""));
    }
    assert_told!("metadata_deploy_misfits", told.join("\n"));
}

#[test]
fn a_package_is_retrieved_and_deployed_elsewhere() {
    let emulator = Emulator::start();
    let object = crate::metadata::object("Badge__c", "Badge", FIELD);
    emulator.metadata(&format!("<createMetadata>{object}</createMetadata>")).succeeded();
    emulator.metadata(&crate::metadata::granted("Badge__c.Badge__c")).succeeded();
    let types = "<types><members>*</members><name>CustomObject</name></types><types><members>Admin</members>\
                 <members>Nobody</members><name>Profile</name></types><types><members>Contact.External_Id__c</members>\
                 <name>CustomField</name></types>";
    let begun = emulator.metadata(&format!(
        "<retrieve><retrieveRequest><apiVersion>59.0</apiVersion><singlePackage>true</singlePackage>\
         <unpackaged>{types}<version>59.0</version></unpackaged></retrieveRequest></retrieve>"
    ));
    let check = |zip: &str| retrieval(&emulator, &begun.text("id"), zip);
    let mut told = vec![begun.inside(), check("<includeZip>false</includeZip>").inside()];
    let files = unpacked(&check("").text("zipFile"));
    told.extend(files.iter().map(|(name, text)| {
        let lines: Vec<_> = text.lines().filter(|line| !line.contains("<enabled>")).collect();
        let shown = if lines.len() > 60 { lines.get(..20).unwrap_or_default() } else { &lines };
        format!("--- {name}\n{}", shown.join("\n"))
    }));
    assert_told!("metadata_retrieve", told.join("\n"));

    let other = Emulator::start();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let deployed = deploy(&other, &files, "<rollbackOnError>true</rollbackOnError>");
    assert!(deployed.contains("<status>Succeeded</status>"), "{deployed}");
    other.create("Badge__c", "<Name>B1</Name><Badge__c>b1</Badge__c>");
}

#[test]
fn what_is_done_is_not_cancelled() {
    let emulator = Emulator::start();
    let archive = packed(&[("package.xml", manifest(&[]))]);
    let begun = emulator.metadata(&format!("<deploy><ZipFile>{archive}</ZipFile><DeployOptions/></deploy>"));
    let cancelled =
        emulator.metadata(&format!("<cancelDeploy><String>{}</String></cancelDeploy>", begun.text("id")));
    assert_eq!(
        (cancelled.status, cancelled.text("faultstring")),
        (500, "INVALID_ID_FIELD: Deployment already completed".to_owned())
    );
}
