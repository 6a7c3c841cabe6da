//! Records read or written lately, kept until a row of their object changes: a list of contacts asks for the same account,
//! owner and profile again and again, a login for what it has just provisioned, and a client for the record it watches. So
//! are look-ups by a text, until a row is added as well: each login asks for the same few users.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::membership::Memberships;
use super::storage;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::store::{Change, Store};

/// So many records and so many look-ups of an object are kept; then its part starts anew.
const MOST: usize = 256;
/// So many that were written, and not looked for since: its effects and the login that it is part of ask soon, and a load of
/// users is written in memory that lies near.
const MOST_WRITTEN: usize = 8;
/// Look-ups that find more are not kept.
const MOST_FOUND: usize = 16;

/// What is known of a record that exists.
enum Sight {
    Whole(Record),
    /// As it was written, which is not quite as it will be read.
    Written(Record),
    /// Only whether it is in the recycle bin.
    Deleted(bool),
}

/// The live records that had a text in a field, at most so many.
struct LookUp {
    field: String,
    most: usize,
    found: Vec<Id>,
}

/// What is known of an object's records.
#[derive(Default)]
struct Sights {
    records: HashMap<Id, Sight, FixedState>,
    /// Those that were written last, the oldest first.
    written: VecDeque<Id>,
    /// By the text that was looked for.
    look_ups: HashMap<String, LookUp, FixedState>,
}

/// What is known of an org's records.
#[derive(Default)]
pub(crate) struct Known {
    /// By object name.
    sights: RefCell<HashMap<String, Sights, FixedState>>,
    /// Made of the rows of NetworkMemberGroup.
    memberships: RefCell<Option<Arc<Memberships>>>,
}

impl Known {
    /// The record as the store has it, if it is known.
    pub fn record(&self, store: &Store, object: &Arc<SObject>, id: Id) -> Option<Record> {
        self.look_up(store, object, id, |sight| {
            if let Sight::Written(record) = sight {
                *sight = Sight::Whole(storage::as_read(record.clone()));
            }
            match sight {
                // An object that got a field is another one, and so are its records.
                Sight::Whole(record) if Arc::ptr_eq(&record.object, object) => Some(record.clone()),
                _ => None,
            }
        })
    }

    /// Whether the record is in the recycle bin, if that is known.
    pub fn is_deleted(&self, store: &Store, object: &SObject, id: Id) -> Option<bool> {
        self.look_up(store, object, id, |sight| match sight {
            Sight::Whole(record) | Sight::Written(record) => Some(record.get("IsDeleted").is_true()),
            Sight::Deleted(deleted) => Some(*deleted),
        })
    }

    fn look_up<T>(
        &self,
        store: &Store,
        object: &SObject,
        id: Id,
        read: impl FnOnce(&mut Sight) -> Option<T>,
    ) -> Option<T> {
        self.settle(store);
        self.sights.borrow_mut().get_mut(&object.name)?.records.get_mut(&id).and_then(read)
    }

    /// Keeps a record as it was just read.
    pub fn keep(&self, id: Id, record: &Record) {
        self.put(&record.object, id, Sight::Whole(record.clone()));
    }

    /// Keeps a record as it was just written.
    pub fn keep_written(&self, id: Id, record: &Record) {
        self.put(&record.object, id, Sight::Written(record.clone()));
        self.with(&record.object, |Sights { records, written, .. }| {
            written.push_back(id);
            if written.len() > MOST_WRITTEN
                && let Some(oldest) = written.pop_front()
                && !written.contains(&oldest)
                && matches!(records.get(&oldest), Some(Sight::Written(_)))
            {
                records.remove(&oldest);
            }
        });
    }

    /// Keeps that a record is there, in the recycle bin or not.
    pub fn keep_deleted(&self, object: &SObject, id: Id, deleted: bool) {
        self.put(object, id, Sight::Deleted(deleted));
    }

    fn put(&self, object: &SObject, id: Id, sight: Sight) {
        self.with(object, |Sights { records, .. }| {
            if records.len() >= MOST {
                records.clear();
            }
            records.insert(id, sight);
        });
    }

    /// The records that a look-up would find now, if that is known.
    pub fn found(
        &self,
        store: &Store,
        object: &SObject,
        field: &str,
        text: &str,
        most: usize,
    ) -> Option<Vec<Id>> {
        self.settle(store);
        let known = self.sights.borrow();
        let look_up = known.get(&object.name)?.look_ups.get(text)?;
        (look_up.field == field && look_up.most == most).then(|| look_up.found.clone())
    }

    /// Keeps what a look-up has just found.
    pub fn keep_found(&self, object: &SObject, field: &str, text: &str, most: usize, found: &[Id]) {
        // What is not there is mostly looked for before it is added, and that once.
        if found.is_empty() || found.len() > MOST_FOUND {
            return;
        }
        self.with(object, |Sights { look_ups, .. }| {
            if look_ups.len() >= MOST {
                look_ups.clear();
            }
            look_ups.insert(text.to_owned(), LookUp { field: field.to_owned(), most, found: found.to_vec() });
        });
    }

    /// Who is a member of which community, if that is known.
    pub fn memberships(&self, store: &Store) -> Option<Arc<Memberships>> {
        self.settle(store);
        self.memberships.borrow().clone()
    }

    /// Keeps memberships that were just read.
    pub fn keep_memberships(&self, memberships: &Arc<Memberships>) {
        *self.memberships.borrow_mut() = Some(memberships.clone());
    }

    fn with(&self, object: &SObject, work: impl FnOnce(&mut Sights)) {
        let mut known = self.sights.borrow_mut();
        match known.get_mut(&object.name) {
            Some(sights) => work(sights),
            None => work(known.entry(object.name.clone()).or_default()),
        }
    }

    /// Runs `write`, which changes one row of the object and nothing else, in fields that `changes` knows by name: what
    /// else is known stays known.
    pub fn through(
        &self,
        store: &Store,
        object: &SObject,
        changes: impl Fn(&str) -> bool,
        write: impl FnOnce() -> crate::store::Result<usize>,
    ) -> crate::store::Result<()> {
        self.settle(store);
        write()?;
        store.forget_changed(|change| match change {
            Some((table, _)) if table == object.name => {}
            other => self.forget(other),
        });
        // Look-ups find live records only.
        let stands = |look_up: &LookUp| !changes(&look_up.field) && !changes("IsDeleted");
        self.with(object, |Sights { look_ups, .. }| look_ups.retain(|_, look_up| stands(look_up)));
        Ok(())
    }

    /// Sets these fields of a record, if it is known.
    pub fn set(&self, object: &SObject, id: Id, fields: &[(&str, Value)]) {
        self.with(object, |Sights { records, .. }| {
            if let Some(Sight::Whole(record) | Sight::Written(record)) = records.get_mut(&id) {
                for (name, value) in fields {
                    if let Some((at, field)) = object.field_index(name).zip(object.field(name)) {
                        record.set_at(at, storage::typed(field.kind, value.clone()));
                    }
                }
            }
        });
    }

    /// Forgets what has changed since it was last asked.
    fn settle(&self, store: &Store) {
        store.forget_changed(|change| self.forget(change));
    }

    /// Forgets what a change of a table makes old, or all.
    pub fn forget(&self, change: Option<(&str, Change)>) {
        if change.is_none_or(|(table, _)| table == "NetworkMemberGroup") {
            self.memberships.take();
        }
        let mut known = self.sights.borrow_mut();
        match change {
            None => known.clear(),
            Some((table, change)) => {
                if let Some(sights) = known.get_mut(table) {
                    sights.look_ups.clear();
                    if change == Change::Values {
                        sights.records.clear();
                    }
                }
            }
        }
    }
}
