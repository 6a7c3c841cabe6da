//! Faults that are injected into saves: what the service answers when others are at work on the record.

use super::save::Save;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::org::injected_fault::InjectedFault;

/// Fails a save that a fault has been injected into.
///
/// # Errors
/// The injected fault.
pub(crate) fn inject(save: &Save) -> Result<(), Fault> {
    match save.call.environment.injected_fault(&save.object.name, save.id) {
        Some(InjectedFault::RowLocked) => Err(row_locked(locked_row(save))),
        Some(InjectedFault::GroupsBusy) => Err(groups_busy()),
        Some(InjectedFault::ApprovalLock) if !save.call.runner.may("ModifyAllData") => Err(record_locked()),
        Some(InjectedFault::ApprovalLock) | None => Ok(()),
    }
}

/// The row that is waited for: of a new record the account that it hangs on.
fn locked_row(save: &Save) -> Id {
    match save.id_in("AccountId") {
        Some(account) if save.is_insert() => account,
        _ => save.id,
    }
}

faults! {
    /// another transaction holds the record, or the account of a new one; planted at `/_fauxforce/faults`
    row_locked(id: Id) = UNABLE_TO_LOCK_ROW,
        "unable to obtain exclusive access to this record or 1 records: {id}", Seen "public logs of data loads";

    /// group memberships or the role hierarchy are being computed anew; planted at `/_fauxforce/faults`
    groups_busy() = UNKNOWN_EXCEPTION,
        "group membership operation already in progress", Seen "a public log of an enterprise directory's connector";

    /// an approval process has locked the record, and the user may not modify all data; planted at `/_fauxforce/faults`
    record_locked() = ENTITY_IS_LOCKED,
        "This record is locked. If you need to edit it, contact your admin.",
        Seen "Adobe Experience League, Marketo Measure error notifications";
}
