//! How much of a body is taken from whom. A client that shows a session may send as much as the resource allows; one that
//! shows none has a small allowance, and all of them together have one, so that nobody can fill the memory without having
//! logged in.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING};
use memchr::memmem;

use super::limits::Limits;
use super::transport_error::TransportError;

/// What a service says of the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit {
    /// Bytes, as sent and after its content coding is undone.
    pub bytes: usize,
    /// The session stands in the body and not in a header, as in a SOAP envelope: `<sessionId>…`.
    pub session_in_body: bool,
}

impl Default for BodyLimit {
    /// As much as the transport takes.
    fn default() -> Self {
        BodyLimit { bytes: usize::MAX, session_in_body: false }
    }
}

/// A session stands within so many bytes of the beginning of a body.
const BEGINNING: usize = 32 * 1024;
/// The shortest text that is taken for a token.
const SHORTEST_TOKEN: usize = 10;
const SESSION_ELEMENT: &[u8] = b"sessionId>";

/// What all unfinished bodies without a session hold together.
#[derive(Debug, Default)]
pub struct AnonymousBodies(AtomicUsize);

/// What one body may take.
#[derive(Debug)]
pub struct Allowance<'a> {
    /// The limit of those who show a session.
    most: usize,
    /// The limit now.
    limit: usize,
    /// Where the session may still be found.
    session_in_body: bool,
    shared: Option<Share<'a>>,
}

/// What an unfinished body has of the bytes that all without a session share; given back when it is dropped.
#[derive(Debug)]
struct Share<'a> {
    all: &'a AnonymousBodies,
    most: usize,
    taken: usize,
}

impl Share<'_> {
    fn take(&mut self, bytes: usize) -> Result<(), TransportError> {
        self.taken += bytes;
        let before = self.all.0.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.most { Err(TransportError::TooManyBodies) } else { Ok(()) }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.all.0.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl<'a> Allowance<'a> {
    /// The allowance of a request with these headers.
    pub fn new(
        limits: &Limits,
        of_service: BodyLimit,
        headers: &HeaderMap,
        all: &'a AnonymousBodies,
    ) -> Allowance<'a> {
        let most = of_service.bytes.min(limits.body);
        if has_session(headers) {
            return Allowance { most, limit: most, session_in_body: false, shared: None };
        }
        let shared = Some(Share { all, most: limits.anonymous_bodies, taken: 0 });
        let limit = most.min(limits.anonymous_body);
        Allowance { most, limit, session_in_body: of_service.session_in_body, shared }
    }

    /// Bytes that the body may have, when it is unpacked too.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Bytes that the body might have at most: so many are worth being read, if only to be dropped.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Checks the length that a client announces.
    ///
    /// # Errors
    /// [`TransportError::BodyTooLarge`]
    pub fn check_announced(&self, bytes: usize) -> Result<(), TransportError> {
        let limit = if self.session_in_body { self.most } else { self.limit };
        if bytes > limit { Err(TransportError::BodyTooLarge(limit)) } else { Ok(()) }
    }

    /// Takes a piece of the body; `begun` is what came before it.
    ///
    /// # Errors
    /// [`TransportError::BodyTooLarge`], [`TransportError::TooManyBodies`]
    pub fn take(&mut self, headers: &HeaderMap, begun: &[u8], piece: &[u8]) -> Result<(), TransportError> {
        let length = begun.len().saturating_add(piece.len());
        if self.session_in_body && length > BEGINNING {
            let rest = BEGINNING.saturating_sub(begun.len()).min(piece.len());
            let begun = begun.get(..begun.len().min(BEGINNING)).unwrap_or_default();
            self.look_for_session(headers, &[begun, piece.get(..rest).unwrap_or_default()].concat());
        }
        if let Some(shared) = &mut self.shared {
            shared.take(piece.len())?;
        }
        if length > self.limit { Err(TransportError::BodyTooLarge(self.limit)) } else { Ok(()) }
    }

    /// The body is complete: what it unpacks to depends on whether it has a session.
    pub fn complete(&mut self, headers: &HeaderMap, body: &[u8]) {
        if self.session_in_body && headers.contains_key(CONTENT_ENCODING) {
            self.look_for_session(headers, body);
        }
        self.shared = None;
    }

    fn look_for_session(&mut self, headers: &HeaderMap, body: &[u8]) {
        self.session_in_body = false;
        if begins_with_session(headers, body) {
            self.limit = self.most;
            self.shared = None;
        }
    }
}

/// Whether a header has what may be a session's token. Whether it is one, the service finds out.
fn has_session(headers: &HeaderMap) -> bool {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| {
        let (_, token) = value.to_str().ok()?.trim().split_once(' ')?;
        Some(token.trim().len())
    });
    let of_bulk = headers.get("x-sfdc-session").map(|value| value.len());
    bearer.max(of_bulk).is_some_and(|length| length >= SHORTEST_TOKEN)
}

/// Whether a session's token stands at the beginning of a body.
fn begins_with_session(headers: &HeaderMap, body: &[u8]) -> bool {
    let packed = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or_default().trim());
    let mut unpacked = Vec::new();
    let text = match packed {
        None | Some("" | "identity") => body.get(..body.len().min(BEGINNING)).unwrap_or_default(),
        // What has come may end in the middle: what could be unpacked until there counts.
        Some("gzip" | "x-gzip") => {
            _ = MultiGzDecoder::new(body).take(BEGINNING as u64).read_to_end(&mut unpacked);
            &unpacked
        }
        Some(_) => {
            _ = ZlibDecoder::new(body).take(BEGINNING as u64).read_to_end(&mut unpacked);
            &unpacked
        }
    };
    memmem::find_iter(text, SESSION_ELEMENT).any(|at| {
        let token = text.get(at + SESSION_ELEMENT.len()..).unwrap_or_default();
        token.iter().take(SHORTEST_TOKEN).filter(|byte| byte.is_ascii_graphic() && **byte != b'<').count()
            == SHORTEST_TOKEN
    })
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const ENVELOPE: &[u8] =
        b"<e:Envelope><e:Header><SessionHeader><sessionId>00D000000000001!abc</sessionId>";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    fn allowance<'a>(headers: &HeaderMap, session_in_body: bool, all: &'a AnonymousBodies) -> Allowance<'a> {
        let limits = Limits { anonymous_body: 100_000, anonymous_bodies: 150_000, ..Limits::default() };
        Allowance::new(&limits, BodyLimit { bytes: 1_000_000, session_in_body }, headers, all)
    }

    #[test]
    fn a_token_in_a_header_is_a_session() {
        for (name, value, has) in [
            ("authorization", "Bearer 00D000000000001!abc", true),
            ("authorization", "OAuth 00D000000000001!abc", true),
            ("x-sfdc-session", "00D000000000001!abc", true),
            ("authorization", "Bearer ", false),
            ("authorization", "Bearer x", false),
            ("cookie", "sid=00D000000000001!abc", false),
        ] {
            assert_eq!(has_session(&headers(&[(name, value)])), has, "{name}: {value}");
        }
    }

    #[test]
    fn those_without_a_session_share_a_little() {
        let (all, none) = (AnonymousBodies::default(), HeaderMap::new());
        let mut one = allowance(&none, false, &all);
        assert_eq!(one.check_announced(100_001), Err(TransportError::BodyTooLarge(100_000)));
        assert_eq!(one.take(&none, b"", &[b'x'; 90_000]), Ok(()));
        let mut other = allowance(&none, false, &all);
        assert_eq!(other.take(&none, b"", &[b'x'; 90_000]), Err(TransportError::TooManyBodies));
        drop(other);
        assert_eq!(
            one.take(&none, &[b'x'; 90_000], &[b'x'; 10_001]),
            Err(TransportError::BodyTooLarge(100_000))
        );
        one.complete(&none, b"");
        assert_eq!(all.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_session_in_the_body_counts_as_one_in_a_header() {
        let all = AnonymousBodies::default();
        let rest = vec![b'x'; 900_000];
        for (envelope, limit) in [(ENVELOPE, 1_000_000), (b"<e:Envelope><login>", 100_000)] {
            let none = HeaderMap::new();
            let mut soap = allowance(&none, true, &all);
            assert_eq!(soap.check_announced(950_000), Ok(()));
            assert_eq!(soap.take(&none, b"", envelope), Ok(()));
            let taken = soap.take(&none, envelope, &rest);
            assert_eq!((taken.is_ok(), soap.limit()), (limit == 1_000_000, limit));
        }
    }

    #[test]
    fn a_session_in_a_packed_body_is_found() {
        let all = AnonymousBodies::default();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gzip, &[ENVELOPE, &[b' '; 500_000]].concat()).unwrap();
        let gzip = gzip.finish().unwrap();
        let packed = headers(&[("content-encoding", "gzip")]);
        let mut soap = allowance(&packed, true, &all);
        soap.complete(&packed, &gzip);
        assert_eq!(soap.limit(), 1_000_000);
        let mut other = allowance(&packed, true, &all);
        other.complete(&packed, b"no gzip");
        assert_eq!(other.limit(), 100_000);
    }
}
