//! Faults of the moment that a test injects into the save of a record that is right.

/// What goes wrong with a save because others are at work on the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InjectedFault {
    /// Another transaction holds the row.
    RowLocked,
    /// Group memberships are being computed anew.
    GroupsBusy,
    /// An approval process has locked the record, for all but administrators.
    ApprovalLock,
}
