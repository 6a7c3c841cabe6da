//! `--deterministic` over a database file: a start goes on behind what earlier starts over it have used, so that no token is
//! given twice and no record of one run has the time of another's. The n-th start over a file is the same whenever the
//! earlier ones were.

use crate::store::{Store, StoreError, quoted};
use crate::world::State;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_deterministic_run\" (number INTEGER NOT NULL)";

/// Columns in which a run leaves the time of its clock.
const TIMES: &str =
    "'CreatedDate', 'LastModifiedDate', 'SystemModstamp', 'LoginTime', 'LastLoginDate', 'issued', 'used'";

/// Lets clock and random source begin behind all that the files of a world hold. To be called before anything is made with
/// them.
///
/// # Errors
/// The store has failed.
pub fn begin_after<'s>(
    state: &State,
    stores: impl IntoIterator<Item = &'s Store> + Clone,
) -> Result<(), StoreError> {
    let mut run = 0;
    for store in stores.clone() {
        run = run.max(runs(store)?);
        if let Some(time) = latest_time(store)? {
            state.clock.begin_after(time);
        }
    }
    state.random.begin_run(run);
    for store in stores {
        store.savepoint(|| {
            store.run("DELETE FROM \"_deterministic_run\"")?;
            let next = i64::try_from(run + 1).unwrap_or(i64::MAX);
            store.execute("INSERT INTO \"_deterministic_run\" VALUES (?1)", [next])
        })?;
    }
    Ok(())
}

/// How many runs there have been.
fn runs(store: &Store) -> Result<u64, StoreError> {
    store.run(TABLE)?;
    let number = store.row("SELECT number FROM \"_deterministic_run\"", [], |row| row.get::<_, i64>(0))?;
    Ok(number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default())
}

/// The latest time that a row was made, changed or used at.
fn latest_time(store: &Store) -> Result<Option<i64>, StoreError> {
    let sql = format!(
        "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND c.name IN ({TIMES})"
    );
    let columns: Vec<(String, String)> = store.rows(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut latest = None;
    for (table, column) in columns {
        let sql = format!("SELECT max({}) FROM {}", quoted(&column), quoted(&table));
        latest = latest.max(store.row(&sql, [], |row| row.get::<_, Option<i64>>(0))?.flatten());
    }
    Ok(latest)
}
