//! Real clients, unmodified and pinned, against a running server: over HTTP and over HTTPS they must see the same.

#[path = "../harness/fixture.rs"]
mod fixture;
mod install;
mod oauth;
mod openapi;
#[cfg(unix)]
mod page;
mod saml;
mod saml_command;
mod server;
mod soap;
mod worlds;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use server::Server;

#[test]
fn simple_salesforce_over_http() {
    simple_salesforce("url");
}

#[test]
fn simple_salesforce_over_https() {
    simple_salesforce("httpsUrl");
}

#[test]
fn jsforce_over_http() {
    jsforce("url");
}

#[test]
fn jsforce_over_https() {
    jsforce("httpsUrl");
}

#[test]
fn simple_salesforce_in_bulk() {
    python("simple_salesforce_bulk", "simple_salesforce_bulk.py", "httpsUrl");
}

#[test]
fn simple_salesforce_changes_metadata() {
    python("simple_salesforce_metadata", "simple_salesforce_metadata.py", "httpsUrl");
}

#[test]
fn jsforce_changes_metadata() {
    node("jsforce_metadata", "jsforce_metadata.mjs", "url");
}

#[test]
fn aiosalesforce_by_the_proxy() {
    python("aiosalesforce", "aiosalesforce_scenario.py", "url");
}

#[test]
fn singer_tap_by_the_proxy() {
    let Some(python) = install::singer() else { return };
    let script = install::sources().join("singer_tap_scenario.py");
    compare("singer_tap", "url", Command::new(python).arg("-B").arg(script));
}

#[test]
fn jsforce_in_bulk() {
    node("jsforce_bulk", "jsforce_bulk.mjs", "url");
}

#[test]
fn scim2_client() {
    python("scim", "scim_client.py", "url");
}

#[test]
fn sf_cli() {
    let Some(mut cli) = sf("sf_scenario.mjs") else { return };
    compare("sf_cli", "url", &mut cli);
}

#[test]
fn sf_cli_deploys_a_project() {
    let Some(mut cli) = sf("sf_metadata_scenario.mjs") else { return };
    compare("sf_cli_metadata", "url", &mut cli);
}

#[test]
fn sf_cli_creates_a_user_of_a_scratch_org() {
    let Some(mut cli) = sf("sf_users_scenario.mjs") else { return };
    let seed = fixture::changed_seed(|org| {
        org["organization"] = json!({"IsSandbox": true, "TrialExpirationDate": "2026-12-31T00:00:00Z"});
    });
    compare_on(&Server::start_of(seed.path()), "sf_cli_users", "url", &mut cli);
}

/// A script that runs the sf CLI, where it finds it: beside itself.
fn sf(script: &str) -> Option<Command> {
    let (folder, node) = install::sf()?;
    for needed in [script, "sf_runner.mjs"] {
        let copied = fs::copy(install::sources().join(needed), folder.join(needed));
        copied.expect("the script can be copied");
    }
    let mut command = Command::new(node);
    command.arg(folder.join(script));
    Some(command)
}

fn simple_salesforce(base: &str) {
    python("simple_salesforce", "simple_salesforce_scenario.py", base);
}

fn jsforce(base: &str) {
    node("jsforce", "jsforce_scenario.mjs", base);
}

fn python(name: &str, script: &str, base: &str) {
    let Some(python) = install::python() else { return };
    let mut client = Command::new(python);
    compare(name, base, client.arg("-B").arg(install::sources().join(script)));
}

fn node(name: &str, script: &str, base: &str) {
    let Some(folder) = install::node() else { return };
    // Modules are looked for beside the script.
    fs::copy(install::sources().join(script), folder.join(script)).expect("the script can be copied");
    compare(name, base, Command::new("node").arg(folder.join(script)));
}

/// Runs a scenario and compares what the client saw with the snapshot, the same one for both protocols.
fn compare(name: &str, base: &str, client: &mut Command) {
    compare_on(&Server::start(), name, base, client);
}

fn compare_on(server: &Server, name: &str, base: &str, client: &mut Command) {
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        client.env_remove(variable);
    }
    let output = client
        .arg(server.ready_file())
        .arg(server.told(base))
        .env("REQUESTS_CA_BUNDLE", server.told("caFile"))
        .env("NODE_EXTRA_CA_CERTS", server.told("caFile"))
        // simple-salesforce orders the columns of a CSV as a set does.
        .env("PYTHONHASHSEED", "0")
        .output()
        .expect("the client can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} ended with {}:\n{stdout}\n{stderr}", output.status);
    let steps: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
        .collect();

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"https?://(localhost|127\.0\.0\.1):\d+", "[server]");
    settings.add_filter(r"\b([0-9A-Za-z]{3})Ff0[0-9A-Za-z]{9}([0-9A-Za-z]{3})?\b", "[$1…]");
    settings.add_filter(r"session hash: [0-9A-Za-z+/=]+", "session hash: […]");
    settings.bind(|| insta::assert_json_snapshot!(format!("client_{name}"), steps));
}
