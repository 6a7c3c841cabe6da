//! Reads end when the call has had its time: SQLite asks every few thousand of its operations.
//!
//! Only reads do. A write that SQLite breaks off takes the whole transaction with it, savepoints and all, and what an outer
//! savepoint wrote next would stand by itself. Writes are single statements that touch few rows; the loops around them look
//! at the deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rusqlite::Connection;

use super::Store;
use super::store_error::{Result, StoreError};
use crate::deadline::Deadline;

/// Operations of SQLite between two looks at the deadline: some 50 µs.
const OPERATIONS: i32 = 4000;

/// What SQLite looks at while it works. It asks for something that could be shared between threads.
#[derive(Default)]
pub(super) struct ReadLimit {
    deadline: OnceLock<Arc<Deadline>>,
    reading: AtomicBool,
}

impl ReadLimit {
    /// The limit of a connection, as long as which it holds.
    pub fn of(connection: &mut Connection) -> Result<Arc<ReadLimit>> {
        let limit = Arc::new(ReadLimit::default());
        let watched = limit.clone();
        let is_over = move || watched.reading.load(Ordering::Relaxed) && watched.has_passed();
        connection.progress_handler(OPERATIONS, Some(is_over))?;
        Ok(limit)
    }

    pub fn has_passed(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| deadline.has_passed())
    }
}

/// A read that ends when the deadline has passed.
#[must_use = "the read is limited as long as this lives"]
pub struct Reading<'a> {
    limit: &'a ReadLimit,
    outer: bool,
}

impl Store {
    /// Gives the store the deadline of its world. It keeps the first that it is given.
    pub fn set_deadline(&self, deadline: Arc<Deadline>) {
        _ = self.limit.deadline.set(deadline);
    }

    /// Fails once the call that is running has had its time: for loops over records.
    ///
    /// # Errors
    /// [`StoreError::OutOfTime`]
    pub fn check_deadline(&self) -> Result<()> {
        if self.limit.has_passed() { Err(StoreError::OutOfTime) } else { Ok(()) }
    }

    /// Has the statements that are stepped while this lives end with the call's time. They only read, and are prepared: to
    /// break off their preparation would look like a wrong statement.
    pub fn reading(&self) -> Reading<'_> {
        Reading { limit: &self.limit, outer: self.limit.reading.swap(true, Ordering::Relaxed) }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.limit.reading.store(self.outer, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Counts to a million: many thousand operations.
    const LONG: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) \
                        SELECT count(*) FROM n";

    fn store() -> (Store, Arc<Deadline>) {
        let (store, deadline) = (Store::in_memory().expect("a store"), Arc::new(Deadline::default()));
        store.run("CREATE TABLE t (n INTEGER)").expect("a table");
        store.set_deadline(deadline.clone());
        (store, deadline)
    }

    fn count(store: &Store) -> i64 {
        store.row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("a read").expect("a row")
    }

    #[test]
    fn a_long_read_ends_with_the_call_and_a_write_does_not() {
        let (store, deadline) = store();
        let call = deadline.start(Duration::ZERO);
        let read = store.row(LONG, [], |row| row.get::<_, i64>(0));
        assert!(read.is_err_and(|error| error.is_out_of_time()));
        assert_eq!(store.execute(&format!("INSERT INTO t {LONG}"), []).expect("a write"), 1);
        drop(call);
        assert_eq!(count(&store), 1);
        assert!(store.row(LONG, [], |row| row.get::<_, i64>(0)).is_ok());
    }

    #[test]
    fn a_read_that_is_ended_leaves_the_transaction_as_it_is() {
        let (store, deadline) = store();
        let done = store.savepoint(|| {
            store.execute("INSERT INTO t VALUES (1)", [])?;
            {
                let _call = deadline.start(Duration::ZERO);
                assert!(store.rows(LONG, [], |row| row.get::<_, i64>(0)).is_err());
            }
            store.execute("INSERT INTO t VALUES (2)", [])?;
            Ok::<_, StoreError>(())
        });
        assert!(done.is_ok());
        assert_eq!(count(&store), 2);
    }

    #[test]
    fn what_a_call_has_written_goes_when_its_time_is_over() {
        let (store, deadline) = store();
        let call = deadline.start(Duration::ZERO);
        let done = store.savepoint(|| {
            // Whoever asks goes on all the same.
            store.savepoint(|| store.execute("INSERT INTO t VALUES (1)", []))?;
            store.execute("INSERT INTO t VALUES (2)", [])
        });
        assert!(done.is_err_and(|error| error.is_out_of_time()));
        drop(call);
        assert_eq!(count(&store), 0);
    }
}
