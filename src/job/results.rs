//! What a job hands back.

use std::borrow::Cow;

use csv::{ByteRecord, QuoteStyle, ReaderBuilder, Terminator, Writer, WriterBuilder};

use super::batch::{Batch, RecordResult};
use super::bulk_job::Job;
use super::content::Records;
use super::data_format::LineEnding;
use super::store::{Jobs, Part, unreadable};
use crate::model::fault::Fault;

/// The records that were saved: `sf__Id`, `sf__Created`, and what was uploaded.
pub fn successful(jobs: &Jobs, job: &Job, batch: &Batch) -> Result<Vec<u8>, Fault> {
    merged(jobs, job, batch, "sf__Created", |told| {
        told.errors.is_empty().then(|| if told.created { "true" } else { "false" }.to_owned())
    })
}

/// The records that were refused: `sf__Id`, `sf__Error`, and what was uploaded.
pub fn failed(jobs: &Jobs, job: &Job, batch: &Batch) -> Result<Vec<u8>, Fault> {
    merged(jobs, job, batch, "sf__Error", |told| {
        let lines: Vec<&str> = told.errors.iter().map(|error| error.line.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join(";"))
    })
}

/// The records that nothing was done with, as they were uploaded.
pub fn unprocessed(jobs: &Jobs, job: &Job, batch: &Batch) -> Result<Vec<u8>, Fault> {
    let content = jobs.content(batch)?;
    if batch.header.is_empty() {
        return Ok(content);
    }
    let mut out = header(job, batch, &[]);
    let at = usize::try_from(batch.at).unwrap_or(usize::MAX);
    out.extend_from_slice(content.get(at..).unwrap_or_default());
    Ok(out)
}

/// What became of every record of a batch, in order.
pub fn outcomes(
    jobs: &Jobs,
    batch: &Batch,
    mut take: impl FnMut(RecordResult) -> Result<(), Fault>,
) -> Result<(), Fault> {
    jobs.each_part(&batch.id, Part::Outcomes, 0, |_, bytes| {
        let told: Vec<RecordResult> =
            serde_json::from_slice(bytes).map_err(|error| unreadable(&error.to_string()))?;
        told.into_iter().try_for_each(&mut take)
    })
}

fn merged(
    jobs: &Jobs,
    job: &Job,
    batch: &Batch,
    second: &str,
    wanted: impl Fn(&RecordResult) -> Option<String>,
) -> Result<Vec<u8>, Fault> {
    let mut out = header(job, batch, &["sf__Id", second]);
    let mut records = Records::from(jobs, job, batch, 0);
    let mut row = ByteRecord::new();
    let mut next = |row: &mut ByteRecord| records.next(row).map_err(|error| unreadable(&error.to_string()));
    next(&mut row)?;
    let mut writer = writer(job);
    outcomes(jobs, batch, |told| {
        next(&mut row)?;
        if let Some(second) = wanted(&told) {
            let id = told.id.unwrap_or_default();
            // What is no UTF-8 was saved with replacement characters, and is told so.
            let uploaded = row.iter().map(String::from_utf8_lossy);
            let values = [id.into(), second.into()].into_iter().chain(uploaded);
            writer
                .write_record(values.map(|value: Cow<str>| value.into_owned()))
                .map_err(|error| unreadable(&error.to_string()))?;
        }
        Ok(())
    })?;
    out.extend(writer.into_inner().map_err(|error| unreadable(&error.to_string()))?);
    Ok(out)
}

/// The first line: our own columns between quotes, those that were uploaded as they were.
fn header(job: &Job, batch: &Batch, own: &[&str]) -> Vec<u8> {
    let own = own.iter().map(|name| format!("\"{name}\""));
    let names: Vec<String> = own.chain(batch.header.iter().cloned()).collect();
    let delimiter = char::from(job.delimiter.byte()).to_string();
    (names.join(&delimiter) + job.line_ending.text()).into_bytes()
}

/// A writer of CSV as the job wants it, with every value between quotes.
pub(super) fn writer(job: &Job) -> Writer<Vec<u8>> {
    let terminator = match job.line_ending {
        LineEnding::Lf => Terminator::Any(b'\n'),
        LineEnding::Crlf => Terminator::CRLF,
    };
    WriterBuilder::new()
        .delimiter(job.delimiter.byte())
        .terminator(terminator)
        .quote_style(QuoteStyle::Always)
        .flexible(true)
        .from_writer(Vec::new())
}

/// Some rows of a query's result, as CSV.
pub struct Page {
    pub csv: Vec<u8>,
    pub rows: u64,
    /// The number of the row after the last of these, if there is one.
    pub next: Option<u64>,
}

/// The rows of a query from one on, at most `most`.
pub fn page(jobs: &Jobs, job: &Job, batch: &Batch, first: u64, most: u64) -> Result<Page, Fault> {
    let mut names = writer(job);
    names.write_record(&batch.header).map_err(|error| unreadable(&error.to_string()))?;
    let mut csv = names.into_inner().map_err(|error| unreadable(&error.to_string()))?;
    let end = first.saturating_add(most).min(batch.processed);
    let mut at = first;
    let mut row = ByteRecord::new();
    jobs.each_part(&batch.id, Part::Rows, first, |place, bytes| {
        if at >= end {
            return Ok(());
        }
        let mut reader =
            ReaderBuilder::new().has_headers(false).delimiter(job.delimiter.byte()).from_reader(bytes);
        // Where the record that was read ends: the reader stops before the second byte of its line break.
        let after = |reader: &csv::Reader<&[u8]>| {
            let at = usize::try_from(reader.position().byte()).unwrap_or_default();
            at + usize::from(bytes.get(..=at).is_some_and(|read| read.ends_with(b"\r\n")))
        };
        let mut number = place;
        let mut start = None;
        loop {
            if number == at && start.is_none() {
                start = Some(after(&reader));
            }
            if number >= end {
                break;
            }
            if !reader.read_byte_record(&mut row).map_err(|error| unreadable(&error.to_string()))? {
                break;
            }
            number += 1;
        }
        let start = start.unwrap_or_default();
        let stop = after(&reader);
        csv.extend_from_slice(bytes.get(start..stop).unwrap_or_default());
        at = number;
        Ok(())
    })?;
    let next = (at < batch.processed).then_some(at);
    Ok(Page { csv, rows: at.saturating_sub(first), next })
}

/// All rows of a query as they were kept, with `between` between the pieces.
pub fn rows(jobs: &Jobs, batch: &Batch, between: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut all = Vec::new();
    jobs.each_part(&batch.id, Part::Rows, 0, |place, bytes| {
        if place > 0 {
            all.extend_from_slice(between);
        }
        all.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(all)
}
