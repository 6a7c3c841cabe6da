//! `POST /composite/batch`: up to 25 subrequests that know nothing of each other.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_batch.htm>

use super::subrequest::{self, Answered};
use super::subrequests::too_many_operations;
use crate::message::{HeaderMap, Method, StatusCode};
use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Raw};
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::world::ApiVersion;

/// The first version, of the call and of its subrequests.
const FIRST: ApiVersion = ApiVersion::new(34);
const MOST: usize = 25;
const BOUND: Bound =
    Bound { name: "batchRequests", most: MOST, fault: |most| too_many_operations(most, "operations") };

struct Subrequest {
    method: Method,
    url: String,
    input: Option<Raw>,
}

/// Runs the subrequests of the body, in order.
pub fn run(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let mut body = Members::of_bounded_body(exchange, &[BOUND])?;
    let halt = body.flag("haltOnError", false)?;
    let requests = body.list("batchRequests")?;
    if requests.is_empty() {
        return Err(no_batch_requests().into());
    }
    let requests = requests.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut results: Vec<Answered> = Vec::with_capacity(requests.len());
    for request in &requests {
        let halted = halt && results.iter().any(|result| !result.is_success());
        results.push(match halted {
            true => Answered::refused(StatusCode::PRECONDITION_FAILED, batch_halted(), exchange),
            false => run_one(exchange, request),
        });
    }
    let failed = results.iter().any(|result| !result.is_success());
    Ok(exchange.ok("batchResults", |w| {
        w.bool("hasErrors", failed);
        w.items("results", |w| {
            for result in &results {
                w.group("results", |w| {
                    w.int("statusCode", result.status.as_u16().into());
                    match result.body.is_empty() {
                        true => w.null("result"),
                        false => w.document_in("result", &result.body),
                    }
                });
            }
        });
    }))
}

fn read(item: Input) -> Result<Subrequest, Fault> {
    let mut members = Members::of(item)?;
    let method = members.required_text("method")?;
    let method = match method.to_ascii_uppercase().as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        "HEAD" => Method::HEAD,
        _ => return Err(no_batch_method(&method)),
    };
    let url = members.required_text("url")?;
    let input = members.take("richInput").map(|input| input.raw).filter(|raw| *raw != Raw::Null);
    Ok(Subrequest { method, url, input })
}

/// URLs are below `/services/data/`, and may say so.
fn run_one(exchange: &Exchange, request: &Subrequest) -> Answered {
    let url = request.url.strip_prefix("/services/data/").unwrap_or(&request.url).trim_start_matches('/');
    let named = url.split('/').next().and_then(|segment| ApiVersion::parse(segment.strip_prefix('v')?));
    let Some(version) = named.filter(|version| (FIRST..=exchange.version).contains(version)) else {
        return Answered::refused(StatusCode::BAD_REQUEST, wrong_batch_version(exchange.version), exchange);
    };
    tracing::trace!(%version, url, "batch");
    let target = format!("/services/data/{url}");
    subrequest::run(exchange, request.method.clone(), &target, HeaderMap::new(), request.input.as_ref())
}

faults! {
    /// a subrequest of a batch is not run, as one before it has failed and `haltOnError` is set (412)
    batch_halted() = BATCH_PROCESSING_HALTED, "Batch processing halted per request", Assumed;

    /// a batch has no subrequests
    no_batch_requests() = INVALID_INPUT, "At least 1 batch request is required", Assumed;

    /// the method of a batch's subrequest is none
    no_batch_method(name: &str) = JSON_PARSER_ERROR, "Invalid method '{name}' in a batch request", Assumed;

    /// the version of a batch's subrequest is newer than that of the call, or older than 34.0
    wrong_batch_version(outer: ApiVersion) = INVALID_INPUT,
        "The version of a batch request must be between {first} and {outer}." with (first = FIRST), Assumed;
}
