//! The rules of PermissionSetLicenseAssign, and what permission sets do to its rows: a set that was made for a permission
//! set licence brings the licence along.
//! Source: <https://help.salesforce.com/s/articleView?id=platform.users_permissionset_licenses.htm>

use std::sync::Arc;

use super::given_sets;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org};
use crate::rules::declare::rule;
use crate::rules::unique_row;

pub(crate) const RULES: &[Rule] = &[
    rule!(Before DELETE no_set_needs_the_license),
    rule!(Unique INSERT unique_row::row_is_there_once),
    rule!(Count INSERT license_has_a_seat),
    rule!(After DELETE seat_is_given_back),
];

/// The permission set licence that opens standard objects to users of the licence for integrations.
const INTEGRATION: &str = "SalesforceAPIIntegrationPsl";

/// The rows that came with a permission set, and go with it; those that somebody made stay.
const BROUGHT: &str = "CREATE TABLE IF NOT EXISTS \"_license_of_set\" (assign TEXT PRIMARY KEY)";

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

/// A set of a permission set licence gives the user the licence, with a seat, unless the user has it.
pub(super) fn set_brings_its_license(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(user) = save.id_in("AssigneeId") else { return Ok(()) };
    for license in licenses_of(org, &given_sets(org, &save.new)?)? {
        if row_of(org, user, license)?.is_some() {
            continue;
        }
        let fields = [("AssigneeId", Value::from(user)), ("PermissionSetLicenseId", Value::from(license))];
        let row = save.also_insert("PermissionSetLicenseAssign", &fields)?;
        org.store.execute(BROUGHT, [])?;
        org.store.execute("INSERT INTO \"_license_of_set\" VALUES (?1)", [row.as_str()])?;
    }
    Ok(())
}

/// What a set has brought goes with the last set that needs it.
pub(super) fn license_goes_with_its_set(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(user) = save.old.id("AssigneeId") else { return Ok(()) };
    for license in licenses_of(org, &given_sets(org, &save.old)?)? {
        let Some(row) = row_of(org, user, license)? else { continue };
        if !org.store.has_table("_license_of_set")? || needing(org, user, license)?.is_some() {
            continue;
        }
        let forgotten = "DELETE FROM \"_license_of_set\" WHERE assign = ?1";
        if org.store.execute(forgotten, [row.as_str()])? > 0 {
            save.also_delete("PermissionSetLicenseAssign", row)?;
        }
    }
    Ok(())
}

/// Code and text are a choice: no public source quotes them.
fn no_set_needs_the_license(save: &mut Save) -> Result<(), Fault> {
    let (Some(user), Some(license)) = (save.old.id("AssigneeId"), save.old.id("PermissionSetLicenseId"))
    else {
        return Ok(());
    };
    match needing(save.call.org, user, license)? {
        Some(set) => Err(license_is_needed(set.text("Label").unwrap_or_default())),
        None => Ok(()),
    }
}

/// A permission set of the user for which they must have the licence.
fn needing(org: &Org, user: Id, license: Id) -> Result<Option<Record>, Fault> {
    let (assignments, sets) = (org.standard("PermissionSetAssignment")?, org.standard("PermissionSet")?);
    let opens_objects = is_integration(org, license)? && has_integration_license(org, user)?;
    for id in org.ids_where(&assignments, "AssigneeId", &Value::from(user), NO_LIMIT)? {
        let Some(assignment) = org.find(&assignments, id)? else { continue };
        for id in given_sets(org, &assignment)? {
            let Some(set) = org.find(&sets, id)? else { continue };
            let opened = || -> Result<bool, Fault> {
                let objects = org.object_permissions(id)?;
                Ok(objects.iter().any(|(object, access)| access.read && !object.contains("__")))
            };
            let is_needed = set.id("LicenseId") == Some(license)
                || opens_objects && !set.get("IsOwnedByProfile").is_true() && opened()?;
            if is_needed {
                return Ok(Some(set));
            }
        }
    }
    Ok(None)
}

fn has_integration_license(org: &Org, user: Id) -> Result<bool, Fault> {
    let profile = org.find(&org.standard("User")?, user)?.and_then(|user| user.id("ProfileId"));
    let profile = profile.map(|id| org.profile(id)).transpose()?.flatten();
    Ok(profile.is_some_and(|profile| profile.license.name == super::user_license::INTEGRATION))
}

/// Whether the user has the permission set licence for integrations.
pub(super) fn integrates(org: &Org, user: Id) -> Result<bool, Fault> {
    let licenses = org.standard("PermissionSetLicense")?;
    let found = org.ids_where(&licenses, "DeveloperName", &Value::from(INTEGRATION), 1)?;
    match found.first() {
        Some(license) => Ok(row_of(org, user, *license)?.is_some()),
        None => Ok(false),
    }
}

/// Whether one of the sets brings the permission set licence for integrations.
pub(super) fn sets_bring_integration(org: &Org, sets: &[Id]) -> Result<bool, Fault> {
    for license in licenses_of(org, sets)? {
        if is_integration(org, license)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_integration(org: &Org, license: Id) -> Result<bool, Fault> {
    let license = org.find(&org.standard("PermissionSetLicense")?, license)?;
    Ok(license.is_some_and(|license| license.text("DeveloperName") == Some(INTEGRATION)))
}

/// The permission set licences that sets were made for, each once.
fn licenses_of(org: &Org, sets: &[Id]) -> Result<Vec<Id>, Fault> {
    let (known, licenses): (Arc<SObject>, _) =
        (org.standard("PermissionSet")?, org.standard_object("PermissionSetLicense")?);
    let mut found = Vec::new();
    for id in sets {
        let license = org.find(&known, *id)?.and_then(|set| set.id("LicenseId"));
        let of_sets = |id: &Id| Some(id.key_prefix()) == licenses.key_prefix.as_deref();
        if let Some(license) = license.filter(of_sets).filter(|license| !found.contains(license)) {
            found.push(license);
        }
    }
    Ok(found)
}

/// The row that gives a user a permission set licence.
fn row_of(org: &Org, user: Id, license: Id) -> Result<Option<Id>, Fault> {
    let assigns = org.standard("PermissionSetLicenseAssign")?;
    for id in org.ids_where(&assigns, "AssigneeId", &Value::from(user), NO_LIMIT)? {
        let row = org.find(&assigns, id)?;
        if row.is_some_and(|row| row.id("PermissionSetLicenseId") == Some(license)) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

faults! {
    /// a permission set licence has no free seat
    no_permission_set_license(label: &str) = LICENSE_LIMIT_EXCEEDED,
        "License Limit Exceeded - {label}", Assumed;

    /// a permission set licence is taken from a user who has a permission set that needs it; the words are ours
    license_is_needed(label: &str) = FIELD_INTEGRITY_EXCEPTION,
        "The permission set license can't be removed, because permission set {label} requires it", Assumed;
}
