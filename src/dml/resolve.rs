//! References: by id, and by a key of the parent (`{"Account": {"External_Id__c": "x"}}`).

use std::sync::Arc;

use super::call::Call;
use super::save::Save;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::model::value::{Input, Raw, Value};
use crate::org::Org;

/// Finds the parent that a nested object names by one field of its own.
///
/// # Errors
/// `INVALID_FIELD` when the key is not exactly one usable field or nothing has the value.
pub(super) fn parent_by_key(call: Call, field: &Field, key: &[(String, Input)]) -> Result<Id, Fault> {
    let mut target = field.reference_to.first().cloned();
    let mut keys = Vec::new();
    for (name, input) in key {
        match (name.as_str(), &input.raw) {
            ("attributes", Raw::Object(attributes)) => {
                for (name, input) in attributes {
                    if let ("type", Raw::Text(text)) = (name.as_str(), &input.raw) {
                        target = Some(text.clone());
                    }
                }
            }
            ("type", Raw::Text(text)) if field.reference_to.len() > 1 => target = Some(text.clone()),
            _ => keys.push((name, input)),
        }
    }
    let parent = match &target {
        Some(name) => call.org.schema.object(name),
        None => None,
    };
    let (Some(parent), [(name, input)]) = (parent, keys.as_slice()) else {
        return Err(not_one_key(relationship(field)));
    };
    let lookup = parent.field(name).ok_or_else(|| Fault::no_such_column(name, &parent))?;
    let usable = call.runner.is_system()
        || lookup.is(FieldFlag::ExternalId)
        || lookup.is(FieldFlag::IdLookup)
        || lookup.is(FieldFlag::NameField);
    if !usable {
        return Err(not_one_key(relationship(field)));
    }
    let value = super::convert::value(lookup, input, false)?;
    let found = call.org.ids_where(&parent, &lookup.name, &value, 2)?;
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(no_match(&lookup.name, input.raw.token().1, &parent)),
        _ => Err(several_match(&lookup.name, input.raw.token().1, &parent)),
    }
}

fn relationship(field: &Field) -> &str {
    field.relationship.as_deref().unwrap_or(&field.name)
}

/// Every reference that the save changes points at a live record of an object it may refer to. Of several faults of a kind
/// that name no field the first is told.
pub(super) fn check_references(save: &Save) -> Result<(), Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    for index in save.object.places().references() {
        if !save.marks(index).written || save.old.at(index) == save.new.at(index) {
            continue;
        }
        if let Some(field) = save.object.fields.get(index)
            && let Some(text) = save.new.at(index).as_text()
            && let Err(fault) = check_reference(save, field, text)
            // A parent that is out of sight has others with it: a contact its account.
            && !faults.iter().any(|known| known.code == fault.code && known.fields == fault.fields)
        {
            faults.push(fault);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn check_reference(save: &Save, field: &Field, text: &str) -> Result<(), Fault> {
    let (org, runner) = (save.call.org, save.call.runner);
    let Some(id) = Id::parse(text) else {
        return Err(Fault::malformed_id(field, text));
    };
    // A record may refer to itself before it is stored (a first user's CreatedById).
    if id == save.id {
        return Ok(());
    }
    let Some(target) = target(org, field, id) else {
        return Err(Fault::id_of_other_object(field, text));
    };
    let deleted = org.exists(&target, id)?.ok_or_else(Fault::invalid_cross_reference)?;
    if deleted {
        return Err(Fault::entity_is_deleted());
    }
    if runner.is_system() {
        return Ok(());
    }
    if !runner.object(&target).read {
        return Err(Fault::no_sight_of_record(id));
    }
    if !runner.sees_every_record(&target)
        && let Some(record) = org.find(&target, id)?
        && !runner.sees_record(org, &record)?
    {
        return Err(Fault::no_sight_of_record(id));
    }
    Ok(())
}

/// The value of a reference field is the id of an object that the field may refer to.
pub(super) fn check_kind(org: &Org, field: &Field, value: Value) -> Result<Value, Fault> {
    if field.kind != FieldType::Reference {
        return Ok(value);
    }
    let Some(id) = value.as_text().and_then(Id::parse) else { return Ok(value) };
    if target(org, field, id).is_some() {
        return Ok(value);
    }
    Err(Fault::id_of_other_object(field, id.as_str()))
}

/// The object that an id belongs to, if the field may refer to it.
fn target(org: &Org, field: &Field, id: Id) -> Option<Arc<SObject>> {
    let object = org.schema.by_key_prefix(id.key_prefix())?;
    field.reference_to.contains(&object.name).then_some(object)
}

faults! {
    /// a parent is named by something else than one field that is an external id or looks records up
    not_one_key(relationship: &str) = INVALID_FIELD,
        "The external foreign key reference does not reference a valid entity: {relationship}", Quoted;

    /// a parent is named by an external id that no record has
    no_match(field: &str, value: &str, parent: &SObject) = INVALID_FIELD,
        "Foreign key external ID: {value} not found for field {field} in entity {parent}" with (parent = parent.name),
        Seen "public issues of API clients";

    /// a parent is named by an external id that several records have
    several_match(field: &str, value: &str, parent: &SObject) = DUPLICATE_EXTERNAL_ID,
        "More than one record found for external id field {field}: {value} in entity {parent}" with (parent = parent.name),
        Quoted;
}
