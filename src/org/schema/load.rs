//! Reads the compact files of `objects/` (their form: CONTRIBUTING.md, "Add an object").

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::{ChildRelationship, Field, FieldFlags, FieldType, PicklistEntry, Picklists, SObject};

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
    #[serde(borrow)]
    fields: Vec<FieldLine<'a>>,
    #[serde(borrow, default)]
    children: Vec<ChildLine<'a>>,
}

/// Child object, its field, relationship name, flags.
type ChildLine<'a> = (Cow<'a, str>, Cow<'a, str>, Option<Cow<'a, str>>, &'a str);

#[derive(Deserialize)]
struct FieldLine<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: TypeName,
    #[serde(default)]
    length: u32,
    #[serde(default)]
    precision: u32,
    #[serde(default)]
    scale: u32,
    #[serde(default)]
    digits: u32,
    #[serde(default)]
    flags: &'a str,
    #[serde(default, rename = "referenceTo")]
    reference_to: Vec<String>,
    relationship: Option<String>,
    compound: Option<String>,
    controller: Option<String>,
    extra: Option<String>,
    default: Option<serde_json::Value>,
    values: Option<Vec<EntryLine>>,
    picklist: Option<&'a str>,
    when: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum EntryLine {
    Plain(String),
    Full {
        value: String,
        label: Option<String>,
        #[serde(default)]
        default: bool,
        active: Option<bool>,
        #[serde(rename = "validFor")]
        valid_for: Option<String>,
    },
}

/// Describe spells two type names in mixed case; files may use either.
struct TypeName(FieldType);

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?.to_ascii_lowercase();
        FieldType::deserialize(serde::de::value::StrDeserializer::<D::Error>::new(&name)).map(TypeName)
    }
}

/// Reads an object file for an org with these features, and appends the org's own fields and relationships.
/// `None` for an object of a feature the org lacks, and for a file that does not parse, which the tests rule out for ours.
pub(super) fn load(
    source: &str,
    features: &BTreeSet<String>,
    own: &[Field],
    own_children: &[ChildRelationship],
    own_picklists: &Picklists,
) -> Option<Arc<SObject>> {
    let file: ObjectFile = serde_json::from_str(source).ok()?;
    let has = |when: &str| when.split_ascii_whitespace().all(|feature| features.contains(feature));
    if file.when.is_some_and(|when| !has(when)) {
        return None;
    }
    let fields = file
        .fields
        .into_iter()
        .filter(|line| line.when.is_none_or(has))
        .map(|line| field(line, own_picklists))
        .chain(own.iter().cloned())
        .collect();
    let children = file
        .children
        .into_iter()
        .map(|(child, field, relationship, flags)| ChildRelationship {
            child: child.into_owned(),
            field: field.into_owned(),
            relationship: relationship.map(Cow::into_owned),
            cascade_delete: flags.contains("cascadeDelete"),
            restricted_delete: flags.contains("restrictedDelete"),
        })
        .chain(own_children.iter().cloned())
        .collect();
    let mut object = SObject {
        name: file.name.into_owned(),
        label: file.label.into_owned(),
        label_plural: file.label_plural.into_owned(),
        key_prefix: file.key_prefix,
        name_field: file.name_field,
        flags: file.flags.split_ascii_whitespace().map(str::to_owned).collect(),
        scopes: file.scopes,
        fields,
        children,
        exact: HashMap::new(),
    };
    object.index();
    Some(Arc::new(object))
}

fn field(line: FieldLine<'_>, own_picklists: &Picklists) -> Field {
    let picklist = match (line.values, line.picklist) {
        (Some(values), _) => Some(Arc::new(values.into_iter().map(entry).collect())),
        (None, Some(name)) => own_picklists.get(name).cloned().or_else(|| shared_picklist(name)),
        (None, None) => None,
    };
    Field {
        name: line.name.into_owned(),
        label: line.label.into_owned(),
        kind: line.kind.0,
        length: line.length,
        precision: line.precision,
        scale: line.scale,
        digits: line.digits,
        flags: FieldFlags::read(line.flags),
        reference_to: line.reference_to,
        relationship: line.relationship,
        compound: line.compound,
        controller: line.controller,
        extra_type_info: line.extra,
        default: line.default,
        picklist,
    }
}

fn entry(line: EntryLine) -> PicklistEntry {
    match line {
        EntryLine::Plain(value) => {
            PicklistEntry { label: value.clone(), value, default: false, active: true, valid_for: None }
        }
        EntryLine::Full { value, label, default, active, valid_for } => PicklistEntry {
            label: label.unwrap_or_else(|| value.clone()),
            value,
            default,
            active: active.unwrap_or(true),
            valid_for,
        },
    }
}

/// Long lists (time zones, locales) are read once per process and shared: they are constants.
fn shared_picklist(name: &str) -> Option<Arc<Vec<PicklistEntry>>> {
    static READ: Mutex<Vec<(String, Arc<Vec<PicklistEntry>>)>> = Mutex::new(Vec::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, list)) = read.iter().find(|(known, _)| known == name) {
        return Some(list.clone());
    }
    let (_, source) = PICKLISTS.iter().find(|(known, _)| *known == name)?;
    let lines: Vec<EntryLine> = serde_json::from_str(source).ok()?;
    let list = Arc::new(lines.into_iter().map(entry).collect::<Vec<_>>());
    read.push((name.to_owned(), list.clone()));
    Some(list)
}

/// The standard object with this key prefix, without loading any.
pub(super) fn object_of_prefix(prefix: &str) -> Option<&'static str> {
    PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_loads() {
        for (name, source) in STANDARD {
            let file = serde_json::from_str::<ObjectFile>(source);
            assert!(file.is_ok(), "objects/{name}.json: {:?}", file.err());
            let features = file.ok().and_then(|file| file.when).map(str::to_owned).into_iter().collect();
            let object = load(source, &features, &[], &[], &Picklists::new()).expect("parsed above");
            assert_eq!(object.name, *name);
            assert!(object.field("id").is_some(), "{name} has no Id");
        }
        for (name, source) in PICKLISTS {
            assert!(serde_json::from_str::<Vec<EntryLine>>(source).is_ok(), "picklist {name}");
        }
    }
}
