//! A cache of records read or written lately, valid until a row of their object changes: lists ask for the same account,
//! owner and profile again and again, a login for what it has just provisioned, and a client for the record it watches. So
//! are look-ups by a text, until a row is added as well: each login asks for the same few users.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::storage;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::store::{Change, Store};

/// Capacity per object, of records and of queries; cleared when full.
const MOST: usize = 256;
/// So many that were written and not looked for since: effects and the login that a save is part of ask soon, or never. With
/// all of them kept, 160 logins by SAML leave 73 KB more behind (`tests/growth.rs`), mostly rows of LoginHistory.
const MOST_UNREAD: usize = 8;
/// Look-ups that find more are not kept.
const MOST_FOUND: usize = 16;

/// A cached record that exists.
enum CachedRecord {
    Whole(Record),
    /// As it was written and not read since; [`storage::as_read`] makes of it what is read.
    WrittenUnread(Record),
    /// Only whether it is in the recycle bin.
    Deleted(bool),
}

/// A cached query: the live records that had a text in a field, at most so many.
struct CachedQuery {
    field: String,
    most: usize,
    found: Vec<Id>,
}

/// The cached records and queries of an object.
#[derive(Default)]
struct CachedObject {
    records: HashMap<Id, CachedRecord, FixedState>,
    /// Those that were written last, the oldest first.
    written: VecDeque<Id>,
    /// By the text that was looked for.
    queries: HashMap<String, CachedQuery, FixedState>,
}

/// The communities of whom has a profile or a permission set, by its id.
pub(crate) type Memberships = HashMap<Id, Vec<Id>, FixedState>;

/// The cached records of an org.
#[derive(Default)]
pub(crate) struct RecordCache {
    /// By object name.
    objects: RefCell<HashMap<String, CachedObject, FixedState>>,
    /// Made of the rows of NetworkMemberGroup.
    memberships: RefCell<Option<Arc<Memberships>>>,
}

impl RecordCache {
    /// The record as the store has it, if it is known.
    pub fn record(&self, store: &Store, object: &Arc<SObject>, id: Id) -> Option<Record> {
        self.read_record(store, object, id, |cached| {
            if let CachedRecord::WrittenUnread(record) = cached {
                *cached = CachedRecord::Whole(storage::as_read(record.clone()));
            }
            match cached {
                // An object that got a field is another one, and so are its records.
                CachedRecord::Whole(record) if Arc::ptr_eq(&record.object, object) => Some(record.clone()),
                _ => None,
            }
        })
    }

    /// Whether the record is in the recycle bin, if that is known.
    pub fn is_deleted(&self, store: &Store, object: &SObject, id: Id) -> Option<bool> {
        self.read_record(store, object, id, |cached| match cached {
            CachedRecord::Whole(record) | CachedRecord::WrittenUnread(record) => {
                Some(record.get("IsDeleted").is_true())
            }
            CachedRecord::Deleted(deleted) => Some(*deleted),
        })
    }

    fn read_record<T>(
        &self,
        store: &Store,
        object: &SObject,
        id: Id,
        read: impl FnOnce(&mut CachedRecord) -> Option<T>,
    ) -> Option<T> {
        self.drain_changes(store);
        self.objects.borrow_mut().get_mut(&object.name)?.records.get_mut(&id).and_then(read)
    }

    /// Keeps a record as it was just read.
    pub fn keep(&self, id: Id, record: &Record) {
        self.insert_record(&record.object, id, CachedRecord::Whole(record.clone()));
    }

    /// Keeps a record as it was just written.
    pub fn keep_written(&self, id: Id, record: &Record) {
        self.insert_record(&record.object, id, CachedRecord::WrittenUnread(record.clone()));
        self.with_object(&record.object, |CachedObject { records, written, .. }| {
            written.push_back(id);
            if written.len() > MOST_UNREAD
                && let Some(oldest) = written.pop_front()
                && !written.contains(&oldest)
                && matches!(records.get(&oldest), Some(CachedRecord::WrittenUnread(_)))
            {
                records.remove(&oldest);
            }
        });
    }

    /// Keeps that a record is there, in the recycle bin or not.
    pub fn keep_deleted(&self, object: &SObject, id: Id, deleted: bool) {
        self.insert_record(object, id, CachedRecord::Deleted(deleted));
    }

    fn insert_record(&self, object: &SObject, id: Id, cached: CachedRecord) {
        self.with_object(object, |CachedObject { records, .. }| {
            if records.len() >= MOST {
                records.clear();
            }
            records.insert(id, cached);
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
        self.drain_changes(store);
        let objects = self.objects.borrow();
        let query = objects.get(&object.name)?.queries.get(text)?;
        (query.field == field && query.most == most).then(|| query.found.clone())
    }

    /// Keeps what a look-up has just found.
    pub fn keep_found(&self, object: &SObject, field: &str, text: &str, most: usize, found: &[Id]) {
        // What is not there is mostly looked for before it is added, and that once.
        if found.is_empty() || found.len() > MOST_FOUND {
            return;
        }
        self.with_object(object, |CachedObject { queries, .. }| {
            if queries.len() >= MOST {
                queries.clear();
            }
            queries.insert(
                text.to_owned(),
                CachedQuery { field: field.to_owned(), most, found: found.to_vec() },
            );
        });
    }

    /// Who is a member of which community, if that is known.
    pub fn memberships(&self, store: &Store) -> Option<Arc<Memberships>> {
        self.drain_changes(store);
        self.memberships.borrow().clone()
    }

    /// Keeps memberships that were just read.
    pub fn keep_memberships(&self, memberships: &Arc<Memberships>) {
        *self.memberships.borrow_mut() = Some(memberships.clone());
    }

    fn with_object(&self, object: &SObject, work: impl FnOnce(&mut CachedObject)) {
        let mut objects = self.objects.borrow_mut();
        match objects.get_mut(&object.name) {
            Some(object) => work(object),
            None => work(objects.entry(object.name.clone()).or_default()),
        }
    }

    /// Runs `write`, which changes one row of the object and nothing else, in fields that `changes` knows by name: what
    /// else is known stays known.
    pub fn write_through(
        &self,
        store: &Store,
        object: &SObject,
        changes: impl Fn(&str) -> bool,
        write: impl FnOnce() -> crate::store::Result<usize>,
    ) -> crate::store::Result<()> {
        self.drain_changes(store);
        write()?;
        store.forget_changed(|change| match change {
            Some((table, _)) if table == object.name => {}
            other => self.forget(other),
        });
        // Look-ups find live records only.
        let stands = |query: &CachedQuery| !changes(&query.field) && !changes("IsDeleted");
        self.with_object(object, |CachedObject { queries, .. }| queries.retain(|_, query| stands(query)));
        Ok(())
    }

    /// Sets these fields of a record, if it is known.
    pub fn set(&self, object: &SObject, id: Id, fields: &[(&str, Value)]) {
        self.with_object(object, |CachedObject { records, .. }| {
            if let Some(CachedRecord::Whole(record) | CachedRecord::WrittenUnread(record)) =
                records.get_mut(&id)
            {
                for (name, value) in fields {
                    if let Some((at, field)) = object.field_index(name).zip(object.field(name)) {
                        record.set_at(at, storage::typed(field.kind, value.clone()));
                    }
                }
            }
        });
    }

    /// Drops what has changed since the last call.
    fn drain_changes(&self, store: &Store) {
        store.forget_changed(|change| self.forget(change));
    }

    /// Forgets what a change of a table makes old, or all.
    pub fn forget(&self, change: Option<(&str, Change)>) {
        if change.is_none_or(|(table, _)| table == "NetworkMemberGroup") {
            self.memberships.take();
        }
        let mut objects = self.objects.borrow_mut();
        match change {
            None => objects.clear(),
            Some((table, change)) => {
                if let Some(object) = objects.get_mut(table) {
                    object.queries.clear();
                    if change == Change::Values {
                        object.records.clear();
                    }
                }
            }
        }
    }
}
