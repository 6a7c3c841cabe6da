//! Jobs: make, close, abort, tell.

use super::exchange::{BulkResult, Exchange};
use super::fault::BulkFault;
use super::info::{self, AnswerFormat};
use super::settings::Settings;
use super::typed::typed;
use crate::job::{self, ContentType, Delimiter, JobType, LineEnding, NewJob, NotOpened, Operation, State};
use crate::message::StatusCode;

/// Makes a job.
pub fn create(exchange: &Exchange) -> BulkResult {
    let context = &exchange.context;
    let settings = Settings::of(exchange.request)?;
    let operation = settings.get("operation").ok_or_else(BulkFault::no_operation)?;
    let operation = Operation::parse(operation).ok_or_else(|| BulkFault::unknown_operation(operation))?;
    let name = settings.get("object").ok_or_else(BulkFault::no_object_named)?;
    let object = job::object(context.org, &context.runner, name)?;
    let content_type = match settings.get("contentType") {
        Some(name) => ContentType::parse(name).ok_or_else(|| BulkFault::no_content_type(name))?,
        None => ContentType::Xml,
    };
    let concurrency = match settings.get("concurrencyMode") {
        // simple-salesforce sends the number of the value.
        None | Some("Parallel" | "0") => "Parallel",
        Some("Serial" | "1") => "Serial",
        Some(mode) => return Err(BulkFault::unknown_concurrency_mode(mode)),
    };
    let new = NewJob {
        job_type: JobType::Classic,
        operation,
        object,
        external_id_field: settings.get("externalIdFieldName").map(str::to_owned),
        content_type,
        line_ending: LineEnding::Lf,
        delimiter: Delimiter::Comma,
        concurrency,
        assignment_rule: settings.get("assignmentRuleId").map(str::to_owned),
        api_version: exchange.version.number(),
    };
    let job = job::open(context.org, &context.runner, exchange.now(), new, None)?;
    let jobs = context.org.jobs()?;
    let form = AnswerFormat::for_request(exchange.request);
    Ok(typed(StatusCode::CREATED, form.media_type(), info::job(&jobs, &job, form)?))
}

/// Tells of a job.
pub fn get(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let form = exchange.form(&job);
    Ok(typed(StatusCode::OK, form.media_type(), info::job(&jobs, &job, form)?))
}

/// Closes or aborts a job. Batches that are there go on after a job was closed.
pub fn change(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let mut job = exchange.job(&jobs)?;
    let settings = Settings::of(exchange.request)?;
    match settings.get("state") {
        Some("Closed") if job.state == State::Open => {
            job.state = State::Closed;
            job.modified = exchange.now();
            jobs.save(&job)?;
        }
        Some("Closed") => return Err(BulkFault::already("Closing", job.state.as_str())),
        Some("Aborted") if !job.state.is_over() => jobs.abort(&mut job, exchange.now())?,
        Some("Aborted") => return Err(BulkFault::already("Aborting", job.state.as_str())),
        Some(state) => return Err(BulkFault::unknown_state(state)),
        None => return Err(BulkFault::no_state()),
    }
    let form = exchange.form(&job);
    Ok(typed(StatusCode::OK, form.media_type(), info::job(&jobs, &job, form)?))
}

/// In the words of the Bulk API.
impl From<NotOpened> for BulkFault {
    fn from(why: NotOpened) -> BulkFault {
        match why {
            NotOpened::NoObject(name) => BulkFault::no_object(&name),
            NotOpened::NoAccess { access, object } => BulkFault::no_access(access, &object),
            NotOpened::NoHardDelete => BulkFault::no_hard_delete(),
            NotOpened::NoExternalId { object } => BulkFault::no_external_id(&object),
            NotOpened::NotAnExternalId { field, object } => BulkFault::bad_external_id(&field, &object),
            NotOpened::Fault(fault) => fault.into(),
        }
    }
}
