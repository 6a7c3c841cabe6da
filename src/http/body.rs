//! Reading a request's body: all of it, within a size, from a client that keeps sending.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::refusal::Refusal;

/// What to do with what an over-long body still has to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Read and drop it (up to the limit once more), so that a client that reads only after it has written everything
    /// finds the refusal instead of a reset connection.
    Discard,
    /// Answer at once: the client waits for `100 Continue` before it sends anything.
    LeaveUnsent,
}

/// Reads the whole body. A body in one piece is not copied.
pub async fn collect(
    mut body: Incoming,
    limit: usize,
    pause: Duration,
    excess: Excess,
) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        if excess == Excess::Discard {
            discard(body, limit, pause).await;
        }
        return Err(Refusal::BodyTooLarge(limit));
    }
    let Some(first) = next_piece(&mut body, pause).await? else {
        return Ok(Bytes::new());
    };
    if first.len() <= limit && body.is_end_stream() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(announced.max(first.len()));
    let mut piece = first;
    loop {
        if whole.len() + piece.len() > limit {
            discard(body, limit, pause).await;
            return Err(Refusal::BodyTooLarge(limit));
        }
        whole.extend_from_slice(&piece);
        match next_piece(&mut body, pause).await? {
            Some(next) => piece = next,
            None => return Ok(whole.freeze()),
        }
    }
}

async fn next_piece(body: &mut Incoming, pause: Duration) -> Result<Option<Bytes>, Refusal> {
    loop {
        match tokio::time::timeout(pause, body.frame()).await {
            Err(_) => return Err(Refusal::BodyTimeout),
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(Refusal::BodyIncomplete),
            Ok(Some(Ok(frame))) => {
                // Trailers are of no interest.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

async fn discard(mut body: Incoming, limit: usize, pause: Duration) {
    let mut dropped = 0;
    while dropped <= limit {
        match next_piece(&mut body, pause).await {
            Ok(Some(piece)) => dropped += piece.len(),
            Ok(None) | Err(_) => return,
        }
    }
}
