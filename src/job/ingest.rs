//! Records into the write pipeline.

use std::io::Read as _;
use std::sync::Arc;

use csv::ByteRecord;

use super::batch::{Batch, RecordResult};
use super::batch_error::BatchError;
use super::bulk_job::{Job, JobType, Operation};
use super::columns::Columns;
use super::content::{Content, Records};
use super::data_format::{ContentType, LineEnding};
use super::read;
use super::record::{Record, STEP, are_few, are_there};
use super::runner::runner;
use super::stop::Stop;
use super::store::{Jobs, Part};
use crate::dml::{Call, Options, Outcome, RecordInput};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Input;
use crate::org::access::Runner;
use crate::world::State;

/// Bounds of a record of a CSV.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.228.0.api_bulk_v2.meta/api_bulk_v2/bulk_api_2_limits.htm>
const MOST_COLUMNS: usize = 5_000;
const LONGEST_FIELD: usize = 32_000;
const LONGEST_RECORD: usize = 400_000;

/// Bytes of a header: more are no names of fields.
const LONGEST_HEADER: usize = 1024 * 1024;

/// Saves the next records of a batch; gives whether they were the last.
pub(super) fn advance(state: &State, jobs: &Jobs, job: &Job, batch: &mut Batch) -> Result<bool, Stop> {
    let runner = runner(jobs, job)?;
    let object = jobs.org.object(&job.object)?.filter(|object| runner.object(object).read);
    let object = object.ok_or_else(|| BatchError::no_object(&job.object))?;
    let (records, at) = match job.content_type {
        ContentType::Csv => csv_records(jobs, job, batch, &object, &runner)?,
        ContentType::Json | ContentType::Xml => (read::records(jobs, job, batch, &object, &runner)?, 0),
    };
    let count = records.len();
    let first = batch.processed;
    let total = first + count as u64;
    let told = save(state, jobs, job, &runner, &object, records)?;
    let bytes = serde_json::to_vec(&told).map_err(|error| BatchError::internal(&error.to_string()))?;
    jobs.save_part(&batch.id, Part::Outcomes, first, &bytes)?;
    batch.at = if job.content_type == ContentType::Csv { at } else { total };
    batch.processed = total;
    batch.failed += told.iter().filter(|told| !told.errors.is_empty()).count() as u64;
    Ok(count < STEP)
}

/// The next records of a CSV, and where they end.
fn csv_records(
    jobs: &Jobs,
    job: &Job,
    batch: &mut Batch,
    object: &SObject,
    runner: &Runner,
) -> Result<(Vec<Record>, u64), Stop> {
    let unreadable = |error: csv::Error| BatchError::unreadable("CSV", &error.to_string());
    let mut row = ByteRecord::new();
    if batch.header.is_empty() {
        if job.job_type == JobType::V2Ingest {
            check_line_ending(jobs, job, batch)?;
        }
        let (header, at) = {
            let mut records = Records::from(jobs, job, batch, 0);
            records.next(&mut row).map_err(unreadable)?;
            if row.len() > MOST_COLUMNS {
                return Err(BatchError::too_many_columns(MOST_COLUMNS).into());
            }
            (header(jobs, batch, &row)?, records.at())
        };
        batch.header = header;
        batch.at = at;
        let mut count = 0;
        let mut records = Records::from(jobs, job, batch, at);
        while job.job_type == JobType::Classic && records.next(&mut row).map_err(unreadable)? {
            count += 1;
            are_few(job, count)?;
        }
        are_there(job, count)?;
    }
    let columns = match batch.header.is_empty() {
        true => return Ok((Vec::new(), batch.at)),
        false => {
            Columns::read(&batch.header, object, job.operation, job.external_id_field.as_deref(), runner)?
        }
    };
    let mut found = Vec::with_capacity(STEP);
    let mut records = Records::from(jobs, job, batch, batch.at);
    let mut last = batch.at;
    while found.len() < STEP {
        let start = records.at();
        if !records.next(&mut row).map_err(unreadable)? {
            is_closed(job, jobs, batch, last, records.at())?;
            break;
        }
        last = start;
        is_small(&row)?;
        if row.len() > batch.header.len() {
            let number = batch.processed + found.len() as u64 + 1;
            return Err(BatchError::too_many_values(number, row.len(), batch.header.len()).into());
        }
        found.push(columns.record(&row));
    }
    Ok((found, records.at()))
}

/// Refuses a record that is beyond the bounds; it has no more values than the header has names.
fn is_small(row: &ByteRecord) -> Result<(), BatchError> {
    // No text has more characters than bytes.
    if row.as_slice().len() <= LONGEST_FIELD {
        return Ok(());
    }
    let mut length = 0;
    for value in row {
        // As the service counts: what is beyond 16 bits is two.
        let characters = String::from_utf8_lossy(value).encode_utf16().count();
        if characters > LONGEST_FIELD {
            return Err(BatchError::field_too_long(characters));
        }
        length += characters;
    }
    if length > LONGEST_RECORD { Err(BatchError::record_too_long(length, LONGEST_RECORD)) } else { Ok(()) }
}

/// Refuses a last record, between two bytes, in which a quote is opened and not closed: what would come after it belongs
/// to it.
fn is_closed(job: &Job, jobs: &Jobs, batch: &Batch, start: u64, end: u64) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    Content::from(jobs, &batch.id, start)
        .take(end.saturating_sub(start))
        .read_to_end(&mut bytes)
        .map_err(|error| BatchError::internal(&error.to_string()))?;
    bytes.extend(b"\nafter");
    let mut after = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(job.delimiter.byte())
        .from_reader(&*bytes);
    let last = after.byte_records().last().and_then(Result::ok);
    if last.is_some_and(|row| row.len() == 1 && &row[0] == b"after") {
        return Ok(());
    }
    Err(BatchError::open_quote().into())
}

/// The names in the first line. A byte order mark is part of the first, as the service has it.
fn header(jobs: &Jobs, batch: &Batch, row: &ByteRecord) -> Result<Vec<String>, Stop> {
    if row.as_slice().len() > LONGEST_HEADER {
        return Err(BatchError::unreadable("CSV", "the header is too long").into());
    }
    let mut names: Vec<String> = row.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut start = [0; 3];
    let read = Content::from(jobs, &batch.id, 0).read_exact(&mut start);
    if read.is_ok()
        && start == *b"\xef\xbb\xbf"
        && let Some(first) = names.first_mut().filter(|first| !first.starts_with('\u{feff}'))
    {
        first.insert(0, '\u{feff}');
    }
    Ok(names)
}

/// Holds the first line break against the job's setting.
fn check_line_ending(jobs: &Jobs, job: &Job, batch: &Batch) -> Result<(), Stop> {
    let mut before = 0;
    for byte in std::io::BufReader::new(Content::from(jobs, &batch.id, 0)).bytes() {
        let byte = byte.map_err(|error| BatchError::internal(&error.to_string()))?;
        if byte == b'\n' {
            let found = if before == b'\r' { LineEnding::Crlf } else { LineEnding::Lf };
            let agrees = found == job.line_ending;
            return if agrees {
                Ok(())
            } else {
                Err(BatchError::line_ending(job.line_ending.as_str()).into())
            };
        }
        before = byte;
    }
    Ok(())
}

fn save(
    state: &State,
    jobs: &Jobs,
    job: &Job,
    runner: &Runner,
    object: &Arc<SObject>,
    records: Vec<Record>,
) -> Result<Vec<RecordResult>, Fault> {
    let environment = state.environment(jobs.org.id);
    let options = Options::default();
    let call = Call {
        org: jobs.org,
        environment: &environment,
        runner,
        options: &options,
        rules: &crate::rules::BOOK,
    };
    let sent = |records: Vec<Record>, addressed: bool| -> Vec<RecordInput> {
        let sent = records.into_iter().map(|(id, mut fields)| {
            if addressed {
                return RecordInput { object: object.clone(), id, fields };
            }
            fields.extend(id.map(|id| ("Id".to_owned(), Input::from(&*id))));
            RecordInput { object: object.clone(), id: None, fields }
        });
        sent.collect()
    };
    let ids = |records: &[Record]| -> Vec<String> {
        records.iter().map(|(id, _)| id.clone().unwrap_or_default()).collect()
    };
    let given = ids(&records);
    let outcomes = match job.operation {
        Operation::Insert => call.insert(&sent(records, false))?,
        Operation::Update => call.update(&sent(records, true))?,
        Operation::Upsert => {
            let key = job.external_id_field.as_deref().unwrap_or("Id");
            call.upsert(key, &sent(records, false))?
        }
        Operation::Delete => delete(&given, object, |ids| call.delete(ids))?,
        Operation::HardDelete => delete(&given, object, |ids| call.hard_delete(ids))?,
        Operation::Query | Operation::QueryAll => Vec::new(),
    };
    let keeps_id = matches!(job.operation, Operation::Update | Operation::Delete | Operation::HardDelete);
    let told = outcomes.iter().zip(given).map(|(outcome, given)| RecordResult {
        id: match outcome.id {
            Some(id) if outcome.is_success() => Some(id.to_string()),
            _ if keeps_id && !given.is_empty() => Some(given),
            _ => None,
        },
        created: outcome.created && outcome.is_success(),
        errors: outcome.faults.iter().map(Into::into).collect(),
    });
    Ok(told.collect())
}

/// Deletes records of the job's object; the ids of others are refused.
fn delete(
    ids: &[String],
    object: &SObject,
    work: impl FnOnce(&[String]) -> Result<Vec<Outcome>, Fault>,
) -> Result<Vec<Outcome>, Fault> {
    let own =
        |id: &String| Id::parse(id).is_none_or(|id| object.key_prefix.as_deref() == Some(id.key_prefix()));
    let wanted: Vec<String> = ids.iter().filter(|id| own(id)).cloned().collect();
    let mut done = work(&wanted)?.into_iter();
    let outcomes = ids.iter().filter_map(|id| match own(id) {
        true => done.next(),
        false => Some(Outcome { id: None, created: false, faults: vec![Fault::invalid_cross_reference()] }),
    });
    Ok(outcomes.collect())
}
