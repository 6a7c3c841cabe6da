//! Managers, and the custom hierarchies of users.

use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::schema::{Field, FieldFlag};
use crate::rules::hierarchy;

/// Nobody manages themselves, directly or by others.
pub(super) fn managers_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    if save.changes("ManagerId") && save.id_in("ManagerId") == Some(save.id) {
        return Err(own_manager());
    }
    match hierarchy::leads_back(save, "ManagerId")? {
        true => Err(user_hierarchy_violated("ManagerId")),
        false => Ok(()),
    }
}

/// Whether a field is a custom hierarchy field: a lookup from User to User.
pub(super) fn is_hierarchy_field(field: &Field) -> bool {
    field.is(FieldFlag::Custom) && field.reference_to == ["User"]
}

pub(super) fn hierarchy_fields_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    for field in save.object.fields.iter().filter(|field| is_hierarchy_field(field)) {
        if hierarchy::leads_back(save, &field.name)? {
            return Err(user_hierarchy_violated(&field.name));
        }
    }
    Ok(())
}

faults! {
    /// users become their own manager
    own_manager() = FIELD_INTEGRITY_EXCEPTION on ["ManagerId"],
        "A user can't be his or her own manager", Seen "the page on which users are edited; code and field are inferred";

    /// a manager is below the user, or a custom hierarchy field of a user names the user or one below
    user_hierarchy_violated(field: &str) = FIELD_INTEGRITY_EXCEPTION on ([field.to_owned()], "the field"),
        "You cannot set a hierarchy field to point to itself or a child record",
        Seen "the page on which users are edited; code and field are inferred";
}
