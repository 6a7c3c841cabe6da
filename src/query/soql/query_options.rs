//! How a query is run.

/// How a query is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryOptions {
    /// Deleted records too (`queryAll`).
    pub all_rows: bool,
    /// The API version without its `.0`: 62.
    pub api_version: u32,
}
