//! Records in XML and JSON (Bulk API), read once and kept in pieces of a step each.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_xml_preparing.htm>

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value as Json};

use super::batch::Batch;
use super::batch_error::BatchError;
use super::bulk_job::Job;
use super::data_format::ContentType;
use super::record::{MOST_RECORDS, Record, STEP, are_few, are_there};
use super::stop::Stop;
use super::store::{Jobs, Part};
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};
use crate::org::access::Runner;

mod json;

/// How deep elements and objects may lie in each other.
const DEEPEST: usize = 10;
/// How many values a batch may have: 10,000 records of 100 fields.
const MOST_VALUES: usize = 1_000_000;

type Fields = Map<String, Json>;

/// The next records of a batch.
pub(super) fn records(
    jobs: &Jobs,
    job: &Job,
    batch: &Batch,
    object: &SObject,
    runner: &Runner,
) -> Result<Vec<Record>, Stop> {
    if batch.processed == 0 && batch.at == 0 {
        prepare(jobs, job, batch, object, runner)?;
    }
    let Some(piece) = jobs.part(&batch.id, Part::Records, batch.at)? else { return Ok(Vec::new()) };
    let records: Vec<Fields> =
        serde_json::from_slice(&piece).map_err(|error| BatchError::internal(&error.to_string()))?;
    Ok(records.into_iter().map(record).collect())
}

/// Reads the whole content, and keeps its records.
fn prepare(jobs: &Jobs, job: &Job, batch: &Batch, object: &SObject, runner: &Runner) -> Result<(), Stop> {
    let content = jobs.content(batch)?;
    let records = match job.content_type {
        ContentType::Json => json::objects(&content, MOST_RECORDS, MOST_VALUES)?,
        _ => xml(&content)?,
    };
    are_few(job, records.len())?;
    are_there(job, records.len())?;
    for name in records.iter().flat_map(Fields::keys) {
        let is_id = name.eq_ignore_ascii_case("Id") || matches!(name.as_str(), "attributes" | "type");
        if job.operation.is_deletion() && !is_id {
            return Err(BatchError::only_ids(job.operation.as_str()).into());
        }
        let known = matches!(name.as_str(), "attributes" | "type")
            || object
                .field(name)
                .or_else(|| object.parent_relationship(name))
                .is_some_and(|field| runner.sees_field(object, field));
        if !known {
            return Err(BatchError::no_field(name).into());
        }
    }
    for (place, piece) in records.chunks(STEP).enumerate() {
        let bytes = serde_json::to_vec(piece).map_err(|error| BatchError::internal(&error.to_string()))?;
        jobs.save_part(&batch.id, Part::Records, (place * STEP) as u64, &bytes)?;
    }
    Ok(())
}

/// The id and the fields of a record.
fn record(members: Fields) -> Record {
    let mut id = None;
    let mut fields = Vec::with_capacity(members.len());
    for (name, value) in members {
        match (name.to_ascii_lowercase().as_str(), value) {
            ("attributes" | "type", _) => {}
            ("id", Json::String(text)) => id = Some(text).filter(|text| !text.is_empty()),
            (_, Json::String(text)) if text.is_empty() => {}
            (_, value) => fields.push((name, input(value))),
        }
    }
    (id, fields)
}

fn input(value: Json) -> Input {
    Input::new(match value {
        Json::Null => Raw::Null,
        Json::Bool(flag) => Raw::Bool(flag),
        Json::Number(number) if number.is_f64() => Raw::Float(number.to_string()),
        Json::Number(number) => Raw::Int(number.to_string()),
        Json::String(text) if text == "#N/A" => Raw::Null,
        Json::String(text) => Raw::Text(text),
        Json::Array(items) => Raw::Array(items.into_iter().map(input).collect()),
        Json::Object(members) => {
            Raw::Object(members.into_iter().map(|(name, value)| (name, input(value))).collect())
        }
    })
}

/// An element whose end has not come yet.
#[derive(Default)]
struct Open {
    name: String,
    nil: bool,
    text: String,
    children: Fields,
}

/// `<sObjects><sObject><type>Contact</type><LastName>…</LastName><Account><sObject>…</sObject></Account></sObject>…`
fn xml(content: &[u8]) -> Result<Vec<Fields>, BatchError> {
    let refused = |why: &str| BatchError::unreadable("XML", why);
    let text = std::str::from_utf8(content).map_err(|_| refused("the content is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Open> = Vec::new();
    let mut records = Vec::new();
    let mut elements = 0;
    loop {
        match reader.read_event().map_err(|error| refused(&error.to_string()))? {
            Event::Start(_) if open.len() >= DEEPEST => {
                return Err(refused("elements are nested too deeply"));
            }
            Event::Start(_) if elements >= MOST_VALUES => {
                return Err(refused("there are too many elements"));
            }
            Event::Start(start) => {
                elements += 1;
                let name = start.local_name().as_ref().to_owned();
                let mut attributes = start.attributes().flatten();
                let nil = attributes.any(|attribute| {
                    attribute.key.local_name().as_ref() == "nil" && matches!(&*attribute.value, "true" | "1")
                });
                open.push(Open { name, nil, ..Open::default() });
            }
            Event::End(_) => {
                let Some(element) = open.pop() else {
                    return Err(refused("an element ends that never began"));
                };
                close(element, &mut open, &mut records);
                if records.len() > MOST_RECORDS {
                    return Err(BatchError::too_many_records(MOST_RECORDS));
                }
            }
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| refused(&error.to_string()))?;
                let named = || quick_xml::escape::resolve_predefined_entity(&reference).map(str::to_owned);
                match character.map(String::from).or_else(named) {
                    Some(text) => append(&mut open, &text),
                    None => return Err(refused("an entity is not declared")),
                }
            }
            Event::DocType(_) => return Err(refused("a document type declaration is not allowed")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
            Event::Eof => break,
        }
    }
    if open.is_empty() { Ok(records) } else { Err(refused("the document ends before its root element does")) }
}

/// Records stand in the root; a parent's record stands in the element of the relationship.
fn close(element: Open, open: &mut [Open], records: &mut Vec<Fields>) {
    let is_record = element.name == "sObject";
    match open {
        [] => {}
        [_root] if is_record => records.push(element.children),
        [.., parent] if is_record => parent.children.extend(element.children),
        [.., parent] => {
            let value = match element {
                Open { nil: true, .. } => Json::Null,
                Open { children, .. } if !children.is_empty() => Json::Object(children),
                Open { text, .. } => Json::String(text),
            };
            parent.children.insert(element.name, value);
        }
    }
}

fn append(open: &mut [Open], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}
