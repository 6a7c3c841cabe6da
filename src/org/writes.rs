//! How much has been written: by that a clock knows that it is to move.

use super::Org;

impl Org {
    /// Rows that somebody has written, changed or deleted so far. It only grows.
    pub fn writes(&self) -> u64 {
        self.store.row_changes().saturating_sub(self.uncounted_writes.get())
    }

    /// Does what writes rows that are no writes of a caller: a table or an index that is made when it is first asked for, by
    /// reads too.
    pub(crate) fn uncounted<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = self.store.row_changes();
        let result = work();
        let written = self.store.row_changes() - before;
        self.uncounted_writes.set(self.uncounted_writes.get() + written);
        result
    }
}
