//! Owners are active users.

use super::declare::rule;
use super::{record_type, transfer};
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;

pub(super) const RULES: &[Rule] = &[
    rule!(Default SAVE record_type::master_record_type_is_none),
    rule!(Before SAVE record_type::record_type_is_one_of_the_object),
    rule!(Before SAVE owner_is_active),
    rule!(Before UPDATE transfer::new_owner_may_read),
    rule!(After UPDATE transfer::record_goes_with_its_activities),
];

/// Source: <https://salesforcedictionary.com/errors/inactive-owner-or-user>
pub(super) fn owner_is_active(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("OwnerId") {
        return Ok(());
    }
    let Some(owner) = save.id_in("OwnerId").filter(|id| id.key_prefix() == "005") else { return Ok(()) };
    let runner = save.call.runner;
    // Most records stay with who makes them.
    if owner == runner.user && runner.is_active && !runner.is_system() {
        return Ok(());
    }
    match is_inactive(save, owner)? {
        true => Err(inactive_owner(owner, &save.object.label)),
        false => Ok(()),
    }
}

/// Whether a user is there and inactive.
pub(super) fn is_inactive(save: &Save, user: Id) -> Result<bool, Fault> {
    let user = save.call.org.find(&save.call.org.standard("User")?, user)?;
    Ok(user.is_some_and(|user| !user.get("IsActive").is_true()))
}

faults! {
    /// a record is given to an inactive user
    inactive_owner(owner: Id, label: &str) = INACTIVE_OWNER_OR_USER,
        "operation performed with inactive user [{owner}] as owner of {object}"
            with (owner = owner.short(), object = label.to_lowercase()),
        Seen "https://salesforcedictionary.com/errors/inactive-owner-or-user";

    /// an inactive user is added to a group or queue
    pub(super) inactive_user() = INACTIVE_OWNER_OR_USER,
        "operation performed with inactive user", Seen "https://salesforcedictionary.com/errors/inactive-owner-or-user";
}
