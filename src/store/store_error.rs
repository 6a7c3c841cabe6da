//! What can go wrong with a store.

use std::path::PathBuf;

/// Changes when the layout of the tables does.
/// 3: false is 0. In 2 it was null, where it had not been set after true.
pub(super) const LAYOUT: i32 = 3;
/// The oldest that can be brought up to date.
pub(super) const OLDEST_LAYOUT: i32 = 2;

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    #[error("{path} is not a fauxforce database; name another file or move it away", path = .0.display())]
    Foreign(PathBuf),
    #[error(
        "{path} was written by another version of fauxforce (layout {found}, this one reads {LAYOUT}); start with a new file",
        path = .path.display()
    )]
    Layout { path: PathBuf, found: i32 },
    #[error("{path} cannot be opened as a database: {reason}", path = .path.display())]
    Open { path: PathBuf, reason: String },
    #[error("{path} is in use by another fauxforce; stop that one, or name another file", path = .0.display())]
    InUse(PathBuf),
    #[error("{path} was removed or replaced while it was open, so nothing more is written; start again", path = .0.display())]
    Gone(PathBuf),
    /// An earlier statement of the transaction has failed for such a reason that nothing of it can be kept.
    #[error("the transaction was lost with an earlier error")]
    Lost,
    /// The call that is running has had its time ([`Store::set_deadline`](super::Store::set_deadline)).
    #[error("the call has run for too long")]
    OutOfTime,
}

impl StoreError {
    /// Whether it was ended because the call that is running has had its time.
    pub fn is_out_of_time(&self) -> bool {
        match self {
            StoreError::Sql(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted)
            }
            other => matches!(other, StoreError::OutOfTime),
        }
    }

    /// Whether the store could not do its work, whatever it was: the disk is full or fails, another program has locked the
    /// file, it is damaged or gone. Else it is the statement that was wrong.
    pub fn is_trouble(&self) -> bool {
        use rusqlite::ErrorCode::*;
        match self {
            StoreError::Sql(error) => error.sqlite_error_code().is_some_and(|code| {
                matches!(
                    code,
                    PermissionDenied
                        | DatabaseBusy
                        | DatabaseLocked
                        | OutOfMemory
                        | ReadOnly
                        | SystemIoFailure
                        | DatabaseCorrupt
                        | DiskFull
                        | CannotOpen
                        | FileLockingProtocolFailed
                        | NoLargeFileSupport
                        | NotADatabase
                )
            }),
            StoreError::Gone(_) | StoreError::Lost => true,
            StoreError::Foreign(_)
            | StoreError::Layout { .. }
            | StoreError::Open { .. }
            | StoreError::InUse(_)
            | StoreError::OutOfTime => false,
        }
    }
}

/// What a store gives back.
pub type Result<T> = std::result::Result<T, StoreError>;
