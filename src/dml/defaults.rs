//! What a record gets without being sent: field defaults, owner, name, system fields.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::call::Operation;
use super::save::Save;
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, FieldType};
use crate::model::value::Value;

/// The number of an object's first record in a new org is one more: cases begin with `00001000`.
/// Source: public answers of Developer Edition orgs
const FIRST_NUMBER: u64 = 999;

/// Defaults of the fields on insert, and names that are made of parts.
pub(super) fn fill(save: &mut Save) -> Result<(), Fault> {
    if save.operation == Operation::Insert {
        let object = save.object.clone();
        save.set("Id", save.id);
        for index in object.places().defaulted() {
            let Some(field) = object.fields.get(index) else { continue };
            let blank = matches!(save.new.at(index), Value::Null | Value::Bool(false));
            if !blank || save.marks(index).written {
                continue;
            }
            match (&field.default, field.kind) {
                (Some(serde_json::Value::Bool(true)), _) => save.set_at(index, Value::Bool(true)),
                (Some(serde_json::Value::String(text)), _) => save.set_at(index, Value::from(text.as_str())),
                (Some(serde_json::Value::Number(number)), FieldType::Int) => {
                    save.set_at(index, number.as_i64().map_or(Value::Null, Value::Int));
                }
                (Some(serde_json::Value::Number(number)), _) => {
                    save.set_at(index, number.as_f64().map_or(Value::Null, Value::Double));
                }
                _ if let Some(format) = &field.number_format => {
                    let number = save.call.org.next_number(&format!("{}.{}", object.name, field.name))?;
                    let number = format.first.saturating_add(number - 1);
                    let day = day_of(save.call.environment.now());
                    save.set_at(index, Value::from(format.format(number, day)));
                }
                _ if field.is(FieldFlag::AutoNumber) => {
                    let number = FIRST_NUMBER + save.id.number().unwrap_or_default();
                    save.set_at(index, Value::from(format!("{number:08}")));
                }
                (_, FieldType::Picklist) if field.is(FieldFlag::DefaultedOnCreate) => {
                    let default = field.picklist.as_ref().and_then(|list| list.iter().find(|e| e.default));
                    if let Some(entry) = default {
                        save.set_at(index, Value::from(entry.value.as_str()));
                    }
                }
                _ => {}
            }
        }
        if object.field("OwnerId").is_some() && save.value("OwnerId").is_null() {
            save.set("OwnerId", save.call.runner.user);
        }
        // A record of a custom object that has no name is named after its id.
        if object.name.ends_with("__c") && object.field("Name").is_some() && save.value("Name").is_null() {
            let id = save.id;
            save.set("Name", id.short());
        }
    }
    person_name(save);
    Ok(())
}

/// The day of a moment, in UTC.
fn day_of(milliseconds: i64) -> Date {
    let moment = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::UTC.to_datetime(moment).date()
}

/// `Name` of a person is first, middle and last name and suffix, and cannot be sent.
fn person_name(save: &mut Save) {
    let Some(name) = save.object.field("Name") else { return };
    let composed = name.extra_type_info.as_deref() == Some("personname");
    let parts = ["FirstName", "MiddleName", "LastName", "Suffix"];
    if !composed || !parts.iter().any(|part| save.changes(part)) {
        return;
    }
    let mut name = String::new();
    for part in parts.iter().filter_map(|part| save.text(part)) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    save.set("Name", name);
}

/// Created, last modified and the system's own stamp.
pub(super) fn stamp(save: &mut Save) {
    let now = Value::Int(save.call.environment.now());
    let user = save.call.runner.user;
    if save.operation == Operation::Insert {
        // The platform itself may say when and by whom (JIT, seeds).
        if save.value("CreatedDate").is_null() {
            save.set("CreatedDate", now.clone());
        }
        if save.value("CreatedById").is_null() {
            save.set("CreatedById", user);
        }
    }
    save.set("LastModifiedDate", now.clone());
    save.set("LastModifiedById", user);
    save.set("SystemModstamp", now);
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}
