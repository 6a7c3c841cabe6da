//! What answers requests.

use super::refusal::Refusal;
use crate::message::{Request, Response};

/// Answers requests, one whole request at a time. `respond` runs on the I/O thread and is expected to take microseconds
/// to milliseconds; a panic in it becomes [`Refusal::Panicked`].
pub trait Service: Send + Sync + 'static {
    fn respond(&self, request: Request) -> Response;

    /// The answer to a request that the transport refuses; override to add headers such as `Date`.
    fn refuse(&self, refusal: &Refusal) -> Response {
        refusal.response()
    }
}

impl<F> Service for F
where
    F: Fn(Request) -> Response + Send + Sync + 'static,
{
    fn respond(&self, request: Request) -> Response {
        self(request)
    }
}
