//! The rules of PermissionSetLicenseAssign.

use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;
use crate::rules::declare::rule;
use crate::rules::unique_row;

pub(crate) const RULES: &[Rule] = &[
    rule!(Unique INSERT unique_row::row_is_there_once),
    rule!(Count INSERT license_has_a_seat),
    rule!(After DELETE seat_is_given_back),
];

/// The text is a choice, after that of user licences.
fn license_has_a_seat(save: &mut Save) -> Result<(), Fault> {
    let Some(license) = save.parent("PermissionSetLicense", "PermissionSetLicenseId")? else { return Ok(()) };
    let number = |field: &str| match license.get(field) {
        Value::Int(number) => *number,
        _ => 0,
    };
    if number("UsedLicenses") >= number("TotalLicenses") {
        let label = license.text("MasterLabel").unwrap_or_default();
        return Err(no_permission_set_license(label));
    }
    match license.id("Id") {
        Some(id) => count(save, id, 1),
        None => Ok(()),
    }
}

fn seat_is_given_back(save: &mut Save) -> Result<(), Fault> {
    match save.old.id("PermissionSetLicenseId") {
        Some(id) => count(save, id, -1),
        None => Ok(()),
    }
}

fn count(save: &Save, license: Id, step: i64) -> Result<(), Fault> {
    let sql =
        "UPDATE \"PermissionSetLicense\" SET \"UsedLicenses\" = \"UsedLicenses\" + ?2 WHERE \"Id\" = ?1";
    save.call.org.store.execute(sql, rusqlite::params![license.as_str(), step])?;
    Ok(())
}

faults! {
    /// a permission set licence has no free seat
    no_permission_set_license(label: &str) = LICENSE_LIMIT_EXCEEDED,
        "License Limit Exceeded - {label}", Assumed;
}
