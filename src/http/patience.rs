//! How long a connection is waited for. A stream wrapped in [`Watched`] notes what moves on it, [`Patience`] tells when
//! to give it up. So one timer per connection does, re-armed when it fires, instead of one per request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::limits::Limits;
use super::request_line::RequestLine;

/// The service has the request: what it waits for has limits of its own.
const NEVER: u64 = u64::MAX;

/// What one connection is waiting for: the rest of a head, the service, or the next request.
#[derive(Debug)]
pub struct Patience {
    opened: Instant,
    /// Milliseconds after `opened`, or [`NEVER`].
    expiry: AtomicU64,
    /// A response has been given out, and no byte of the next request has come.
    idle: AtomicBool,
    head_time: Duration,
    idle_time: Duration,
}

impl Patience {
    /// Waits for the first head.
    pub fn new(limits: &Limits) -> Arc<Self> {
        let patience = Patience {
            opened: Instant::now(),
            expiry: AtomicU64::new(NEVER),
            idle: AtomicBool::new(false),
            head_time: limits.head_time,
            idle_time: limits.idle_time,
        };
        patience.wait(limits.head_time);
        Arc::new(patience)
    }

    /// The head is complete, the service has the request.
    pub fn request_begun(&self) {
        self.idle.store(false, Ordering::Relaxed);
        self.expiry.store(NEVER, Ordering::Relaxed);
    }

    /// The response is ready to be written.
    pub fn request_done(&self) {
        self.idle.store(true, Ordering::Relaxed);
        self.wait(self.idle_time);
    }

    /// When to ask again whether to give up, or `None`: now is the time.
    pub fn next_look(&self) -> Option<Instant> {
        let now = Instant::now();
        // One wait may be replaced by a shorter one before it is over, so never look further ahead than the shortest.
        let furthest = now + self.head_time.min(self.idle_time);
        match self.expiry.load(Ordering::Relaxed) {
            NEVER => Some(furthest),
            millis => {
                let expiry = self.opened + Duration::from_millis(millis);
                (expiry > now).then_some(expiry.min(furthest))
            }
        }
    }

    fn wait(&self, time: Duration) {
        let millis = (self.opened.elapsed() + time).as_millis();
        self.expiry.store(u64::try_from(millis).unwrap_or(NEVER), Ordering::Relaxed);
    }

    /// Whether these bytes begin a request.
    fn bytes_came(&self) -> bool {
        let begins = self.idle.swap(false, Ordering::Relaxed);
        if begins {
            self.wait(self.head_time);
        }
        begins
    }

    fn bytes_went(&self) {
        if self.idle.load(Ordering::Relaxed) {
            self.wait(self.idle_time);
        }
    }
}

/// A stream that tells its [`Patience`] what moves, and knows by it where a [`RequestLine`] begins.
#[derive(Debug)]
pub struct Watched<I> {
    stream: I,
    patience: Arc<Patience>,
    request_line: RequestLine,
}

impl<I> Watched<I> {
    pub fn new(stream: I, patience: Arc<Patience>) -> Self {
        Watched { stream, patience, request_line: RequestLine::new() }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
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
            if self.patience.bytes_came() {
                self.request_line.begin();
            }
            self.request_line.encode(buf, before);
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> Watched<I> {
    fn noted(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(polled, Poll::Ready(Ok(1..))) {
            self.patience.bytes_went();
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
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
