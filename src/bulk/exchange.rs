//! What a handler is given, and what it gives back.

use super::fault::BulkFault;
use super::info::AnswerFormat;
use crate::job::{Job, JobType, Jobs};
use crate::message::{Request, Response};
use crate::model::id::Id;
use crate::router::Captures;
use crate::world::{ApiVersion, RequestContext};

/// May see and end the jobs of others.
const SEES_ALL: &str = "ModifyAllData";

/// What a handler gives back.
pub type BulkResult = Result<Response, BulkFault>;

/// A request of a session.
pub struct Exchange<'a> {
    pub(super) context: RequestContext<'a>,
    pub(super) version: ApiVersion,
    pub(super) request: &'a Request,
    pub(super) captures: Captures<'a, 'a>,
}

impl Exchange<'_> {
    /// The job that the path names.
    pub(super) fn job(&self, jobs: &Jobs) -> Result<Job, BulkFault> {
        let named = self.captures.get("job");
        let id = Id::parse(&named).ok_or_else(|| BulkFault::no_job(&named))?;
        let runner = &self.context.runner;
        let job = jobs.find(id.as_str())?.filter(|job| job.job_type == JobType::Classic);
        let job = job.filter(|job| job.user == runner.user.as_str() || runner.may(SEES_ALL));
        job.ok_or_else(|| BulkFault::no_job(&named))
    }

    pub(super) fn now(&self) -> i64 {
        self.context.state.clock.now()
    }

    /// An answer in the form that the request is in; a job's own where it does not say.
    pub(super) fn form(&self, job: &Job) -> AnswerFormat {
        AnswerFormat::named_by(self.request).unwrap_or(AnswerFormat::of(job))
    }
}
