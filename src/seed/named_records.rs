//! The records that `org.json` names: users by username, profiles and permission sets by name.

use super::org_file::{OrgFile, PATH};
use super::seed_error::SeedError;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

/// The user with a username that `org.json` names.
pub(super) fn user(org: &Org, file: &OrgFile, username: &str) -> Result<Id, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let object = org.standard("User").map_err(failed)?;
    let ids = org.ids_where(&object, "Username", &Value::from(username), 1).map_err(failed)?;
    ids.first().copied().ok_or_else(|| {
        file.mistake(username, format!("there is no user {username}"), "the username of a user of data/")
    })
}

/// The record of the user with a username that `org.json` names.
pub(super) fn user_record(org: &Org, file: &OrgFile, username: &str) -> Result<Record, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let id = user(org, file, username)?;
    let found = org.find(&org.standard("User").map_err(failed)?, id).map_err(failed)?;
    found.ok_or_else(|| failed(Fault::invalid_cross_reference()))
}

/// The id of a profile that `org.json` names.
pub(super) fn profile(org: &Org, file: &OrgFile, name: &str) -> Result<Id, SeedError> {
    let id = by_name(org, "Profile", name)?;
    id.ok_or_else(|| file.mistake(name, format!("there is no profile {name:?}"), "the name of a profile"))
}

/// The id of a permission set that `org.json` names.
pub(super) fn permission_set(org: &Org, file: &OrgFile, name: &str) -> Result<Id, SeedError> {
    let id = by_name(org, "PermissionSet", name)?;
    id.ok_or_else(|| {
        file.mistake(name, format!("there is no permission set {name:?}"), "the name of a permission set")
    })
}

fn by_name(org: &Org, object: &'static str, name: &str) -> Result<Option<Id>, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let object = org.standard(object).map_err(failed)?;
    let found = org.ids_where(&object, "Name", &Value::from(name), 1).map_err(failed)?;
    Ok(found.first().copied())
}
