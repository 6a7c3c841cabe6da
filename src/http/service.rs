//! What answers requests.

use super::allowance::BodyLimit;
use super::refusal::Refusal;
use crate::message::{Method, Request, Response};

/// Answers requests, one whole request at a time. `respond` runs on the I/O thread and is expected to take microseconds
/// to milliseconds; a panic in it becomes [`Refusal::Panicked`].
pub trait Service: Send + Sync + 'static {
    fn respond(&self, request: Request) -> Response;

    /// How large the body of such a request may be. Asked before any of it is read; must not wait.
    fn body_limit(&self, _method: &Method, _path: &str) -> BodyLimit {
        BodyLimit::default()
    }

    /// The answer to a request (without its body) whose body the transport refuses; override to answer in the words of
    /// whoever serves the path.
    fn refuse_body(&self, refusal: &Refusal, _request: &Request) -> Response {
        self.refuse(refusal)
    }

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
