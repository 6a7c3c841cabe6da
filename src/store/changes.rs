//! Which tables have rows that are not what they were: for whoever keeps what they read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::Action;

/// What has changed since someone last asked. SQLite asks for something that could be shared between threads.
#[derive(Default)]
pub(super) struct Changes {
    any: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    rolled_back: bool,
    tables: Vec<String>,
}

/// Has SQLite tell of each row that it changes or deletes.
pub(super) fn watch(connection: &mut Connection, changes: &Arc<Changes>) -> rusqlite::Result<()> {
    let changes = changes.clone();
    connection.update_hook(Some(move |action, _database: &str, table: &str, _row| {
        if action != Action::SQLITE_INSERT {
            changes.note(table);
        }
    }))
}

impl Changes {
    fn note(&self, table: &str) {
        let tables = &mut self.told().tables;
        if !tables.iter().any(|known| known == table) {
            tables.push(table.to_owned());
            self.any.store(true, Ordering::Relaxed);
        }
    }

    /// A roll-back gives rows back what they were, and SQLite does not say which.
    pub fn note_roll_back(&self) {
        self.told().rolled_back = true;
        self.any.store(true, Ordering::Relaxed);
    }

    /// Names the tables to `forget`; `None` stands for all.
    pub fn take(&self, mut forget: impl FnMut(Option<&str>)) {
        if !self.any.swap(false, Ordering::Relaxed) {
            return;
        }
        let told = std::mem::take(&mut *self.told());
        match told.rolled_back {
            true => forget(None),
            false => told.tables.iter().for_each(|table| forget(Some(table))),
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
