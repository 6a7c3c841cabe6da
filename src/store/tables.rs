//! The names of the tables, read once and again when they have changed.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;

/// A state of the tables: as long as it is the same, no table has come or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaVersion {
    /// SQLite's own number. A roll-back takes it back, and the next change gives it out again.
    pub(super) number: i64,
    /// Roll-backs so far.
    pub(super) roll_backs: u64,
}

/// The names of all tables.
pub type TableNames = Arc<HashSet<String, FixedState>>;

/// The names that were read last, and when.
#[derive(Default)]
pub(super) struct Tables(RefCell<Option<(SchemaVersion, TableNames)>>);

impl Tables {
    /// The names at a version: those that are kept, or what `read` gives.
    pub fn at<E>(
        &self,
        version: SchemaVersion,
        read: impl FnOnce() -> Result<Vec<String>, E>,
    ) -> Result<TableNames, E> {
        if let Some((kept, names)) = &*self.0.borrow()
            && *kept == version
        {
            return Ok(names.clone());
        }
        let names = TableNames::new(read()?.into_iter().collect());
        *self.0.borrow_mut() = Some((version, names.clone()));
        Ok(names)
    }
}
