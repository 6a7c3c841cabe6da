//! Packs `objects/` and `seed/` into the binary: lists of names and texts, parsed at run time when needed. The objects are
//! packed closer than they are written: without keys, so that reading them is quick, and deflated.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    for input in ["build.rs", "objects", "seed"] {
        println!("cargo::rerun-if-changed={input}");
    }
    fs::write(out.join("objects.rs"), objects(&root.join("objects"), &out)?)?;
    fs::write(out.join("seeds.rs"), seeds(&root.join("seed"))?)
}

/// `STANDARD`: `(name, object, children, the features that it exists under)`; `PICKLISTS`: `(name, entries)`; `PREFIXES`: `(prefix, name)`, in order; `FEATURES`: the org
/// features that objects or fields ask for. The structs of `src/model/schema/load.rs` read the texts.
fn objects(folder: &Path, out: &Path) -> io::Result<String> {
    let mut standard = String::new();
    let mut prefixes = BTreeMap::new();
    let mut features = BTreeSet::new();
    for path in files(folder)? {
        let (Some(name), Some("json")) = (stem(&path), path.extension().and_then(|e| e.to_str())) else {
            continue;
        };
        if name.starts_with('_') || path.parent() != Some(folder) {
            continue;
        }
        let object = read(&path)?;
        if let Some(prefix) = object["keyPrefix"].as_str() {
            prefixes.entry(prefix.to_owned()).or_insert(name.to_owned());
        }
        let whens = lines(&object["fields"]).chain([&object]).filter_map(|part| part["when"].as_str());
        features.extend(whens.flat_map(str::split_ascii_whitespace).map(str::to_owned));
        let when = text(&object, "when").to_owned();
        let children =
            object["children"].as_array().map_or_else(|| "[]".to_owned(), |all| json!(all).to_string());
        let object = deflated(&packed_object(&object).to_string(), &out.join(format!("{name}.object")))?;
        let children = deflated(&children, &out.join(format!("{name}.children")))?;
        standard += &format!("({name:?}, {object}, {children}, {when:?}),\n");
    }
    let mut picklists = String::new();
    for path in files(&folder.join("_picklists"))? {
        if let Some(name) = stem(&path) {
            let entries: Vec<Value> = lines(&read(&path)?).map(packed_entry).collect();
            let entries = deflated(&json!(entries).to_string(), &out.join(format!("{name}.picklist")))?;
            picklists += &format!("({name:?}, {entries}),\n");
        }
    }
    let features = Vec::from_iter(features);
    let prefixes = Vec::from_iter(prefixes);
    Ok(format!(
        "pub(super) static STANDARD: &[(&str, Packed, Packed, &str)] = &[{standard}];\n\
         static PICKLISTS: &[(&str, Packed)] = &[{picklists}];\n\
         static PREFIXES: &[(&str, &str)] = &{prefixes:?};\n\
         pub(super) static FEATURES: &[&str] = &{features:?};\n"
    ))
}

/// Writes a text to a file, deflated. Returns the expression that reads it.
fn deflated(text: &str, file: &Path) -> io::Result<String> {
    let mut encoder = DeflateEncoder::new(fs::File::create(file)?, Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()?;
    Ok(format!("Packed {{ length: {}, deflated: include_bytes!({file:?}) }}", text.len()))
}

/// An object without its children. Fields name their flags by their place in `flagSets`: few sets are in use.
fn packed_object(object: &Value) -> Value {
    let sets: BTreeSet<&str> = lines(&object["fields"]).map(|field| text(field, "flags")).collect();
    let sets = Vec::from_iter(sets);
    let fields: Vec<Value> = lines(&object["fields"]).map(|field| packed_field(field, &sets)).collect();
    let mut packed = object.clone();
    if let Some(members) = packed.as_object_mut() {
        members.remove("children");
        members.insert("flagSets".to_owned(), json!(sets));
        members.insert("fields".to_owned(), json!(fields));
    }
    packed
}

/// Name, label, type, flag set: what every field's line has.
const ALWAYS: usize = 4;

/// What most fields lack stands last, and is left out there.
fn packed_field(field: &Value, sets: &[&str]) -> Value {
    let set = sets.iter().position(|set| *set == text(field, "flags"));
    let number = |key: &str| field[key].as_u64().unwrap_or_default();
    let values = field["values"].as_array().map(|all| all.iter().map(packed_entry).collect::<Vec<_>>());
    let mut packed = vec![
        field["name"].clone(),
        field["label"].clone(),
        json!(text(field, "type").to_lowercase()),
        json!(set),
        json!(number("length")),
        json!(field["referenceTo"].as_array().cloned().unwrap_or_default()),
        field["relationship"].clone(),
        field["compound"].clone(),
        field["extra"].clone(),
        field["when"].clone(),
        json!(number("precision")),
        json!(number("scale")),
        json!(number("digits")),
        field["picklist"].clone(),
        json!(values),
        field["default"].clone(),
        field["controller"].clone(),
        json!(number("since")),
        json!(number("until")),
    ];
    let is_nothing = |last: &Value| last.is_null() || *last == json!(0) || *last == json!([]);
    while packed.len() > ALWAYS && packed.last().is_some_and(is_nothing) {
        packed.pop();
    }
    json!(packed)
}

/// Value, label, default, active, validFor; the value alone when nothing else is to be said.
fn packed_entry(entry: &Value) -> Value {
    match entry.as_str() {
        Some(value) => json!([value]),
        None => json!([
            entry["value"],
            entry["label"],
            entry["default"].as_bool().unwrap_or(false),
            entry["active"].as_bool().unwrap_or(true),
            entry["validFor"],
        ]),
    }
}

fn read(path: &Path) -> io::Result<Value> {
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

fn lines(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

/// `SEEDS`: every file below `seed/` as `(path below seed/, text)`.
fn seeds(folder: &Path) -> io::Result<String> {
    let mut list = String::new();
    for path in files(folder)? {
        let relative = path.strip_prefix(folder).map_err(io::Error::other)?;
        let name = relative.to_string_lossy().replace('\\', "/");
        list += &format!("({name:?}, include_str!({path:?})),\n");
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
