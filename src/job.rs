//! Bulk jobs: kept in their org's store, done between other calls, 200 records at a time.
//!
//! Two surfaces speak of them: `/services/data/…/jobs` (Bulk API 2.0) and `/services/async` (Bulk API). A job of the
//! first has one batch; one of the second as many as its client adds. What a step of the work has done is saved with
//! what it has written, so that a stopped server goes on where it was.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_intro.htm>

use serde::{Deserialize, Serialize};

use crate::model::fault::Fault;
use crate::org::Org;

mod batch_error;
mod columns;
mod content;
mod ingest;
mod open;
mod query;
pub mod read;
mod record;
pub mod results;
mod runner;
mod step;
mod stop;
mod store;
mod worker;

pub use batch_error::BatchError;
pub(crate) use batch_error::ERRORS as REFUSALS;
pub use open::{NewJob, NotOpened, object, open};
pub use query::check as check_query;
pub use step::step;
pub(crate) use store::FAULTS;
pub use store::Jobs;
pub use worker::{resume, see_to};

/// Which API made a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobType {
    V2Ingest,
    V2Query,
    Classic,
}

/// What a job does with its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
    Query,
    QueryAll,
}

impl Operation {
    /// Reads the name that both APIs use.
    pub fn parse(name: &str) -> Option<Operation> {
        use Operation::*;
        let all = [Insert, Update, Upsert, Delete, HardDelete, Query, QueryAll];
        all.into_iter().find(|operation| operation.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Insert => "insert",
            Operation::Update => "update",
            Operation::Upsert => "upsert",
            Operation::Delete => "delete",
            Operation::HardDelete => "hardDelete",
            Operation::Query => "query",
            Operation::QueryAll => "queryAll",
        }
    }

    pub fn is_query(self) -> bool {
        matches!(self, Operation::Query | Operation::QueryAll)
    }

    pub fn is_deletion(self) -> bool {
        matches!(self, Operation::Delete | Operation::HardDelete)
    }
}

/// Where a job is. Bulk API 2.0 knows all but `Closed`; the Bulk API `Open`, `Closed`, `Aborted` and `Failed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Open,
    Closed,
    UploadComplete,
    InProgress,
    JobComplete,
    Aborted,
    Failed,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "Open",
            State::Closed => "Closed",
            State::UploadComplete => "UploadComplete",
            State::InProgress => "InProgress",
            State::JobComplete => "JobComplete",
            State::Aborted => "Aborted",
            State::Failed => "Failed",
        }
    }

    /// Nothing more will happen to it.
    pub fn is_over(self) -> bool {
        matches!(self, State::JobComplete | State::Aborted | State::Failed)
    }
}

/// What records are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContentType {
    Csv,
    Xml,
    Json,
}

impl ContentType {
    /// Reads the name that both APIs use.
    pub fn parse(name: &str) -> Option<ContentType> {
        [ContentType::Csv, ContentType::Xml, ContentType::Json].into_iter().find(|kind| kind.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            ContentType::Csv => "CSV",
            ContentType::Xml => "XML",
            ContentType::Json => "JSON",
        }
    }
}

/// How lines of CSV end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LineEnding {
    #[default]
    Lf,
    Crlf,
}

impl LineEnding {
    pub fn parse(name: &str) -> Option<LineEnding> {
        [LineEnding::Lf, LineEnding::Crlf].into_iter().find(|ending| ending.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            LineEnding::Lf => "LF",
            LineEnding::Crlf => "CRLF",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            LineEnding::Lf => "\n",
            LineEnding::Crlf => "\r\n",
        }
    }
}

/// What stands between the values of a CSV record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Delimiter {
    #[default]
    Comma,
    Tab,
    Pipe,
    Semicolon,
    Caret,
    Backquote,
}

impl Delimiter {
    const ALL: [(Delimiter, &'static str, u8); 6] = [
        (Delimiter::Comma, "COMMA", b','),
        (Delimiter::Tab, "TAB", b'\t'),
        (Delimiter::Pipe, "PIPE", b'|'),
        (Delimiter::Semicolon, "SEMICOLON", b';'),
        (Delimiter::Caret, "CARET", b'^'),
        (Delimiter::Backquote, "BACKQUOTE", b'`'),
    ];

    pub fn parse(name: &str) -> Option<Delimiter> {
        Delimiter::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(delimiter, ..)| delimiter)
    }

    pub fn as_str(self) -> &'static str {
        Delimiter::ALL.iter().find(|(delimiter, ..)| *delimiter == self).map_or("COMMA", |(_, name, _)| name)
    }

    pub fn byte(self) -> u8 {
        Delimiter::ALL.iter().find(|(delimiter, ..)| *delimiter == self).map_or(b',', |(.., byte)| *byte)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// `750…`
    pub id: String,
    pub job_type: JobType,
    pub operation: Operation,
    /// The object's API name.
    pub object: String,
    pub external_id_field: Option<String>,
    pub content_type: ContentType,
    pub line_ending: LineEnding,
    pub delimiter: Delimiter,
    /// `Parallel` or `Serial`.
    pub concurrency: String,
    pub assignment_rule: Option<String>,
    /// The number before `.0`.
    pub api_version: u32,
    /// Who made it; its records are saved in their name.
    pub user: String,
    /// Milliseconds since 1970 UTC, as all times of jobs and batches.
    pub created: i64,
    pub modified: i64,
    pub state: State,
    /// Why it has failed.
    pub error: Option<String>,
}

/// Where a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchState {
    /// The batch of a job that has not been closed (Bulk API 2.0).
    Waiting,
    Queued,
    InProgress,
    Completed,
    Failed,
    NotProcessed,
}

impl BatchState {
    pub fn as_str(self) -> &'static str {
        match self {
            BatchState::Waiting | BatchState::Queued => "Queued",
            BatchState::InProgress => "InProgress",
            BatchState::Completed => "Completed",
            BatchState::Failed => "Failed",
            BatchState::NotProcessed => "Not Processed",
        }
    }

    fn is_due(self) -> bool {
        matches!(self, BatchState::Queued | BatchState::InProgress)
    }
}

/// Records to be saved, or a query and its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// `751…`
    pub id: String,
    pub job: String,
    pub state: BatchState,
    /// Why it has failed.
    pub message: Option<String>,
    pub created: i64,
    pub modified: i64,
    pub processed: u64,
    pub failed: u64,
    /// Bytes that were uploaded; `None` before.
    pub size: Option<u64>,
    /// The names in the first line of its CSV, or of its rows.
    header: Vec<String>,
    /// How many bytes of CSV, or how many records, are done.
    at: u64,
    started: Option<i64>,
    /// `752…`: the id of a query's result (Bulk API).
    pub result: Option<String>,
}

impl Batch {
    /// Milliseconds between the beginning and the end of the work so far.
    pub fn active_time(&self) -> i64 {
        self.started.map_or(0, |started| self.modified - started)
    }

    fn fail(&mut self, refusal: BatchError) {
        self.state = BatchState::Failed;
        self.message = Some(refusal.0);
    }
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordResult {
    pub id: Option<String>,
    pub created: bool,
    pub errors: Vec<RecordError>,
}

/// Why a record was not saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordError {
    pub code: String,
    pub message: String,
    pub fields: Vec<String>,
    /// `CODE:message:Field1,Field2 --`
    pub line: String,
}

impl From<&Fault> for RecordError {
    fn from(fault: &Fault) -> RecordError {
        RecordError {
            code: fault.code.as_str().to_owned(),
            message: fault.message.clone(),
            fields: fault.fields.iter().map(|field| field.to_string()).collect(),
            line: fault.in_one_line(),
        }
    }
}

impl Org {
    /// The bulk jobs of the org.
    ///
    /// # Errors
    /// The store has failed.
    pub fn jobs(&self) -> Result<Jobs<'_>, Fault> {
        Jobs::of(self)
    }
}
