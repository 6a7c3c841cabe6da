//! The rules of UserPackageLicense: seats of managed packages.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userpackagelicense.htm>

use super::declare::rule;
use super::unique_row;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;

pub(super) const RULES: &[Rule] = &[
    rule!(Unique INSERT unique_row::row_is_there_once),
    rule!(Count INSERT package_has_a_seat),
    rule!(After DELETE seat_is_given_back),
];

/// A package that was licensed to the whole org has as many seats as are asked for.
const UNLIMITED: i64 = -1;

/// The text is a choice, after that of user licences.
fn package_has_a_seat(save: &mut Save) -> Result<(), Fault> {
    let Some(license) = save.parent("PackageLicense", "PackageLicenseId")? else { return Ok(()) };
    let number = |field: &str| match license.get(field) {
        Value::Int(number) => *number,
        _ => 0,
    };
    let allowed = number("AllowedLicenses");
    if allowed != UNLIMITED && number("UsedLicenses") >= allowed {
        return Err(no_package_license(license.text("NamespacePrefix").unwrap_or_default()));
    }
    count(save, save.value("PackageLicenseId"), 1)
}

fn seat_is_given_back(save: &mut Save) -> Result<(), Fault> {
    count(save, save.old.get("PackageLicenseId"), -1)
}

fn count(save: &Save, license: &Value, step: i64) -> Result<(), Fault> {
    let sql = "UPDATE \"PackageLicense\" SET \"UsedLicenses\" = \"UsedLicenses\" + ?2 WHERE \"Id\" = ?1";
    save.call.org.store.execute(sql, rusqlite::params![license, step])?;
    Ok(())
}

faults! {
    /// a managed package has no free seat
    no_package_license(namespace: &str) = LICENSE_LIMIT_EXCEEDED, "License Limit Exceeded - {namespace}", Assumed;
}
