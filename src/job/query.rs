//! Queries: run once, their rows kept as they are handed out.

use super::ingest::runner;
use super::step::Stop;
use super::store::{Jobs, Part};
use super::{Batch, ContentType, Job, Operation, Refusal};
use crate::cloud::State;
use crate::org::Org;
use crate::org::World;
use crate::org::access::Runner;
use crate::org::fault::Fault;
use crate::org::schema::SObject;
use crate::org::soql::{self, QueryOptions};

mod rows;

/// Rows in a piece of the result.
const PIECE: usize = 1000;

/// Checks a query as far as the job's making needs it: the object it asks for.
///
/// # Errors
/// Those of SOQL.
pub fn check(
    org: &Org,
    world: &dyn World,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<std::sync::Arc<SObject>, Fault> {
    soql::outline(org, world, runner, text, options).map(|outline| outline.entity)
}

/// The refusal of a batch whose query has failed.
pub(super) fn refused(fault: &Fault) -> Refusal {
    Refusal::query(fault.code.as_str(), &fault.message.replace('\n', " "))
}

/// Runs the query of a batch, and keeps its rows.
pub(super) fn run(state: &State, jobs: &Jobs, job: &Job, batch: &mut Batch) -> Result<bool, Stop> {
    let runner = runner(jobs, job)?;
    let world = state.world(jobs.org.id);
    let text = String::from_utf8_lossy(&jobs.content(batch)?).into_owned();
    let options =
        QueryOptions { all_rows: job.operation == Operation::QueryAll, api_version: job.api_version };
    let refused = |fault: Fault| {
        state.gaps.note_fault(&fault);
        refused(&fault)
    };
    let outline = soql::outline(jobs.org, &world, &runner, &text, &options).map_err(refused)?;
    if outline.children {
        return Err(Refusal::child_queries().into());
    }
    if outline.compound {
        return Err(Refusal::compound_data().into());
    }
    for (is_there, what) in
        [(outline.aggregate, "Aggregate functions"), (outline.type_of, "TYPEOF"), (outline.offset, "OFFSET")]
    {
        if is_there {
            return Err(Refusal::not_in_bulk(what).into());
        }
    }
    if !outline.entity.name.eq_ignore_ascii_case(&job.object) {
        return Err(Refusal::other_entity(&outline.entity.name, &job.object).into());
    }
    let found = soql::query(jobs.org, &world, &runner, &text, &options).map_err(refused)?;
    batch.header = rows::names(&found.shape);
    for (place, piece) in found.rows.chunks(PIECE).enumerate() {
        let bytes = match job.content_type {
            ContentType::Csv => rows::csv(job, &found.shape, piece)?,
            ContentType::Json => rows::json(job, &found.shape, piece),
            ContentType::Xml => rows::xml(&found.shape, piece),
        };
        jobs.save_part(&batch.id, Part::Rows, (place * PIECE) as u64, &bytes)?;
    }
    batch.processed = found.rows.len() as u64;
    batch.result = Some(jobs.org.next_id_under("752")?.to_string());
    Ok(true)
}
