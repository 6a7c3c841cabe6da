//! The Bulk API (1.0): `/services/async/…/job`. Decodes, hands over to [`crate::job`], encodes.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference.htm>

use std::sync::LazyLock;

use crate::job::{Job, JobType, Jobs};
use crate::message::{HeaderValue, Request, Response, StatusCode, header};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::router::{Captures, Found, Methods, Route, Router};
use crate::world::{ApiVersion, Purpose, RequestContext, State};
use denied::denied;
use fault::BulkFault;
use info::Form;

mod batch;
mod denied;
pub mod fault;
mod info;
mod job;
mod outcomes;
mod settings;

pub(crate) use fault::ERRORS;

/// The first version of the API.
const FIRST: ApiVersion = ApiVersion::new(16);
/// May see and end the jobs of others.
const SEES_ALL: &str = "ModifyAllData";

pub type Answer = Result<Response, BulkFault>;
pub type Handler = fn(&Exchange) -> Answer;

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

/// A request of a session.
pub struct Exchange<'a> {
    context: RequestContext<'a>,
    version: ApiVersion,
    request: &'a Request,
    captures: Captures<'a, 'a>,
}

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
        let response = refusal.response(Form::asked(request));
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
    uncached(BulkFault::too_large(limit).response(Form::asked(request)))
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
    let context = state.admit(token, request.host(), Purpose::Api).map_err(denied)?;
    Ok(Exchange { context, version, request, captures })
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(request: &Request, fault: Fault) -> Response {
    uncached(BulkFault::from(fault).response(Form::asked(request)))
}

/// The service takes the session in this header, too.
fn bearer(request: &Request) -> Option<&str> {
    let value = request.header(header::AUTHORIZATION)?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

impl Exchange<'_> {
    /// The job that the path names.
    fn job(&self, jobs: &Jobs) -> Result<Job, BulkFault> {
        let named = self.captures.get("job");
        let id = Id::parse(&named).ok_or_else(|| BulkFault::no_job(&named))?;
        let runner = &self.context.runner;
        let job = jobs.find(id.as_str())?.filter(|job| job.job_type == JobType::Classic);
        let job = job.filter(|job| job.user == runner.user.as_str() || runner.may(SEES_ALL));
        job.ok_or_else(|| BulkFault::no_job(&named))
    }

    fn now(&self) -> i64 {
        self.context.state.clock.now()
    }

    /// An answer in the form that the request is in; a job's own where it does not say.
    fn form(&self, job: &Job) -> Form {
        Form::told(self.request).unwrap_or(Form::of(job))
    }
}

/// An answer of this type, which clients compare letter by letter: without a charset.
fn typed(status: StatusCode, media_type: &'static str, body: impl Into<bytes::Bytes>) -> Response {
    Response::with_body(status, media_type, body)
}
