//! Queries: run once, their rows written down as they are handed out, step by step.

use std::time::{Duration, Instant};

use super::batch::Batch;
use super::batch_error::BatchError;
use super::bulk_job::{Job, Operation};
use super::data_format::ContentType;
use super::runner::runner;
use super::stop::Stop;
use super::store::{Jobs, Part};
use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::org::{Environment, Org};
use crate::query::soql;
use crate::query::soql::{QueryOptions, QueryResult};
use crate::world::State;

mod rows;

/// Rows in a piece of the result.
const PIECE: usize = 1000;
/// After this time a step begins no further piece, so that others are let in.
const STEP_TIME: Duration = Duration::from_millis(20);

/// Checks a query as far as the job's making needs it: the object it asks for.
///
/// # Errors
/// Those of SOQL.
pub fn check(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<std::sync::Arc<SObject>, Fault> {
    soql::outline(org, environment, runner, text, options).map(|outline| outline.entity)
}

/// The refusal of a batch whose query has failed.
pub(super) fn refused(fault: &Fault) -> BatchError {
    BatchError::query(fault.code.as_str(), &fault.message.replace('\n', " "))
}

/// Writes down the next rows of a batch, after running its query; gives whether they were the last. The rows are those of
/// the first step, whatever is saved between the steps.
pub(super) fn advance(state: &State, jobs: &Jobs, job: &Job, batch: &mut Batch) -> Result<bool, Stop> {
    let begun = Instant::now();
    let found = match state.background.take_rows(&batch.id) {
        Some(found) => found,
        None => {
            let found = run(state, jobs, job, batch)?;
            // The server may have been stopped between two steps.
            jobs.remove_parts(&batch.id, Part::Rows)?;
            batch.header = rows::names(&found.shape);
            batch.processed = 0;
            found
        }
    };
    let written = usize::try_from(batch.processed).unwrap_or(usize::MAX);
    for piece in found.rows.get(written..).unwrap_or_default().chunks(PIECE) {
        let bytes = match job.content_type {
            ContentType::Csv => rows::csv(job, &found.shape, piece)?,
            ContentType::Json => rows::json(job, &found.shape, piece),
            ContentType::Xml => rows::xml(&found.shape, piece),
        };
        jobs.save_part(&batch.id, Part::Rows, batch.processed, &bytes)?;
        batch.processed += piece.len() as u64;
        if begun.elapsed() > STEP_TIME {
            break;
        }
    }
    let is_last = batch.processed == found.rows.len() as u64;
    if is_last {
        batch.result = Some(jobs.org.next_id_under("752")?.to_string());
    } else {
        state.background.keep_rows(&batch.id, found);
    }
    Ok(is_last)
}

/// Runs the query of a batch.
fn run(state: &State, jobs: &Jobs, job: &Job, batch: &Batch) -> Result<QueryResult, Stop> {
    let runner = runner(jobs, job)?;
    let environment = state.environment(jobs.org.id);
    let text = String::from_utf8_lossy(&jobs.content(batch)?).into_owned();
    let options =
        QueryOptions { all_rows: job.operation == Operation::QueryAll, api_version: job.api_version };
    let refused = |fault: Fault| {
        state.gaps.note_fault(&fault);
        refused(&fault)
    };
    let outline = soql::outline(jobs.org, &environment, &runner, &text, &options).map_err(refused)?;
    if outline.children {
        return Err(BatchError::child_queries().into());
    }
    if outline.compound {
        return Err(BatchError::compound_data().into());
    }
    for (is_there, what) in
        [(outline.aggregate, "Aggregate functions"), (outline.type_of, "TYPEOF"), (outline.offset, "OFFSET")]
    {
        if is_there {
            return Err(BatchError::not_in_bulk(what).into());
        }
    }
    if !outline.entity.name.eq_ignore_ascii_case(&job.object) {
        return Err(BatchError::other_entity(&outline.entity.name, &job.object).into());
    }
    Ok(soql::query(jobs.org, &environment, &runner, &text, &options).map_err(refused)?)
}
