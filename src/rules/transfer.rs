//! A record's new owner gets what belongs to it, as far as the call asks for that.
//! Source: <https://developer.salesforce.com/docs/platform/api/guide/sforce-api-header-ownerchangeoptions.html>

use crate::dml::{OwnerChange, Save};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::NO_LIMIT;

pub(super) fn new_owner_may_read(save: &mut Save) -> Result<(), Fault> {
    let Some(owner) = save.id_in("OwnerId").filter(|owner| owner.key_prefix() == "005") else {
        return Ok(());
    };
    if !save.changes("OwnerId") || !asks(save, OwnerChange::EnforceNewOwnerHasReadAccess) {
        return Ok(());
    }
    let reads = save.call.org.runner(owner)?.object(&save.object).read;
    if reads { Ok(()) } else { Err(new_owner_cannot_read()) }
}

/// Contacts, opportunities and cases of an account.
pub(super) fn account_goes_with_its_records(save: &mut Save) -> Result<(), Fault> {
    let Some(old) = changed_owner(save) else { return Ok(()) };
    if asks(save, OwnerChange::TransferContacts) {
        hand_over(save, "Contact", "AccountId", |_| true)?;
    }
    let owned = |record: &Record| record.id("OwnerId") == Some(old);
    let (open, done, others) = (
        asks(save, OwnerChange::TransferOwnedOpenOpportunities),
        asks(save, OwnerChange::TransferOwnedClosedOpportunities),
        asks(save, OwnerChange::TransferOthersOpenOpportunities),
    );
    hand_over(save, "Opportunity", "AccountId", |record| match (owned(record), is_closed(record)) {
        (true, false) => open || others,
        (true, true) => done,
        (false, closed) => others && !closed,
    })?;
    let (open, all) =
        (asks(save, OwnerChange::TransferOwnedOpenCases), asks(save, OwnerChange::TransferAllOwnedCases));
    hand_over(save, "Case", "AccountId", |record| owned(record) && (all || (open && !is_closed(record))))?;
    record_goes_with_its_activities(save)
}

/// Open activities, notes and attachments of whatever record.
pub(super) fn record_goes_with_its_activities(save: &mut Save) -> Result<(), Fault> {
    let Some(old) = changed_owner(save) else { return Ok(()) };
    let owned = |record: &Record| record.id("OwnerId") == Some(old);
    if asks(save, OwnerChange::TransferOpenActivities) {
        let now = save.call.environment.now();
        let to_come = |record: &Record| matches!(record.get("EndDateTime"), Value::Int(end) if *end > now);
        for field in ["WhatId", "WhoId"] {
            hand_over(save, "Task", field, |task| owned(task) && !is_closed(task))?;
            hand_over(save, "Event", field, |event| owned(event) && to_come(event))?;
        }
    }
    if asks(save, OwnerChange::TransferNotesAndAttachments) {
        hand_over(save, "Note", "ParentId", owned)?;
        hand_over(save, "Attachment", "ParentId", owned)?;
    }
    Ok(())
}

/// By its stage or status: those are the standard ones that end a record's life.
fn is_closed(record: &Record) -> bool {
    let has = |field, begin: &str| record.text(field).is_some_and(|text| text.starts_with(begin));
    has("StageName", "Closed") || has("Status", "Closed") || has("Status", "Completed")
}

fn asks(save: &Save, action: OwnerChange) -> bool {
    save.call.options.owner_changes.contains(&action)
}

/// The old owner of a record that gets another in a call that has more in mind.
fn changed_owner(save: &Save) -> Option<Id> {
    if save.call.options.owner_changes.is_empty() || !save.changes("OwnerId") {
        return None;
    }
    save.old.id("OwnerId")
}

fn hand_over(
    save: &mut Save,
    object: &'static str,
    field: &str,
    wanted: impl Fn(&Record) -> bool,
) -> Result<(), Fault> {
    let org = save.call.org;
    if !org.has_table(object)? {
        return Ok(());
    }
    let kind = org.standard(object)?;
    let owner = save.value("OwnerId").clone();
    for id in org.ids_where(&kind, field, &Value::from(save.id), NO_LIMIT)? {
        if org.find(&kind, id)?.is_some_and(|record| wanted(&record)) {
            save.also_update(object, id, &[("OwnerId", owner.clone())])?;
        }
    }
    Ok(())
}

faults! {
    /// a record is given to a user who may not read its object, in a call with the owner change option
    /// EnforceNewOwnerHasReadAccess
    new_owner_cannot_read() = TRANSFER_REQUIRES_READ on ["OwnerId"], "The new owner must have read permission", Quoted;
}
