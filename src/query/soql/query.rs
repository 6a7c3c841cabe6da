//! Runs a query and reads all its rows.

use std::sync::Arc;

use super::compile::{Compiled, compile};
use super::fault::query_timeout;
use super::plan::RowPlan;
use super::query_options::QueryOptions;
use super::statement::run;
use super::viewed;
use crate::model::fault::Fault;
use crate::model::record::{Row, Shape};
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// What a query found.
#[derive(Debug, Clone)]
pub struct QueryResult {
    pub shape: Arc<Shape>,
    pub rows: Vec<Row>,
    /// How many rows there are; for `SELECT COUNT()` the count, though it has no rows.
    pub total: usize,
    /// The object of FROM.
    pub entity: Arc<SObject>,
    /// The rows are `AggregateResult`s.
    pub aggregate: bool,
}

/// Runs a query as a user.
///
/// # Errors
/// `MALFORMED_QUERY`, `INVALID_FIELD`, `INVALID_TYPE` and the other codes of [`super::fault`], most with the caret block
/// that shows the place; `QUERY_TIMEOUT` when the call has had its time.
pub fn query(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<QueryResult, Fault> {
    find(org, environment, runner, text, options).map_err(as_of_a_query)
}

/// The fault of a call that has had its time is another for a query.
pub(super) fn as_of_a_query(fault: Fault) -> Fault {
    if fault.is_out_of_time() { query_timeout() } else { fault }
}

fn find(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<QueryResult, Fault> {
    let now = environment.now();
    let Compiled { query, entity, aggregate, sql, binds, plan } =
        compile(org, environment, runner, text, options)?;
    let Some(plan) = plan else {
        let mut total = 0;
        run(org, &sql, &binds, |row| {
            total =
                row.get::<_, i64>(0).ok().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        })?;
        let shape = Arc::new(RowPlan::default().shape());
        return Ok(QueryResult { shape, rows: Vec::new(), total, entity, aggregate });
    };
    let mut rows = Vec::new();
    run(org, &sql, &binds, |row| rows.push(plan.read(row)))?;
    if query.for_view || query.for_reference {
        let ids: Vec<_> = rows.iter().filter_map(|row| row.id).collect();
        viewed::note(org, runner, &entity, &ids, now, query.for_view)?;
    }
    Ok(QueryResult { shape: Arc::new(plan.shape()), total: rows.len(), rows, entity, aggregate })
}
