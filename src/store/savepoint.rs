//! Transactions: savepoints, one in another. An `Err` or a panic undoes one of them, an error of SQLite itself all.
//!
//! After a full disk, a failed read or write, a lock of another program or damage nobody can say what of a transaction is
//! there: it is lost. Nothing more is written in it, whatever its callers do with the error, and when the outermost savepoint
//! ends the whole is rolled back and that savepoint fails. So the next one always begins with nothing open.

use super::Store;
use super::store_error::{Result, StoreError};

/// The savepoints of the calls that are running, one in another. One that writes nothing needs none in SQLite: they are
/// opened there when something is about to be written.
#[derive(Clone, Copy, Default)]
pub(super) struct Savepoints {
    running: usize,
    /// Of these, from the outermost, so many are open in SQLite.
    open: usize,
    /// SQLite has failed, so that none of them can be kept.
    lost: bool,
}

impl Store {
    /// Runs `work` so that an `Err` undoes all it wrote (nested ones are fine).
    ///
    /// # Errors
    /// Those of `work`. After an `Ok` of `work` the store's own, when what it wrote cannot be kept: then all is undone up to
    /// the outermost savepoint, which fails too. [`StoreError::OutOfTime`] from the outermost when the call has had its time,
    /// whatever those in between took it for.
    pub fn savepoint<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let savepoint = RunningSavepoint::begin(self);
        match work() {
            Ok(_) if self.is_too_late_to_commit() => {
                savepoint.end(false)?;
                Err(StoreError::OutOfTime.into())
            }
            Ok(value) => {
                savepoint.end(true)?;
                Ok(value)
            }
            Err(error) => {
                savepoint.end(false)?;
                Err(error)
            }
        }
    }

    /// Whether a savepoint is running: what is written may be undone yet.
    pub fn is_in_savepoint(&self) -> bool {
        self.savepoints.get().running > 0
    }

    /// Whether the running savepoint is the outermost, has something to undo, and the call has had its time.
    fn is_too_late_to_commit(&self) -> bool {
        let Savepoints { running, open, lost } = self.savepoints.get();
        running == 1 && open == 1 && !lost && self.check_deadline().is_err()
    }

    /// Called before anything is written: opens those in SQLite that are not open yet.
    pub(super) fn open_savepoints(&self) -> Result<()> {
        let Savepoints { running, open, lost } = self.savepoints.get();
        if lost {
            return Err(StoreError::Lost);
        }
        if open == 0 {
            if let Some(file) = self.file.as_ref().filter(|file| file.is_gone()) {
                self.lose();
                self.trouble.set(true);
                return Err(file.gone());
            }
            // A roll-back has failed before.
            self.roll_back()?;
        } else if self.connection.is_autocommit() {
            self.lose();
            return Err(StoreError::Lost);
        }
        for open in open..running {
            self.prepared("SAVEPOINT nested")?;
            self.savepoints.set(Savepoints { running, open: open + 1, lost });
        }
        Ok(())
    }

    /// The error of a statement. Notes that the running transaction is lost, where it is.
    pub fn failed(&self, error: rusqlite::Error) -> StoreError {
        let error = StoreError::Sql(error);
        let rolled_back = self.savepoints.get().open > 0 && self.connection.is_autocommit();
        if error.is_trouble() {
            self.trouble.set(true);
        }
        if error.is_trouble() || rolled_back {
            self.lose();
        }
        error
    }

    /// Whether SQLite has failed ([`StoreError::is_trouble`]) since this was last asked. Callers in between may have taken
    /// the error for something else, such as a record that there is not.
    pub fn take_trouble(&self) -> bool {
        self.trouble.take()
    }

    fn lose(&self) {
        self.changes.note_roll_back();
        let savepoints = self.savepoints.get();
        self.savepoints.set(Savepoints { lost: savepoints.running > 0, ..savepoints });
    }

    /// Undoes all that has not been committed.
    fn roll_back(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.changes.note_roll_back();
        let rolled_back = self.prepared("ROLLBACK");
        // SQLite may say that it could not, and have done it.
        if self.connection.is_autocommit() { Ok(()) } else { rolled_back }
    }

    fn prepared(&self, sql: &str) -> Result<()> {
        let run = || self.connection.prepare_cached(sql)?.execute([]);
        run().map(drop).map_err(|error| self.failed(error))
    }

    fn end_savepoint(&self, keep: bool) -> Result<()> {
        if !keep {
            self.changes.note_roll_back();
            self.prepared("ROLLBACK TO nested")?;
        }
        self.prepared("RELEASE nested")
    }
}

/// A savepoint that is running; undone when it is dropped, as by a panic.
struct RunningSavepoint<'a> {
    store: &'a Store,
    ended: bool,
}

impl<'a> RunningSavepoint<'a> {
    fn begin(store: &'a Store) -> RunningSavepoint<'a> {
        let savepoints = store.savepoints.get();
        store.savepoints.set(Savepoints { running: savepoints.running + 1, ..savepoints });
        RunningSavepoint { store, ended: false }
    }

    fn end(mut self, keep: bool) -> Result<()> {
        self.ended = true;
        end(self.store, keep)
    }
}

impl Drop for RunningSavepoint<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // Nobody is left to tell.
            _ = end(self.store, false);
        }
    }
}

/// Ends the innermost savepoint.
fn end(store: &Store, keep: bool) -> Result<()> {
    let Savepoints { running, open, lost } = store.savepoints.get();
    let mut ended = Ok(());
    if open == running && !lost {
        ended = store.end_savepoint(keep);
        if ended.is_err() {
            // Whatever the reason: a savepoint that stays open would take in all later work.
            store.lose();
        }
    }
    let lost = store.savepoints.get().lost;
    let outermost = running == 1;
    if lost && outermost {
        ended = ended.and(store.roll_back());
    }
    let left = running - 1;
    store.savepoints.set(Savepoints { running: left, open: open.min(left), lost: lost && !outermost });
    match ended {
        Ok(()) if lost && keep => Err(StoreError::Lost),
        ended => ended,
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;
    use crate::store::tests::{fails, numbers, put, store};

    #[test]
    fn a_savepoint_undoes_what_it_wrote_and_no_more() {
        let store = store();
        let outer = store.savepoint(|| {
            put(&store, 1)?;
            let inner = store.savepoint(|| put(&store, 2).and_then(|()| fails::<()>()));
            assert!(inner.is_err());
            store.savepoint(|| put(&store, 3))?;
            store.savepoint(|| Ok::<_, StoreError>(()))
        });
        assert!(outer.is_ok());
        assert_eq!(numbers(&store), [1, 3]);
    }

    #[test]
    fn a_panic_undoes_its_savepoint() {
        let store = store();
        let work = AssertUnwindSafe(|| {
            store.savepoint(|| {
                put(&store, 1)?;
                if numbers(&store) == [1] { resume_unwind(Box::new(())) } else { fails::<()>() }
            })
        });
        assert!(catch_unwind(work).is_err());
        store.savepoint(|| put(&store, 2)).expect("a row");
        assert_eq!(numbers(&store), [2]);
    }

    /// A row that makes the commit fail, and leaves the transaction open: as a disk that is full at the commit does.
    fn put_what_cannot_be_committed(store: &Store) -> Result<()> {
        store.execute("INSERT INTO child VALUES (7)", []).map(drop)
    }

    fn store_with_deferred_check() -> Store {
        let store = store();
        store
            .connection
            .execute_batch(
                "PRAGMA foreign_keys = ON; CREATE TABLE parent (n INTEGER PRIMARY KEY); \
                 CREATE TABLE child (n INTEGER REFERENCES parent (n) DEFERRABLE INITIALLY DEFERRED)",
            )
            .expect("tables");
        store
    }

    #[test]
    fn a_failed_commit_undoes_everything_and_leaves_nothing_open() {
        let store = store_with_deferred_check();
        let outer = store.savepoint(|| {
            put(&store, 1)?;
            store.savepoint(|| put_what_cannot_be_committed(&store))
        });
        assert!(outer.is_err());
        assert!(store.connection.is_autocommit(), "the savepoint stays open");
        assert_eq!(numbers(&store), [0; 0]);
        store.savepoint(|| put(&store, 2)).expect("a row");
        assert!(store.connection.is_autocommit());
        assert_eq!(numbers(&store), [2]);
    }

    #[test]
    fn caches_are_told_of_a_failed_commit() {
        let store = store_with_deferred_check();
        assert!(store.savepoint(|| put_what_cannot_be_committed(&store)).is_err());
        let mut all = false;
        store.forget_changed(|change| all |= change.is_none());
        assert!(all);
    }

    /// A database that may not grow: SQLITE_FULL, as from a full disk.
    fn full_store() -> Store {
        let store = store();
        store.connection.execute_batch("PRAGMA max_page_count = 1").expect("a limit");
        store
    }

    fn put_a_page(store: &Store) -> Result<()> {
        store.execute("INSERT INTO t SELECT zeroblob(100000)", []).map(drop)
    }

    #[test]
    fn a_transaction_in_which_sqlite_has_failed_cannot_be_kept() {
        let store = full_store();
        let outer = store.savepoint(|| {
            put(&store, 1)?;
            // Whoever asks takes the error for the refusal of one record.
            let inner = store.savepoint(|| put_a_page(&store));
            assert!(inner.is_err_and(|error| error.is_trouble()));
            assert!(matches!(put(&store, 2), Err(StoreError::Lost)));
            Ok::<_, StoreError>(())
        });
        assert!(matches!(outer, Err(StoreError::Lost)));
        assert!(store.take_trouble());
        assert_eq!(numbers(&store), [0; 0]);
        store.savepoint(|| put(&store, 3)).expect("a row");
        assert_eq!(numbers(&store), [3]);
        assert!(!store.take_trouble());
    }

    #[test]
    fn what_sqlite_has_rolled_back_by_itself_is_lost() {
        let store = store();
        let outer = store.savepoint(|| {
            put(&store, 1)?;
            store.connection.execute_batch("ROLLBACK")?;
            assert!(matches!(put(&store, 2), Err(StoreError::Lost)));
            Ok::<_, StoreError>(())
        });
        assert!(outer.is_err());
        assert_eq!(numbers(&store), [0; 0]);
        store.savepoint(|| put(&store, 3)).expect("a row");
        assert_eq!(numbers(&store), [3]);
    }

    #[test]
    fn a_panic_in_a_lost_transaction_leaves_nothing_open() {
        let store = full_store();
        let work = AssertUnwindSafe(|| {
            store.savepoint(|| {
                put(&store, 1)?;
                assert!(put_a_page(&store).is_err());
                if store.take_trouble() { resume_unwind(Box::new(())) } else { fails::<()>() }
            })
        });
        assert!(catch_unwind(work).is_err());
        store.savepoint(|| put(&store, 2)).expect("a row");
        assert_eq!(numbers(&store), [2]);
        assert!(store.connection.is_autocommit());
    }
}
