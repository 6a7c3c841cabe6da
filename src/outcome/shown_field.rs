//! Which fields of a record are told, and how.

use super::natural_key::key_of;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::model::value::Value;
use crate::org::Org;

/// What a user gets who was sent nothing else: beyond what the fields themselves say.
const USER_DEFAULTS: [(&str, &str); 5] = [
    ("DigestFrequency", "D"),
    ("IsActive", "true"),
    // It follows from the contact.
    ("IsPortalEnabled", "true"),
    ("ReceivesAdminInfoEmails", "true"),
    ("ReceivesInfoEmails", "true"),
];

/// Whether anything is told of a field: not of ids, times and secrets, nor of what follows from other fields.
pub fn is_shown(field: &Field) -> bool {
    let is_written = field.is(FieldFlag::Createable) || field.is(FieldFlag::Updateable);
    let tells = !matches!(
        field.kind,
        FieldType::Id | FieldType::DateTime | FieldType::EncryptedString | FieldType::Base64
    );
    let is_numbered = field.is(FieldFlag::AutoNumber) || field.number_format.is_some();
    (is_written || field.name == "CreatedById") && tells && !field.is_compound() && !is_numbered
}

/// Whether a new record has this value unless something else was said.
pub fn is_default(object: &SObject, field: &Field, value: &Value) -> bool {
    if field.name == "CreatedById" {
        // Only records that somebody owns tell by whom they were made.
        return object.field("OwnerId").is_none();
    }
    let is_blank = value.is_null() || (*value == Value::Bool(false) && field.default.is_none());
    let is_declared = field.default.as_ref().is_some_and(|default| match value {
        Value::Null => false,
        Value::Bool(flag) => default.as_bool() == Some(*flag),
        Value::Text(text) => default.as_str() == Some(text),
        Value::Int(number) => default.as_i64() == Some(*number),
        Value::Double(number) => default.as_f64() == Some(*number),
    });
    is_blank || is_declared || is_default_entry(field, value) || is_default_of_user(object, field, value)
}

fn is_default_entry(field: &Field, value: &Value) -> bool {
    let default = field.picklist.as_ref().and_then(|list| list.iter().find(|entry| entry.default));
    field.is(FieldFlag::DefaultedOnCreate)
        && default.is_some_and(|entry| value.as_text() == Some(&entry.value))
}

fn is_default_of_user(object: &SObject, field: &Field, value: &Value) -> bool {
    if object.name != "User" {
        return false;
    }
    let text = plain(value);
    let generated = text
        .strip_prefix("User")
        .is_some_and(|rest| rest.len() > 12 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    (field.name == "CommunityNickname" && generated)
        || USER_DEFAULTS.iter().any(|(name, default)| field.name == *name && text == *default)
}

/// What a field is called: a reference by its relationship.
pub fn label(field: &Field) -> String {
    match (&field.relationship, field.kind) {
        (Some(relationship), FieldType::Reference) => relationship.clone(),
        _ => field.name.clone(),
    }
}

/// A value in one line: a reference by the natural key of its record.
pub fn shown(org: &Org, field: &Field, value: &Value) -> Result<String, Fault> {
    match (field.kind, value) {
        (_, Value::Null) => Ok("(none)".to_owned()),
        (FieldType::Reference, Value::Text(id)) => match Id::parse(id) {
            Some(id) => key_of(org, id),
            None => Ok(id.clone()),
        },
        (_, value) => Ok(plain(value)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        // One line each.
        Value::Text(text) => text.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""),
    }
}
