//! One org (tenant): its schema, its rules, its records. Knows no HTTP and no wire format.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::store::{Store, quoted};

pub mod access;
mod child_tables;
mod children;
pub mod connected_app;
mod copy;
mod counters;
pub mod declared_rule;
pub(crate) mod definition_ids;
mod each_record;
pub(crate) mod extensions;
mod find_sites;
pub mod injected_fault;
pub(crate) mod license;
mod membership;
pub mod outbound_email;
pub mod recent;
pub(crate) mod record_cache;
pub mod replication;
pub mod save_log;
pub mod settings;
pub(crate) mod setup_audit;
pub mod setup_users;
pub mod site;
pub mod sso_config;
mod sso_configs;
pub(crate) mod standard_rows;
pub(crate) mod storage;
mod transaction;
mod upgrade;
mod writes;

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{SObject, Schema};
use crate::model::value::Value;
use connected_app::ConnectedApp;
use settings::Settings;
use sso_config::SsoSeed;

/// Every record: a limit of a query that finds them all. SQLite counts in `i64`, so this is the largest it takes.
pub const NO_LIMIT: usize = usize::MAX >> 1;

/// What an org's rules need from outside the org. The world implements it; the core never looks up.
pub trait Environment {
    /// Milliseconds since 1970 UTC, by the world's clock.
    fn now(&self) -> i64;
    /// True when an active or inactive user of another org of the world has this username, and shares it.
    ///
    /// # Errors
    /// The store of another org has failed.
    fn username_taken_elsewhere(&self, username: &str) -> Result<bool, Fault>;
    /// What goes wrong with the save of a record, though it is right.
    fn injected_fault(&self, _object: &str, _id: Id) -> Option<injected_fault::InjectedFault> {
        None
    }
    /// The open sessions of the org's users.
    fn sessions(&self) -> Vec<OpenSession> {
        Vec::new()
    }
    /// The username of the administrator who has logged in as the user whose call it is.
    fn delegate_user(&self) -> Option<String> {
        None
    }
    /// Puts a mail into the world's outbox. Only [`Org`] calls this, once what the mail tells of is committed.
    fn post(&self, mail: Mail);
    /// Bytes from the world's random source.
    fn random(&self, bytes: &mut [u8]);
}

/// An open session, as AuthSession shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSession {
    pub id: Id,
    pub user: Id,
    /// Milliseconds since 1970 UTC, as `used`.
    pub opened: i64,
    /// When it was last extended.
    pub used: i64,
    /// How long it lives without use.
    pub seconds: i64,
    /// A value of `LoginType`.
    pub login_type: &'static str,
    /// A value of `SessionType`.
    pub session_type: &'static str,
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
    pub link: Option<Link>,
}

/// Where the link in a mail leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Makes a changed address the user's.
    ConfirmEmail { token: String },
    /// To the page that sets a password, of a community (a row of Network) or of the org.
    SetPassword { token: String, network: Option<Id> },
}

/// What a seed says that is no record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeded {
    /// The org's folder, from the seed's; empty for the seed's own org.
    pub folder: String,
    /// `acme` in `https://acme.my.salesforce.com`.
    pub my_domain: Option<String>,
    /// The administrator of the ready file.
    pub admin: Option<Id>,
    /// In the order of the seed: the client of the ready file is the first.
    pub connected_apps: Vec<ConnectedApp>,
    /// Passwords in clear, for the banner and the ready file: `(user, password, security token)`.
    pub logins: Vec<(Id, String, String)>,
    pub sso: SsoSeed,
    pub setup_users: setup_users::SetupUsers,
    pub declared: Vec<declared_rule::DeclaredRule>,
    pub delegation: access::Delegation,
}

/// When and by whom an org was made.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Creation {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// The first administrator.
    pub by: Option<Id>,
}

/// One tenant of a world.
pub struct Org {
    pub id: Id,
    pub schema: Schema,
    pub settings: Arc<Settings>,
    pub store: Store,
    pub seeded: Arc<Seeded>,
    pub sites: site::Sites,
    /// The tables that are there, by object.
    pub(crate) tables: RefCell<HashMap<String, Arc<storage::Layout>, FixedState>>,
    pub(crate) record_cache: record_cache::RecordCache,
    child_tables: child_tables::ChildTables,
    /// Tables in the order they were made: a roll-back forgets the youngest.
    created_tables: RefCell<Vec<String>>,
    counters: counters::Counters,
    pub(crate) access: RefCell<access::Cache>,
    /// The rows of SamlSsoConfig, until one of them is written.
    sso_configs: RefCell<Option<Arc<[Arc<sso_config::SsoConfig>]>>>,
    /// What users have looked at lately.
    pub recent: recent::Recent,
    /// Saves of the call that is running.
    pub save_log: save_log::SaveLog,
    /// Mails of the call that is running.
    pub(crate) mails: RefCell<Vec<Mail>>,
    /// How many [`Org::transaction`] are running, one in another.
    transaction_depth: Cell<usize>,
    /// How many transactions have begun.
    transactions: Cell<u64>,
    /// Rows that came with their tables.
    uncounted_writes: Cell<u64>,
    /// Whether the setup audit trail is written: not while a seed is loaded.
    pub(crate) notes_setup_changes: Cell<bool>,
    /// What layers above keep with the org.
    pub(crate) extensions: extensions::Extensions,
    /// When and by whom the org was made.
    pub created: Creation,
    /// The user licences that the org can have.
    pub licenses: Arc<license::Licenses>,
    /// The rows that tables begin with.
    pub(crate) standard_rows: Arc<dyn standard_rows::StandardRows>,
}

impl Org {
    /// An org over a store. New stores are empty; a seed fills them.
    pub fn new(id: Id, schema: Schema, settings: Settings, store: Store) -> Org {
        Org {
            id,
            schema,
            settings: Arc::new(settings),
            store,
            seeded: Arc::default(),
            sites: site::Sites::default(),
            tables: RefCell::default(),
            record_cache: record_cache::RecordCache::default(),
            child_tables: child_tables::ChildTables::default(),
            created_tables: RefCell::default(),
            counters: counters::Counters::default(),
            access: RefCell::default(),
            sso_configs: RefCell::default(),
            recent: recent::Recent::default(),
            save_log: save_log::SaveLog::default(),
            mails: RefCell::default(),
            transaction_depth: Cell::default(),
            transactions: Cell::default(),
            uncounted_writes: Cell::default(),
            notes_setup_changes: Cell::new(false),
            extensions: extensions::Extensions::default(),
            created: Creation::default(),
            licenses: Arc::default(),
            standard_rows: Arc::new(standard_rows::NoRows),
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
        let object = self.standard_object(name)?;
        self.ensure_table(&object)?;
        Ok(object)
    }

    /// The same where its table need not be there.
    pub fn standard_object(&self, name: &'static str) -> Result<Arc<SObject>, Fault> {
        self.schema.object(name).ok_or_else(|| Fault::standard_object_missing(name))
    }

    /// Makes the object's table, with what the platform puts into it, when it is first touched: a hundred tables at
    /// start would cost more than the rest of it.
    pub fn ensure_table(&self, object: &SObject) -> Result<(), Fault> {
        self.layout(object).map(drop)
    }

    /// How the object's table lies; made when it is first asked for.
    pub(crate) fn layout(&self, object: &SObject) -> Result<Arc<storage::Layout>, Fault> {
        if let Some(layout) = self.tables.borrow().get(&object.name) {
            return Ok(layout.clone());
        }
        let layout = self.savepoint(|| {
            let table = storage::table(object, &self.schema);
            if self.store.ensure(&table)? {
                let layout = storage::Layout::of(object, table.columns.iter().map(|(column, _)| *column));
                self.uncounted(|| self.standard_rows.fill(self, object, &layout))?;
                return Ok::<_, Fault>(Arc::new(layout));
            }
            let columns = self.store.columns(&object.name)?;
            Ok(Arc::new(storage::Layout::of(object, columns.iter().map(String::as_str))))
        })?;
        self.tables.borrow_mut().insert(object.name.clone(), layout.clone());
        let mut made = self.created_tables.borrow_mut();
        // A change of metadata has all layouts read again; the tables have been made before.
        if !made.contains(&object.name) {
            made.push(object.name.clone());
        }
        Ok(layout)
    }

    /// Makes the tables of these objects at once, in a store that has none of them.
    pub(crate) fn make_tables(&self, names: &[&str]) -> Result<(), Fault> {
        let mut made = Vec::new();
        for object in names.iter().filter_map(|name| self.schema.object(name)) {
            let table = storage::table(&object, &self.schema);
            self.store.make(&table)?;
            let layout = storage::Layout::of(&object, table.columns.iter().map(|(column, _)| *column));
            made.push((object, layout));
        }
        // After the last table: a new one has all statements prepared anew.
        for (object, layout) in made {
            self.standard_rows.fill(self, &object, &layout)?;
            self.tables.borrow_mut().insert(object.name.clone(), Arc::new(layout));
            self.created_tables.borrow_mut().push(object.name.clone());
        }
        Ok(())
    }

    /// Whether an object can have records: its table has been made. Does not make it.
    pub(crate) fn has_table(&self, name: &str) -> Result<bool, Fault> {
        let begins_with_rows = self.standard_rows.has_rows(name);
        Ok(begins_with_rows || self.tables.borrow().contains_key(name) || self.store.has_table(name)?)
    }

    /// A record by id, whoever asks; deleted ones too (`IsDeleted`).
    ///
    /// # Errors
    /// `REQUEST_RUNNING_TOO_LONG` when the call has had its time: most loops over records come by here.
    pub fn find(&self, object: &Arc<SObject>, id: Id) -> Result<Option<Record>, Fault> {
        self.check_deadline()?;
        if let Some(known) = self.record_cache.record(&self.store, object, id) {
            return Ok(Some(known));
        }
        let layout = self.layout(object)?;
        let found = self.store.row(&layout.select, [id.as_str()], |row| layout.read(object, row))?;
        if let Some(record) = &found {
            self.record_cache.keep(id, record);
        }
        Ok(found)
    }

    /// Fails once the call that is running has had its time: for loops over records.
    ///
    /// # Errors
    /// `REQUEST_RUNNING_TOO_LONG`
    pub fn check_deadline(&self) -> Result<(), Fault> {
        Ok(self.store.check_deadline()?)
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
        if let Value::Text(text) = value
            && let Some(found) = self.record_cache.found(&self.store, object, field, text, limit)
        {
            return Ok(found);
        }
        let sql = self.layout(object)?.look_up(field);
        let params = rusqlite::params![value, limit as i64];
        let found = self.store.rows(&sql, params, |row| row.get::<_, String>(0))?;
        let found: Vec<Id> = found.iter().filter_map(|id| Id::parse(id)).collect();
        if let Value::Text(text) = value {
            self.record_cache.keep_found(object, field, text, limit, &found);
        }
        Ok(found)
    }

    /// The next id for an object. Numbers are reserved in blocks, so that a restart never repeats one.
    pub fn next_id(&self, object: &SObject) -> Result<Id, Fault> {
        self.next_id_under(object.key_prefix.as_deref().unwrap_or("000"))
    }

    /// The next id under a key prefix, for what has ids and is no record.
    pub fn next_id_under(&self, prefix: &str) -> Result<Id, Fault> {
        Ok(self.id.in_org(prefix, self.next_number(prefix)?))
    }

    /// The next number of a sequence, from 1 on: of the ids under a key prefix, or of a field that numbers its records.
    pub(crate) fn next_number(&self, prefix: &str) -> Result<u64, Fault> {
        Ok(self.counters.next(&self.store, prefix)?)
    }

    /// Makes the next number of a key prefix at least `first`: below are ids that were given by hand.
    pub(crate) fn reserve_ids(&self, prefix: &str, first: u64) -> Result<(), Fault> {
        Ok(self.counters.reserve(&self.store, prefix, first)?)
    }

    /// Whether a row exists (`None` when not), and whether it is in the recycle bin.
    pub fn exists(&self, object: &SObject, id: Id) -> Result<Option<bool>, Fault> {
        if let Some(deleted) = self.record_cache.is_deleted(&self.store, object, id) {
            return Ok(Some(deleted));
        }
        self.ensure_table(object)?;
        let deleted = if object.has_recycle_bin() { "\"IsDeleted\"" } else { "0" };
        let sql = format!("SELECT {deleted} FROM {} WHERE \"Id\" = ?1", quoted(&object.name));
        let found = self.store.row(&sql, [id.as_str()], |row| row.get(0))?;
        if let Some(deleted) = found {
            self.record_cache.keep_deleted(object, id, deleted);
        }
        Ok(found)
    }

    /// One stored field of a record: a User has two hundred.
    pub fn field(&self, object: &SObject, id: Id, field: &str) -> Result<Option<Value>, Fault> {
        self.ensure_table(object)?;
        let sql = format!("SELECT {} FROM {} WHERE \"Id\" = ?1", quoted(field), quoted(&object.name));
        Ok(self.store.row(&sql, [id.as_str()], |row| Ok(Value::from(row.get_ref(0)?)))?)
    }

    /// How many live records an object has. Does not make its table.
    pub fn count(&self, object: &SObject) -> Result<i64, Fault> {
        if !self.has_table(&object.name)? {
            return Ok(0);
        }
        self.ensure_table(object)?;
        let live = if object.has_recycle_bin() { " WHERE \"IsDeleted\" = 0" } else { "" };
        let sql = format!("SELECT count(*) FROM {}{live}", quoted(&object.name));
        Ok(self.store.row(&sql, [], |row| row.get(0))?.unwrap_or_default())
    }

    /// Called after every write: cached access that the record decides is forgotten.
    pub(crate) fn note_write(&self, record: &Record) {
        self.access.borrow_mut().note_write(record);
        if record.object.name == "SamlSsoConfig" {
            self.sso_configs.take();
        }
    }
}
