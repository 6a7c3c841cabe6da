//! The rules of UserLogin.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userlogin.htm>

use super::declare::rule;
use super::delegation;
use crate::credentials::password;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};

pub(super) const RULES: &[Rule] = &[
    rule!(Before UPDATE password_lock_is_only_ended),
    rule!(Before UPDATE delegation::delegated_administrators_only_unlock),
    rule!(After UPDATE ended_lock_lets_in),
];

fn password_lock_is_only_ended(save: &mut Save) -> Result<(), Fault> {
    if save.changes("IsPasswordLocked") && save.value("IsPasswordLocked").is_true() {
        return Err(lock_is_only_ended());
    }
    Ok(())
}

fn ended_lock_lets_in(save: &mut Save) -> Result<(), Fault> {
    match save.id_in("UserId") {
        Some(user) if save.changes("IsPasswordLocked") => password::unlock(save.call.org, user),
        _ => Ok(()),
    }
}

faults! {
    /// `UserLogin.IsPasswordLocked` is set to true
    lock_is_only_ended() = FIELD_INTEGRITY_EXCEPTION on ["IsPasswordLocked"],
        "IsPasswordLocked can only be set to false: Password Locked", Assumed;
}
