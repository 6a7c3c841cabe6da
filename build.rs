//! Packs `objects/` and `seed/` into the binary: lists of names and texts, parsed at run time when needed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed=objects");
    println!("cargo::rerun-if-changed=seed");
    fs::write(out.join("objects.rs"), objects(&root.join("objects"))?)?;
    fs::write(out.join("seeds.rs"), seeds(&root.join("seed"))?)
}

/// `STANDARD`, `PICKLISTS` and `PREFIXES`: `(name, text)` pairs; `FEATURES`: the org features that objects or fields ask for.
fn objects(folder: &Path) -> io::Result<String> {
    let mut standard = String::new();
    let mut prefixes = String::new();
    let mut features = BTreeSet::new();
    for path in files(folder)? {
        let (Some(name), Some("json")) = (stem(&path), path.extension().and_then(|e| e.to_str())) else {
            continue;
        };
        if name.starts_with('_') || path.parent() != Some(folder) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        if let Some(prefix) = text.split("\"keyPrefix\":\"").nth(1).and_then(|rest| rest.split('"').next()) {
            let _ = writeln!(prefixes, "({prefix:?}, {name:?}),");
        }
        let named = text.split("\"when\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        features.extend(named.flat_map(str::split_ascii_whitespace).map(str::to_owned));
        let _ = writeln!(standard, "({name:?}, include_str!({path:?})),");
    }
    let mut picklists = String::new();
    for path in files(&folder.join("_picklists"))? {
        if let Some(name) = stem(&path) {
            let _ = writeln!(picklists, "({name:?}, include_str!({path:?})),");
        }
    }
    let features = Vec::from_iter(features);
    Ok(format!(
        "pub(super) static STANDARD: &[(&str, &str)] = &[{standard}];\n\
         static PICKLISTS: &[(&str, &str)] = &[{picklists}];\n\
         static PREFIXES: &[(&str, &str)] = &[{prefixes}];\n\
         pub(super) static FEATURES: &[&str] = &{features:?};\n"
    ))
}

/// `SEEDS`: every file below `seed/` as `(path below seed/, text)`.
fn seeds(folder: &Path) -> io::Result<String> {
    let mut list = String::new();
    for path in files(folder)? {
        let relative = path.strip_prefix(folder).map_err(io::Error::other)?;
        let name = relative.to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "({name:?}, include_str!({path:?})),");
    }
    Ok(format!("pub(super) static SEEDS: &[(&str, &str)] = &[{list}];\n"))
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem().and_then(|stem| stem.to_str())
}

/// All files below a folder, sorted, so that two builds are alike.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
