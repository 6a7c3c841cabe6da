//! Unmodified clients in worlds of their own, side by side and with the same usernames: each of them provisions in its
//! world, by the way that it knows, and finds there what it has made and nothing else.

use std::fs;
use std::process::Command;

use super::install;
use super::server::Server;

/// Runs a script with the ready file; it drives so many worlds.
fn drive(server: &Server, client: &mut Command, worlds: usize) {
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        client.env_remove(variable);
    }
    let output = client
        .arg(server.ready_file())
        .arg(worlds.to_string())
        .env("REQUESTS_CA_BUNDLE", server.told("caFile"))
        .env("NODE_EXTRA_CA_CERTS", server.told("caFile"))
        .output()
        .expect("the client can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stdout.trim(), format!("{worlds} worlds"), "{stderr}");
}

#[test]
fn simple_salesforce_by_port() {
    let Some(python) = install::python() else { return };
    let script = install::sources().join("worlds_by_port.py");
    drive(&Server::start(), Command::new(python).arg("-B").arg(script), 100);
}

#[test]
fn simple_salesforce_through_the_proxy() {
    let Some(python) = install::python() else { return };
    let script = install::sources().join("worlds_by_proxy.py");
    drive(&Server::start(), Command::new(python).arg("-B").arg(script), 20);
}

#[test]
fn jsforce_by_host_name() {
    let Some(folder) = install::node() else { return };
    fs::copy(install::sources().join("worlds_by_host.mjs"), folder.join("worlds_by_host.mjs"))
        .expect("the script can be copied");
    drive(&Server::start(), Command::new("node").arg(folder.join("worlds_by_host.mjs")), 100);
}
