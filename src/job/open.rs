//! Making a job: both Bulk APIs ask the same.

use std::sync::Arc;

use super::bulk_job::{Job, JobType, Operation, State};
use super::data_format::{ContentType, Delimiter, LineEnding};
use crate::dml::call_context;
use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::org::Org;
use crate::org::access::Runner;

/// A job to be made.
pub struct NewJob {
    pub job_type: JobType,
    pub operation: Operation,
    /// One that [`object`] has found.
    pub object: Arc<SObject>,
    pub external_id_field: Option<String>,
    pub content_type: ContentType,
    pub line_ending: LineEnding,
    pub delimiter: Delimiter,
    /// `Parallel` or `Serial`.
    pub concurrency: &'static str,
    pub assignment_rule: Option<String>,
    /// The number before `.0`.
    pub api_version: u32,
}

/// Why a job is not made; each API has its own words for it.
#[derive(Debug)]
pub enum NotOpened {
    /// There is no such object, or the user may not read it.
    NoObject(String),
    /// Records of the object cannot be saved like this, by anyone or by the user: `access` says what is missing.
    NoAccess {
        access: &'static str,
        object: String,
    },
    /// "Bulk API Hard Delete" is missing.
    NoHardDelete,
    /// An upsert names no external id; of the object.
    NoExternalId {
        object: String,
    },
    /// An upsert names a field that is no external id, or that is hidden from the user.
    NotAnExternalId {
        field: String,
        object: String,
    },
    Fault(Fault),
}

impl From<Fault> for NotOpened {
    fn from(fault: Fault) -> NotOpened {
        NotOpened::Fault(fault)
    }
}

/// What an operation needs of an object that it, or the user's access to it, does not have.
fn missing_access(operation: Operation, object: &SObject, runner: &Runner) -> Option<&'static str> {
    let access = runner.object(object);
    let create = object.is("createable") && access.create;
    let edit = object.is("updateable") && access.edit;
    let delete = object.is("deletable") && access.delete;
    let (given, name) = match operation {
        Operation::Insert => (create, "create"),
        Operation::Update => (edit, "update"),
        Operation::Upsert => (create && edit, "create/update"),
        Operation::Delete | Operation::HardDelete => (delete, "delete"),
        Operation::Query | Operation::QueryAll => return None,
    };
    (!given).then_some(name)
}

/// The object that a job is for, if the user may read it.
pub fn object(org: &Org, runner: &Runner, name: &str) -> Result<Arc<SObject>, NotOpened> {
    let object = org.object(name)?.filter(|object| runner.object(object).read);
    object.ok_or_else(|| NotOpened::NoObject(name.to_owned()))
}

/// Makes a job in the name of a user; one with content is complete. `now` are milliseconds since 1970 UTC. Jobs of the Bulk API
/// get their content later, batch by batch.
pub fn open(
    org: &Org,
    runner: &Runner,
    now: i64,
    new: NewJob,
    content: Option<&[u8]>,
) -> Result<Job, NotOpened> {
    let object = &new.object;
    if new.operation == Operation::HardDelete && !runner.may("BulkApiHardDelete") {
        return Err(NotOpened::NoHardDelete);
    }
    if let Some(access) = missing_access(new.operation, object, runner) {
        return Err(NotOpened::NoAccess { access, object: object.name.clone() });
    }
    if let Some(rule) = &new.assignment_rule {
        call_context::assignment_rule(org, rule, std::iter::once(object.name.as_str()))?;
    }
    let external_id_field = match (new.operation, new.external_id_field) {
        (Operation::Upsert, None) => return Err(NotOpened::NoExternalId { object: object.name.clone() }),
        (Operation::Upsert, Some(named)) => {
            let field = object.external_id(&named).filter(|field| runner.sees_field(object, field));
            let unknown = || NotOpened::NotAnExternalId { field: named.clone(), object: object.name.clone() };
            Some(field.ok_or_else(unknown)?.name.clone())
        }
        (_, _) => None,
    };
    let mut job = Job {
        id: org.next_id_under("750")?.to_string(),
        job_type: new.job_type,
        operation: new.operation,
        object: object.name.clone(),
        external_id_field,
        content_type: new.content_type,
        line_ending: new.line_ending,
        delimiter: new.delimiter,
        concurrency: new.concurrency.to_owned(),
        assignment_rule: new.assignment_rule,
        api_version: new.api_version,
        user: runner.user.to_string(),
        created: now,
        modified: now,
        // A query comes with the job.
        state: if new.job_type == JobType::V2Query { State::UploadComplete } else { State::Open },
        error: None,
    };
    let jobs = org.jobs()?;
    match job.job_type {
        JobType::Classic => jobs.open(&job)?,
        JobType::V2Ingest | JobType::V2Query => jobs.make(&mut job, content, now)?,
    }
    Ok(job)
}
