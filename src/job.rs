//! Bulk jobs: kept in their org's store, done between other calls, 200 records at a time.
//!
//! Two surfaces speak of them: `/services/data/…/jobs` (Bulk API 2.0) and `/services/async` (Bulk API). A job of the
//! first has one batch; one of the second as many as its client adds. What a step of the work has done is saved with
//! what it has written, so that a stopped server goes on where it was.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_intro.htm>

use crate::model::fault::Fault;
use crate::org::Org;

mod batch;
mod batch_error;
mod bulk_job;
mod columns;
mod content;
mod data_format;
mod ingest;
mod open;
mod query;
pub mod read;
mod record;
pub mod results;
mod runner;
mod step;
mod stop;
mod store;
mod worker;

pub use batch::{Batch, BatchState, RecordError, RecordResult};
pub use batch_error::BatchError;
pub(crate) use batch_error::ERRORS as REFUSALS;
pub use bulk_job::{Job, JobType, Operation, State};
pub use data_format::{ContentType, Delimiter, LineEnding};
pub use open::{NewJob, NotOpened, object, open};
pub use query::check as check_query;
pub use step::step;
pub(crate) use store::FAULTS;
pub use store::Jobs;
pub use worker::{resume, see_to};

impl Org {
    /// The bulk jobs of the org.
    ///
    /// # Errors
    /// The store has failed.
    pub fn jobs(&self) -> Result<Jobs<'_>, Fault> {
        Jobs::of(self)
    }
}
