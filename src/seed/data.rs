//! `data/`: records in the form that `sf data export tree --plan` writes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::org_file::OrgFile;
use super::seed_error::{SeedError, json_error, line_at, line_of, one_of};
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
    let admin = Some((file.admin.to_lowercase(), admin));
    let mut tree = Tree { call, seed, ids: HashMap::new(), missing: HashSet::new(), admin };
    let mut read = BTreeSet::from([PLAN.to_owned()]);
    if let Some(plan) = seed.file(PLAN) {
        match serde_json::from_str::<Vec<Step>>(plan).map_err(|error| json_error(PLAN, &error)) {
            Ok(steps) => {
                for step in steps {
                    tree.step(plan, &step, &mut read).or_else(|mistake| seed.note(mistake))?;
                }
            }
            Err(mistake) => seed.note(mistake)?,
        }
    }
    let left_out =
        |path: &&String| path.starts_with("data/") && path.ends_with(".json") && !read.contains(*path);
    for path in seed.files.keys().filter(left_out) {
        let what = match seed.file(PLAN) {
            Some(_) => "data/plan.json does not name it",
            None => "there is no data/plan.json that names it",
        };
        seed.note(SeedError::whole(path, what, "a step of data/plan.json with its name in \"files\""))?;
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
    seed: &'a Seed,
    /// Ids by `referenceId`.
    ids: HashMap<String, Id>,
    /// Each `referenceId` of a record that was refused. What points at it has no mistake of its own.
    missing: HashSet<String>,
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

    /// A fault of the record that was entered: at the field that it names, or at the one that points at what is not there.
    fn fault(&self, fault: &Fault, object: &SObject, record: &Map<String, Json>) -> SeedError {
        let points_nowhere = |value: &Json| match value.as_object() {
            Some(parent) => parent
                .iter()
                .filter_map(|(field, value)| {
                    Some(format!("{} not found for field {field} ", value.as_str()?))
                })
                .any(|words| fault.message.contains(&words)),
            None => false,
        };
        let pointing = record.iter().find(|(_, value)| points_nowhere(value)).map(|(name, _)| name.as_str());
        let unknown = fault.message.split('\'').nth(1).filter(|_| fault.fields.is_empty());
        let unknown = unknown.filter(|name| record.contains_key(*name));
        let field = fault.fields.first().map(|field| field.as_ref()).or(pointing).or(unknown);
        SeedError::of_record_fault(self.path, self.line(field), fault, object)
    }
}

impl Tree<'_> {
    /// Loads the files of a step of the plan.
    fn step(&mut self, plan: &str, step: &Step, read: &mut BTreeSet<String>) -> Result<(), SeedError> {
        read.extend(step.files.iter().map(|name| format!("data/{name}")));
        let Some(object) = self.object(&step.sobject) else {
            let line = line_of(plan, &format!("\"{}\"", step.sobject));
            return Err(self.unknown_object(PLAN, line, &step.sobject));
        };
        for name in &step.files {
            let path = format!("data/{name}");
            let Some(source) = self.seed.file(&path) else {
                self.seed.note(SeedError {
                    file: PLAN.to_owned(),
                    line: line_of(plan, &format!("\"{name}\"")),
                    what: format!("there is no file {path}"),
                    expected: "the name of a file beside plan.json".to_owned(),
                })?;
                continue;
            };
            let content: TreeFile = match serde_json::from_str(source) {
                Ok(content) => content,
                Err(error) => {
                    self.seed.note(json_error(&path, &error))?;
                    continue;
                }
            };
            let mut position = ReadPosition { path: &path, source, at: 0 };
            for record in &content.records {
                if let Err(mistake) = self.record(&object, record, None, &mut position) {
                    self.miss(record);
                    // One that only follows from another is empty.
                    if !mistake.what.is_empty() {
                        self.seed.note(mistake)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps in mind that a record, and what it has in it, is not there.
    fn miss(&mut self, record: &Map<String, Json>) {
        let reference = record.get("attributes").and_then(|attributes| attributes.get("referenceId"));
        if let Some(reference) = reference.and_then(Json::as_str)
            && !self.ids.contains_key(reference)
        {
            self.missing.insert(reference.to_owned());
        }
        let username = record.get("Username").and_then(Json::as_str).map(str::to_lowercase);
        self.admin.take_if(|(admin, _)| username.as_ref() == Some(admin));
        for records in record.values().filter_map(|value| value.get("records")?.as_array()) {
            for child in records.iter().filter_map(Json::as_object) {
                self.miss(child);
            }
        }
    }

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
            Some(name) if self.object(name).is_none() => {
                return Err(self.unknown_object(position.path, position.line(Some("type")), name));
            }
            Some(name) if !name.eq_ignore_ascii_case(&object.name) => {
                let what = format!("the type is {name}, where records of {} are loaded", object.name);
                return Err(position.mistake("type", what, &object.name));
            }
            _ => object,
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
        let id = match insert_given(self.call, &sent) {
            Ok(id) => id,
            Err(faults) => {
                let mut mistakes = faults.iter().map(|fault| position.fault(fault, object, record));
                let refused = || position.mistake("attributes", "the record was refused".to_owned(), "");
                let first = mistakes.next().unwrap_or_else(refused);
                for more in mistakes {
                    // The first one ends the load if not all are wanted.
                    _ = self.seed.note(more);
                }
                return Err(first);
            }
        };
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

    fn unknown_object(&self, path: &str, line: usize, name: &str) -> SeedError {
        let objects = self.call.org.schema.all();
        SeedError {
            file: path.to_owned(),
            line,
            what: format!("there is no object {name:?}"),
            expected: one_of(name, objects.iter().map(|object| object.name.as_str())),
        }
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
        if self.missing.contains(reference) {
            return Err(SeedError::whole(position.path, "", ""));
        }
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
