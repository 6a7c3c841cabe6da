//! The files of a seed: built in, or read from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::seed_error::SeedError;

include!(concat!(env!("OUT_DIR"), "/seeds.rs"));

/// The files of a seed, by path from its folder. Files that are no text are left out.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Where the org's files are in the folder that was read, with a slash at the end; empty for the folder itself.
    pub(super) folder: String,
    pub(super) files: BTreeMap<String, String>,
}

impl Seed {
    /// The built-in copy of `seed/default`.
    pub fn built_in() -> Seed {
        Seed { folder: String::new(), files: embedded("default/") }
    }

    /// Reads a folder. What is in it may be more than one org: see [`Seed::orgs`].
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn folder(path: &Path) -> Result<Seed, SeedError> {
        let mut files = BTreeMap::new();
        read_folder(path, path, &mut files)?;
        Ok(Seed { folder: String::new(), files })
    }

    /// A seed from texts, for tests.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Seed {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Seed { folder: String::new(), files }
    }

    pub(super) fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    pub(super) fn needed(&self, path: &str) -> Result<&str, SeedError> {
        self.file(path).ok_or_else(|| SeedError::whole(path, "the seed has no such file", "a file"))
    }

    /// A file's path from the folder that was read.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}{file}", self.folder)
    }

    /// A mistake with the path from the folder that was read.
    pub(super) fn in_folder(&self, error: SeedError) -> SeedError {
        SeedError { file: self.path(&error.file), ..error }
    }
}

fn embedded(prefix: &str) -> BTreeMap<String, String> {
    let below = SEEDS.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, *text)));
    below.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// A file of `seed/standard`.
pub(super) fn standard_file(name: &str) -> Result<&'static str, SeedError> {
    let path = format!("standard/{name}");
    let found = SEEDS.iter().find(|(known, _)| *known == path);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| SeedError::whole(&path, "the program was built without it", ""))
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), SeedError> {
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let failed = |path: &Path, error: std::io::Error| {
        SeedError::whole(&path.display().to_string(), format!("cannot be read: {error}"), "")
    };
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| failed(&path, error))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.insert(name(&path), text);
        }
    }
    Ok(())
}
