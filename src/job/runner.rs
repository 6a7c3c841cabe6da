//! In whose name the records of a job are saved and its queries run.

use super::batch_error::BatchError;
use super::bulk_job::Job;
use super::stop::Stop;
use super::store::Jobs;
use crate::model::id::Id;
use crate::org::access::Runner;

/// Who made the job, if they may still work.
pub(super) fn runner(jobs: &Jobs, job: &Job) -> Result<Runner, Stop> {
    let user = Id::parse(&job.user).ok_or_else(BatchError::no_user)?;
    let runner = jobs.org.runner(user)?;
    let runner = runner.at_version(job.api_version);
    if runner.is_active && !runner.is_frozen { Ok(runner) } else { Err(BatchError::no_user().into()) }
}
