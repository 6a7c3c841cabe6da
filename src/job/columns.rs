//! What the names in a CSV header mean.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_rel_field_header_row.htm>

use csv::ByteRecord;

use super::batch_error::BatchError;
use super::bulk_job::Operation;
use crate::model::schema::SObject;
use crate::model::value::{Input, Place, Raw};
use crate::org::access::Runner;

/// What stands for null; an empty value stands for no change.
const NULL: &[u8] = b"#N/A";

/// What a column is.
#[derive(Debug)]
enum Column {
    Id,
    Field(String),
    /// The parent that one of its own fields names.
    Parent {
        /// The field that refers to it.
        reference: String,
        relationship: String,
        /// Its object, where there are several.
        object: Option<String>,
        key: String,
    },
}

/// The columns of a batch.
#[derive(Debug)]
pub(super) struct Columns(Vec<Column>);

impl Columns {
    /// Reads a header.
    ///
    /// # Errors
    /// The batch is refused for the first name that is none.
    pub fn read(
        header: &[String],
        object: &SObject,
        operation: Operation,
        external_id: Option<&str>,
        runner: &Runner,
    ) -> Result<Columns, BatchError> {
        let columns =
            header.iter().map(|name| column(name, object, runner)).collect::<Result<Vec<_>, _>>()?;
        let has_id = columns.iter().any(|column| matches!(column, Column::Id));
        match operation {
            Operation::Delete | Operation::HardDelete if !has_id => return Err(BatchError::no_field("Id")),
            Operation::Delete | Operation::HardDelete if columns.len() > 1 => {
                return Err(BatchError::only_ids(operation.as_str()));
            }
            Operation::Update if !has_id => return Err(BatchError::no_field("Id")),
            // Records without an Id are new.
            Operation::Upsert => {
                let key = external_id.filter(|key| *key != "Id");
                let is_there = |key: &str| header.iter().any(|name| name.eq_ignore_ascii_case(key));
                if let Some(key) = key.filter(|key| !is_there(key)) {
                    return Err(BatchError::no_field(key));
                }
            }
            _ => {}
        }
        Ok(Columns(columns))
    }

    /// The id and the fields of a record.
    pub fn record(&self, record: &ByteRecord) -> (Option<String>, Vec<(String, Input)>) {
        let mut id = None;
        let mut fields = Vec::with_capacity(self.0.len());
        for (place, (column, value)) in self.0.iter().zip(record.iter()).enumerate() {
            let input = |raw| Input { raw, at: Some(Place::Csv(place)) };
            let raw = match value {
                b"" => continue,
                NULL => Raw::Null,
                value => Raw::Text(String::from_utf8_lossy(value).into_owned()),
            };
            match (column, raw) {
                (Column::Id, Raw::Text(text)) => id = Some(text),
                (Column::Id, _) => {}
                (Column::Field(name), raw) => fields.push((name.clone(), input(raw))),
                (Column::Parent { reference, .. }, Raw::Null) => {
                    fields.push((reference.clone(), input(Raw::Null)));
                }
                (Column::Parent { relationship, object, key, .. }, raw) => {
                    let mut parent = Vec::with_capacity(2);
                    if let Some(object) = object {
                        let kind = ("type".to_owned(), Input::from(object.as_str()));
                        parent.push(("attributes".to_owned(), Input::new(Raw::Object(vec![kind]))));
                    }
                    parent.push((key.clone(), input(raw)));
                    fields.push((relationship.clone(), input(Raw::Object(parent))));
                }
            }
        }
        (id, fields)
    }
}

fn column(name: &str, object: &SObject, runner: &Runner) -> Result<Column, BatchError> {
    let name = name.trim();
    if let Some((path, field)) = name.split_once('.') {
        return parent(name, path, field, object, runner);
    }
    if name.eq_ignore_ascii_case("Id") {
        return Ok(Column::Id);
    }
    match object.field(name).filter(|field| runner.sees_field(object, field)) {
        Some(field) => Ok(Column::Field(field.name.clone())),
        None => Err(BatchError::no_field(name)),
    }
}

/// `Account.External_Id__c`, and for one of several objects `User:Owner.Username`; the other way round is taken, too.
fn parent(
    name: &str,
    path: &str,
    key: &str,
    object: &SObject,
    runner: &Runner,
) -> Result<Column, BatchError> {
    let (kind, relationship) = match path.split_once(':') {
        Some((kind, relationship)) if object.parent_relationship(relationship).is_some() => {
            (Some(kind), relationship)
        }
        Some((relationship, kind)) => (Some(kind), relationship),
        None => (None, path),
    };
    let reference = object.parent_relationship(relationship).filter(|field| runner.sees_field(object, field));
    let Some(reference) = reference else { return Err(BatchError::no_field(name)) };
    if kind.is_some() && reference.reference_to.len() < 2 {
        return Err(BatchError::type_not_needed(relationship));
    }
    let relationship = reference.relationship.clone().unwrap_or_else(|| relationship.to_owned());
    let object = kind.map(str::to_owned);
    Ok(Column::Parent { reference: reference.name.clone(), relationship, object, key: key.to_owned() })
}
