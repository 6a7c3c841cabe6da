//! A bulk job: what it does, with what data, and where it is.

use serde::{Deserialize, Serialize};

use super::data_format::{ContentType, Delimiter, LineEnding};

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
