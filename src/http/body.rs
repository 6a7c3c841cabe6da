//! Reading a request's body: all of it, within a size, from a client that keeps sending.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};

use super::allowance::Allowance;
use super::transport_error::TransportError;

/// Room is made ahead for so many bytes at most.
const MOST_AHEAD: usize = 1024 * 1024;

/// What to do with what an over-long body still has to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Read and drop it (up to the limit once more), so that a client that reads only after it has written everything
    /// finds the refusal instead of a reset connection.
    Discard,
    /// Answer at once: the client waits for `100 Continue` before it sends anything.
    LeaveUnsent,
}

/// Reads the whole body of a request with these headers, as far as its allowance goes. A body in one piece is not copied.
pub async fn collect(
    mut body: Incoming,
    headers: &HeaderMap,
    allowance: &mut Allowance<'_>,
    pause: Duration,
    excess: Excess,
) -> Result<Bytes, TransportError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if let Err(refusal) = allowance.check_announced(announced) {
        if excess == Excess::Discard {
            discard(body, allowance.most(), pause).await;
        }
        return Err(refusal);
    }
    let mut whole = BytesMut::new();
    while let Some(piece) = next_piece(&mut body, pause).await? {
        match allowance.take(headers, &whole, &piece) {
            Ok(()) if whole.is_empty() && body.is_end_stream() => {
                allowance.complete(headers, &piece);
                return Ok(piece);
            }
            Ok(()) => {
                // What was announced may never come: room for it is made as it does.
                if whole.is_empty() {
                    whole.reserve(announced.min(MOST_AHEAD).max(piece.len()));
                }
                whole.extend_from_slice(&piece);
            }
            Err(refusal) => {
                let dropped = std::mem::take(&mut whole);
                drop((dropped, piece));
                if refusal != TransportError::TooManyBodies {
                    discard(body, allowance.most(), pause).await;
                }
                return Err(refusal);
            }
        }
    }
    allowance.complete(headers, &whole);
    Ok(whole.freeze())
}

async fn next_piece(body: &mut Incoming, pause: Duration) -> Result<Option<Bytes>, TransportError> {
    loop {
        match tokio::time::timeout(pause, body.frame()).await {
            Err(_) => return Err(TransportError::BodyTimeout),
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(TransportError::BodyIncomplete),
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
