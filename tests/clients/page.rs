//! `docs/clients.md` as a reader would use it: each section's blocks, pasted one after the other.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::install;
use super::server::Server;

const PAGE: &str = include_str!("../../docs/clients.md");

/// Where a block leaves the next step to a person.
const BY_HAND: &str = "// The browser goes to url, and comes back to callbackUrl.";
/// A person who logs in as the administrator and allows what is asked for.
const PERSON: &str = r#"const { browse, consenting } = await import("file://BROWSER");
const callbackUrl = await browse(url.href, url.origin, consenting({ username: "admin@fauxforce.test", password: "fauxforce1" }));"#;

#[test]
fn the_page_names_the_pinned_versions() {
    let pinned = |file: &str, from: &str, to: &str| {
        let pins = fs::read_to_string(install::sources().join(file)).expect("the pins");
        let pin = pins.lines().find_map(|line| Some(line.split_once(from)?.1.split(to).next()?.to_owned()));
        pin.unwrap_or_else(|| panic!("{file} does not pin {from}"))
    };
    for name in ["simple-salesforce", "aiosalesforce", "zeep", "suds-community"] {
        let version = pinned("requirements.txt", &format!("{name}=="), " ");
        assert!(PAGE.contains(&format!("\n{name} {version}")), "{name} {version}");
    }
    let version = pinned("requirements-singer.txt", "tap-salesforce==", " ");
    assert!(PAGE.contains(&format!("\ntap-salesforce {version}")), "tap-salesforce {version}");
    for (file, name, words) in [
        ("package.json", "jsforce", "\njsforce "),
        ("package.json", "openid-client", "\nopenid-client "),
        ("package.json", "soap", "(`soap` "),
        ("sf/package.json", "@salesforce/cli", "\n@salesforce/cli "),
    ] {
        let version = pinned(file, &format!("\"{name}\": \""), "\"");
        assert!(PAGE.contains(&format!("{words}{version}")), "{name} {version}");
    }
}

#[test]
fn built_in_host_names() {
    tells("Clients with built-in host names", &["\"instance_url\":\"https://fauxforce.my.salesforce.com\""]);
}

#[test]
fn simple_salesforce() {
    tells("simple-salesforce", &["3", "2", "3"]);
}

#[test]
fn aiosalesforce() {
    tells("aiosalesforce", &["Acme Customers", "Acme Partners", "Norole Industries"]);
}

#[test]
fn tap_salesforce() {
    tells("tap-salesforce (Singer)", &["11"]);
}

#[test]
fn jsforce() {
    tells("jsforce", &["3"]);
}

#[test]
fn openid_client() {
    tells("openid-client", &["admin@fauxforce.test"]);
}

#[test]
fn sf_cli() {
    let Some(told) = told("sf CLI") else { return };
    assert_eq!(told.matches("Successfully authorized admin@fauxforce.test").count(), 3, "{told}");
    for said in ["Acme Customers", "Successfully created record: 003"] {
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn soap_toolkits() {
    tells("SOAP toolkits", &["11", "11", "11"]);
}

#[test]
fn curl() {
    let Some(told) = told("curl") else { return };
    assert_eq!(told.matches("\"access_token\":\"00D").count(), 3, "{told}");
}

/// Asserts which lines the blocks of a section print.
fn tells(section: &str, lines: &[&str]) {
    let Some(told) = told(section) else { return };
    assert_eq!(told.lines().collect::<Vec<_>>(), lines);
}

/// Every block of the page is in one of the tests above.
#[test]
fn no_block_is_left_out() {
    let run =
        ["Clients with built-in host names", "simple-salesforce", "aiosalesforce", "tap-salesforce (Singer)"];
    let run = run.into_iter().chain(["jsforce", "openid-client", "sf CLI", "SOAP toolkits", "curl"]);
    let blocks: usize = run.map(|section| blocks(section).len()).sum();
    assert_eq!(blocks, PAGE.matches("```").count() / 2);
}

/// What the blocks of a section print. `None` where a client cannot be had, which has then been said aloud.
fn told(section: &str) -> Option<String> {
    let (python, singer, node) = (install::python()?, install::singer()?, install::node()?);
    let (sf, newer_node) = install::sf()?;
    let server = Server::start_on_time();
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("bin")).expect("a folder");
    let cli = sf.join("node_modules/@salesforce/cli/bin/run.js");
    let command =
        format!("#!/bin/sh\nexec '{}' --no-deprecation '{}' \"$@\"\n", newer_node.display(), cli.display());
    executable(&home.path().join("bin/sf"), &command);
    // Modules are looked for in and above the working directory.
    link(&node.join("node_modules"), &home.path().join("node_modules"));

    let port = server.told("url").rsplit(':').next().expect("a port").to_owned();
    let authority = Path::new(server.told("caFile")).parent().expect("a folder").display().to_string();
    let browser = install::sources().join("browser.mjs").display().to_string();
    let person = PERSON.replace("BROWSER", &browser);
    let mut script = "set -eu\n".to_owned();
    for (language, block) in blocks(section) {
        let block = block.replace("127.0.0.1:7332", &format!("127.0.0.1:{port}"));
        let block = block.replace("~/.local/share/fauxforce", &authority).replace(BY_HAND, &person);
        let _ = match language {
            "sh" => writeln!(script, "{block}"),
            "python" => writeln!(script, "python - <<'BLOCK'\n{block}\nBLOCK"),
            "js" => writeln!(script, "node --input-type=module - <<'BLOCK'\n{block}\nBLOCK"),
            other => panic!("a block in {other}"),
        };
    }
    let bins = [home.path().join("bin"), folder_of(python), folder_of(singer)];
    let own = std::env::var_os("PATH").unwrap_or_default();
    let path: OsString =
        std::env::join_paths(bins.into_iter().chain(std::env::split_paths(&own))).expect("a path");
    let mut shell = Command::new("bash");
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        shell.env_remove(variable);
    }
    let output = shell
        .args(["-o", "pipefail", "-c", &script])
        .current_dir(home.path())
        .env("PATH", path)
        .env("HOME", home.path())
        .env("SF_USE_GENERIC_UNIX_KEYCHAIN", "true")
        .env_remove("XDG_DATA_HOME")
        .stdin(Stdio::null())
        .output()
        .expect("bash can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{section} ended with {}:\n{stdout}\n{stderr}", output.status);
    Some(stdout.into_owned())
}

/// Language and text of the blocks of a section.
fn blocks(section: &str) -> Vec<(&str, &str)> {
    let begin = PAGE.find(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no section {section}")) + 1;
    let text = &PAGE[begin..];
    let text = text.split("\n## ").next().unwrap_or(text);
    let fenced = text.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').expect("a language")).collect()
}

fn folder_of(program: &Path) -> PathBuf {
    program.parent().expect("a folder").to_owned()
}

fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a file of ours");
}

fn link(original: &Path, path: &Path) {
    std::os::unix::fs::symlink(original, path).expect("a link");
}
