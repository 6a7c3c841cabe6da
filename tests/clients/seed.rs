//! The default seed, changed.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

/// A copy of the default seed with another `org.json`.
pub fn of_default(change: impl FnOnce(&mut Value)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default"), folder.path());
    let path = folder.path().join("org.json");
    let mut org = serde_json::from_slice(&fs::read(&path).expect("org.json")).expect("JSON");
    change(&mut org);
    fs::write(path, org.to_string()).expect("org.json");
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            fs::create_dir(&target).expect("a folder");
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
