//! `/jobs`: Bulk API 2.0.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm>

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::members::Members;
use crate::job::{Batch, Delimiter, Job, JobType, Jobs, LineEnding, State};
use crate::message::{Response, StatusCode};
use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Position, Raw};
use crate::world::ApiVersion;

pub mod ingest;
pub mod query;

/// Jobs of one answer to a list.
const PAGE: usize = 1000;
/// From this version on a job tells whether it could be cut by primary keys.
const FIRST_WITH_CHUNKING: ApiVersion = ApiVersion::new(58);
/// May see and end the jobs of others.
const SEES_ALL: &str = "ModifyAllData";

/// The job that the path names, if it is of this type and the user's to see.
fn find(exchange: &Exchange, jobs: &Jobs, job_type: JobType) -> Result<Job, RestFault> {
    let id = crate::model::id::Id::parse(&exchange.capture("job")).ok_or_else(RestFault::not_found)?;
    let runner = &exchange.context.runner;
    let job = jobs.find(id.as_str())?.filter(|job| job.job_type == job_type);
    let job = job.filter(|job| job.user == runner.user.as_str() || runner.may(SEES_ALL));
    job.ok_or_else(RestFault::not_found)
}

/// Lists the jobs of these types, newest last.
fn list(exchange: &Exchange, kind: &str, types: &[JobType]) -> RestResult {
    let jobs = exchange.context.org.jobs()?;
    let wanted = exchange.request.query_value("jobType");
    let types: Vec<JobType> = types
        .iter()
        .copied()
        .filter(|known| wanted.as_deref().is_none_or(|wanted| wanted == format!("{known:?}")))
        .collect();
    let after = exchange.request.query_value("queryLocator").unwrap_or_default();
    let mut found = jobs.list(&types, &after, PAGE + 1)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let runner = &exchange.context.runner;
    found.retain(|job| job.user == runner.user.as_str() || runner.may(SEES_ALL));
    let next = found.last().filter(|_| more).cloned();
    found.retain(|job| is_wanted(exchange, job));
    let next =
        next.map(|job| format!("/services/data/v{}/jobs/{kind}?queryLocator={}", exchange.version, job.id));
    Ok(exchange.ok("jobs", |w| {
        w.bool("done", next.is_none());
        w.optional_text("nextRecordsUrl", next.as_deref());
        w.items("records", |w| {
            for job in &found {
                w.group("records", |w| write(w, exchange, job, Detail::Listed));
            }
        });
    }))
}

/// Holds a job against the filters of a list, but for its type. No job here is cut into chunks.
fn is_wanted(exchange: &Exchange, job: &Job) -> bool {
    let asked = |name: &str| exchange.request.query_value(name);
    asked("concurrencyMode").is_none_or(|mode| mode.eq_ignore_ascii_case(&job.concurrency))
        && asked("isPkChunkingEnabled").is_none_or(|chunked| !chunked.eq_ignore_ascii_case("true"))
}

/// How much of a job is told.
#[derive(Clone, Copy)]
enum Detail<'a> {
    /// What its maker is told.
    Made,
    /// What who has closed or aborted it is told.
    Changed,
    Listed,
    Whole(&'a Batch),
}

fn info(exchange: &Exchange, job: &Job, detail: Detail) -> Response {
    exchange.ok("jobInfo", |w| write(w, exchange, job, detail))
}

fn write(w: &mut Writer, exchange: &Exchange, job: &Job, detail: Detail) {
    w.text("id", &job.id);
    w.text("operation", job.operation.as_str());
    w.text("object", &job.object);
    w.text("createdById", &job.user);
    w.datetime("createdDate", job.created / 1000 * 1000);
    w.datetime("systemModstamp", job.modified / 1000 * 1000);
    w.text("state", job.state.as_str());
    if let Some(field) = &job.external_id_field {
        w.text("externalIdFieldName", field);
    }
    w.text("concurrencyMode", &job.concurrency);
    w.text("contentType", job.content_type.as_str());
    if let Some(rule) = &job.assignment_rule {
        w.text("assignmentRuleId", rule);
    }
    w.double("apiVersion", job.api_version.into());
    if matches!(detail, Detail::Changed) {
        return;
    }
    if !matches!(detail, Detail::Made) {
        w.text("jobType", &format!("{:?}", job.job_type));
    }
    if job.job_type == JobType::V2Ingest && job.state == State::Open {
        let url = format!("services/data/v{}.0/jobs/ingest/{}/batches", job.api_version, job.id);
        w.text("contentUrl", &url);
    }
    if job.job_type != JobType::Classic {
        w.text("lineEnding", job.line_ending.as_str());
        w.text("columnDelimiter", job.delimiter.as_str());
    }
    let Detail::Whole(batch) = detail else { return };
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    w.int("numberRecordsProcessed", count(batch.processed));
    if job.job_type == JobType::V2Ingest {
        w.int("numberRecordsFailed", count(batch.failed));
    }
    w.int("retries", 0);
    w.int("totalProcessingTime", batch.active_time());
    if job.job_type == JobType::V2Ingest {
        w.int("apiActiveProcessingTime", batch.active_time());
        w.int("apexProcessingTime", 0);
    }
    if exchange.version >= FIRST_WITH_CHUNKING && job.job_type == JobType::V2Query {
        w.bool("isPkChunkingSupported", false);
    }
    if let Some(error) = &job.error {
        w.text("errorMessage", error);
    }
}

/// What both kinds of jobs may say of their CSV.
fn csv_form(members: &mut Members) -> Result<(LineEnding, Delimiter), Fault> {
    choice(members, "contentType", |name| (name == "CSV").then_some(()))?;
    let line_ending = choice(members, "lineEnding", LineEnding::parse)?.unwrap_or_default();
    let delimiter = choice(members, "columnDelimiter", Delimiter::parse)?.unwrap_or_default();
    Ok((line_ending, delimiter))
}

/// One of several names.
fn choice<T>(
    members: &mut Members,
    name: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Fault> {
    let Some(input) = members.take(name) else { return Ok(None) };
    match &input.raw {
        Raw::Null => Ok(None),
        Raw::Text(text) => parse(text).map(Some).ok_or_else(|| unexpected_value(&input)),
        _ => Err(unexpected_value(&input)),
    }
}

/// Reads `{"state":…}`: whether the job is to be closed, or else aborted.
fn wanted_state(exchange: &Exchange) -> Result<State, RestFault> {
    let mut members = Members::of_body(exchange)?;
    let state = choice(&mut members, "state", |name| match name {
        "UploadComplete" => Some(State::UploadComplete),
        "Aborted" => Some(State::Aborted),
        _ => None,
    })?;
    state.ok_or_else(|| no_job("State must be specified"))
}

fn abort(exchange: &Exchange, jobs: &Jobs, mut job: Job) -> RestResult {
    if job.state.is_over() {
        return Err(already("Aborting", job.state));
    }
    jobs.abort(&mut job, exchange.context.state.clock.now())?;
    Ok(info(exchange, &job, Detail::Changed))
}

fn delete(exchange: &Exchange, job_type: JobType) -> RestResult {
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, job_type)?;
    if matches!(job.state, State::Open | State::InProgress) {
        return Err(invalid_state(&format!("Deleting a job in state {} not allowed", job.state.as_str())));
    }
    jobs.remove(&job)?;
    Ok(Response::new(StatusCode::NO_CONTENT))
}

fn csv(body: Vec<u8>) -> Response {
    Response::with_body(StatusCode::OK, "text/csv", body)
}

/// Seen in <https://github.com/restforce/restforce/issues/905> for a job that is complete.
fn already(doing: &str, state: State) -> RestFault {
    let state = match state {
        State::JobComplete => "Completed",
        other => other.as_str(),
    };
    invalid_state(&format!("{doing} already {state} Job not allowed"))
}

/// A job in this state has no results yet, or will never have any.
fn no_results(state: State) -> RestFault {
    invalid_state(&format!("Results of a job in state {} not available", state.as_str()))
}

fn invalid_state(message: &str) -> RestFault {
    RestFault::of_call(StatusCode::BAD_REQUEST, wrong_job_state(message))
}

/// The job cannot be made, or changed, as it is asked for.
fn no_job(message: &str) -> RestFault {
    RestFault::of_call(StatusCode::BAD_REQUEST, unusable_job(message))
}

fn unexpected_value(input: &Input) -> Fault {
    value_not_expected(input.position())
}

faults! {
    /// a job is closed, aborted, deleted, filled or read in a state that does not allow it: `Aborting already Completed Job not allowed`
    wrong_job_state(what: &str) = INVALIDJOBSTATE, "{what}", Seen "https://github.com/restforce/restforce/issues/905";

    /// a job cannot be made: its object, operation or external id is absent or unknown
    unusable_job(what: &str) = INVALIDJOB, "InvalidJob : {what}", Quoted;

    /// a setting of a job is none of its values
    value_not_expected(at: Position) = API_ERROR,
        "Value does not match expected type at [line:{line}, column:{column}]" with (line = at.line, column = at.column),
        Seen "public logs of job creation";
}
