//! One org (tenant): its schema, its rules, its records. Knows no HTTP and no wire format.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::store::{Store, StoreError, quoted};

pub mod access;
pub mod dml;
pub mod fault;
pub mod id;
pub mod record;
pub mod rule;
pub mod schema;
pub mod settings;
pub mod soql;
mod storage;
pub mod value;

use fault::Fault;
use id::Id;
use record::Record;
use schema::{SObject, Schema};
use settings::Settings;
use value::Value;

/// What an org's rules need from outside the org. The cloud implements it; the core never looks up.
pub trait World {
    /// Milliseconds since 1970 UTC, by the cloud's clock.
    fn now(&self) -> i64;
    /// True when an active or inactive user of another org of the cloud has this username.
    fn username_taken_elsewhere(&self, username: &str) -> bool;
    /// Puts a mail into the cloud's outbox.
    fn post(&self, mail: Mail);
    /// Bytes from the cloud's random source.
    fn random(&self, bytes: &mut [u8]);
}

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// What it is about: `email_change`, `welcome`, `password_reset`, …
    pub kind: &'static str,
    pub to: String,
    pub user: Option<Id>,
    pub subject: String,
    pub body: String,
}

/// The numbers of one key prefix: the next to give, and the first that the store has not reserved.
#[derive(Clone, Copy)]
struct Counter {
    next: u64,
    reserved: u64,
}

/// One tenant of a cloud.
pub struct Org {
    pub id: Id,
    pub schema: Schema,
    pub settings: Settings,
    pub store: Store,
    tables: RefCell<HashSet<String>>,
    queries: soql::Queries,
    /// Tables in the order they were made: a roll-back forgets the youngest.
    made: RefCell<Vec<String>>,
    counters: RefCell<HashMap<String, Counter>>,
    /// Grows with every write to a record that decides access, so that cached answers know they are old.
    access_epoch: Cell<u64>,
    access: RefCell<access::Cache>,
}

impl Org {
    /// An org over a store. New stores are empty; a seed fills them.
    pub fn new(id: Id, schema: Schema, settings: Settings, store: Store) -> Org {
        Org {
            id,
            schema,
            settings,
            store,
            tables: RefCell::default(),
            queries: soql::Queries::default(),
            made: RefCell::default(),
            counters: RefCell::default(),
            access_epoch: Cell::new(0),
            access: RefCell::default(),
        }
    }

    /// An object by API name, with its table made. `None` for an unknown name.
    pub fn object(&self, name: &str) -> Result<Option<Arc<SObject>>, Fault> {
        match self.schema.object(name) {
            Some(object) => {
                self.ensure_table(&object)?;
                Ok(Some(object))
            }
            None => Ok(None),
        }
    }

    /// A standard object that the rules themselves rely on.
    pub fn standard(&self, name: &'static str) -> Result<Arc<SObject>, Fault> {
        self.object(name)?.ok_or_else(|| {
            Fault::new(fault::StatusCode::UNKNOWN_EXCEPTION, format!("{name} is missing from objects/"))
        })
    }

    /// Makes the object's table when it is first touched: creating a hundred at start would cost more than the rest of it.
    pub fn ensure_table(&self, object: &SObject) -> Result<(), Fault> {
        if self.tables.borrow().contains(&object.name) {
            return Ok(());
        }
        self.store.ensure(&storage::table(object))?;
        self.tables.borrow_mut().insert(object.name.clone());
        self.made.borrow_mut().push(object.name.clone());
        Ok(())
    }

    /// A record by id, whoever asks; deleted ones too (`IsDeleted`).
    pub fn find(&self, object: &Arc<SObject>, id: Id) -> Result<Option<Record>, Fault> {
        self.ensure_table(object)?;
        let sql = storage::select_by_id(object);
        let read = |row: &rusqlite::Row| storage::read_record(object, row);
        Ok(self.store.row(&sql, [id.as_str()], read)?)
    }

    /// The ids of the live records in which a field has this value, oldest first, at most `limit`.
    /// The field must be stored (no address); text compares as its column does.
    pub fn ids_where(
        &self,
        object: &SObject,
        field: &str,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<Id>, Fault> {
        self.ensure_table(object)?;
        let live = if object.has_recycle_bin() { " AND \"IsDeleted\" = 0" } else { "" };
        let sql = format!(
            "SELECT \"Id\" FROM {} WHERE {} = ?1{live} ORDER BY \"Id\" LIMIT ?2",
            quoted(&object.name),
            quoted(field)
        );
        let found =
            self.store.rows(&sql, rusqlite::params![value, limit as i64], |row| row.get::<_, String>(0))?;
        Ok(found.iter().filter_map(|id| Id::parse(id)).collect())
    }

    /// The next id for an object. Numbers are reserved in blocks, so that a restart never repeats one.
    pub fn next_id(&self, object: &SObject) -> Result<Id, Fault> {
        const BLOCK: u64 = 1000;
        let prefix = object.key_prefix.as_deref().unwrap_or("000");
        let mut counters = self.counters.borrow_mut();
        let mut counter = match counters.get(prefix) {
            Some(counter) => *counter,
            None => {
                let table = "CREATE TABLE IF NOT EXISTS \"_counter\" (prefix TEXT PRIMARY KEY, next INTEGER NOT NULL)";
                self.store.execute(table, [])?;
                let sql = "SELECT next FROM \"_counter\" WHERE prefix = ?1";
                let next = self.store.row(sql, [prefix], |row| row.get::<_, i64>(0))?;
                Counter { next: next.map_or(1, |next| next as u64), reserved: 0 }
            }
        };
        let number = counter.next;
        counter.next += 1;
        if number >= counter.reserved {
            counter.reserved = number + BLOCK;
            self.store.execute(
                "INSERT INTO \"_counter\" VALUES (?1, ?2) ON CONFLICT (prefix) DO UPDATE SET next = excluded.next",
                rusqlite::params![prefix, counter.reserved as i64],
            )?;
        }
        counters.insert(prefix.to_owned(), counter);
        Ok(Id::numbered(prefix, number))
    }

    /// Runs `work` in a savepoint (nested ones are fine): an `Err` undoes all it wrote, and all that was cached of it.
    pub fn attempt<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let made = self.made.borrow().len();
        let epoch = self.access_epoch.get();
        let result = self.store.attempt(work);
        if result.is_err() {
            let mut tables = self.tables.borrow_mut();
            for name in self.made.borrow_mut().drain(made..) {
                tables.remove(&name);
            }
            if self.access_epoch.get() != epoch {
                self.access_epoch.set(self.access_epoch.get() + 1);
            }
            // The reservation may be undone while later numbers are in use: it is written again.
            for counter in self.counters.borrow_mut().values_mut() {
                counter.reserved = 0;
            }
        }
        result
    }

    /// Whether a row exists (`None` when not), and whether it is in the recycle bin.
    pub fn exists(&self, object: &SObject, id: Id) -> Result<Option<bool>, Fault> {
        self.ensure_table(object)?;
        let deleted = if object.has_recycle_bin() { "\"IsDeleted\"" } else { "0" };
        let sql = format!("SELECT {deleted} FROM {} WHERE \"Id\" = ?1", quoted(&object.name));
        Ok(self.store.row(&sql, [id.as_str()], |row| row.get(0))?)
    }

    /// Called after every write: records that decide access make cached access old.
    pub(crate) fn note_write(&self, object: &SObject) {
        if access::decides_access(&object.name) {
            self.access_epoch.set(self.access_epoch.get() + 1);
        }
    }

    /// Who a user is and what they may do.
    ///
    /// # Errors
    /// `INVALID_SESSION_ID` when there is no such user, or the user is inactive.
    pub fn runner(&self, user: Id) -> Result<access::Runner, Fault> {
        Ok(access::Runner::system(user))
    }
}
