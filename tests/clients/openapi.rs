//! schemathesis holds the OpenAPI document of the control API against a running server.

use std::process::Command;

use super::install;
use super::server::Server;

/// What has to hold for every answer, whatever is sent.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[test]
fn the_control_api_answers_as_its_document_says() {
    let Some(schemathesis) = install::schemathesis() else { return };
    let server = Server::start();
    let url = server.told("url");
    let output = Command::new(schemathesis)
        .args(["run", &format!("{url}/_fauxforce/openapi.json"), "--url", url, "--checks", CHECKS])
        // It waits for longer than schemathesis does; tests/worlds/wait.rs has it.
        .args(["--exclude-path", "/_fauxforce/wait"])
        .args(["--max-examples", "15", "--generation-deterministic", "--no-color"])
        .args(["--phases", "coverage,fuzzing"])
        .args(["--continue-on-failure", "--no-shrink", "--warnings", "off"])
        .current_dir(server.folder())
        .output()
        .expect("schemathesis can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
}
