//! `/jobs/query`: rows out, as CSV in pages.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::ingest::not_opened;
use super::{
    Detail, abort, choice, csv, csv_form, delete as delete_job, find, info, invalid_state, list as list_jobs,
    no_job, no_results, wanted_state,
};
use crate::job::{self, ContentType, JobType, NewJob, Operation, State, check_query, results};
use crate::message::{HeaderName, HeaderValue};
use crate::query::soql::QueryOptions;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::members::Members;
use crate::world::{ApiVersion, invalid_locator};

const FIRST: ApiVersion = ApiVersion::new(47);
const FIRST_WITH_PAGES: ApiVersion = ApiVersion::new(58);
/// Rows of an answer, unless `maxRecords` asks for fewer.
const LARGEST_PAGE: u64 = 50_000;
/// How many pages `resultPages` lists at once.
const PAGES: usize = 5;
const LOCATOR: HeaderName = HeaderName::from_static("sforce-locator");
const NUMBER_OF_RECORDS: HeaderName = HeaderName::from_static("sforce-numberofrecords");

/// Makes a job, which begins at once.
pub fn create(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let context = &exchange.context;
    let mut members = Members::of_body(exchange)?;
    let operation =
        choice(&mut members, "operation", |name| Operation::parse(name).filter(|o| o.is_query()))?;
    let operation = operation.ok_or_else(|| no_job("Operation must be specified"))?;
    let text = members.text("query")?.filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| no_job("Query must be specified"))?;
    let (line_ending, delimiter) = csv_form(&mut members)?;
    let options =
        QueryOptions { all_rows: operation == Operation::QueryAll, api_version: exchange.version.number() };
    let object = check_query(context.org, &exchange.environment(), &context.runner, &text, &options)?;
    let now = context.state.clock.now();
    let new = NewJob {
        job_type: JobType::V2Query,
        operation,
        object,
        external_id_field: None,
        content_type: ContentType::Csv,
        line_ending,
        delimiter,
        concurrency: "Parallel",
        assignment_rule: None,
        api_version: exchange.version.number(),
    };
    let query = Some(text.as_bytes());
    let job = job::open(context.org, &context.runner, now, new, query).map_err(not_opened)?;
    context.state.background.ask();
    Ok(info(exchange, &job, Detail::Made))
}

fn check_version(exchange: &Exchange) -> Result<(), RestFault> {
    if exchange.version < FIRST { Err(RestFault::not_found()) } else { Ok(()) }
}

/// Tells of a job.
pub fn get(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Query)?;
    let batch = jobs.only_batch(&job)?;
    Ok(info(exchange, &job, Detail::Whole(&batch)))
}

/// Aborts a job.
pub fn change(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Query)?;
    match wanted_state(exchange)? {
        State::Aborted => abort(exchange, &jobs, job),
        _ => Err(invalid_state("A query job can only be aborted")),
    }
}

/// Removes a job.
pub fn delete(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    delete_job(exchange, JobType::V2Query)
}

/// Lists the jobs that query.
pub fn list(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    list_jobs(exchange, "query", &[JobType::V2Query, JobType::Classic])
}

/// The rows from the locator on.
pub fn rows(exchange: &Exchange) -> RestResult {
    check_version(exchange)?;
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Query)?;
    if job.state != State::JobComplete {
        return Err(no_results(job.state));
    }
    let first = match exchange.request.query_value("locator").filter(|locator| !locator.is_empty()) {
        Some(locator) => row_of(&locator).ok_or_else(invalid_locator)?,
        None => 0,
    };
    let batch = jobs.only_batch(&job)?;
    if first > 0 && first >= batch.processed {
        return Err(invalid_locator().into());
    }
    let page = results::page(&jobs, &job, &batch, first, page_size(exchange))?;
    let locator = page.next.map_or_else(|| "null".to_owned(), locator_of);
    let locator = HeaderValue::try_from(locator).unwrap_or(HeaderValue::from_static("null"));
    let mut response = csv(page.csv).with_header(LOCATOR, locator);
    response.headers.insert(NUMBER_OF_RECORDS, HeaderValue::from(page.rows));
    Ok(response)
}

/// Where pages begin, so that they can be fetched side by side.
pub fn pages(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_WITH_PAGES {
        return Err(RestFault::not_found());
    }
    let jobs = exchange.context.org.jobs()?;
    let job = find(exchange, &jobs, JobType::V2Query)?;
    if job.state != State::JobComplete {
        return Err(no_results(job.state));
    }
    let batch = jobs.only_batch(&job)?;
    let size = page_size(exchange);
    let first =
        exchange.request.query_value("locator").and_then(|locator| row_of(&locator)).unwrap_or_default();
    let mut starts = std::iter::successors(Some(first), |row| row.checked_add(size))
        .take_while(|row| *row < batch.processed);
    let base = format!("services/data/v{}/jobs/query/{}", exchange.version, job.id);
    let shown: Vec<u64> = starts.by_ref().take(PAGES).collect();
    let next = starts.next();
    Ok(exchange.ok("resultPages", |w| {
        w.items("resultPages", |w| {
            for row in &shown {
                w.group("resultPages", |w| {
                    w.text("resultUrl", &format!("/{base}/results?locator={}", locator_of(*row)));
                });
            }
        });
        if let Some(row) = next {
            w.text("nextRecordsUrl", &format!("/{base}/resultPages?locator={}", locator_of(row)));
        }
        w.bool("done", next.is_none());
    }))
}

fn page_size(exchange: &Exchange) -> u64 {
    let wanted = exchange.request.query_value("maxRecords").and_then(|most| most.parse().ok());
    wanted.filter(|most| *most > 0).map_or(LARGEST_PAGE, |most: u64| most.min(LARGEST_PAGE))
}

/// The number of a row, in base64.
fn locator_of(row: u64) -> String {
    STANDARD_NO_PAD.encode(row.to_string())
}

fn row_of(locator: &str) -> Option<u64> {
    let bytes = STANDARD_NO_PAD.decode(locator.trim_end_matches('=')).ok()?;
    std::str::from_utf8(&bytes).ok()?.parse().ok()
}
