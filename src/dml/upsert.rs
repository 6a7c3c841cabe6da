//! Insert or update, by an external id.

use std::collections::HashSet;

use super::call::{Call, Failure, Outcome, RecordInput};
use super::save::faults_of;
use super::{convert, pipeline};
use crate::model::fault::{Detail, Fault, faults};
use crate::model::id::Id;
use crate::model::schema::Field;
use crate::model::value::Input;

/// The external ids that several records of one call carry. None of these records is saved.
pub(super) fn shared_keys(external_id: &str, records: &[RecordInput]) -> HashSet<String> {
    let mut shared = HashSet::new();
    // Most calls are of one record.
    if records.len() > 1 {
        let mut known = HashSet::with_capacity(records.len());
        let keys = records.iter().filter_map(|sent| {
            let field = sent.object.external_id(external_id)?;
            key_of(sent, external_id).map(|input| spelled(field, input))
        });
        shared.extend(keys.filter(|key| !key.is_empty() && !known.insert(key.clone())));
    }
    shared
}

/// What a record carries as its external id.
fn key_of<'a>(sent: &'a RecordInput, external_id: &str) -> Option<&'a Input> {
    sent.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(external_id)).map(|(_, input)| input)
}

/// An external id as sent, in lower case where case does not count.
fn spelled(field: &Field, key: &Input) -> String {
    let text = key.raw.token().1.trim();
    if field.is_case_sensitive() { text.to_owned() } else { text.to_lowercase() }
}

/// Saves a record under the value of one of its fields.
///
/// # Errors
/// `DUPLICATE_EXTERNAL_ID` with the ids when several records have the value; `MISSING_ARGUMENT` when the record does
/// not carry the field (one without `Id`, upserted by `Id`, is new); `DUPLICATE_VALUE` when its value is one of `shared`;
/// `INVALID_FIELD` when the field is no external id; else what insert and update give.
pub(super) fn upsert(
    call: Call,
    external_id: &str,
    shared: &HashSet<String>,
    sent: &RecordInput,
) -> Result<Outcome, Failure> {
    let object = &sent.object;
    let field = object.external_id(external_id).ok_or_else(|| faults_of(not_an_external_id(external_id)))?;
    let key = key_of(sent, external_id);
    let value = key.map(|input| convert::value(field, input, false)).transpose().map_err(faults_of)?;
    let is_id = field.name == "Id";
    let value = match value.filter(|value| !value.is_null()) {
        Some(value) => value,
        None if is_id => return insert(call, sent),
        None => return Err(faults_of(not_specified(external_id)).into()),
    };
    if let Some(key) = key.filter(|key| !shared.is_empty() && shared.contains(&spelled(field, key))) {
        return Err(faults_of(shared_key(field, key.raw.token().1)).into());
    }
    let found = call.with_value(object, field, &value).map_err(faults_of)?;
    match found.as_slice() {
        [] if is_id => Err(faults_of(Fault::invalid_cross_reference().of_addressed_record()).into()),
        [] => insert(call, sent),
        [id] => {
            let fields = sent.fields.iter().filter(|(name, _)| !is_id || !name.eq_ignore_ascii_case("Id"));
            let sent = RecordInput {
                object: object.clone(),
                id: Some(id.as_str().to_owned()),
                fields: fields.cloned().collect(),
            };
            Ok(pipeline::update(call, &sent).map(|id| Outcome::saved(id, false))?)
        }
        several => Err(faults_of(several_records(&object.name, &field.name, several)).into()),
    }
}

/// Saves a record that no other has the key of.
fn insert(call: Call, sent: &RecordInput) -> Result<Outcome, Failure> {
    let inserted = pipeline::insert(call, sent);
    inserted.map(|id| Outcome::saved(id, true)).map_err(|faults| Failure { faults, creates: true })
}

pub(crate) fn several_records(object: &str, field: &str, ids: &[Id]) -> Fault {
    let list: Vec<_> = ids.iter().map(Id::as_str).collect();
    let choices = ids.iter().map(|id| (object.to_owned(), *id)).collect();
    several_have_the_external_id(field, &list.join(", ")).with(Detail::Choices(choices))
}

faults! {
    /// an upsert names a field that is no external id
    not_an_external_id(field: &str) = INVALID_FIELD,
        "Field name provided, {field} is not an External ID or indexed field for the entity", Quoted;

    /// a record to upsert does not have the external id field
    not_specified(field: &str) = MISSING_ARGUMENT, "{field} not specified", Quoted;

    /// several records of one call carry the same external id; none of them is saved
    shared_key(field: &Field, value: &str) = DUPLICATE_VALUE on field,
        "Duplicate external id specified: {value}",
        Quoted "error parsers of public connectors";

    /// several records have the external id (300 on REST, with their paths)
    several_have_the_external_id(field: &str, ids: &str) = DUPLICATE_EXTERNAL_ID,
        "{field}: more than one record found for external id field: [{ids}]", Quoted;
}
