//! What tests over a socket start from: a server of their own, over the default seed or a changed copy of it.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fauxforce::{Builder, Server};
use serde_json::Value as Json;
use tempfile::TempDir;

/// Deterministic, bulk jobs done at once, its certificates in a directory that all tests of a binary share.
pub fn builder() -> Builder {
    static CA_DIR: OnceLock<TempDir> = OnceLock::new();
    let directory = CA_DIR.get_or_init(|| tempfile::tempdir().expect("a directory"));
    Server::builder().deterministic().jobs_at_once().ca_dir(directory.path())
}

pub fn default_seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default")
}

/// The default seed with another `org.json`, and more files, or others.
pub fn seed_folder(change: impl FnOnce(String) -> String, more: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a directory");
    copy_default_seed(folder.path());
    let path = folder.path().join("org.json");
    let org = fs::read_to_string(&path).expect("org.json");
    fs::write(&path, change(org)).expect("org.json");
    for (path, text) in more {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The default seed with a changed `org.json`.
pub fn changed_seed(change: impl FnOnce(&mut Json)) -> TempDir {
    let change = |text: String| {
        let mut org = serde_json::from_str(&text).expect("JSON");
        change(&mut org);
        format!("{org:#}")
    };
    seed_folder(change, &[])
}

/// The default seed with a changed `org.json`, and below `orgs/emea` another org: the default seed with other usernames and
/// another client.
pub fn two_orgs(change: impl FnOnce(&mut Json)) -> TempDir {
    let folder = changed_seed(change);
    let emea = folder.path().join("orgs/emea");
    copy_default_seed(&emea);
    for file in ["org.json", "data/User.json", "data/PermissionSetAssignment.json"] {
        let path = emea.join(file);
        let text = fs::read_to_string(&path).expect("a text");
        let text = text.replace("@fauxforce.test", "@emea.test").replace("\"fauxforce-", "\"emea-");
        let text = text.replace("\"orgName\": \"fauxforce\"", "\"orgName\": \"EMEA\"");
        let text = text.replace("\"myDomain\": \"fauxforce\"", "\"myDomain\": \"emea\"");
        fs::write(&path, text).expect("a text");
    }
    folder
}

/// Copies the default seed into a folder, which is made if there is none.
pub fn copy_default_seed(to: &Path) {
    copy(&default_seed(), to);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy(&path, &target),
            false => fs::copy(&path, &target).map(drop).expect("a copy"),
        }
    }
}
