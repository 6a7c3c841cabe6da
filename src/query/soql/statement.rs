//! Runs compiled statements.

use std::cell::Cell;

use super::{fault, functions};
use crate::model::fault::Fault;
use crate::model::value::Value;
use crate::org::Org;
use crate::org::extensions::Extension;

/// Whether the org's connection knows our SQL functions.
#[derive(Default)]
struct Registered(Cell<bool>);

impl Extension for Registered {}

/// Statements of more bytes are prepared anew for each use: those that are kept may not fill the memory.
const LONGEST_KEPT: usize = 32 * 1024;

/// Runs a compiled statement and hands out its rows. SQLite has limits of its own on columns, terms and depth: a statement
/// beyond them is too complicated.
pub(super) fn run(
    org: &Org,
    sql: &str,
    binds: &[Value],
    mut read: impl FnMut(&rusqlite::Row),
) -> Result<(), Fault> {
    let connection = org.store.connection();
    let registered = &org.extensions.get::<Registered>().0;
    if !registered.get() {
        functions::register(connection).map_err(|error| org.store.failed(error))?;
        registered.set(true);
    }
    tracing::trace!(sql, "soql");
    let too_complicated = |error: rusqlite::Error| {
        let error = org.store.failed(error);
        if error.is_trouble() {
            return Fault::from(error);
        }
        tracing::warn!(%error, sql, "a query that SQLite does not take");
        fault::too_complicated()
    };
    let (mut kept, mut passing);
    let statement: &mut rusqlite::Statement = if sql.len() <= LONGEST_KEPT {
        kept = connection.prepare_cached(sql).map_err(too_complicated)?;
        &mut kept
    } else {
        passing = connection.prepare(sql).map_err(too_complicated)?;
        &mut passing
    };
    // Groups that a subtotal leaves out may have bound values that no mark refers to.
    let marks = statement.parameter_count();
    for (index, value) in binds.iter().take(marks).enumerate() {
        statement.raw_bind_parameter(index + 1, value).map_err(|error| org.store.failed(error))?;
    }
    let _reading = org.store.reading();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| org.store.failed(error))? {
        org.check_deadline()?;
        read(row);
    }
    Ok(())
}
