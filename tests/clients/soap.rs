//! SOAP toolkits, by the WSDLs that the server makes of its org.

use std::fs;
use std::process::Command;

use super::server::Server;
use super::{compare, compare_on, install};

#[test]
fn zeep_by_both_wsdls() {
    python("soap_zeep");
}

#[test]
fn zeep_in_one_version_after_another() {
    let Some(python) = install::python() else { return };
    let script = install::sources().join("soap_zeep_versions.py");
    let server = Server::start_with_old_versions();
    compare_on(&server, "soap_zeep_versions", "url", Command::new(python).arg("-B").arg(script));
}

#[test]
fn zeep_by_the_metadata_wsdl() {
    python("soap_zeep_metadata");
}

#[test]
fn suds_by_both_wsdls() {
    python("soap_suds");
}

#[test]
fn node_soap_by_both_wsdls_and_jsforce_without() {
    let Some(folder) = install::node() else { return };
    let script = "soap_node.mjs";
    // Modules are looked for beside the script.
    fs::copy(install::sources().join(script), folder.join(script)).expect("the script can be copied");
    compare("soap_node", "url", Command::new("node").arg(folder.join(script)));
}

fn python(name: &str) {
    let Some(python) = install::python() else { return };
    let script = install::sources().join(format!("{name}.py"));
    compare(name, "url", Command::new(python).arg("-B").arg(script));
}
