//! What users are given, and what that consists of: permission sets and their groups, licences, profiles.

use super::user::told;
use super::{MANAGE_USERS, record, text, text_of};
use crate::dml::{Operation, Save};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::setup_audit::SetupChange;

pub(super) fn of_assignment(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    let (org, row) = (save.call.org, record(save));
    let user = told(save, row.id("AssigneeId"))?;
    let (assigned, word) = match save.operation {
        Operation::Insert => (true, "assigned to"),
        Operation::Delete => (false, "unassigned from"),
        Operation::Update | Operation::Undelete => return Ok(Vec::new()),
    };
    let suffix = if assigned { "Assign" } else { "Unassign" };
    if let Some(label) = text_of(org, "PermissionSetGroup", row.id("PermissionSetGroupId"), "MasterLabel")? {
        let display = format!("Permission set group {label}: {word} user {user}");
        return Ok(vec![SetupChange::new(format!("PermSetGroup{suffix}"), MANAGE_USERS, display)]);
    }
    let set = match row.id("PermissionSetId") {
        Some(id) => org.find(&org.standard("PermissionSet")?, id)?,
        None => None,
    };
    // The set of a profile comes with the profile.
    let Some(set) = set.filter(|set| !set.get("IsOwnedByProfile").is_true()) else { return Ok(Vec::new()) };
    let label = text(&set, "Label");
    if let (true, Value::Int(moment)) = (assigned, row.get("ExpirationDate")) {
        let moment = jiff::Timestamp::from_millisecond(*moment).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let until = jiff::tz::TimeZone::UTC.to_datetime(moment).strftime("%a %b %d %H:%M:%S GMT %Y");
        let display =
            format!("Permission set {label} with expiration: assigned to user {user}, expiring on {until}");
        return Ok(vec![SetupChange {
            action: "PermSetAssign_HasExpiration".to_owned(),
            section: None,
            display,
        }]);
    }
    let display = format!("Permission set {label}: {word} user {user}");
    Ok(vec![SetupChange::new(format!("PermSet{suffix}"), MANAGE_USERS, display)])
}

pub(super) fn of_license_assign(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    let row = record(save);
    let license = row.id("PermissionSetLicenseId");
    let label = text_of(save.call.org, "PermissionSetLicense", license, "MasterLabel")?.unwrap_or_default();
    let user = told(save, row.id("AssigneeId"))?;
    let (action, words) = match save.operation {
        Operation::Insert => ("PermSetLicenseAssign", ": assigned to"),
        Operation::Delete => ("PermSetLicenseUnassign", " removed from"),
        Operation::Update | Operation::Undelete => return Ok(Vec::new()),
    };
    let display = format!("Permission set license {label}{words} user {user}");
    Ok(vec![SetupChange::new(action, MANAGE_USERS, display)])
}

pub(super) fn of_package_license(save: &Save) -> Vec<SetupChange> {
    const SECTION: &str = "Custom App Licenses";
    let user = record(save).id("UserId");
    match save.operation {
        Operation::Insert => {
            let id = user.as_ref().map_or("", Id::short);
            let display = format!("Granted 1 User Package Licenses for User with ID: {id}");
            vec![SetupChange::new("granteduserpackagelicense", SECTION, display)]
        }
        Operation::Delete => {
            let display = "Revoked User Package License assignment".to_owned();
            vec![SetupChange::new("revokeduserpackagelicense", SECTION, display)]
        }
        Operation::Update | Operation::Undelete => Vec::new(),
    }
}

/// The set of a profile, and the one that stands for a group, are told of as those are.
pub(super) fn of_set(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    let set = record(save);
    if set.get("IsOwnedByProfile").is_true() || !set.get("PermissionSetGroupId").is_null() {
        return Ok(Vec::new());
    }
    let label = text(set, "Label");
    Ok(match save.operation {
        Operation::Insert => {
            let license = set.id("LicenseId");
            let named = match text_of(save.call.org, "UserLicense", license, "Name")? {
                Some(name) => Some(format!("User License {name}")),
                None => text_of(save.call.org, "PermissionSetLicense", license, "MasterLabel")?
                    .map(|label| format!("Permission Set License {label}")),
            };
            let (action, license) = match named {
                Some(license) => ("PermSetCreate", license),
                None => ("PermSetCreateNoLicense", "no license".to_owned()),
            };
            let display = format!("Created permission set {label}: with {license}");
            vec![SetupChange::new(action, MANAGE_USERS, display)]
        }
        Operation::Update => {
            let changes = permissions(save).map(|(permission, on)| {
                let action = if on { "PermSetEnableUserPerm" } else { "PermSetDisableUserPerm" };
                let display =
                    format!("Changed permission set {label}: {permission} permission was {}", states(on));
                SetupChange::new(action, MANAGE_USERS, display)
            });
            changes.collect()
        }
        Operation::Delete => {
            vec![SetupChange::new("PermSetDelete", MANAGE_USERS, format!("Deleted permission set {label}"))]
        }
        Operation::Undelete => Vec::new(),
    })
}

/// The user permissions that a save changes, by label, and whether it gives them.
fn permissions<'s>(save: &'s Save) -> impl Iterator<Item = (&'s str, bool)> {
    let fields = save.object.fields.iter().enumerate();
    let changed = fields.filter(|(place, field)| {
        field.name.starts_with("Permissions")
            && save.old.at(*place).is_true() != save.new.at(*place).is_true()
    });
    changed.map(|(place, field)| (field.label.as_str(), save.new.at(place).is_true()))
}

fn states(on: bool) -> &'static str {
    if on { "changed from disabled to enabled" } else { "changed from enabled to disabled" }
}

/// A profile is made by cloning another; over the API nothing says which.
pub(super) fn of_profile(save: &Save) -> Vec<SetupChange> {
    let name = text(record(save), "Name");
    match save.operation {
        Operation::Update => {
            let changes = permissions(save).map(|(permission, on)| {
                let display = format!(
                    "Changed profile {name}: general user permission {permission} was {}",
                    states(on)
                );
                SetupChange::new("profilePermChangedCustom", MANAGE_USERS, display)
            });
            changes.collect()
        }
        Operation::Insert => {
            vec![SetupChange::new("profileClonedStandard", MANAGE_USERS, format!("Created profile {name}"))]
        }
        Operation::Delete | Operation::Undelete => Vec::new(),
    }
}

const SET_GROUP: &str = "Permission Set Group";

pub(super) fn of_set_group(save: &Save) -> Vec<SetupChange> {
    let label = text(record(save), "MasterLabel");
    let (action, verb) = match save.operation {
        Operation::Insert => ("PermissionSetGroupCreate", "Created"),
        Operation::Delete => ("PermissionSetGroupDelete", "Deleted"),
        Operation::Update | Operation::Undelete => return Vec::new(),
    };
    vec![SetupChange::new(action, SET_GROUP, format!("{verb} permission set group {label}"))]
}

pub(super) fn of_component(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    if save.operation != Operation::Insert {
        return Ok(Vec::new());
    }
    let org = save.call.org;
    let group = text_of(org, "PermissionSetGroup", save.id_in("PermissionSetGroupId"), "MasterLabel")?;
    let set = text_of(org, "PermissionSet", save.id_in("PermissionSetId"), "Label")?;
    let (group, set) = (group.unwrap_or_default(), set.unwrap_or_default());
    let display = format!("Changed permission set group {group}: group member {set} was added");
    Ok(vec![SetupChange::new("PermissionSetGroupComponentAdd", SET_GROUP, display)])
}
