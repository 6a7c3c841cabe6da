//! What answers requests.

use std::pin::Pin;

use super::allowance::BodyLimit;
use super::transport_error::TransportError;
use crate::message::{Method, Request, Response};

/// An answer, or the way to it.
pub enum Reply {
    Done(Response),
    /// Whoever waits for it holds no thread.
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

/// Answers requests, one whole request at a time. A panic, in a call or in the future of its reply, becomes
/// [`TransportError::Panicked`].
pub trait Service: Send + Sync + 'static {
    /// Runs on a thread that serves sockets, in its tokio runtime: what takes longer than a millisecond is to be done
    /// elsewhere, and the answer given [later](Reply::Later).
    fn call(&self, request: Request) -> Reply;

    /// How large the body of such a request may be. Asked before any of it is read; must not wait.
    fn body_limit(&self, _method: &Method, _path: &str) -> BodyLimit {
        BodyLimit::default()
    }

    /// The answer to a request (without its body) whose body the transport refuses; override to answer in the words of
    /// whoever serves the path.
    fn refuse_body(&self, refusal: &TransportError, _request: &Request) -> Response {
        self.refuse(refusal)
    }

    /// The answer to a request that the transport refuses; override to add headers such as `Date`. Must not wait.
    fn refuse(&self, refusal: &TransportError) -> Response {
        refusal.response()
    }

    /// The server is about to stop: what has not begun is not to begin.
    fn close(&self) {}

    /// The server has waited for [`Limits::grace_time`](super::Limits::grace_time): what still runs is to end.
    fn cancel(&self) {}
}

impl<F> Service for F
where
    F: Fn(Request) -> Response + Send + Sync + 'static,
{
    fn call(&self, request: Request) -> Reply {
        Reply::Done(self(request))
    }
}
