//! One request inside another, on its way through the routes.

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::message::header::{CONTENT_TYPE, ETAG, HOST, LAST_MODIFIED, LOCATION};
use crate::message::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use crate::model::fault::Fault;
use crate::model::value::Raw;
use crate::rest::encode::Layout;
use crate::rest::exchange::Exchange;
use crate::rest::fault::RestFault;
use crate::rest::json_body;

/// What clients leave unescaped in the URLs of subrequests.
const UNESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The answer to a subrequest.
pub struct Answered {
    pub status: StatusCode,
    /// Those that the service hands on.
    pub headers: Vec<(&'static str, String)>,
    /// JSON; empty for none.
    pub body: Bytes,
}

impl Answered {
    /// The answer to a subrequest that is not let in.
    pub fn refused(status: StatusCode, fault: Fault, exchange: &Exchange) -> Answered {
        let refusal = RestFault::of_call(status, fault);
        let body = refusal.response(Layout::Json, exchange.version).body;
        Answered { status, headers: Vec::new(), body }
    }

    pub fn is_success(&self) -> bool {
        self.status.as_u16() < 400
    }
}

/// Runs a subrequest. `target` begins with `/services/data/`.
pub fn run(
    exchange: &Exchange,
    method: Method,
    target: &str,
    headers: HeaderMap,
    body: Option<&Raw>,
) -> Answered {
    let target = utf8_percent_encode(target, UNESCAPED).to_string();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let Ok(uri) = path.parse::<Uri>() else {
        return refusal(exchange, &RestFault::not_found());
    };
    let mut request = Request::new(method, uri);
    // A query may be as long as SOQL is, which is longer than a `Uri` can be.
    request.inner_query = Some(query.to_owned());
    request.scheme = exchange.request.scheme;
    request.peer = exchange.request.peer;
    request.headers = headers;
    if let Some(host) = exchange.request.headers.get(HOST) {
        request.headers.insert(HOST, host.clone());
    }
    if let Some(body) = body {
        let mut text = Vec::new();
        json_body::write(&mut text, body);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.body = text.into();
    }
    let response = (exchange.dispatch)(exchange, &request);
    let kept = [(LOCATION, "Location"), (ETAG, "ETag"), (LAST_MODIFIED, "Last-Modified")];
    let headers = kept.into_iter().filter_map(|(name, spelled)| {
        let value = response.headers.get(name)?.to_str().ok()?;
        Some((spelled, value.to_owned()))
    });
    Answered { status: response.status, headers: headers.collect(), body: response.body }
}

fn refusal(exchange: &Exchange, refusal: &RestFault) -> Answered {
    let body = refusal.response(Layout::Json, exchange.version).body;
    Answered { status: refusal.status, headers: Vec::new(), body }
}
