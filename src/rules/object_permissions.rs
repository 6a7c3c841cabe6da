//! The rules of ObjectPermissions.

use super::declare::rule;
use super::unique_row;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};

pub(super) const RULES: &[Rule] = &[
    rule!(Before SAVE permissions_have_what_they_depend_on),
    rule!(Unique INSERT unique_row::row_is_there_once),
];

/// A permission's field, its name in messages, and the fields of those it depends on, by name.
type Permission = (&'static str, &'static str, &'static [&'static str]);

const PERMISSIONS: [Permission; 6] = [
    ("PermissionsCreate", "Create", &["PermissionsRead"]),
    ("PermissionsDelete", "Delete", &["PermissionsEdit", "PermissionsRead"]),
    ("PermissionsEdit", "Edit", &["PermissionsRead"]),
    (
        "PermissionsModifyAllRecords",
        "Modify All",
        &["PermissionsDelete", "PermissionsEdit", "PermissionsRead", "PermissionsViewAllRecords"],
    ),
    ("PermissionsRead", "Read", &[]),
    ("PermissionsViewAllRecords", "Read All", &["PermissionsRead"]),
];

/// Unlike the setup pages, the API grants nothing beside what it is told.
/// Source: <https://wiki.sfxd.org/books/best-practices/page/important-notes>
fn permissions_have_what_they_depend_on(save: &mut Save) -> Result<(), Fault> {
    let object = save.text("SobjectType").unwrap_or_default();
    let has = |field: &str| save.value(field).is_true();
    let mut refusal: Option<Fault> = None;
    for (_, name, needed) in PERMISSIONS.iter().filter(|(field, ..)| has(field)) {
        let missing = PERMISSIONS.iter().filter(|(field, ..)| needed.contains(field) && !has(field));
        let missing: Vec<String> = missing.map(|(_, name, _)| format!("{name} {object}")).collect();
        if missing.is_empty() {
            continue;
        }
        let fault = lacks_what_it_depends_on(name, object, &missing.join(", "));
        match &mut refusal {
            Some(first) => first.message += &format!("; {}", fault.message),
            None => refusal = Some(fault),
        }
    }
    refusal.map_or(Ok(()), Err)
}

faults! {
    /// an object permission is granted without one that it depends on, to edit without to read; several such refusals are
    /// joined by semicolons
    lacks_what_it_depends_on(permission: &str, object: &str, needed: &str) = FIELD_INTEGRITY_EXCEPTION,
        "Permission {permission} {object} depends on permission(s): {needed}",
        Seen "https://wiki.sfxd.org/books/best-practices/page/important-notes";
}
