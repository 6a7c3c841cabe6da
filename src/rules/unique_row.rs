//! Rows that tie two records together, and must be unique.

use super::declare::rule;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};

pub(super) const RULES: &[Rule] = &[rule!(Unique INSERT row_is_there_once)];

/// More than a permission set or a group has.
const MOST: usize = 100_000;

/// The two fields that no two rows of an object have alike.
fn key(object: &str) -> Option<[&'static str; 2]> {
    Some(match object {
        "ObjectPermissions" => ["ParentId", "SobjectType"],
        "FieldPermissions" => ["ParentId", "Field"],
        "PermissionSetGroupComponent" => ["PermissionSetGroupId", "PermissionSetId"],
        "CollaborationGroupMember" => ["MemberId", "CollaborationGroupId"],
        "EntitySubscription" => ["SubscriberId", "ParentId"],
        "UserPackageLicense" => ["UserId", "PackageLicenseId"],
        "UserTerritory2Association" => ["UserId", "Territory2Id"],
        "PermissionSetLicenseAssign" => ["AssigneeId", "PermissionSetLicenseId"],
        _ => return None,
    })
}

/// Source: <https://github.com/forcedotcom/sfdx-core>
pub(super) fn row_is_there_once(save: &mut Save) -> Result<(), Fault> {
    let Some([one, other]) = key(&save.object.name) else { return Ok(()) };
    for id in save.call.org.ids_where(&save.object, one, save.value(one), MOST)? {
        let row = save.call.org.find(&save.object, id)?;
        if id != save.id && row.is_some_and(|row| row.get(other) == save.value(other)) {
            return Err(row_is_there());
        }
    }
    Ok(())
}

faults! {
    /// the permissions of a permission set for an object or a field, a set of a group, a licence of a user, a member of a
    /// Chatter group or of a territory, or a subscription are there already
    row_is_there() = DUPLICATE_VALUE,
        "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
        Inferred "https://github.com/forcedotcom/sfdx-core";
}
