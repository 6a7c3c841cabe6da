//! Rows that come with a user.

use super::defaults::{old_profile, profile};
use crate::dml::Save;
use crate::model::fault::Fault;
use crate::model::value::Value;
use crate::org::NO_LIMIT;

/// One UserLogin per user; guests cannot be frozen and have none.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userlogin.htm>
pub(super) fn user_has_a_login_row(save: &mut Save) -> Result<(), Fault> {
    if save.text("UserType") == Some("Guest") {
        return Ok(());
    }
    save.also_insert_row("UserLogin", [("UserId", Value::from(save.id))]).map(drop)
}

/// Every user is assigned the hidden permission set of the profile.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm>
pub(super) fn user_is_assigned_the_profile(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("ProfileId") {
        return Ok(());
    }
    let Some(set) = profile(save)?.and_then(|profile| profile.permission_set) else { return Ok(()) };
    if let Some(old) = old_profile(save)?.and_then(|profile| profile.permission_set) {
        let org = save.call.org;
        let rows = org.standard("PermissionSetAssignment")?;
        for id in org.ids_where(&rows, "AssigneeId", &Value::from(save.id), NO_LIMIT)? {
            let row = org.find(&rows, id)?;
            if row.is_some_and(|row| row.id("PermissionSetId") == Some(old)) {
                return save.also_update(
                    "PermissionSetAssignment",
                    id,
                    &[("PermissionSetId", Value::from(set))],
                );
            }
        }
    }
    let fields = [
        ("AssigneeId", Value::from(save.id)),
        ("PermissionSetId", Value::from(set)),
        ("IsActive", Value::Bool(true)),
    ];
    save.also_insert_row("PermissionSetAssignment", fields).map(drop)
}
