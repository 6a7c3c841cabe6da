//! The rules of Lead.

use super::declare::rule;
use super::{address, owner, record_type, transfer};
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};

pub(super) const RULES: &[Rule] = &[
    rule!(Default SAVE record_type::master_record_type_is_none),
    rule!(Before SAVE record_type::record_type_is_one_of_the_object),
    rule!(Before SAVE address::addresses_are_in_the_lists),
    rule!(Before SAVE owner::owner_is_active),
    rule!(Before UPDATE transfer::new_owner_may_read),
    rule!(After UPDATE transfer::record_goes_with_its_activities),
    rule!(Before UPDATE converted_lead_is_read_only),
];

/// Source: <https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations>
fn converted_lead_is_read_only(save: &mut Save) -> Result<(), Fault> {
    if save.old.get("IsConverted").is_true() && !save.call.runner.is_system() {
        return Err(converted_lead());
    }
    Ok(())
}

faults! {
    /// a converted lead is changed
    pub(super) converted_lead() = CANNOT_UPDATE_CONVERTED_LEAD,
        "cannot reference converted lead",
        Documented "https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations";
}
