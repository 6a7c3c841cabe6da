//! The Bulk API (1.0): `/services/async/…/job`. Decodes, hands over to [`crate::job`], encodes.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference.htm>

use std::sync::LazyLock;

use crate::message::{HeaderValue, Request, Response, header};
use crate::model::fault::Fault;
use crate::router::{Captures, Found, Methods, Route, Router};
use crate::world::{ApiVersion, Purpose, State};
use denied::denied;
use exchange::{BulkResult, Exchange};
use fault::BulkFault;
use info::AnswerFormat;

mod batch;
mod denied;
mod exchange;
pub mod fault;
mod info;
mod job;
mod outcomes;
mod settings;
mod typed;

pub(crate) use fault::ERRORS;

/// The first version of the API.
const FIRST: ApiVersion = ApiVersion::new(16);
pub type Handler = fn(&Exchange) -> BulkResult;

/// Method, pattern, handler.
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (Methods::POST, "/services/async/{version}/job",                                     job::create),
    (Methods::GET,  "/services/async/{version}/job/{job}",                               job::get),
    (Methods::POST, "/services/async/{version}/job/{job}",                               job::change),
    (Methods::POST, "/services/async/{version}/job/{job}/batch",                         batch::add),
    (Methods::GET,  "/services/async/{version}/job/{job}/batch",                         batch::list),
    (Methods::GET,  "/services/async/{version}/job/{job}/batch/{batch}",                 batch::get),
    (Methods::GET,  "/services/async/{version}/job/{job}/batch/{batch}/request",         batch::request),
    (Methods::GET,  "/services/async/{version}/job/{job}/batch/{batch}/result",          batch::result),
    (Methods::GET,  "/services/async/{version}/job/{job}/batch/{batch}/result/{result}", batch::rows),
];

/// Answers a request to `/services/async/`; `None` for a path that the API does not have.
pub fn answer(state: &State, request: &Request) -> Option<Response> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| Router::new(ROUTES).ok());
    let answer = match ROUTER.as_ref()?.find(&request.method, request.path()) {
        Found::Route { handler, captures, .. } => {
            begin(state, request, captures).and_then(|exchange| handler(&exchange))
        }
        Found::MethodNotAllowed(_) => Err(BulkFault::wrong_method(request.method.as_str())),
        Found::NoRoute => return None,
    };
    Some(uncached(answer.unwrap_or_else(|refusal| {
        let response = refusal.response(AnswerFormat::for_request(request));
        let Some(gap) = refusal.gap else { return response };
        state.gaps.note(&gap);
        response.with_gap(&gap)
    })))
}

/// The response with what the service says about caching in every answer of this API.
fn uncached(response: Response) -> Response {
    let never = HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private");
    response.with_header(header::CACHE_CONTROL, never)
}

/// The answer to a request whose body is larger than `limit` bytes.
pub fn too_large(request: &Request, limit: usize) -> Response {
    uncached(BulkFault::too_large(limit).response(AnswerFormat::for_request(request)))
}

fn begin<'a>(
    state: &'a State,
    request: &'a Request,
    captures: Captures<'a, 'a>,
) -> Result<Exchange<'a>, BulkFault> {
    let version = ApiVersion::parse(captures.raw("version"));
    let served = FIRST..=ApiVersion::NEWEST;
    let version = version
        .filter(|version| served.contains(version) && version.number() >= state.settings.min_api_version)
        .ok_or_else(|| BulkFault::wrong_version(captures.raw("version")))?;
    let token =
        request.header("x-sfdc-session").or_else(|| bearer(request)).filter(|token| !token.is_empty());
    let token = token.ok_or_else(BulkFault::no_session_id)?;
    let context = state.admit(token, request.host(), Purpose::Api).map_err(denied)?.at_version(version);
    Ok(Exchange { context, version, request, captures })
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(request: &Request, fault: Fault) -> Response {
    uncached(BulkFault::from(fault).response(AnswerFormat::for_request(request)))
}

/// The service takes the session in this header, too.
fn bearer(request: &Request) -> Option<&str> {
    let value = request.header(header::AUTHORIZATION)?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}
