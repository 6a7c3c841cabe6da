//! Batches: add, tell, hand back.

use super::exchange::{BulkResult, Exchange};
use super::fault::BulkFault;
use super::info::{self, AnswerFormat, NAMESPACE};
use super::outcomes;
use super::typed::typed;
use crate::job::{Batch, BatchState, ContentType, Job, Jobs, State, results};
use crate::message::{HeaderValue, Response, StatusCode, header};
use crate::model::id::Id;

/// Takes a batch, which is worked on at once. `Sforce-Enable-PKChunking` is taken, and makes one chunk.
pub fn add(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let mut job = exchange.job(&jobs)?;
    if job.state != State::Open {
        return Err(BulkFault::job_not_open(job.state.as_str()));
    }
    check_content_type(exchange, &job)?;
    let content = &exchange.request.body;
    if content.is_empty() {
        return Err(BulkFault::no_data());
    }
    let now = exchange.now();
    let batch = jobs.add_batch(&mut job, content, now)?;
    exchange.context.state.background.ask();
    let form = AnswerFormat::of(&job);
    let response = typed(StatusCode::CREATED, form.media_type(), info::batch(&batch, form));
    let place = format!("/services/async/{}/job/{}/batch/{}", exchange.version, job.id, batch.id);
    Ok(match HeaderValue::try_from(place) {
        Ok(place) => response.with_header(header::LOCATION, place),
        Err(_) => response,
    })
}

/// Records come in what the job says; a query comes in any of the media types, or as plain text.
fn check_content_type(exchange: &Exchange, job: &Job) -> Result<(), BulkFault> {
    let sent = exchange.request.header(header::CONTENT_TYPE).unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits = match job.content_type {
        ContentType::Csv => kind == "text/csv",
        ContentType::Xml => matches!(kind.as_str(), "application/xml" | "text/xml"),
        ContentType::Json => kind == "application/json",
    };
    if fits || kind.is_empty() {
        return Ok(());
    }
    let is_of_data =
        matches!(kind.as_str(), "text/csv" | "application/xml" | "text/xml" | "application/json");
    match job.operation.is_query() {
        true if is_of_data || kind == "text/plain" => Ok(()),
        false if is_of_data => Err(BulkFault::wrong_content_type(sent, job.content_type.as_str())),
        _ => Err(BulkFault::unsupported_media_type(sent)),
    }
}

/// Lists the batches of a job.
pub fn list(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let form = AnswerFormat::of(&job);
    Ok(typed(StatusCode::OK, form.media_type(), info::batches(&jobs.batches(&job)?, form)))
}

/// Tells of a batch.
pub fn get(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let form = AnswerFormat::of(&job);
    Ok(typed(StatusCode::OK, form.media_type(), info::batch(&find(exchange, &jobs, &job)?, form)))
}

/// What was uploaded.
pub fn request(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let batch = find(exchange, &jobs, &job)?;
    let kind = if job.operation.is_query() { "text/plain" } else { media_type(job.content_type) };
    Ok(typed(StatusCode::OK, kind, jobs.content(&batch)?))
}

/// What became of the records; for a query the id of its result.
pub fn result(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let batch = done(exchange, &jobs, &job)?;
    if job.operation.is_query() {
        let form = AnswerFormat::of(&job);
        let id = batch.result.as_deref().unwrap_or_default();
        return Ok(typed(StatusCode::OK, form.media_type(), info::results(id, form)));
    }
    let body = match job.content_type {
        ContentType::Csv => outcomes::csv(&jobs, &batch)?,
        ContentType::Xml => outcomes::xml(&jobs, &batch)?,
        ContentType::Json => outcomes::json(&jobs, &batch)?,
    };
    Ok(typed(StatusCode::OK, media_type(job.content_type), body))
}

/// The rows of a query.
pub fn rows(exchange: &Exchange) -> BulkResult {
    let jobs = exchange.context.org.jobs()?;
    let job = exchange.job(&jobs)?;
    let batch = done(exchange, &jobs, &job)?;
    let named = exchange.captures.get("result");
    let id = Id::parse(&named).filter(|id| batch.result.as_deref() == Some(id.as_str()));
    if id.is_none() || !job.operation.is_query() {
        return Err(BulkFault::no_result(&named));
    }
    Ok(match job.content_type {
        ContentType::Csv if batch.processed == 0 => rows_of(&job, "Records not found for this query"),
        ContentType::Csv => rows_of(&job, results::page(&jobs, &job, &batch, 0, u64::MAX)?.csv),
        ContentType::Json => {
            let rows = results::rows(&jobs, &batch, b",")?;
            rows_of(&job, [b"[".as_slice(), &rows, b"]"].concat())
        }
        ContentType::Xml => {
            let rows = results::rows(&jobs, &batch, b"")?;
            let opening = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><queryResult xmlns=\"{NAMESPACE}\" \
                 xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
            );
            rows_of(&job, [opening.as_bytes(), &rows, b"</queryResult>"].concat())
        }
    })
}

fn rows_of(job: &Job, body: impl Into<bytes::Bytes>) -> Response {
    typed(StatusCode::OK, media_type(job.content_type), body)
}

fn media_type(content_type: ContentType) -> &'static str {
    match content_type {
        ContentType::Csv => "text/csv",
        ContentType::Xml => AnswerFormat::Xml.media_type(),
        ContentType::Json => AnswerFormat::Json.media_type(),
    }
}

/// The batch that the path names.
fn find(exchange: &Exchange, jobs: &Jobs, job: &Job) -> Result<Batch, BulkFault> {
    let named = exchange.captures.get("batch");
    let id = Id::parse(&named).ok_or_else(|| BulkFault::no_batch(&named))?;
    let found = jobs.batches(job)?.into_iter().find(|batch| batch.id == id.as_str());
    found.ok_or_else(|| BulkFault::no_batch(&named))
}

/// The same, if it has results.
fn done(exchange: &Exchange, jobs: &Jobs, job: &Job) -> Result<Batch, BulkFault> {
    let batch = find(exchange, jobs, job)?;
    match batch.state {
        BatchState::Completed => Ok(batch),
        BatchState::Failed => Err(BulkFault::batch_failed(batch.message.as_deref().unwrap_or_default())),
        _ => Err(BulkFault::batch_not_completed()),
    }
}
