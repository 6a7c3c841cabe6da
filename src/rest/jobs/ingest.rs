//! `/jobs/ingest`: records in, as one CSV.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm>

use super::{
    Detail, abort, already, choice, csv, csv_form, delete as delete_job, find, info, invalid_state,
    list as list_jobs, no_job, no_results, wanted_state,
};
use crate::cloud::ApiVersion;
use crate::job::{ContentType, Job, JobType, Jobs, Operation, State, results};
use crate::message::{Response, StatusCode, header};
use crate::org::call_context;
use crate::org::fault::faults;
use crate::rest::exchange::{Answer, Exchange};
use crate::rest::fault::RestFault;
use crate::rest::members::Members;
use crate::rest::multipart;

const FIRST: ApiVersion = ApiVersion::new(41);
/// Bytes of an upload, counted as base64.
const MOST_BYTES: usize = 150 * 1024 * 1024;
/// Characters of a CSV that comes with the job's making.
const MOST_INLINE: usize = 100_000;

/// Makes a job, with its data if the body has two parts.
pub fn create(exchange: &Exchange) -> Answer {
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

fn make(exchange: &Exchange, mut members: Members, content: Option<&[u8]>) -> Answer {
    let visit = &exchange.visit;
    let name = members.text("object")?.ok_or_else(|| no_job("Object must be specified"))?;
    let operation = choice(&mut members, "operation", |name| {
        Operation::parse(name).filter(|operation| !operation.is_query())
    })?;
    let operation = operation.ok_or_else(|| no_job("Operation must be specified"))?;
    let external_id_field = members.text("externalIdFieldName")?;
    let (line_ending, delimiter) = csv_form(&mut members)?;
    let assignment_rule = members.text("assignmentRuleId")?;
    let object = visit.org.object(&name)?.filter(|object| visit.runner.object(object).read);
    let object = object.ok_or_else(|| no_job(&format!("Unable to find object: {name}")))?;
    if operation == Operation::HardDelete && !visit.runner.may("BulkApiHardDelete") {
        return Err(no_hard_delete());
    }
    if let Some(rule) = &assignment_rule {
        call_context::assignment_rule(visit.org, rule, std::iter::once(object.name.as_str()))?;
    }
    let external_id_field = match (operation, external_id_field) {
        (Operation::Upsert, None) => return Err(no_external_id(&object.name)),
        (Operation::Upsert, Some(named)) => {
            let field = object.external_id(&named).filter(|field| visit.runner.sees_field(&object, field));
            let field = field.ok_or_else(|| bad_external_id(&named, &object.name))?;
            Some(field.name.clone())
        }
        (_, _) => None,
    };
    let now = visit.state.clock.now();
    let jobs = visit.org.jobs()?;
    let mut job = Job {
        id: visit.org.next_id_under("750")?.to_string(),
        job_type: JobType::V2Ingest,
        operation,
        object: object.name.clone(),
        external_id_field,
        content_type: ContentType::Csv,
        line_ending,
        delimiter,
        concurrency: "Parallel".to_owned(),
        assignment_rule,
        api_version: exchange.version.number(),
        user: visit.runner.user.to_string(),
        created: now,
        modified: now,
        state: State::Open,
        error: None,
    };
    jobs.make(&mut job, content, now)?;
    if content.is_some() {
        visit.state.background.ask();
    }
    Ok(info(exchange, &job, Detail::Made))
}

/// Takes the data of a job.
pub fn upload(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    let jobs = exchange.visit.org.jobs()?;
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
pub fn get(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    let jobs = exchange.visit.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Ingest)?;
    let batch = jobs.only_batch(&job)?;
    Ok(info(exchange, &job, Detail::Whole(&batch)))
}

/// Closes or aborts a job.
pub fn change(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    let jobs = exchange.visit.org.jobs()?;
    let mut job = find(exchange, &jobs, JobType::V2Ingest)?;
    match wanted_state(exchange)? {
        State::Aborted => abort(exchange, &jobs, job),
        _ if job.state != State::Open => Err(already("Closing", job.state)),
        _ => {
            close(exchange, &jobs, &mut job)?;
            Ok(info(exchange, &job, Detail::Listed))
        }
    }
}

fn close(exchange: &Exchange, jobs: &Jobs, job: &mut Job) -> Result<(), RestFault> {
    job.state = State::UploadComplete;
    let mut batch = jobs.only_batch(job)?;
    jobs.queue(job, &mut batch, exchange.visit.state.clock.now())?;
    exchange.visit.state.background.ask();
    Ok(())
}

/// Removes a job.
pub fn delete(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    delete_job(exchange, JobType::V2Ingest)
}

/// Lists the jobs that take records.
pub fn list(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    list_jobs(exchange, "ingest", &[JobType::V2Ingest, JobType::Classic])
}

/// What became of the records, and which are left.
pub fn file(exchange: &Exchange) -> Answer {
    check_version(exchange)?;
    let jobs = exchange.visit.org.jobs()?;
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

fn no_external_id(object: &str) -> RestFault {
    no_job(&format!("External ID was blank for {object}. An External ID must be specified for upsert."))
}

fn bad_external_id(field: &str, object: &str) -> RestFault {
    no_job(&format!("Field name provided, {field} does not match an External ID for {object}"))
}

fn no_hard_delete() -> RestFault {
    RestFault::of_call(StatusCode::BAD_REQUEST, hard_delete_not_allowed())
}

fn too_large(limit: usize) -> RestFault {
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
