//! References: by id, and by a key of the parent (`{"Account": {"External_Id__c": "x"}}`).

use std::sync::Arc;

use super::{Call, Save};
use crate::org::fault::{Fault, StatusCode};
use crate::org::id::Id;
use crate::org::schema::{Field, FieldFlag, FieldType, SObject};
use crate::org::value::{Input, Raw, Value};

/// Finds the parent that a nested object names by one field of its own.
///
/// # Errors
/// `INVALID_FIELD` when the key is not exactly one usable field or nothing has the value.
pub(super) fn parent_by_key(call: Call, field: &Field, key: &[(String, Input)]) -> Result<Input, Fault> {
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
        Some(name) => call.org.object(name)?,
        None => None,
    };
    let (Some(parent), [(name, input)]) = (parent, keys.as_slice()) else {
        return Err(not_one_key(field));
    };
    let lookup = parent.field(name).ok_or_else(|| Fault::no_such_column(name, &parent))?;
    let usable = call.runner.is_system()
        || lookup.is(FieldFlag::ExternalId)
        || lookup.is(FieldFlag::IdLookup)
        || lookup.is(FieldFlag::NameField);
    if !usable {
        return Err(not_one_key(field));
    }
    let value = super::convert::value(lookup, input, false)?;
    let found = call.org.ids_where(&parent, &lookup.name, &value, 2)?;
    match found.as_slice() {
        [id] => Ok(Input::new(Raw::Text(id.as_str().to_owned()))),
        [] => Err(no_match(&lookup.name, &value, &parent)),
        _ => Err(several_match(&lookup.name, &value, &parent)),
    }
}

fn not_one_key(field: &Field) -> Fault {
    let relationship = field.relationship.as_deref().unwrap_or(&field.name);
    Fault::new(
        StatusCode::INVALID_FIELD,
        format!("The external foreign key reference does not reference a valid entity: {relationship}"),
    )
}

fn no_match(field: &str, value: &Value, parent: &SObject) -> Fault {
    let value = value.as_text().unwrap_or_default();
    let message =
        format!("Foreign key external ID: {value} not found for field {field} in entity {}", parent.name);
    Fault::new(StatusCode::INVALID_FIELD, message)
}

fn several_match(field: &str, value: &Value, parent: &SObject) -> Fault {
    let value = value.as_text().unwrap_or_default();
    let message = format!(
        "More than one record found for external id field {field}: {value} in entity {}",
        parent.name
    );
    Fault::new(StatusCode::DUPLICATE_EXTERNAL_ID, message)
}

/// Every reference that the save changes points at a live record of an object it may refer to.
pub(super) fn check_references(save: &Save) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    for (index, field) in save.object.fields.iter().enumerate() {
        let changed =
            save.written.get(index).copied().unwrap_or(false) && save.old.at(index) != save.new.at(index);
        if field.kind != FieldType::Reference || !changed {
            continue;
        }
        if let Some(text) = save.new.at(index).as_text() {
            if let Err(fault) = check_reference(save, field, text) {
                faults.push(fault);
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn check_reference(save: &Save, field: &Field, text: &str) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(id) = Id::parse(text) else {
        return Err(Fault::malformed_id(field, text));
    };
    // A record may refer to itself before it is stored (a first user's CreatedById).
    if id == save.id {
        return Ok(());
    }
    let Some(target) = target(save, field, id) else {
        return Err(Fault::id_of_other_object(field, text));
    };
    org.ensure_table(&target)?;
    let deleted = match org.exists(&target, id)? {
        None => return Err(Fault::invalid_cross_reference()),
        Some(deleted) => deleted,
    };
    if deleted {
        return Err(Fault::entity_is_deleted());
    }
    Ok(())
}

/// The object that an id belongs to, if the field may refer to it.
fn target(save: &Save, field: &Field, id: Id) -> Option<Arc<SObject>> {
    let schema = &save.call.org.schema;
    if let [only] = field.reference_to.as_slice() {
        let object = schema.object(only)?;
        return (object.key_prefix.as_deref() == Some(id.key_prefix())).then_some(object);
    }
    field
        .reference_to
        .iter()
        .filter_map(|name| schema.object(name))
        .find(|object| object.key_prefix.as_deref() == Some(id.key_prefix()))
}
