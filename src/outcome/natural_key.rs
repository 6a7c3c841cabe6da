//! What people know a record by: a username, an e-mail address, a name and a number, what it joins.

use std::sync::Arc;

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::org::Org;

/// How deep names go that consist of other records' names.
const DEEPEST: usize = 3;

/// The fields that a record's natural key consists of: they are not told again.
pub fn key_fields(object: &SObject) -> &'static [&'static str] {
    match object.name.as_str() {
        "User" => &["Username"],
        "Contact" | "Lead" => &["Email"],
        "Account" => &["Name", "AccountNumber"],
        "PermissionSetAssignment" => &["AssigneeId", "PermissionSetId", "PermissionSetGroupId"],
        "GroupMember" => &["UserOrGroupId", "GroupId"],
        "NetworkMember" => &["MemberId", "NetworkId"],
        "UserLogin" => &["UserId"],
        _ if object.field("DeveloperName").is_some() => &["DeveloperName"],
        _ => &["Name"],
    }
}

/// The natural key of a record.
pub fn natural_key(org: &Org, record: &Record) -> Result<String, Fault> {
    key_at(org, record, DEEPEST)
}

/// The natural key of the record with an id; the name of its object when there is no such record.
pub fn key_of(org: &Org, id: Id) -> Result<String, Fault> {
    key_of_at(org, id, DEEPEST)
}

fn key_of_at(org: &Org, id: Id, depth: usize) -> Result<String, Fault> {
    let Some(object) = org.schema.by_key_prefix(id.key_prefix()) else { return Ok("(unknown)".to_owned()) };
    if depth == 0 || !org.has_rows(&object.name) {
        return Ok(object.name.clone());
    }
    match org.find(&object, id)? {
        Some(record) => key_at(org, &record, depth - 1),
        None => Ok(format!("(no {})", object.name)),
    }
}

fn key_at(org: &Org, record: &Record, depth: usize) -> Result<String, Fault> {
    let text = |field: &str| record.text(field).map(str::to_owned);
    let target = |field: &str| match record.id(field) {
        Some(id) => key_of_at(org, id, depth),
        None => Ok("(none)".to_owned()),
    };
    let join = |one: &str, word: &str, other: &str| {
        Ok::<_, Fault>(format!("{} {word} {}", target(one)?, target(other)?))
    };
    Ok(match record.object.name.as_str() {
        "User" => match text("Username") {
            // The usernames of the platform's own users have the id of the org in them.
            Some(username) if username.contains(&org.id.to_string().to_lowercase()) => {
                text("Name").unwrap_or_default()
            }
            username => username.unwrap_or_default(),
        },
        "Contact" | "Lead" => text("Email").or_else(|| text("Name")).unwrap_or_default(),
        "Account" => match text("AccountNumber") {
            Some(number) => format!("{} ({number})", text("Name").unwrap_or_default()),
            None => text("Name").unwrap_or_default(),
        },
        "PermissionSetAssignment" if record.id("PermissionSetGroupId").is_some() => {
            join("AssigneeId", "->", "PermissionSetGroupId")?
        }
        "PermissionSetAssignment" => join("AssigneeId", "->", "PermissionSetId")?,
        "GroupMember" => join("UserOrGroupId", "in", "GroupId")?,
        "NetworkMember" => join("MemberId", "in", "NetworkId")?,
        "UserLogin" => target("UserId")?,
        // A profile's own permission set is named by an id.
        "PermissionSet" if record.get("IsOwnedByProfile").is_true() => format!("of {}", target("ProfileId")?),
        "Group" if record.text("DeveloperName").is_none() => {
            format!("{} {}", text("Type").unwrap_or_default(), target("RelatedId")?)
        }
        _ => named(record).map_or_else(|| joined(org, record, depth), Ok)?,
    })
}

/// By the developer name, or by the name field if people write it.
fn named(record: &Record) -> Option<String> {
    let name_field = record.object.name_field.as_deref().and_then(|name| record.object.field(name));
    let is_written = |field: &&Field| !field.is(FieldFlag::AutoNumber) && field.number_format.is_none();
    let developer_name = record.text("DeveloperName");
    let name = || name_field.filter(is_written).and_then(|field| record.text(&field.name));
    // What has a number for a name is known by what it is about.
    developer_name.or_else(name).or_else(|| record.text("Subject")).map(str::to_owned)
}

/// By all that the record refers to.
fn joined(org: &Org, record: &Record, depth: usize) -> Result<String, Fault> {
    let object: &Arc<SObject> = &record.object;
    let references = object.fields.iter().filter(|field| {
        field.kind == FieldType::Reference
            && (field.is(FieldFlag::Createable) || field.is(FieldFlag::Updateable))
            && field.name != "OwnerId"
    });
    let mut names = Vec::new();
    for field in references {
        if let Some(id) = record.id(&field.name) {
            names.push(key_of_at(org, id, depth)?);
        }
    }
    Ok(if names.is_empty() { "(no name)".to_owned() } else { names.join(" / ") })
}
