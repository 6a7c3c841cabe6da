//! Licence seats.

use super::defaults::{old_profile, profile};
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;
use crate::store::quoted;

/// An active user takes a seat of its profile's licence, and gives it back.
/// Source: <https://help.salesforce.com/s/articleView?id=000387847&type=1>
pub(super) fn license_has_a_seat(save: &mut Save) -> Result<(), Fault> {
    let (old, new) = (old_profile(save)?, profile(save)?);
    let held = old.filter(|_| save.old.get("IsActive").is_true());
    let wanted = new.filter(|_| save.value("IsActive").is_true());
    let license_of = |profile: &Option<std::sync::Arc<crate::org::access::ProfileFacts>>| {
        profile.as_ref().and_then(|profile| profile.license_id)
    };
    if license_of(&held) == license_of(&wanted) {
        return Ok(());
    }
    if let (Some(id), Some(profile)) = (license_of(&wanted), &wanted)
        && !take(save, id)?
    {
        let fault = license_limit_exceeded(&profile.license.name);
        return Err(fault.because(no_seat_left(save, &profile.license.name, id)?));
    }
    match license_of(&held) {
        Some(id) => give_back(save, id),
        None => Ok(()),
    }
}

/// Takes a seat; gives false when none is free. The seats in use are a column, counted up and down: counting users would
/// cost more with each of them.
fn take(save: &Save, license: Id) -> Result<bool, Fault> {
    let sql = "UPDATE \"UserLicense\" SET \"UsedLicenses\" = \"UsedLicenses\" + 1, \"UsedLicensesLastUpdated\" = ?2 \
               WHERE \"Id\" = ?1 AND \"UsedLicenses\" < \"TotalLicenses\"";
    let org = save.call.org;
    let taken = org.store.execute(sql, rusqlite::params![license.as_str(), save.call.environment.now()])?;
    if taken > 0 {
        return Ok(true);
    }
    let licenses = org.standard("UserLicense")?;
    Ok(org.exists(&licenses, license)?.is_none())
}

/// `licence Salesforce: 2 of 2 seats are in use`
fn no_seat_left(save: &Save, license: &str, id: Id) -> Result<String, Fault> {
    let org = save.call.org;
    let row = org.find(&org.standard("UserLicense")?, id)?;
    let number = |field: &str| match row.as_ref().map(|row| row.get(field)) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    };
    let (used, total) = (number("UsedLicenses"), number("TotalLicenses"));
    Ok(format!("licence {license}: {used} of {total} seats are in use"))
}

fn give_back(save: &Save, license: Id) -> Result<(), Fault> {
    let sql = "UPDATE \"UserLicense\" SET \"UsedLicenses\" = \"UsedLicenses\" - 1, \"UsedLicensesLastUpdated\" = ?2 \
               WHERE \"Id\" = ?1";
    save.call.org.store.execute(sql, rusqlite::params![license.as_str(), save.call.environment.now()])?;
    Ok(())
}

/// An active user with a `UserPermissions…` flag takes a seat of that feature's licence, where the seed counts them.
/// Source: <https://help.salesforce.com/s/articleView?id=000387847&type=1>
pub(super) fn feature_license_has_a_seat(save: &mut Save) -> Result<(), Fault> {
    if !save.value("IsActive").is_true() {
        return Ok(());
    }
    let org = save.call.org;
    for (field, seats) in &org.settings.feature_licenses {
        let held = save.old.get("IsActive").is_true() && save.old.get(field).is_true();
        if held || !save.value(field).is_true() {
            continue;
        }
        let sql = format!("SELECT count(*) FROM \"User\" WHERE \"IsActive\" AND {}", quoted(field));
        let used: i64 = org.store.row(&sql, [], |row| row.get(0))?.unwrap_or_default();
        if used >= i64::from(*seats) {
            let fault = match field.as_str() {
                "UserPermissionsSFContentUser" => content_license_limit_exceeded(),
                _ => feature_license_limit_exceeded(),
            };
            return Err(fault.because(format!("{field}: {used} of {seats} seats are in use")));
        }
    }
    Ok(())
}

faults! {
    /// an active user is created, activated or given a profile, and the licence has no free seat
    license_limit_exceeded(license: &str) = LICENSE_LIMIT_EXCEEDED,
        "License Limit Exceeded - {license}", Seen "public Lightning components that compare this text";

    /// an active user becomes a user of CRM Content (`UserPermissionsSFContentUser`), and the seed's `featureLicenses` have
    /// no free seat for it
    content_license_limit_exceeded() = LICENSE_LIMIT_EXCEEDED,
        "content feature license limit exceeded", Seen "public issues of provisioning tools (text; the code is inferred)";

    /// an active user gets another `UserPermissions…` flag, and the seed's `featureLicenses` have no free seat for it
    feature_license_limit_exceeded() = LICENSE_LIMIT_EXCEEDED,
        "License limit exceeded", Documented "https://help.salesforce.com/s/articleView?id=000387847&type=1";
}
