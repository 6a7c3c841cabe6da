//! SQLite: tables, statements, savepoints, images. Knows nothing of Salesforce.

use std::cell::Cell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row, ToSql};

mod changes;
mod collation;

pub use changes::Change;
use changes::Changes;
pub use collation::folded;

/// Marks a database file as ours (`PRAGMA application_id`): the bytes `FFRC`.
const APPLICATION_ID: i32 = 0x4646_5243;
/// Changes when the layout of the tables does.
const LAYOUT: i32 = 2;

/// Bytes of a page. Half of SQLite's own choice: hundreds of small tables and indexes take less memory, and a save that
/// touches a dozen pages copies less of them into its journal.
const PAGE: i32 = 2048;

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    #[error("{path} is not a fauxforce database; name another file or move it away", path = .0.display())]
    Foreign(PathBuf),
    #[error(
        "{path} was written by another version of fauxforce (layout {found}, this one reads {LAYOUT}); start with a new file",
        path = .path.display()
    )]
    Layout { path: PathBuf, found: i32 },
    #[error("{path} cannot be opened as a database: {reason}", path = .path.display())]
    Open { path: PathBuf, reason: String },
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// One database: a file, or memory.
pub struct Store {
    connection: Connection,
    changes: Arc<Changes>,
    attempts: Cell<Attempts>,
}

/// The attempts that are running, one in another. What writes nothing needs no savepoint: they are opened when something
/// is about to be written.
#[derive(Clone, Copy, Default)]
struct Attempts {
    running: usize,
    /// Of these, from the outermost, so many have a savepoint.
    open: usize,
}

/// A table to make: its columns with their SQL types, and its indexes.
pub struct Table<'a> {
    pub name: &'a str,
    /// `(name, SQL type, constraints and collation)`.
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
        Store::prepare(connection)
    }

    /// Opens a database file, or makes it. The second value is true when it is new.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] for a database of another program, [`StoreError::Layout`] for one of another
    /// version, [`StoreError::Open`] for anything else that cannot be read (damaged, a folder, no rights).
    pub fn file(path: &Path) -> Result<(Store, bool)> {
        let open = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
            _ => StoreError::Open { path: path.to_owned(), reason: error.to_string() },
        };
        let connection = Connection::open_with_flags(path, OpenFlags::default()).map_err(open)?;
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
        if !new && layout != LAYOUT {
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
                 PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {LAYOUT};"
            ))
            .map_err(open)?;
        Ok((Store::prepare(connection)?, new))
    }

    fn prepare(mut connection: Connection) -> Result<Store> {
        connection.set_prepared_statement_cache_capacity(256);
        // Plans do not depend on bound values: else many statements are prepared again at each use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let changes = Arc::new(Changes::default());
        changes::watch(&mut connection, &changes)?;
        Ok(Store { connection, changes, attempts: Cell::default() })
    }

    /// The connection, for statements that a layer above compiles (SOQL) and functions it registers.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The columns of a table, in their order.
    pub fn columns(&self, table: &str) -> Result<Vec<String>> {
        self.rows("SELECT name FROM pragma_table_info(?1)", [table], |row| row.get(0))
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

    /// Runs statements that have no values.
    pub fn run(&self, statements: &str) -> Result<()> {
        self.open_attempts(0)?;
        Ok(self.connection.execute_batch(statements)?)
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
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        Ok(self.row(sql, [name], |_| Ok(()))?.is_some())
    }

    /// Runs a statement that changes rows; gives their number.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.open_attempts(0)?;
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs a statement with as many parameters as there are values; nulls need no binding. `last` promises that the
    /// attempt that runs ends well if this does: it is undone by SQLite itself, and so needs no savepoint.
    pub fn insert<'v, V: ToSql + 'v>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Option<&'v V>>,
        last: bool,
    ) -> Result<()> {
        self.open_attempts(usize::from(last))?;
        let mut statement = self.connection.prepare_cached(sql)?;
        for (place, value) in values.into_iter().enumerate() {
            if let Some(value) = value {
                statement.raw_bind_parameter(place + 1, value)?;
            }
        }
        statement.raw_execute()?;
        Ok(())
    }

    /// Runs a query for at most one row.
    pub fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        match rows.next()? {
            Some(row) => Ok(Some(read(row)?)),
            None => Ok(None),
        }
    }

    /// Runs a query for any number of rows.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// Runs `work` so that an `Err` undoes all it wrote (nested ones are fine).
    pub fn attempt<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let attempt = Attempt::begin(self);
        match work() {
            Ok(value) => {
                attempt.keep()?;
                Ok(value)
            }
            Err(error) => {
                attempt.undo()?;
                Err(error)
            }
        }
    }

    /// Whether an attempt is running: what is written may be undone yet.
    pub fn is_in_attempt(&self) -> bool {
        self.attempts.get().running > 0
    }

    /// Opens the savepoints of the running attempts, but of so many innermost ones.
    fn open_attempts(&self, but: usize) -> Result<()> {
        let Attempts { running, open } = self.attempts.get();
        for open in open..running.saturating_sub(but) {
            self.connection.prepare_cached("SAVEPOINT attempt")?.execute([])?;
            self.attempts.set(Attempts { running, open: open + 1 });
        }
        Ok(())
    }

    /// Names to `forget` each table in which a row was added, changed or deleted since this was last called; `None` stands
    /// for all tables.
    pub fn forget_changed(&self, forget: impl FnMut(Option<(&str, Change)>)) {
        self.changes.take(forget);
    }

    /// Whether no file holds the database.
    pub fn is_in_memory(&self) -> bool {
        self.connection.path().is_none_or(str::is_empty)
    }

    /// A copy in memory, made by SQLite's backup.
    pub fn copy(&self) -> Result<Store> {
        copied(&self.connection)
    }

    /// The bytes of the whole database, as its file would have them.
    pub fn image(&mut self) -> Result<Vec<u8>> {
        Ok(self.connection.serialize("main")?.to_vec())
    }

    /// A database in memory from the bytes of one.
    pub fn from_image(image: &[u8]) -> Result<Store> {
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact("main", image, image.len(), true)?;
        copied(&connection)
    }
}

/// An attempt that is running; undone when it is dropped, as by a panic.
struct Attempt<'a> {
    store: &'a Store,
    ended: bool,
}

impl<'a> Attempt<'a> {
    fn begin(store: &'a Store) -> Attempt<'a> {
        let Attempts { running, open } = store.attempts.get();
        store.attempts.set(Attempts { running: running + 1, open });
        Attempt { store, ended: false }
    }

    fn keep(self) -> Result<()> {
        self.end(&["RELEASE attempt"])
    }

    fn undo(self) -> Result<()> {
        self.end(&["ROLLBACK TO attempt", "RELEASE attempt"])
    }

    fn end(mut self, statements: &[&str]) -> Result<()> {
        self.ended = true;
        let Attempts { running, open } = self.store.attempts.get();
        self.store.attempts.set(Attempts { running: running - 1, open: open.min(running - 1) });
        if open == running {
            if statements.len() > 1 {
                self.store.changes.note_roll_back();
            }
            for sql in statements {
                self.store.connection.prepare_cached(sql)?.execute([])?;
            }
        }
        Ok(())
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let attempt = Attempt { store: self.store, ended: false };
            // Nobody is left to tell.
            _ = attempt.undo();
        }
    }
}

fn copied(from: &Connection) -> Result<Store> {
    let mut copy = Store::in_memory()?;
    let backup = rusqlite::backup::Backup::new(from, &mut copy.connection)?;
    backup.step(-1)?;
    drop(backup);
    Ok(copy)
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

    fn store() -> Store {
        let store = Store::in_memory().expect("a store");
        store.run("CREATE TABLE t (n INTEGER)").expect("a table");
        store
    }

    fn put(store: &Store, number: i64, last: bool) -> Result<()> {
        store.insert("INSERT INTO t VALUES (?)", [Some(&number)], last)
    }

    fn numbers(store: &Store) -> Vec<i64> {
        store.rows("SELECT n FROM t ORDER BY n", [], |row| row.get(0)).expect("rows")
    }

    fn fails<T>() -> Result<T> {
        Err(StoreError::Foreign(PathBuf::new()))
    }

    #[test]
    fn an_attempt_undoes_what_it_wrote_and_no_more() {
        let store = store();
        let outer = store.attempt(|| {
            put(&store, 1, false)?;
            let inner = store.attempt(|| put(&store, 2, false).and_then(|()| fails::<()>()));
            assert!(inner.is_err());
            store.attempt(|| put(&store, 3, true))?;
            store.attempt(|| Ok::<_, StoreError>(()))
        });
        assert!(outer.is_ok());
        assert_eq!(numbers(&store), [1, 3]);
    }

    #[test]
    fn the_last_write_of_an_attempt_goes_with_the_one_around_it() {
        let store = store();
        let outer = store.attempt(|| {
            store.attempt(|| put(&store, 1, true))?;
            store.attempt(|| put(&store, 2, true))?;
            fails::<()>()
        });
        assert!(outer.is_err());
        assert_eq!(numbers(&store), [0; 0]);
        store.attempt(|| put(&store, 3, true)).expect("a row");
        assert_eq!(numbers(&store), [3]);
    }

    #[test]
    fn a_panic_undoes_its_attempt() {
        let store = store();
        let work = std::panic::AssertUnwindSafe(|| {
            store.attempt(|| {
                put(&store, 1, false)?;
                if numbers(&store) == [1] { std::panic::resume_unwind(Box::new(())) } else { fails::<()>() }
            })
        });
        assert!(std::panic::catch_unwind(work).is_err());
        store.attempt(|| put(&store, 2, false)).expect("a row");
        assert_eq!(numbers(&store), [2]);
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
        put(&store, 1, false).expect("a row");
        assert_eq!(told(&store), [Some(Change::Rows)]);
        store.execute("UPDATE t SET n = 2", []).expect("a change");
        put(&store, 1, false).expect("a row");
        assert_eq!(told(&store), [Some(Change::Values)]);
        assert_eq!(told(&store), []);
        let undone = store.attempt(|| put(&store, 3, false).and_then(|()| fails::<()>()));
        assert!(undone.is_err());
        assert_eq!(told(&store), [None]);
    }
}
