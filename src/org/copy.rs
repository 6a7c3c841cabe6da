//! A copy of an org: what forks of a world, and its snapshots, consist of.

use std::cell::{Cell, RefCell};

use super::Org;
use super::child_tables::ChildTables;
use super::record_cache::RecordCache;
use super::save_log::SaveLog;
use crate::store::StoreError;

impl Org {
    /// A copy in memory, to which nothing happens that happens to this one, and the other way round. It shares what never
    /// changes; its caches begin anew.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn copy(&self) -> Result<Org, StoreError> {
        Ok(Org {
            id: self.id,
            schema: self.schema.clone(),
            settings: self.settings.clone(),
            store: self.store.copy()?,
            seeded: self.seeded.clone(),
            sites: self.sites.clone(),
            tables: self.tables.clone(),
            record_cache: RecordCache::default(),
            child_tables: ChildTables::default(),
            created_tables: self.created_tables.clone(),
            counters: self.counters.clone(),
            access: RefCell::default(),
            sso_configs: self.sso_configs.clone(),
            recent: self.recent.clone(),
            save_log: SaveLog::default(),
            mails: self.mails.clone(),
            transaction_depth: Cell::default(),
            transactions: self.transactions.clone(),
            uncounted_writes: Cell::default(),
            notes_setup_changes: self.notes_setup_changes.clone(),
            employees_wait: self.employees_wait.clone(),
            extensions: self.extensions.copy(),
            created: self.created,
            licenses: self.licenses.clone(),
            standard_rows: self.standard_rows.clone(),
        })
    }
}
