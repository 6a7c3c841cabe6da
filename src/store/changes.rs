//! Which tables have rows that are new, or not what they were: for whoever keeps what they read.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::Action;

/// What has changed since someone last asked. SQLite asks for something that could be shared between threads.
#[derive(Default)]
pub(super) struct Changes {
    any: AtomicBool,
    roll_backs: AtomicU64,
    pending: Mutex<PendingChanges>,
}

#[derive(Default)]
struct PendingChanges {
    rolled_back: bool,
    tables: Vec<(String, Change)>,
}

/// What has happened to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It has more rows than it had.
    Rows,
    /// Rows are gone, or other than they were.
    Values,
}

/// Has SQLite tell of each row that it adds, changes or deletes.
pub(super) fn watch(connection: &mut Connection, changes: &Arc<Changes>) -> rusqlite::Result<()> {
    let changes = changes.clone();
    connection.update_hook(Some(move |action, _database: &str, table: &str, _row| {
        changes.note(table, if action == Action::SQLITE_INSERT { Change::Rows } else { Change::Values });
    }))
}

impl Changes {
    fn note(&self, table: &str, change: Change) {
        let tables = &mut self.pending().tables;
        match tables.iter_mut().find(|(known, _)| known == table) {
            Some((_, known)) => *known = change.max(*known),
            None => {
                tables.push((table.to_owned(), change));
                self.any.store(true, Ordering::Relaxed);
            }
        }
    }

    /// A roll-back gives rows back what they were, and SQLite does not say which.
    pub fn note_roll_back(&self) {
        self.pending().rolled_back = true;
        self.any.store(true, Ordering::Relaxed);
        self.roll_backs.fetch_add(1, Ordering::Relaxed);
    }

    /// Roll-backs so far.
    pub fn roll_backs(&self) -> u64 {
        self.roll_backs.load(Ordering::Relaxed)
    }

    /// Names the tables to `forget`; `None` stands for all.
    pub fn take(&self, mut forget: impl FnMut(Option<(&str, Change)>)) {
        if !self.any.swap(false, Ordering::Relaxed) {
            return;
        }
        let pending = std::mem::take(&mut *self.pending());
        match pending.rolled_back {
            true => forget(None),
            false => pending.tables.iter().for_each(|(table, change)| forget(Some((table, *change)))),
        }
    }

    fn pending(&self) -> MutexGuard<'_, PendingChanges> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
