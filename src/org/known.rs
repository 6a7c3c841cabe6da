//! Records read lately, kept until a row of their object changes: a list of contacts asks for the same account, owner
//! and profile again and again, and a client for the record it watches.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::id::Id;
use super::record::Record;
use super::schema::SObject;
use crate::store::Store;

/// So many records of an object are kept; then its part starts anew.
const MOST: usize = 256;

/// What is known of a record that exists.
enum Sight {
    Whole(Record),
    /// Only whether it is in the recycle bin.
    Deleted(bool),
}

type Sights = HashMap<Id, Sight, FixedState>;

/// By object name.
#[derive(Default)]
pub(super) struct Known(RefCell<HashMap<String, Sights, FixedState>>);

impl Known {
    /// The record as the store has it, if it is known.
    pub fn record(&self, store: &Store, object: &Arc<SObject>, id: Id) -> Option<Record> {
        self.look_up(store, object, id, |sight| match sight {
            // An object that got a field is another one, and so are its records.
            Sight::Whole(record) if Arc::ptr_eq(&record.object, object) => Some(record.clone()),
            _ => None,
        })
    }

    /// Whether the record is in the recycle bin, if that is known.
    pub fn is_deleted(&self, store: &Store, object: &SObject, id: Id) -> Option<bool> {
        self.look_up(store, object, id, |sight| match sight {
            Sight::Whole(record) => Some(record.get("IsDeleted").is_true()),
            Sight::Deleted(deleted) => Some(*deleted),
        })
    }

    fn look_up<T>(
        &self,
        store: &Store,
        object: &SObject,
        id: Id,
        read: impl FnOnce(&Sight) -> Option<T>,
    ) -> Option<T> {
        store.forget_changed(|table| self.forget(table));
        self.0.borrow().get(&object.name)?.get(&id).and_then(read)
    }

    /// Keeps a record as it was just read.
    pub fn keep(&self, id: Id, record: &Record) {
        self.put(&record.object, id, Sight::Whole(record.clone()));
    }

    /// Keeps that a record is there, in the recycle bin or not.
    pub fn keep_deleted(&self, object: &SObject, id: Id, deleted: bool) {
        self.put(object, id, Sight::Deleted(deleted));
    }

    fn put(&self, object: &SObject, id: Id, sight: Sight) {
        let mut known = self.0.borrow_mut();
        if !known.contains_key(&object.name) {
            known.insert(object.name.clone(), Sights::default());
        }
        let Some(sights) = known.get_mut(&object.name) else { return };
        if sights.len() >= MOST {
            sights.clear();
        }
        sights.insert(id, sight);
    }

    /// Forgets the records of a table, or of all.
    pub fn forget(&self, table: Option<&str>) {
        let mut known = self.0.borrow_mut();
        match table {
            None => known.clear(),
            Some(table) => {
                if let Some(sights) = known.get_mut(table) {
                    sights.clear();
                }
            }
        }
    }
}
