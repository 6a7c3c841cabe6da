//! What the one who started the server decided.

use std::time::Duration;

use super::journal::JOURNAL_ENTRIES;

/// Options of `fauxforce serve` that answers depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// What is not emulated is answered 501, not as the real service answers for something absent.
    pub strict: bool,
    /// The oldest API version that is not retired.
    pub min_api_version: u32,
    /// `scheme://host[:port]` to write into absolute URLs instead of the one that the client addressed.
    pub public_url: Option<String>,
    /// The name or address that the server was told to listen on.
    pub host: Option<String>,
    /// Login pages let one log in as the users of the seed.
    pub quick_login: bool,
    /// What a request to the control API must bear.
    pub control_token: Option<String>,
    /// Bulk jobs are done within the call that brings them, not behind it.
    pub jobs_at_once: bool,
    /// How long a call may compute before it is ended and undone; a step of a bulk job too.
    pub call_timeout: Duration,
    /// How many requests the journal of each world keeps; 0 for none.
    pub journal: usize,
}

/// What the service gives a query.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(120);

impl Default for ServerSettings {
    /// As the real service since Summer '25: versions 21.0 to 30.0 are retired.
    /// Source: <https://help.salesforce.com/s/articleView?id=000381744&type=1>
    fn default() -> ServerSettings {
        ServerSettings {
            strict: false,
            min_api_version: 31,
            public_url: None,
            host: None,
            quick_login: true,
            control_token: None,
            jobs_at_once: false,
            call_timeout: CALL_TIMEOUT,
            journal: JOURNAL_ENTRIES,
        }
    }
}
