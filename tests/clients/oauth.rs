//! Clients that log users in by OAuth: a script does what the browser and its user would.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::server::Server;
use super::{compare, compare_on, install};

#[test]
fn jsforce_by_the_web_server_flow() {
    let Some(script) = script("jsforce_oauth.mjs") else { return };
    compare("jsforce_oauth", "url", Command::new("node").arg(script));
}

#[test]
fn openid_client_over_http() {
    openid_client("url");
}

#[test]
fn openid_client_over_https() {
    openid_client("httpsUrl");
}

/// It compares the times of id tokens with its own clock.
fn openid_client(base: &str) {
    let Some(script) = script("openid_client.mjs") else { return };
    compare_on(&Server::start_on_time(), "openid_client", base, Command::new("node").arg(script));
}

/// A script where it finds its modules: they are looked for beside it.
fn script(file: &str) -> Option<PathBuf> {
    let folder = install::node()?;
    for needed in [file, "browser.mjs"] {
        let copied = fs::copy(install::sources().join(needed), folder.join(needed));
        copied.expect("the script can be copied");
    }
    Some(folder.join(file))
}
