//! Requests that end in the transport, before or instead of an answer of the service.

use hyper::StatusCode;
use hyper::header::{CONNECTION, HeaderValue};

use crate::error_entry::{Declared, declare_errors};
use crate::message::Response;

/// Why the transport answers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportError {
    /// The request target is longer than [`Limits::uri`](super::Limits::uri).
    UriTooLong,
    /// Target and headers are longer than [`Limits::head`](super::Limits::head).
    HeadersTooLarge,
    /// HTTP/1.1 without a `Host` header (RFC 9112, 3.2).
    NoHost,
    /// More than one `Host` header, or one that is no host and port (RFC 9112, 3.2).
    BadHost,
    /// The body, or what it unpacks to, is longer than this many bytes.
    BodyTooLarge(usize),
    /// The unfinished bodies of requests without a session hold more than
    /// [`Limits::anonymous_bodies`](super::Limits::anonymous_bodies).
    TooManyBodies,
    /// The client stopped sending in the middle of the body.
    BodyTimeout,
    /// The connection ended, or its chunks were malformed, before the end of the body.
    BodyIncomplete,
    /// `Content-Encoding` names this coding, and the body is not in it.
    BodyCorrupt(&'static str),
    /// A `Content-Encoding` other than gzip and deflate.
    UnknownCoding(String),
    /// CONNECT without host and port.
    BadTunnel,
    /// A request to a proxy, for this host and port, which are not of this server.
    NoWay(String),
    /// CONNECT to a server that is no proxy, or from inside of a tunnel.
    NoProxy,
    /// The service panicked; the id also stands in the log.
    Panicked(String),
    /// The server is about to stop, and the request would have had to wait for others.
    Stopping,
}

impl TransportError {
    pub fn status(&self) -> StatusCode {
        let number = self.declared().row.number;
        number.and_then(|number| StatusCode::from_u16(number).ok()).unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// Whether it is the proxy that refuses.
    pub fn is_of_proxy(&self) -> bool {
        matches!(self, TransportError::BadTunnel | TransportError::NoWay(_) | TransportError::NoProxy)
    }

    /// The sentence that tells the client.
    pub fn message(&self) -> String {
        self.declared().message
    }

    fn declared(&self) -> Declared {
        match self {
            TransportError::UriTooLong => uri_too_long(),
            TransportError::HeadersTooLarge => headers_too_large(),
            TransportError::NoHost => no_host(),
            TransportError::BadHost => bad_host(),
            TransportError::BodyTooLarge(limit) => body_too_large(*limit),
            TransportError::TooManyBodies => too_many_bodies(),
            TransportError::BodyTimeout => body_timeout(),
            TransportError::BodyIncomplete => body_incomplete(),
            TransportError::BodyCorrupt(coding) => body_corrupt(coding),
            TransportError::UnknownCoding(coding) => unknown_coding(coding),
            TransportError::BadTunnel => bad_tunnel(),
            TransportError::NoWay(authority) => no_way(authority),
            TransportError::NoProxy => no_proxy(),
            TransportError::Panicked(id) => panicked(id),
            TransportError::Stopping => stopping(),
        }
    }

    fn code(&self) -> &'static str {
        self.declared().row.code
    }

    /// The answer: for a bad head the page of the web server that the real service runs on (seen in
    /// <https://github.com/forcedotcom/SFDX-Data-Move-Utility/issues/649>), else a JSON array with one error (seen in
    /// <https://github.com/restforce/restforce/issues/821>); the proxy's are plain text. The connection is closed unless the request was all read.
    pub fn response(&self) -> Response {
        let (status, message) = (self.status(), self.message());
        match self {
            TransportError::UriTooLong
            | TransportError::HeadersTooLarge
            | TransportError::NoHost
            | TransportError::BadHost => {
                let page = format!("<h1>Bad Message {}</h1><pre>reason: {message}</pre>", status.as_u16());
                closing(Response::with_body(status, "text/html;charset=iso-8859-1", page))
            }
            TransportError::BadTunnel | TransportError::NoWay(_) | TransportError::NoProxy => {
                closing(Response::text(status, message))
            }
            TransportError::BodyTooLarge(_)
            | TransportError::TooManyBodies
            | TransportError::BodyTimeout
            | TransportError::BodyIncomplete
            | TransportError::Stopping => closing(self.error_array(&message)),
            TransportError::BodyCorrupt(_)
            | TransportError::UnknownCoding(_)
            | TransportError::Panicked(_) => self.error_array(&message),
        }
    }

    fn error_array(&self, message: &str) -> Response {
        let body = serde_json::json!([{ "message": message, "errorCode": self.code() }]);
        Response::json(self.status(), body.to_string())
    }
}

fn closing(response: Response) -> Response {
    response.with_header(CONNECTION, HeaderValue::from_static("close"))
}

declare_errors! {
    fn as Transport "http";

    /// the request target is longer than 16,384 characters
    uri_too_long() = "BAD_MESSAGE" 414,
        "URI Too Long", Seen "https://github.com/forcedotcom/SFDX-Data-Move-Utility/issues/649";

    /// target and headers are longer than 16,384 characters together
    headers_too_large() = "BAD_MESSAGE" 431,
        "Request Header Fields Too Large", Seen "https://github.com/forcedotcom/SFDX-Data-Move-Utility/issues/649";

    /// a request of HTTP/1.1 has no `Host` header
    no_host() = "BAD_MESSAGE" 400, "No Host", Inferred "RFC 9112, 3.2";

    /// a request has several `Host` headers, or one that is no host and port
    bad_host() = "BAD_MESSAGE" 400, "Bad Host", Inferred "RFC 9112, 3.2";

    /// the body, or what it unpacks to, is too long
    body_too_large(limit: usize) = "REQUEST_ENTITY_TOO_LARGE" 413,
        "The request body is too large: the maximum size is {limit} bytes", Assumed;

    /// the unfinished bodies of requests without a session hold more than a few MB together
    too_many_bodies() = "SERVER_UNAVAILABLE" 503,
        "Too many unfinished requests without a session; send this one again, with its session if it has one",
        Assumed;

    /// the client stops sending in the middle of the body
    body_timeout() = "REQUEST_TIMEOUT" 408, "Timed out waiting for the rest of the request body", Assumed;

    /// the connection ends, or its chunks are malformed, before the end of the body
    body_incomplete() = "BAD_REQUEST" 400, "The request body is incomplete or its chunks are malformed", Assumed;

    /// the body is not in the coding that `Content-Encoding` names
    body_corrupt(coding: &str) = "BAD_REQUEST" 400,
        "The request body is not valid {coding} data, as its Content-Encoding says it is", Assumed;

    /// the body is in another coding than gzip and deflate
    unknown_coding(coding: &str) = "UNSUPPORTED_MEDIA_TYPE" 415,
        "Unsupported Content-Encoding: {coding}. Supported are gzip, deflate", Assumed;

    /// the proxy is asked for a tunnel without host or port
    bad_tunnel() = "PROXY_ERROR" 400, "CONNECT wants a host and a port, such as login.salesforce.com:443", Assumed;

    /// the proxy is asked for another host than the server and those of Salesforce
    no_way(authority: &str) = "PROXY_ERROR" 403,
        "fauxforce opens no connections: as a proxy it leads to itself, under its own address and under the host \
         names of Salesforce, and not to {authority}",
        Assumed;

    /// a tunnel is asked for of a server that is no proxy, or from inside of a tunnel
    no_proxy() = "PROXY_ERROR" 403,
        "There is no proxy here: fauxforce was started without it, or without HTTPS", Assumed;

    /// the emulator has a defect: the id stands in the log, too
    panicked(id: &str) = "UNKNOWN_EXCEPTION" 500,
        "An unexpected error occurred. Please include this ErrorId if you contact support: {id}",
        Seen "https://github.com/restforce/restforce/issues/821";

    /// the server is stopping, and the request waits for others: it is not begun
    stopping() = "SERVER_UNAVAILABLE" 503,
        "The server is stopping and has not begun this request: send it again after the next start", Assumed;
}
