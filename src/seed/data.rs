//! `data/`: records in the form that `sf data export tree --plan` writes.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::org_file::OrgFile;
use super::seed_error::{SeedError, json_error, line_at, line_of};
use super::seed_files::Seed;
use crate::dml::{Call, RecordInput, insert_given};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{FieldType, SObject};
use crate::model::value::{Input, Raw};

const PLAN: &str = "data/plan.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    sobject: String,
    files: Vec<String>,
    #[serde(default, rename = "saveRefs")]
    _save_refs: bool,
    #[serde(default, rename = "resolveRefs")]
    _resolve_refs: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeFile {
    records: Vec<Map<String, Json>>,
}

/// Loads the records of the plan, and gives the user named `admin` the id that was kept for it.
pub(super) fn load(call: Call, seed: &Seed, file: &OrgFile, admin: Id) -> Result<(), SeedError> {
    let mut tree = Tree { call, ids: HashMap::new(), admin: Some((file.admin.to_lowercase(), admin)) };
    if let Some(plan) = seed.file(PLAN) {
        let steps: Vec<Step> = serde_json::from_str(plan).map_err(|error| json_error(PLAN, &error))?;
        for step in steps {
            let Some(object) = tree.object(&step.sobject) else {
                let line = line_of(plan, &format!("\"{}\"", step.sobject));
                return Err(unknown_object(PLAN, line, &step.sobject));
            };
            for name in &step.files {
                let path = format!("data/{name}");
                let source = seed.file(&path).ok_or_else(|| SeedError {
                    file: PLAN.to_owned(),
                    line: line_of(plan, &format!("\"{name}\"")),
                    what: format!("there is no file {path}"),
                    expected: "the name of a file beside plan.json".to_owned(),
                })?;
                let content: TreeFile =
                    serde_json::from_str(source).map_err(|error| json_error(&path, &error))?;
                let mut position = ReadPosition { path: &path, source, at: 0 };
                for record in &content.records {
                    tree.record(&object, record, None, &mut position)?;
                }
            }
        }
    }
    if tree.admin.is_some() {
        let what = format!("no record of data/ is the user {}", file.admin);
        return Err(file.mistake(
            &file.admin,
            what,
            "the username of a user with the profile System Administrator",
        ));
    }
    Ok(())
}

struct Tree<'a> {
    call: Call<'a>,
    /// Ids by `referenceId`.
    ids: HashMap<String, Id>,
    /// The administrator's username and id, until the record has come.
    admin: Option<(String, Id)>,
}

/// Where in a file the reading is.
struct ReadPosition<'a> {
    path: &'a str,
    source: &'a str,
    at: usize,
}

impl ReadPosition<'_> {
    /// Goes to the next record: the next `"attributes"`, or the one with this `referenceId`.
    fn enter(&mut self, reference: Option<&str>) {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let found = match reference {
            Some(reference) => rest.find(&format!("\"{reference}\"")),
            None => rest.find("\"attributes\""),
        };
        self.at += found.map_or(0, |found| found + 1);
    }

    /// The line of a field of the record that was entered.
    fn line(&self, field: Option<&str>) -> usize {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let offset = field.and_then(|field| rest.find(&format!("\"{field}\""))).unwrap_or(0);
        line_at(self.source, self.at + offset)
    }

    fn mistake(&self, field: &str, what: String, expected: &str) -> SeedError {
        SeedError {
            file: self.path.to_owned(),
            line: self.line(Some(field)),
            what,
            expected: expected.to_owned(),
        }
    }

    fn fault(&self, fault: &Fault) -> SeedError {
        SeedError::of_fault(self.path, self.line(fault.fields.first().map(|field| field.as_ref())), fault)
    }
}

impl Tree<'_> {
    fn object(&self, name: &str) -> Option<Arc<SObject>> {
        self.call.org.object(name).ok().flatten()
    }

    fn record(
        &mut self,
        object: &Arc<SObject>,
        record: &Map<String, Json>,
        parent: Option<(&str, Id)>,
        position: &mut ReadPosition,
    ) -> Result<(), SeedError> {
        let attributes = record.get("attributes").and_then(Json::as_object);
        let reference = attributes.and_then(|a| a.get("referenceId")).and_then(Json::as_str);
        position.enter(reference);
        let object = match attributes.and_then(|a| a.get("type")).and_then(Json::as_str) {
            Some(name) => {
                &self.object(name).ok_or_else(|| unknown_object(position.path, position.line(None), name))?
            }
            None => object,
        };
        let mut fields = Vec::new();
        if let Some((field, id)) = parent {
            fields.push((field.to_owned(), Input::from(id.as_str())));
        }
        let mut children = Vec::new();
        for (name, value) in record.iter().filter(|(name, _)| *name != "attributes") {
            if let Some(records) = value.get("records").and_then(Json::as_array) {
                children.push((name, records));
                continue;
            }
            if is_computed(object, name) {
                return Err(position.mistake(name, format!("{name} cannot be given"), "it to be left out"));
            }
            fields.push((name.clone(), self.value(name, value, position)?));
        }
        let id = self.kept_id(object, record);
        let sent = RecordInput { object: object.clone(), id: id.map(|id| id.as_str().to_owned()), fields };
        let id = insert_given(self.call, &sent).map_err(|faults| match faults.first() {
            Some(fault) => position.fault(fault),
            None => position.mistake("attributes", "the record was refused".to_owned(), ""),
        })?;
        if let Some(reference) = reference
            && self.ids.insert(reference.to_owned(), id).is_some()
        {
            let what = format!("the referenceId {reference:?} is used twice");
            return Err(position.mistake("referenceId", what, "one of its own"));
        }
        for (name, records) in children {
            let relationship = object.child_relationship(name);
            let child = relationship.and_then(|r| Some((self.object(&r.child)?, r.field.clone())));
            let Some((child, field)) = child else {
                let what = format!("{} has no child relationship {name:?}", object.name);
                return Err(position.mistake(name, what, "a relationship's name"));
            };
            for record in records.iter().filter_map(Json::as_object) {
                self.record(&child, record, Some((&field, id)), position)?;
            }
        }
        Ok(())
    }

    /// The id that was reserved for the administrator, when this is the one.
    fn kept_id(&mut self, object: &SObject, record: &Map<String, Json>) -> Option<Id> {
        let username = record.get("Username").and_then(Json::as_str)?.to_lowercase();
        let (_, id) = self.admin.take_if(|(admin, _)| object.name == "User" && *admin == username)?;
        Some(id)
    }

    /// A value, with `@reference` replaced by the id.
    fn value(&self, name: &str, value: &Json, position: &ReadPosition) -> Result<Input, SeedError> {
        let Some(reference) = value.as_str().and_then(|text| text.strip_prefix('@')) else {
            return Ok(plain(value));
        };
        let id = self.ids.get(reference).ok_or_else(|| {
            position.mistake(
                name,
                format!("no record further up has the referenceId {reference:?}"),
                "one that has",
            )
        })?;
        Ok(Input::from(id.as_str()))
    }
}

/// Ids, addresses as a whole, names of persons, types of users.
fn is_computed(object: &SObject, name: &str) -> bool {
    let Some(field) = object.field(name) else { return false };
    let composed = field.name == "Name" && field.extra_type_info.as_deref() == Some("personname");
    let typed = field.name == "UserType" && object.name == "User";
    field.kind == FieldType::Id || field.is_compound() || composed || typed
}

fn unknown_object(path: &str, line: usize, name: &str) -> SeedError {
    SeedError {
        file: path.to_owned(),
        line,
        what: format!("there is no object {name:?}"),
        expected: "an object's API name".to_owned(),
    }
}

/// A JSON value as the pipeline takes it.
pub(super) fn plain(value: &Json) -> Input {
    Input::new(match value {
        Json::Null => Raw::Null,
        Json::Bool(flag) => Raw::Bool(*flag),
        Json::Number(number) if number.is_f64() => Raw::Float(number.to_string()),
        Json::Number(number) => Raw::Int(number.to_string()),
        Json::String(text) => Raw::Text(text.clone()),
        Json::Array(items) => Raw::Array(items.iter().map(plain).collect()),
        Json::Object(map) => {
            Raw::Object(map.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
        }
    })
}
