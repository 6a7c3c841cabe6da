//! Whether there is work that no request waits for.

use std::cell::{Cell, RefCell};

use crate::query::soql::QueryResult;

/// The state of the work in the background.
#[derive(Debug, Default)]
pub struct Background {
    due: Cell<bool>,
    running: Cell<bool>,
    /// What the query of a batch has found, until all of it is written down.
    rows: RefCell<Option<(String, QueryResult)>>,
}

impl Background {
    /// That of a copy of the world: there is the same to do, and nobody is at it.
    pub(super) fn copy(&self) -> Background {
        Background { due: self.due.clone(), running: Cell::new(false), rows: self.rows.clone() }
    }

    /// Says that there is something to do.
    pub fn ask(&self) {
        self.due.set(true);
    }

    /// Whether there is something to do.
    pub fn is_due(&self) -> bool {
        self.due.get()
    }

    /// Takes the work on; `false` when somebody is at it, or there is none.
    pub fn take_on(&self) -> bool {
        self.due.get() && !self.running.replace(true)
    }

    /// Nobody is at it any more, though there is something left to do: the next request brings somebody.
    pub fn pause(&self) {
        self.running.set(false);
    }

    /// There is nothing left to do.
    pub fn rest(&self) {
        self.due.set(false);
        self.running.set(false);
        self.rows.take();
    }

    /// Keeps what the query of a batch has found for the batch's next step, instead of what was kept before.
    pub fn keep_rows(&self, batch: &str, rows: QueryResult) {
        self.rows.replace(Some((batch.to_owned(), rows)));
    }

    /// What was kept for a batch. It is no longer kept.
    pub fn take_rows(&self, batch: &str) -> Option<QueryResult> {
        self.rows.take().filter(|(of, _)| of == batch).map(|(_, rows)| rows)
    }
}
