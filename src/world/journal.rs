//! The journal of a world: the last requests, what was answered, and why. It stands outside the world's gate, so that it can
//! be read while a call runs. A fork begins with an empty one; a reset empties it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::CallReport;
use crate::message::{Request, Response};
use crate::model::value::Value;
use crate::org::save_log::LoggedSave;

/// So many entries are kept unless the server was told otherwise.
pub const JOURNAL_ENTRIES: usize = 1000;
/// Bytes that all entries take together, about. The oldest make room.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a body that are kept.
pub const LONGEST_BODY: usize = 64 * 1024;

/// One request and its answer, or a piece of work that was done in the background.
#[derive(Debug)]
pub struct JournalEntry {
    /// The world's time when the answer was ready, in milliseconds since 1970 UTC.
    pub at: i64,
    /// How long the call computed.
    pub took: Duration,
    /// `REST`, `SOAP`, `Bulk`, …
    pub surface: &'static str,
    /// Names the operation of a request of the surface.
    pub operation: fn(&Request) -> Cow<'static, str>,
    /// `None` for what was done in the background.
    pub exchange: Option<Exchange>,
    pub report: CallReport,
}

/// A request and its answer. Their bodies may have been cut.
#[derive(Debug)]
pub struct Exchange {
    pub request: Request,
    pub response: Response,
    /// Bytes of the bodies before they were cut.
    pub request_length: usize,
    pub response_length: usize,
}

/// The last entries of a world, the newest last.
#[derive(Debug)]
pub struct Journal {
    /// How many are kept; 0 for none at all.
    most: AtomicUsize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<KeptEntry>,
    bytes: usize,
    last: u64,
}

impl Default for Journal {
    fn default() -> Journal {
        Journal { most: AtomicUsize::new(JOURNAL_ENTRIES), kept: Mutex::default() }
    }
}

/// An entry with its number.
#[derive(Debug, Clone)]
pub struct KeptEntry {
    /// Requests are counted from 1. What is done in the background has the number of the last request before it: when it is
    /// done depends on the speed of a thread, and the numbers of requests do not.
    pub number: u64,
    pub entry: Arc<JournalEntry>,
    bytes: usize,
}

impl Journal {
    /// Whether entries are kept.
    pub fn is_on(&self) -> bool {
        self.most.load(Ordering::Relaxed) > 0
    }

    /// Says how many entries are kept; 0 for none.
    pub fn keep(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// The number that the next entry gets, if no other is added before. Inside the gate of the world that is so.
    pub fn next_number(&self) -> u64 {
        self.kept().last + 1
    }

    /// Adds an entry. The oldest make room.
    pub fn add(&self, entry: JournalEntry) {
        let bytes = size(&entry);
        let most = self.most.load(Ordering::Relaxed);
        let mut gone = Vec::new();
        let mut kept = self.kept();
        if entry.exchange.is_some() {
            kept.last += 1;
        }
        let number = kept.last;
        kept.entries.push_back(KeptEntry { number, entry: Arc::new(entry), bytes });
        kept.bytes += bytes;
        while kept.entries.len() > most || (kept.bytes > MOST_BYTES && kept.entries.len() > 1) {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.bytes;
            gone.push(oldest);
        }
        // Freed without the lock.
        drop(kept);
        drop(gone);
    }

    /// The entries that are kept, the newest first.
    pub fn entries(&self) -> Vec<KeptEntry> {
        self.kept().entries.iter().rev().cloned().collect()
    }

    /// The entry of a request by its number.
    pub fn entry(&self, number: u64) -> Option<KeptEntry> {
        let kept = self.kept();
        let place = kept.entries.partition_point(|entry| entry.number < number);
        kept.entries
            .get(place)
            .filter(|found| found.number == number && found.entry.exchange.is_some())
            .cloned()
    }

    /// Forgets all entries. Their numbers are not given again.
    pub fn clear(&self) {
        let mut kept = self.kept();
        kept.bytes = 0;
        let gone = std::mem::take(&mut kept.entries);
        drop(kept);
        drop(gone);
    }

    /// As it was when the world was made: empty, and counting from 1.
    pub fn begin_anew(&self) {
        let gone = std::mem::take(&mut *self.kept());
        drop(gone);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// Keeps a request and its answer, their bodies cut to [`LONGEST_BODY`].
    pub fn of(mut request: Request, response: &Response) -> Exchange {
        let (request_length, response_length) = (request.body.len(), response.body.len());
        request.prepared = None;
        request.body = cut(&request.body);
        let response = Response {
            status: response.status,
            headers: response.headers.clone(),
            body: cut(&response.body),
            errors: response.errors.clone(),
        };
        Exchange { request, response, request_length, response_length }
    }
}

/// A longer body is copied, so that the rest of it is not kept.
fn cut(body: &Bytes) -> Bytes {
    match body.get(..LONGEST_BODY) {
        Some(beginning) if body.len() > LONGEST_BODY => Bytes::copy_from_slice(beginning),
        _ => body.clone(),
    }
}

/// Bytes that an entry takes, about.
fn size(entry: &JournalEntry) -> usize {
    /// The entry itself.
    const ENTRY: usize = 1024;
    /// A header, on average.
    const HEADER: usize = 96;
    let exchange = entry.exchange.as_ref().map_or(0, |exchange| {
        let headers = exchange.request.headers.len() + exchange.response.headers.len();
        exchange.request.body.len() + exchange.response.body.len() + headers * HEADER
    });
    let saves = entry.report.saves.iter().flat_map(|saves| &saves.saves).map(save_size).sum::<usize>();
    let mails = entry.report.mails.iter().map(|mail| 256 + mail.body.len()).sum::<usize>();
    ENTRY + exchange + saves + mails
}

fn save_size(save: &LoggedSave) -> usize {
    let texts = save.fields.iter().map(|field| match &field.value {
        Value::Text(text) => text.len(),
        _ => 0,
    });
    256 + save.fields.len() * 48 + texts.sum::<usize>()
}
