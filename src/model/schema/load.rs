//! Reads the objects that `build.rs` packs from `objects/` (their form: CONTRIBUTING.md, "Add an object").

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::children::Children;
use super::packed::Packed;
use super::{
    Field, FieldFlags, FieldType, Own, Picklist, PicklistEntry, Picklists, Places, SObject, Versions,
};

include!(concat!(env!("OUT_DIR"), "/objects.rs"));

#[derive(Deserialize)]
struct ObjectFile<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(borrow, rename = "labelPlural")]
    label_plural: Cow<'a, str>,
    #[serde(rename = "keyPrefix")]
    key_prefix: Option<String>,
    #[serde(rename = "nameField")]
    name_field: Option<String>,
    flags: &'a str,
    when: Option<&'a str>,
    #[serde(default)]
    scopes: Vec<(String, String)>,
    #[serde(borrow, rename = "flagSets")]
    flag_sets: Vec<&'a str>,
    #[serde(borrow)]
    fields: Vec<FieldLine<'a>>,
}

/// A field as `build.rs` packs it: what is left out at the end is absent.
#[derive(Deserialize)]
struct FieldLine<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    FieldType,
    /// Place in the flag sets.
    usize,
    #[serde(default)] u32,
    #[serde(default)] Vec<String>,
    #[serde(default)] Option<String>,
    #[serde(default)] Option<String>,
    #[serde(default)] Option<String>,
    /// The features it exists under.
    #[serde(default)]
    Option<&'a str>,
    #[serde(default)] u32,
    #[serde(default)] u32,
    #[serde(default)] u32,
    /// A shared picklist's name.
    #[serde(default)]
    Option<&'a str>,
    #[serde(default)] Option<Vec<EntryLine>>,
    #[serde(default)] Option<serde_json::Value>,
    /// The picklist field that controls it.
    #[serde(default)]
    Option<String>,
    /// The first and the last API version that know it; 0 for no bound.
    #[serde(default)]
    u8,
    #[serde(default)] u8,
);

/// Value, label, default, active, validFor.
#[derive(Deserialize)]
struct EntryLine(
    String,
    #[serde(default)] Option<String>,
    #[serde(default)] bool,
    #[serde(default = "yes")] bool,
    #[serde(default)] Option<String>,
);

fn yes() -> bool {
    true
}

/// Reads a packed object for an org with these features, and appends the org's own fields and relationships.
/// `None` for an object of a feature the org lacks, and for a text that does not parse, which the tests rule out for ours.
pub(super) fn load(
    (object, children): (Packed, Packed),
    features: &BTreeSet<String>,
    own: &Own,
    own_picklists: &Picklists,
) -> Option<Arc<SObject>> {
    let object = object.text()?;
    let file: ObjectFile = serde_json::from_str(&object).ok()?;
    let has = |when: &str| when.split_ascii_whitespace().all(|feature| features.contains(feature));
    if file.when.is_some_and(|when| !has(when)) {
        return None;
    }
    let sets: Vec<FieldFlags> = file.flag_sets.iter().map(|words| FieldFlags::read(words)).collect();
    let lines = file.fields.into_iter();
    let fields = lines.filter_map(|line| field(line, &sets, &has, own_picklists));
    let mut fields: Vec<Field> = fields.chain(own.fields.iter().cloned()).collect();
    for (field, target) in &own.targets {
        if let Some(field) = fields.iter_mut().find(|known| known.name == *field) {
            let place = field.reference_to.iter().position(|known| known > target);
            field.reference_to.insert(place.unwrap_or(field.reference_to.len()), target.clone());
        }
    }
    let mut object = SObject {
        name: file.name.into_owned(),
        label: file.label.into_owned(),
        label_plural: file.label_plural.into_owned(),
        key_prefix: file.key_prefix,
        name_field: file.name_field,
        flags: file.flags.split_ascii_whitespace().map(str::to_owned).collect(),
        scopes: file.scopes,
        fields,
        children: Children::new(Some(children), &own.children),
        places: Places::default(),
        has_recycle_bin: false,
        blank: Arc::default(),
    };
    object.index();
    Some(Arc::new(object))
}

/// `None` for a field of a feature the org lacks.
fn field(
    line: FieldLine<'_>,
    sets: &[FieldFlags],
    has: &impl Fn(&str) -> bool,
    own_picklists: &Picklists,
) -> Option<Field> {
    let FieldLine(
        name,
        label,
        kind,
        set,
        length,
        reference_to,
        relationship,
        compound,
        extra_type_info,
        when,
        precision,
        scale,
        digits,
        shared,
        values,
        default,
        controller,
        since,
        until,
    ) = line;
    if when.is_some_and(|when| !has(when)) {
        return None;
    }
    let picklist = match (values, shared) {
        (Some(values), _) => Some(Arc::new(values.into_iter().map(entry).collect())),
        (None, Some(name)) => own_picklists.get(name).cloned().or_else(|| shared_picklist(name)),
        (None, None) => None,
    };
    Some(Field {
        name: name.into_owned(),
        label: label.into_owned(),
        kind,
        length,
        precision,
        scale,
        digits,
        flags: sets.get(set).copied().unwrap_or_default(),
        reference_to,
        relationship,
        compound,
        controller,
        extra_type_info,
        default,
        picklist,
        versions: Versions::new(since, until),
        number_format: None,
    })
}

fn entry(EntryLine(value, label, default, active, valid_for): EntryLine) -> PicklistEntry {
    PicklistEntry { label: label.unwrap_or_else(|| value.clone()), value, default, active, valid_for }
}

/// Long lists (time zones, locales) are read once per process and shared: they are constants.
fn shared_picklist(name: &str) -> Option<Arc<Picklist>> {
    static READ: Mutex<Vec<(String, Arc<Picklist>)>> = Mutex::new(Vec::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, list)) = read.iter().find(|(known, _)| known == name) {
        return Some(list.clone());
    }
    let (_, source) = PICKLISTS.iter().find(|(known, _)| *known == name)?;
    let lines: Vec<EntryLine> = serde_json::from_str(&source.text()?).ok()?;
    let list = Arc::new(lines.into_iter().map(entry).collect::<Picklist>());
    read.push((name.to_owned(), list.clone()));
    Some(list)
}

/// The standard object with this key prefix, without loading any.
pub(super) fn object_of_prefix(prefix: &str) -> Option<&'static str> {
    // As numbers they are compared in one step.
    let number = |prefix: &str| prefix.bytes().fold(0u64, |number, byte| number << 8 | u64::from(byte));
    let place = PREFIXES.binary_search_by_key(&number(prefix), |(known, _)| number(known)).ok()?;
    PREFIXES.get(place).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_loads() {
        for (name, packed, children, _) in STANDARD {
            let source = packed.text().expect(name);
            let file = serde_json::from_str::<ObjectFile>(&source);
            assert!(file.is_ok(), "objects/{name}.json: {:?}", file.err());
            let features = file.ok().and_then(|file| file.when).map(str::to_owned).into_iter().collect();
            let object = load((*packed, *children), &features, &Own::default(), &Picklists::new())
                .expect("parsed above");
            assert_eq!(object.name, *name);
            assert!(object.field("id").is_some(), "{name} has no Id");
            let children = children.text().expect(name);
            assert_eq!(object.children().is_empty(), children == "[]", "{name}: {children}");
        }
        for (name, source) in PICKLISTS {
            let source = source.text().expect(name);
            assert!(serde_json::from_str::<Vec<EntryLine>>(&source).is_ok(), "picklist {name}");
        }
    }
}
