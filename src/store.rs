//! SQLite: tables, statements, savepoints. Knows nothing of Salesforce.

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row, ToSql};

mod changes;
mod collation;
mod file;
mod reading;
mod savepoint;
mod store_error;
mod tables;

pub use changes::Change;
use changes::Changes;
pub use collation::folded;
use file::DatabaseFile;
use reading::ReadLimit;
pub use reading::Reading;
use savepoint::Savepoints;
use store_error::{LAYOUT, OLDEST_LAYOUT};
pub use store_error::{Result, StoreError};
use tables::Tables;
pub use tables::{SchemaVersion, TableNames};

/// Marks a database file as ours (`PRAGMA application_id`): the bytes `FFRC`.
const APPLICATION_ID: i32 = 0x4646_5243;
/// How long a statement waits for another program that has locked the file. That program may only read, for which SQLite
/// needs no lock of ours; so long as it does more, all requests wait.
const BUSY: Duration = Duration::from_millis(100);

/// Bytes of a page. Half of SQLite's own choice: hundreds of small tables and indexes take less memory, and a save that
/// touches a dozen pages copies less of them into its journal.
const PAGE: i32 = 2048;

/// One database: a file, or memory.
pub struct Store {
    connection: Connection,
    changes: Arc<Changes>,
    tables: Tables,
    limit: Arc<ReadLimit>,
    savepoints: Cell<Savepoints>,
    /// SQLite has failed since somebody asked.
    trouble: Cell<bool>,
    /// Dropped, and with it the lock, after the connection is closed.
    file: Option<DatabaseFile>,
}

/// A table to make: its columns with their SQL types, and its indexes.
pub struct Table<'a> {
    pub name: &'a str,
    /// `(name, SQL type, constraints and collation)`. One without a type holds a boolean: rows that are there before it is get
    /// 0 in it.
    pub columns: Vec<(&'a str, &'static str)>,
    /// Columns of which each gets an index over its non-null values.
    pub indexes: Vec<&'a str>,
}

impl Store {
    /// A new database in memory.
    pub fn in_memory() -> Result<Store> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(&format!(
            "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; \
             PRAGMA temp_store = MEMORY;"
        ))?;
        collation::register(&connection)?;
        Store::prepare(connection, None)
    }

    /// Opens a database file, or makes it. The second value is true when it is new.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] for a database of another program, [`StoreError::Layout`] for one of another
    /// version, [`StoreError::InUse`] for one that a running server has, [`StoreError::Open`] for anything else that cannot be
    /// read (damaged, a folder, no rights).
    pub fn file(path: &Path) -> Result<(Store, bool)> {
        let open = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
            _ => StoreError::Open { path: path.to_owned(), reason: error.to_string() },
        };
        let mut file = DatabaseFile::claim(path)?;
        let connection = Connection::open_with_flags(path, OpenFlags::default()).map_err(open)?;
        connection.busy_timeout(BUSY)?;
        // Checking an index needs the collation it is sorted by.
        collation::register(&connection)?;
        let pragma =
            |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
        let application = pragma("application_id").map_err(open)?;
        let layout = pragma("user_version").map_err(open)?;
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(open)?;
        let new = tables == 0 && application == 0;
        if !new && application != APPLICATION_ID {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        if !new && !(OLDEST_LAYOUT..=LAYOUT).contains(&layout) {
            return Err(StoreError::Layout { path: path.to_owned(), found: layout });
        }
        if !new {
            let verdict: String =
                connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(open)?;
            if verdict != "ok" {
                return Err(StoreError::Open {
                    path: path.to_owned(),
                    reason: format!("it is damaged: {verdict}"),
                });
            }
        }
        connection
            .execute_batch(&format!(
                "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}; COMMIT;",
                if new { LAYOUT } else { layout }
            ))
            .map_err(open)?;
        if let Some(file) = &mut file {
            file.watch();
        }
        Ok((Store::prepare(connection, file)?, new))
    }

    fn prepare(mut connection: Connection, file: Option<DatabaseFile>) -> Result<Store> {
        connection.set_prepared_statement_cache_capacity(256);
        // Plans do not depend on bound values: else many statements are prepared again at each use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let changes = Arc::new(Changes::default());
        changes::watch(&mut connection, &changes)?;
        let limit = ReadLimit::of(&mut connection)?;
        Ok(Store {
            connection,
            changes,
            tables: Tables::default(),
            limit,
            savepoints: Cell::default(),
            trouble: Cell::default(),
            file,
        })
    }

    /// The connection, for statements that a layer above compiles (SOQL) and functions it registers.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The columns of a table, in their order.
    pub fn columns(&self, table: &str) -> Result<Vec<String>> {
        self.rows("SELECT name FROM pragma_table_info(?1)", [table], |row| row.get(0))
    }

    /// Whether the tables lie as an earlier version has made them. Whoever knows what is in them brings them up to date
    /// ([`Store::set_layout`]).
    pub fn has_earlier_layout(&self) -> Result<bool> {
        let layout = self.row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))?;
        Ok(layout.is_some_and(|layout| (OLDEST_LAYOUT..LAYOUT).contains(&layout)))
    }

    /// Notes that the tables lie as this version makes them.
    pub fn set_layout(&self) -> Result<()> {
        self.run(&format!("PRAGMA user_version = {LAYOUT}"))
    }

    /// Makes a table and its indexes; gives true when it is new. An older table gets the columns it lacks.
    pub fn ensure(&self, table: &Table) -> Result<bool> {
        let new = !self.has_table(table.name)?;
        let statements = self.making(table, new)?;
        if !statements.is_empty() {
            self.run(&statements)?;
        }
        Ok(new)
    }

    /// Makes a table that there is not yet.
    pub fn make(&self, table: &Table) -> Result<()> {
        self.run(&self.making(table, true)?)
    }

    /// Runs statements that have no values, all of them or none.
    pub fn run(&self, statements: &str) -> Result<()> {
        self.savepoint(|| {
            self.open_savepoints()?;
            self.connection.execute_batch(statements).map_err(|error| self.failed(error))
        })
    }

    fn making(&self, table: &Table, new: bool) -> Result<String> {
        let name = quoted(table.name);
        let mut sql = String::new();
        if new {
            // A table may have hundreds.
            sql.extend(["CREATE TABLE ", &name]);
            for (place, (column, kind)) in table.columns.iter().enumerate() {
                sql.extend([if place == 0 { " (" } else { "," }, &quoted(column), " ", kind]);
            }
            sql += ");";
        } else {
            let known: HashSet<String> = self.columns(table.name)?.into_iter().collect();
            for (column, kind) in table.columns.iter().filter(|(column, _)| !known.contains(*column)) {
                let kind = if kind.is_empty() { "DEFAULT 0" } else { kind };
                sql += &format!("ALTER TABLE {name} ADD COLUMN {} {kind};", quoted(column));
            }
        }
        let indexes: HashSet<String> = if new {
            HashSet::new()
        } else {
            let rows = self.rows("SELECT name FROM pragma_index_list(?1)", [table.name], |row| row.get(0))?;
            rows.into_iter().collect()
        };
        for column in &table.indexes {
            let index = format!("{}.{column}", table.name);
            if !indexes.contains(&index) {
                let (index, column) = (quoted(&index), quoted(column));
                sql += &format!("CREATE INDEX {index} ON {name} ({column}) WHERE {column} IS NOT NULL;");
            }
        }
        Ok(sql)
    }

    /// Takes a column from a table, with its index. Nothing happens when it is not there.
    pub fn drop_column(&self, table: &str, column: &str) -> Result<()> {
        if self.columns(table)?.iter().any(|known| known == column) {
            let index = quoted(&format!("{table}.{column}"));
            let (table, column) = (quoted(table), quoted(column));
            let sql = format!("DROP INDEX IF EXISTS {index}; ALTER TABLE {table} DROP COLUMN {column};");
            self.run(&sql)?;
        }
        Ok(())
    }

    /// Takes a table away, with its indexes and triggers.
    pub fn drop_table(&self, table: &str) -> Result<()> {
        self.run(&format!("DROP TABLE IF EXISTS {}", quoted(table)))
    }

    /// Whether there is a table with this name.
    pub fn has_table(&self, name: &str) -> Result<bool> {
        Ok(self.table_names()?.contains(name))
    }

    /// The names of all tables. Reads them only when they have changed.
    pub fn table_names(&self) -> Result<TableNames> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        self.tables.at(self.schema_version()?, || self.rows(sql, [], |row| row.get(0)))
    }

    /// Changes whenever a table comes, changes or goes, with a roll-back too: what was worked out from the tables at one
    /// version holds as long as the version does.
    pub fn schema_version(&self) -> Result<SchemaVersion> {
        let number = self.row("PRAGMA schema_version", [], |row| row.get(0))?.unwrap_or_default();
        Ok(SchemaVersion { number, roll_backs: self.changes.roll_backs() })
    }

    /// Runs a statement that changes rows; gives their number.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.open_savepoints()?;
        let execute = || self.connection.prepare_cached(sql)?.execute(params);
        execute().map_err(|error| self.failed(error))
    }

    /// Runs a statement with as many parameters as there are values; nulls need no binding.
    pub fn insert<'v, V: ToSql + 'v>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Option<&'v V>>,
    ) -> Result<()> {
        self.open_savepoints()?;
        let insert = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            for (place, value) in values.into_iter().enumerate() {
                if let Some(value) = value {
                    statement.raw_bind_parameter(place + 1, value)?;
                }
            }
            statement.raw_execute().map(drop)
        };
        insert().map_err(|error| self.failed(error))
    }

    /// Runs a query for at most one row.
    pub fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let find = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let _reading = self.reading();
            let mut rows = statement.query(params)?;
            rows.next()?.map(read).transpose()
        };
        find().map_err(|error| self.failed(error))
    }

    /// Runs a query for any number of rows.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let find = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let _reading = self.reading();
            let mut rows = statement.query(params)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(row)?);
            }
            Ok(all)
        };
        find().map_err(|error| self.failed(error))
    }

    /// Names to `forget` each table in which a row was added, changed or deleted since this was last called; `None` stands
    /// for all tables.
    pub fn forget_changed(&self, forget: impl FnMut(Option<(&str, Change)>)) {
        self.changes.take(forget);
    }

    /// Rows that were added, changed or deleted so far. It only grows, when what was done is undone too.
    pub fn row_changes(&self) -> u64 {
        self.connection.total_changes()
    }

    /// Bytes of the database.
    pub fn bytes(&self) -> Result<u64> {
        let number = |sql: &str| {
            Ok::<_, StoreError>(self.row(sql, [], |row| row.get::<_, i64>(0))?.unwrap_or_default())
        };
        let bytes = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// Whether no file holds the database.
    pub fn is_in_memory(&self) -> bool {
        self.connection.path().is_none_or(str::is_empty)
    }

    /// A copy in memory, made by SQLite's backup.
    pub fn copy(&self) -> Result<Store> {
        let mut copy = Store::in_memory()?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy.connection)?;
        backup.step(-1)?;
        drop(backup);
        Ok(copy)
    }

    /// Has what another store has, in one transaction: a process that is killed meanwhile leaves the one or the other.
    ///
    /// # Errors
    /// SQLite's, of a full disk for example; then nothing has changed.
    pub fn replace_by(&mut self, other: &Store) -> Result<()> {
        if let Some(file) = self.file.as_ref().filter(|file| file.is_gone()) {
            return Err(file.gone());
        }
        self.connection.flush_prepared_statement_cache();
        let backup = rusqlite::backup::Backup::new(&other.connection, &mut self.connection)?;
        let step = backup.step(-1);
        drop(backup);
        self.changes.note_roll_back();
        match step? {
            rusqlite::backup::StepResult::Done => Ok(()),
            _ => Err(StoreError::Lost),
        }
    }
}

/// A name as an SQL identifier.
pub fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    match name.contains('"') {
        true => quoted.push_str(&name.replace('"', "\"\"")),
        false => quoted.push_str(name),
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn store() -> Store {
        let store = Store::in_memory().expect("a store");
        store.run("CREATE TABLE t (n INTEGER)").expect("a table");
        store
    }

    pub(super) fn put(store: &Store, number: i64) -> Result<()> {
        store.insert("INSERT INTO t VALUES (?)", [Some(&number)])
    }

    pub(super) fn numbers(store: &Store) -> Vec<i64> {
        store.rows("SELECT n FROM t ORDER BY n", [], |row| row.get(0)).expect("rows")
    }

    pub(super) fn fails<T>() -> Result<T> {
        Err(StoreError::Foreign(std::path::PathBuf::new()))
    }

    #[test]
    fn the_names_of_tables_follow_roll_backs() {
        let store = store();
        let before = store.schema_version().expect("a version");
        let undone = store.savepoint(|| {
            store.run("CREATE TABLE u (n INTEGER)")?;
            assert!(store.has_table("u")?);
            fails::<()>()
        });
        assert!(undone.is_err());
        assert!(!store.has_table("u").expect("an answer"));
        // SQLite's own number is now what it was when there was a table u.
        store.run("CREATE TABLE v (n INTEGER)").expect("a table");
        assert!(store.has_table("v").expect("an answer"));
        assert!(!store.has_table("u").expect("an answer"));
        assert_ne!(store.schema_version().expect("a version"), before);
    }

    #[test]
    fn changes_are_told_of_once() {
        let store = store();
        let told = |store: &Store| {
            let mut told = Vec::new();
            store.forget_changed(|change| {
                told.push(change.map(|(table, change)| {
                    assert_eq!(table, "t");
                    change
                }))
            });
            told
        };
        put(&store, 1).expect("a row");
        assert_eq!(told(&store), [Some(Change::Rows)]);
        store.execute("UPDATE t SET n = 2", []).expect("a change");
        put(&store, 1).expect("a row");
        assert_eq!(told(&store), [Some(Change::Values)]);
        assert_eq!(told(&store), []);
        let undone = store.savepoint(|| put(&store, 3).and_then(|()| fails::<()>()));
        assert!(undone.is_err());
        assert_eq!(told(&store), [None]);
    }
}
