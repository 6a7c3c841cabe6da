//! Savepoints and transactions of an org, with what was cached and the mails that were written in them.

use std::cell::Cell;

use super::{Environment, Mail, Org};
use crate::store::StoreError;

impl Org {
    /// Runs `work` in a savepoint (nested ones are fine): an `Err` or a panic undoes all it wrote, and all that was cached
    /// of it. So does a commit that fails, which makes an `Ok` of `work` an error.
    pub fn savepoint<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let cached = CachedInSavepoint::begin(self);
        let result = self.store.savepoint(work);
        if result.is_ok() {
            cached.keep();
        }
        result
    }

    /// Writes a mail. It leaves when the outermost transaction has committed ([`Org::send_mails`]), and is lost with what
    /// is undone. This is the only way by which mails leave.
    pub(crate) fn mail(&self, mail: Mail) {
        self.mails.borrow_mut().push(mail);
    }

    /// Runs several calls of the write pipeline as one: an `Err` undoes all of them, and their mails go out when the
    /// last has succeeded.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        environment: &dyn Environment,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let inside = Inside::of(self);
        let result = self.savepoint(work);
        drop(inside);
        if result.is_ok() {
            self.send_mails(environment);
        }
        result
    }

    /// The number of the transaction that a call of the pipeline belongs to: a new one, unless calls run together.
    pub(crate) fn transaction_number(&self) -> u64 {
        if self.transaction_depth.get() == 0 {
            self.transactions.set(self.transactions.get() + 1);
        }
        self.transactions.get()
    }

    /// Hands the mails that were written to the world, unless a transaction is open that may yet be undone.
    pub(crate) fn send_mails(&self, environment: &dyn Environment) {
        if self.store.is_in_savepoint() {
            return;
        }
        for mail in self.mails.take() {
            environment.post(mail);
        }
    }
}

/// What a savepoint caches and puts aside from here on; dropped, it is forgotten, as after a panic.
struct CachedInSavepoint<'a> {
    org: &'a Org,
    /// How many tables had been made, mails been put aside and writes been noted before.
    created_tables: usize,
    mails: usize,
    saves: usize,
    writes: u64,
    kept: bool,
}

impl<'a> CachedInSavepoint<'a> {
    fn begin(org: &'a Org) -> CachedInSavepoint<'a> {
        CachedInSavepoint {
            org,
            created_tables: org.created_tables.borrow().len(),
            mails: org.mails.borrow().len(),
            saves: org.save_log.count(),
            writes: org.access.borrow().writes(),
            kept: false,
        }
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for CachedInSavepoint<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        let org = self.org;
        let mut tables = org.tables.borrow_mut();
        let mut made = org.created_tables.borrow_mut();
        let before = self.created_tables.min(made.len());
        for name in made.drain(before..) {
            tables.remove(&name);
        }
        org.mails.borrow_mut().truncate(self.mails);
        org.save_log.undo_from(self.saves);
        org.sso_configs.take();
        let mut access = org.access.borrow_mut();
        if access.writes() != self.writes {
            access.forget_all();
        }
        org.counters.reserve_anew();
    }
}

/// Counts one more while it lives, through a panic too.
struct Inside<'a>(&'a Cell<usize>);

impl<'a> Inside<'a> {
    fn of(org: &'a Org) -> Inside<'a> {
        org.transaction_number();
        org.transaction_depth.set(org.transaction_depth.get() + 1);
        Inside(&org.transaction_depth)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
