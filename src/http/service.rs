//! What answers requests.

use std::pin::Pin;

use super::refusal::Refusal;
use crate::message::{Request, Response};

/// An answer, or the way to it.
pub enum Reply {
    Done(Response),
    /// Whoever waits for it holds no thread.
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

/// Answers requests, one whole request at a time. A panic, in a call or in the future of its reply, becomes
/// [`Refusal::Panicked`].
pub trait Service: Send + Sync + 'static {
    /// Runs on a thread that serves sockets, in its tokio runtime: what takes longer than a millisecond is to be done
    /// elsewhere, and the answer given [later](Reply::Later).
    fn call(&self, request: Request) -> Reply;

    /// The answer to a request that the transport refuses; override to add headers such as `Date`. Must not wait.
    fn refuse(&self, refusal: &Refusal) -> Response {
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
