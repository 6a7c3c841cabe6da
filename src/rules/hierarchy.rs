//! Hierarchies have no circles.

use std::collections::HashSet;

use crate::dml::Save;
use crate::model::fault::{Fault, faults};

/// Whether following a lookup to the record's own object from its new value leads back to the record.
pub(super) fn leads_back(save: &Save, field: &str) -> Result<bool, Fault> {
    if !save.changes(field) {
        return Ok(false);
    }
    let mut next = save.id_in(field);
    // A chain that was stored before its field had a rule may have a circle without the record.
    let mut passed = HashSet::new();
    while let Some(id) = next.filter(|id| passed.insert(*id)) {
        if id == save.id {
            return Ok(true);
        }
        next = save.call.org.find(&save.object, id)?.and_then(|record| record.id(field));
    }
    Ok(false)
}

faults! {
    /// `Account.ParentId` names the account itself, or one below it
    pub(super) circular_dependency() = CIRCULAR_DEPENDENCY,
        "attempt to violate hierarchy constraints",
        Quoted "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm";

    /// `ReportsToId` or the parent of a role names the record itself, or one below it
    pub(super) hierarchy_violated(field: &'static str) = FIELD_INTEGRITY_EXCEPTION on ([field], "the field"),
        "attempt to violate hierarchy constraints", Assumed;
}
