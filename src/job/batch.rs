//! A batch of a job, and what became of its records.

use serde::{Deserialize, Serialize};

use super::batch_error::BatchError;
use crate::model::fault::Fault;

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

    pub(super) fn is_due(self) -> bool {
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
    pub(super) header: Vec<String>,
    /// How many bytes of CSV, or how many records, are done.
    pub(super) at: u64,
    pub(super) started: Option<i64>,
    /// `752…`: the id of a query's result (Bulk API).
    pub result: Option<String>,
}

impl Batch {
    /// Milliseconds between the beginning and the end of the work so far.
    pub fn active_time(&self) -> i64 {
        self.started.map_or(0, |started| self.modified - started)
    }

    pub(super) fn fail(&mut self, refusal: BatchError) {
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
