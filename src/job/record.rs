//! Records of an ingest job as its workers hand them on, and how many there may be.

use super::batch_error::BatchError;
use super::bulk_job::{Job, JobType};
use crate::model::value::Input;

/// Records of a step: as many as the service hands to a trigger at once.
pub(super) const STEP: usize = 200;
/// Records of a batch of the Bulk API.
pub(super) const MOST_RECORDS: usize = 10_000;

/// A record's id and its fields.
pub(super) type Record = (Option<String>, Vec<(String, Input)>);

/// Refuses a batch of the Bulk API that has no records.
pub(super) fn are_there(job: &Job, count: usize) -> Result<(), BatchError> {
    let missing = job.job_type == JobType::Classic && count == 0;
    if missing { Err(BatchError::no_records()) } else { Ok(()) }
}

/// Refuses more records than a batch may have, before any of them is saved.
pub(super) fn are_few(job: &Job, count: usize) -> Result<(), BatchError> {
    let few = job.job_type != JobType::Classic || count <= MOST_RECORDS;
    if few { Ok(()) } else { Err(BatchError::too_many_records(MOST_RECORDS)) }
}
