//! `/jobs/ingest`: records in, as one CSV.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm>

use super::{
    Detail, abort, already, choice, csv, csv_form, delete as delete_job, find, info, invalid_state,
    list as list_jobs, no_job, no_results, wanted_state,
};
use crate::job::{self, ContentType, Job, JobType, Jobs, NewJob, NotOpened, Operation, State, results};
use crate::message::{Response, StatusCode, header};
use crate::model::fault::faults;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::members::Members;
use crate::rest::multipart;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(41);
/// Bytes of an upload, counted as base64.
const MOST_BYTES: usize = 150 * 1024 * 1024;
/// Characters of a CSV that comes with the job's making.
const MOST_INLINE: usize = 100_000;

/// Makes a job, with its data if the body has two parts.
pub fn create(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let media_type = exchange.request.header(header::CONTENT_TYPE).unwrap_or_default();
    let Some(boundary) = multipart::boundary(media_type) else {
        return make(exchange, Members::of_body(exchange)?, None);
    };
    let parts = multipart::parts(&exchange.request.body, &boundary);
    let part = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.body);
    let job = part("job").ok_or_else(|| no_job("The part named job is missing"))?;
    let content = part("content").ok_or_else(|| no_job("The part named content is missing"))?;
    if content.len() > MOST_INLINE {
        return Err(too_large(MOST_INLINE));
    }
    make(exchange, Members::of_json(job)?, Some(content))
}

fn check_version(exchange: &Exchange) -> Result<(), RestFault> {
    if exchange.version < FIRST { Err(RestFault::not_found()) } else { Ok(()) }
}

fn make(exchange: &Exchange, mut members: Members, content: Option<&[u8]>) -> RestResult {
    let context = &exchange.context;
    let name = members.text("object")?.ok_or_else(|| no_job("Object must be specified"))?;
    let operation = choice(&mut members, "operation", |name| {
        Operation::parse(name).filter(|operation| !operation.is_query())
    })?;
    let operation = operation.ok_or_else(|| no_job("Operation must be specified"))?;
    let external_id_field = members.text("externalIdFieldName")?;
    let (line_ending, delimiter) = csv_form(&mut members)?;
    let assignment_rule = members.text("assignmentRuleId")?;
    let object = job::object(context.org, &context.runner, &name).map_err(not_opened)?;
    let now = context.state.clock.now();
    let new = NewJob {
        job_type: JobType::V2Ingest,
        operation,
        object,
        external_id_field,
        content_type: ContentType::Csv,
        line_ending,
        delimiter,
        concurrency: "Parallel",
        assignment_rule,
        api_version: exchange.version.number(),
    };
    let job = job::open(context.org, &context.runner, now, new, content).map_err(not_opened)?;
    if content.is_some() {
        context.state.background.ask();
    }
    Ok(info(exchange, &job, Detail::Made))
}

/// Takes the data of a job.
pub fn upload(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Ingest)?;
    let media_type = exchange.request.header(header::CONTENT_TYPE).unwrap_or("text/csv");
    if !media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv") {
        return Err(RestFault::unsupported_media_type(media_type));
    }
    let mut batch = jobs.only_batch(&job)?;
    if job.state != State::Open {
        return Err(invalid_state(&format!(
            "Uploading data to a job in state {} not allowed",
            job.state.as_str()
        )));
    }
    if batch.size.is_some() {
        return Err(invalid_state("Data was already uploaded to this job"));
    }
    if exchange.request.body.len().div_ceil(3) * 4 > MOST_BYTES {
        return Err(too_large(MOST_BYTES));
    }
    jobs.upload(&mut batch, &exchange.request.body)?;
    Ok(Response::new(StatusCode::CREATED))
}

/// Tells of a job.
pub fn get(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Ingest)?;
    let batch = jobs.only_batch(&job)?;
    Ok(info(exchange, &job, Detail::Whole(&batch)))
}

/// Closes or aborts a job.
pub fn change(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let mut job = find(exchange, &jobs, JobType::V2Ingest)?;
    match wanted_state(exchange)? {
        State::Aborted => abort(exchange, &jobs, job),
        _ if job.state != State::Open => Err(already("Closing", job.state)),
        _ => {
            close(exchange, &jobs, &mut job)?;
            Ok(info(exchange, &job, Detail::Changed))
        }
    }
}

fn close(exchange: &Exchange, jobs: &Jobs, job: &mut Job) -> Result<(), RestFault> {
    job.state = State::UploadComplete;
    let mut batch = jobs.only_batch(job)?;
    jobs.queue(job, &mut batch, exchange.context.state.clock.now())?;
    exchange.context.state.background.ask();
    Ok(())
}

/// Removes a job.
pub fn delete(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    delete_job(exchange, JobType::V2Ingest)
}

/// Lists the jobs that take records.
pub fn list(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    list_jobs(exchange, "ingest", &[JobType::V2Ingest, JobType::Classic])
}

/// What became of the records, and which are left.
pub fn file(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Ingest)?;
    let write = match exchange.capture("file").to_ascii_lowercase().as_str() {
        "successfulresults" => results::successful,
        "failedresults" => results::failed,
        "unprocessedrecords" => results::unprocessed,
        _ => return Err(RestFault::not_found()),
    };
    if !job.state.is_over() {
        return Err(no_results(job.state));
    }
    let batch = jobs.only_batch(&job)?;
    Ok(csv(write(&jobs, &job, &batch)?))
}

/// Why no job is made, in the words of Bulk API 2.0.
pub(super) fn not_opened(why: NotOpened) -> RestFault {
    match why {
        NotOpened::NoObject(name) => no_job(&format!("Unable to find object: {name}")),
        NotOpened::NoAccess { access, object } => no_job(&format!("No {access} access for object:{object}")),
        NotOpened::NoHardDelete => RestFault::of_call(StatusCode::BAD_REQUEST, hard_delete_not_allowed()),
        NotOpened::NoExternalId { object } => no_job(&format!(
            "External ID was blank for {object}. An External ID must be specified for upsert."
        )),
        NotOpened::NotAnExternalId { field, object } => {
            no_job(&format!("Field name provided, {field} does not match an External ID for {object}"))
        }
        NotOpened::Fault(fault) => fault.into(),
    }
}

/// The data of a job is more than `limit` bytes.
pub fn too_large(limit: usize) -> RestFault {
    RestFault::of_call(StatusCode::BAD_REQUEST, too_much_data(limit))
}

faults! {
    /// records are to be deleted past the bin by a user without "Bulk API Hard Delete"
    hard_delete_not_allowed() = FEATURENOTENABLED,
        "FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact your system administrator",
        Quoted;

    /// the data of a job is more than 150 MB in base64, or 100,000 characters beside its making
    too_much_data(limit: usize) = API_ERROR, "The data exceeds the limit of {limit} bytes of a job", Assumed;
}
