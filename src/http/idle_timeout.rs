//! How long a connection is waited for. A stream wrapped in [`TimedStream`] notes what moves on it, [`IdleTimeout`] tells when
//! to give it up. The clock is read only when the connection's one timer fires, not at every request; a wait that began
//! since the last look is counted from the look on, so it may last up to the shortest wait longer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::limits::Limits;
use super::request_line::RequestLine;

/// Receiving a head.
const HEAD: u8 = 0;
/// The service has the request: what it waits for has limits of its own.
const SERVICE: u8 = 1;
/// A response has been given out, and no byte of the next request has come.
const IDLE: u8 = 2;

/// What one connection is waiting for.
#[derive(Debug)]
pub struct IdleTimeout {
    state: AtomicU8,
    /// The wait began, or the client took some of the response, after the last look.
    fresh: AtomicBool,
    /// End of the wait, in milliseconds after `opened`.
    expiry: AtomicU64,
    opened: Instant,
    head_time: Duration,
    idle_time: Duration,
}

impl IdleTimeout {
    /// Waits for the first head.
    pub fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(IdleTimeout {
            state: AtomicU8::new(HEAD),
            fresh: AtomicBool::new(true),
            expiry: AtomicU64::new(0),
            opened: Instant::now(),
            head_time: limits.head_time,
            idle_time: limits.idle_time,
        })
    }

    /// The head is complete, the service has the request.
    pub fn request_begun(&self) {
        self.state.store(SERVICE, Ordering::Relaxed);
    }

    /// The response is ready to be written.
    pub fn request_done(&self) {
        self.state.store(IDLE, Ordering::Relaxed);
        self.fresh.store(true, Ordering::Relaxed);
    }

    /// When to ask again whether to give up, or `None`: now is the time.
    pub fn next_look(&self) -> Option<Instant> {
        let now = Instant::now();
        let furthest = now + self.head_time.min(self.idle_time);
        let wait = match self.state.load(Ordering::Relaxed) {
            SERVICE => return Some(furthest),
            HEAD => self.head_time,
            _ => self.idle_time,
        };
        if self.fresh.swap(false, Ordering::Relaxed) {
            let expiry = now + wait - self.opened;
            self.expiry.store(u64::try_from(expiry.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        let expiry = self.opened + Duration::from_millis(self.expiry.load(Ordering::Relaxed));
        (expiry > now).then_some(expiry.min(furthest))
    }

    /// Whether these bytes begin a request.
    fn bytes_came(&self) -> bool {
        let begins = self.state.load(Ordering::Relaxed) == IDLE;
        if begins {
            self.state.store(HEAD, Ordering::Relaxed);
            self.fresh.store(true, Ordering::Relaxed);
        }
        begins
    }

    fn bytes_went(&self) {
        if self.state.load(Ordering::Relaxed) == IDLE {
            self.fresh.store(true, Ordering::Relaxed);
        }
    }
}

/// A stream that tells its [`IdleTimeout`] what moves, and knows by it where a [`RequestLine`] begins.
#[derive(Debug)]
pub struct TimedStream<I> {
    stream: I,
    idle_timeout: Arc<IdleTimeout>,
    request_line: RequestLine,
}

impl<I> TimedStream<I> {
    pub fn new(stream: I, idle_timeout: Arc<IdleTimeout>) -> Self {
        TimedStream { stream, idle_timeout, request_line: RequestLine::new() }
    }

    /// The stream, when what moves on it are no longer requests.
    pub fn into_inner(self) -> I {
        self.stream
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for TimedStream<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.request_line.give_left_over(buf) {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            if self.idle_timeout.bytes_came() {
                self.request_line.begin();
            }
            self.request_line.encode(buf, before);
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> TimedStream<I> {
    fn noted(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(polled, Poll::Ready(Ok(1..))) {
            self.idle_timeout.bytes_went();
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for TimedStream<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.noted(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.noted(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
