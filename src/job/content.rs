//! The content of a batch as a stream, piece by piece out of the store, and its CSV records.

use std::io::{self, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::batch::Batch;
use super::bulk_job::Job;
use super::store::{Jobs, PIECE, Part};
use crate::model::fault::Fault;

/// Reads the uploaded content of a batch.
pub(super) struct Content<'a> {
    jobs: &'a Jobs<'a>,
    batch: &'a str,
    next: u64,
    piece: Vec<u8>,
    at: usize,
}

impl<'a> Content<'a> {
    /// The content from a byte on.
    pub fn from(jobs: &'a Jobs<'a>, batch: &'a str, byte: u64) -> Content<'a> {
        let size = PIECE as u64;
        let skip = usize::try_from(byte % size).unwrap_or_default();
        Content { jobs, batch, next: byte / size, piece: Vec::new(), at: skip }
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut rest = self.piece.get(self.at..).unwrap_or_default();
            let count = rest.read(buffer)?;
            self.at += count;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            // At the end everything stays as it is: readers may ask again, and are told again.
            let Some(piece) = self.jobs.part(self.batch, Part::Content, self.next).map_err(failed)? else {
                return Ok(0);
            };
            if !self.piece.is_empty() {
                self.at = 0;
            }
            self.piece = piece;
            self.next += 1;
        }
    }
}

fn failed(fault: Fault) -> io::Error {
    io::Error::other(fault.message)
}

/// The CSV records of a batch.
pub(super) struct Records<'a> {
    reader: Reader<Content<'a>>,
    start: u64,
}

impl<'a> Records<'a> {
    /// The records from a byte on.
    pub fn from(jobs: &'a Jobs<'a>, job: &Job, batch: &'a Batch, byte: u64) -> Records<'a> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(job.delimiter.byte())
            .from_reader(Content::from(jobs, &batch.id, byte));
        Records { reader, start: byte }
    }

    /// Reads the next record; `false` at the end.
    pub fn next(&mut self, record: &mut ByteRecord) -> Result<bool, csv::Error> {
        self.reader.read_byte_record(record)
    }

    /// How many bytes of the content have been read.
    pub fn at(&self) -> u64 {
        self.start + self.reader.position().byte()
    }
}
