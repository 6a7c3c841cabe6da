//! Requests that end in the transport, before or instead of an answer of the service.

use hyper::StatusCode;
use hyper::header::{CONNECTION, HeaderValue};

use crate::message::Response;

/// Why the transport answers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
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

impl Refusal {
    pub fn status(&self) -> StatusCode {
        match self {
            Refusal::UriTooLong => StatusCode::URI_TOO_LONG,
            Refusal::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Refusal::NoHost
            | Refusal::BadHost
            | Refusal::BodyIncomplete
            | Refusal::BodyCorrupt(_)
            | Refusal::BadTunnel => StatusCode::BAD_REQUEST,
            Refusal::NoWay(_) | Refusal::NoProxy => StatusCode::FORBIDDEN,
            Refusal::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::TooManyBodies => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Refusal::UnknownCoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whether it is the proxy that refuses.
    pub fn is_of_proxy(&self) -> bool {
        matches!(self, Refusal::BadTunnel | Refusal::NoWay(_) | Refusal::NoProxy)
    }

    /// The sentence that tells the client.
    pub fn message(&self) -> String {
        match self {
            Refusal::UriTooLong => "URI Too Long".to_owned(),
            Refusal::HeadersTooLarge => "Request Header Fields Too Large".to_owned(),
            Refusal::NoHost => "No Host".to_owned(),
            Refusal::BadHost => "Bad Host".to_owned(),
            Refusal::BodyTooLarge(limit) => {
                format!("The request body is too large: the maximum size is {limit} bytes")
            }
            Refusal::TooManyBodies => {
                "Too many unfinished requests without a session; send this one again, with its session if it has one"
                    .to_owned()
            }
            Refusal::BodyTimeout => "Timed out waiting for the rest of the request body".to_owned(),
            Refusal::BodyIncomplete => {
                "The request body is incomplete or its chunks are malformed".to_owned()
            }
            Refusal::BodyCorrupt(coding) => {
                format!("The request body is not valid {coding} data, as its Content-Encoding says it is")
            }
            Refusal::UnknownCoding(coding) => {
                format!("Unsupported Content-Encoding: {coding}. Supported are gzip, deflate")
            }
            Refusal::BadTunnel => {
                "CONNECT wants a host and a port, such as login.salesforce.com:443".to_owned()
            }
            Refusal::NoWay(authority) => {
                format!(
                    "fauxforce opens no connections: as a proxy it leads to itself, under its own address and under \
                     the host names of Salesforce, and not to {authority}"
                )
            }
            Refusal::NoProxy => {
                "There is no proxy here: fauxforce was started without it, or without HTTPS".to_owned()
            }
            Refusal::Panicked(id) => {
                format!(
                    "An unexpected error occurred. Please include this ErrorId if you contact support: {id}"
                )
            }
            Refusal::Stopping => {
                "The server is stopping and has not begun this request: send it again after the next start"
                    .to_owned()
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Refusal::UriTooLong | Refusal::HeadersTooLarge | Refusal::NoHost | Refusal::BadHost => {
                "BAD_MESSAGE"
            }
            Refusal::BadTunnel | Refusal::NoWay(_) | Refusal::NoProxy => "PROXY_ERROR",
            Refusal::BodyTooLarge(_) => "REQUEST_ENTITY_TOO_LARGE",
            Refusal::TooManyBodies => "SERVER_UNAVAILABLE",
            Refusal::BodyTimeout => "REQUEST_TIMEOUT",
            Refusal::BodyIncomplete | Refusal::BodyCorrupt(_) => "BAD_REQUEST",
            Refusal::UnknownCoding(_) => "UNSUPPORTED_MEDIA_TYPE",
            Refusal::Panicked(_) => "UNKNOWN_EXCEPTION",
            Refusal::Stopping => "SERVER_UNAVAILABLE",
        }
    }

    /// The answer: for a bad head the page of the web server that the real service runs on (seen in
    /// <https://github.com/forcedotcom/SFDX-Data-Move-Utility/issues/649>), else a JSON array with one error (seen in
    /// <https://github.com/restforce/restforce/issues/821>); the proxy's are plain text. The connection is closed unless the request was all read.
    pub fn response(&self) -> Response {
        let (status, message) = (self.status(), self.message());
        match self {
            Refusal::UriTooLong | Refusal::HeadersTooLarge | Refusal::NoHost | Refusal::BadHost => {
                let page = format!("<h1>Bad Message {}</h1><pre>reason: {message}</pre>", status.as_u16());
                closing(Response::with_body(status, "text/html;charset=iso-8859-1", page))
            }
            Refusal::BadTunnel | Refusal::NoWay(_) | Refusal::NoProxy => {
                closing(Response::text(status, message))
            }
            Refusal::BodyTooLarge(_)
            | Refusal::TooManyBodies
            | Refusal::BodyTimeout
            | Refusal::BodyIncomplete
            | Refusal::Stopping => closing(self.error_array(&message)),
            Refusal::BodyCorrupt(_) | Refusal::UnknownCoding(_) | Refusal::Panicked(_) => {
                self.error_array(&message)
            }
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
