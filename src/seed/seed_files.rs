//! The files of a seed: built in, or read from a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::org_schema;
use super::seed_error::SeedError;

include!(concat!(env!("OUT_DIR"), "/seeds.rs"));

/// The files of a seed, by path from its folder. Files that are no text are left out.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Where the org's files are in the folder that was read, with a slash at the end; empty for the folder itself.
    pub(super) folder: String,
    pub(super) files: BTreeMap<String, String>,
    /// Where mistakes are noted, when all of them are wanted.
    noted: Option<Arc<Mutex<Vec<SeedError>>>>,
}

impl Seed {
    /// The built-in copy of `seed/default`.
    pub fn built_in() -> Seed {
        Seed::of("", embedded("default/"))
    }

    /// Reads a folder. What is in it may be more than one org: see [`Seed::orgs`].
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn folder(path: &Path) -> Result<Seed, SeedError> {
        if path.is_file() {
            let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
            let expected = format!("the seed's folder, such as {}", parent.display());
            return Err(SeedError::whole("", "is a file", expected));
        }
        let mut files = BTreeMap::new();
        read_folder(path, path, &mut files)?;
        Ok(Seed::of("", files))
    }

    /// A seed from texts, for tests.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Seed {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Seed::of("", files)
    }

    /// What `fauxforce seed init` writes: the default seed, with a preset's files in the place of those of the same name.
    pub fn preset(name: Option<&str>) -> Option<BTreeMap<String, String>> {
        let mut files = embedded("default/");
        if let Some(name) = name {
            let own = embedded(&format!("presets/{name}/"));
            if own.is_empty() {
                return None;
            }
            files.extend(own);
        }
        files.insert(org_schema::FILE.to_owned(), org_schema::TEXT.to_owned());
        Some(files)
    }

    /// The names of the presets.
    pub fn presets() -> BTreeSet<&'static str> {
        let names = SEEDS.iter().filter_map(|(path, _)| path.strip_prefix("presets/")?.split('/').next());
        names.collect()
    }

    pub(super) fn of(folder: impl Into<String>, files: BTreeMap<String, String>) -> Seed {
        Seed { folder: folder.into(), files, noted: None }
    }

    /// The same seed, which notes mistakes and goes on where it can.
    pub(crate) fn noting(self) -> Seed {
        Seed { noted: Some(Arc::default()), ..self }
    }

    /// The seed of one of the orgs in this one.
    pub(super) fn part(&self, folder: String, files: BTreeMap<String, String>) -> Seed {
        Seed { folder, files, noted: self.noted.clone() }
    }

    /// Whether all mistakes are wanted, not only the first.
    pub(super) fn is_noting(&self) -> bool {
        self.noted.is_some()
    }

    /// Notes a mistake if all are wanted; else it ends the load.
    pub(super) fn note(&self, mistake: SeedError) -> Result<(), SeedError> {
        match &self.noted {
            Some(noted) => {
                noted.lock().unwrap_or_else(PoisonError::into_inner).push(self.in_folder(mistake));
                Ok(())
            }
            None => Err(mistake),
        }
    }

    /// What was noted.
    pub(crate) fn noted(&self) -> Vec<SeedError> {
        let noted = self.noted.as_ref();
        noted.map(|noted| noted.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
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
        SeedError::whole(&name(path), format!("cannot be read: {error}"), "")
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
