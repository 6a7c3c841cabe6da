//! The REST API: `/services/data/…`. Decodes, calls the core, encodes; one file per operation, no rule lives here.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm>

mod actions;
mod apex;
mod app_menu;
mod authenticate;
mod body;
mod chatter;
mod composite;
mod conditional;
mod deploy_request;
mod describe;
mod document;
mod duplicates;
mod encode;
mod entity_encoding;
pub mod exchange;
mod explain;
mod external_id;
pub mod fault;
pub mod gap;
pub mod headers;
mod jobs;
pub mod json_body;
mod layouts;
mod limits;
mod list_views;
mod members;
mod multipart;
mod object_home;
mod object_info;
mod password;
mod query;
mod query_columns;
mod query_more;
mod recent;
mod record_count;
mod record_create;
mod record_delete;
mod record_get;
mod record_update;
mod related;
mod replication;
pub mod resources;
pub mod routes;
mod search;
mod tabs;
pub mod tooling;
mod versions;
pub mod xml_body;

use std::borrow::Cow;

use crate::deployment::ReadAhead;
use crate::message::{Method, Request, Response, StatusCode};
use crate::model::fault::{Fault, Rows};
use crate::model::id::Id;
use crate::router::{CallClass, Found};
use crate::world::{ApiVersion, MetadataJobs, Purpose, State};
use encode::Layout;
use exchange::{Exchange, OpenRequest, RestResult, layout};
use fault::RestFault;
use routes::{DEPLOY_REQUEST, DEPLOY_REQUESTS, Handler, PASSWORD, router};

/// The faults of calls, as opposed to those of records.
pub(crate) const FAULTS: &[Rows] = &[
    authenticate::FAULTS,
    fault::FAULTS,
    body::FAULTS,
    json_body::FAULTS,
    xml_body::FAULTS,
    query::FAULTS,
    replication::FAULTS,
    limits::FAULTS,
    describe::FAULTS,
    object_info::FAULTS,
];
pub use apex::ROOT as APEX_ROOT;
pub(crate) use composite::FAULTS as COMPOSITE_FAULTS;
/// The faults of bulk jobs, of searches and of deployments.
pub(crate) const JOB_FAULTS: &[Rows] =
    &[deploy_request::FAULTS, members::FAULTS, jobs::FAULTS, jobs::ingest::FAULTS, search::FAULTS];
pub(crate) const PASSWORD_FAULTS: Rows = password::FAULTS;

/// Answers a request below `/services/data` or [`APEX_ROOT`].
pub fn answer(state: &State, request: &Request) -> Response {
    if request.path().starts_with(apex::ROOT) {
        return apex::answer(state, request);
    }
    let (path, suffix) = split_suffix(request.path());
    let layout = layout(request, suffix);
    let mut call = Call { state, request, path, layout, version: ApiVersion::NEWEST, org: None };
    let mut response = match call.answer() {
        Ok(response) => response,
        Err(refusal) => refusal.noted_response(state, layout, call.version),
    };
    headers::dress(&mut response, state, call.org);
    headers::warn_of_version(&mut response, call.version);
    response
}

/// Where a call below one of these paths is run.
pub fn class(request: &Request) -> CallClass {
    let (path, _) = split_suffix(request.path());
    match router().map_or(Found::NoRoute, |router| router.find(&method(request), path)) {
        Found::Route { handler, .. } => handler.class(),
        Found::MethodNotAllowed(_) | Found::NoRoute => CallClass::Slow,
    }
}

/// The route of a request, as the journal names its operation: `GET /sobjects/{object}/{id}`.
pub fn operation(request: &Request) -> Cow<'static, str> {
    let (path, _) = split_suffix(request.path());
    match router().map_or(Found::NoRoute, |router| router.find(&method(request), path)) {
        Found::Route { pattern, .. } => {
            let short = pattern.strip_prefix("/services/data/{version}").unwrap_or(pattern);
            format!("{} {short}", method(request)).into()
        }
        Found::MethodNotAllowed(_) | Found::NoRoute => {
            format!("{} (no such resource)", request.method).into()
        }
    }
}

/// Whether a request to a path of this surface may deploy an archive.
pub fn may_deploy(request: &Request, path: &str) -> bool {
    let (path, _) = split_suffix(path);
    let found = router().map_or(Found::NoRoute, |router| router.find(&method(request), path));
    matches!(found, Found::Route { pattern: DEPLOY_REQUESTS | DEPLOY_REQUEST, .. })
}

/// Reads the archive of a request that [`may_deploy`].
pub fn read_ahead(request: &Request, jobs: &MetadataJobs) -> Option<ReadAhead> {
    deploy_request::read_ahead(request, jobs)
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(state: &State, request: &Request, fault: Fault) -> Response {
    let (path, suffix) = split_suffix(request.path());
    let version = version(state, path).unwrap_or(ApiVersion::NEWEST);
    let refusal = RestFault::of_call(StatusCode::SERVICE_UNAVAILABLE, fault);
    let mut response = refusal.response(layout(request, suffix), version);
    headers::dress(&mut response, state, None);
    response
}

/// The answer to an upload for a job that is larger than `limit` bytes.
pub fn too_much_data(request: &Request, limit: usize) -> Response {
    let layout = layout(request, None);
    jobs::ingest::too_large(limit).response(layout, ApiVersion::NEWEST)
}

/// A request on its way to its handler.
struct Call<'a> {
    state: &'a State,
    request: &'a Request,
    path: &'a str,
    layout: Layout,
    /// The newest until the path has said another.
    version: ApiVersion,
    /// The org of the session, once there is one.
    org: Option<Id>,
}

impl<'a> Call<'a> {
    fn answer(&mut self) -> RestResult {
        let method = method(self.request);
        let found = router().map_or(Found::NoRoute, |router| router.find(&method, self.path));
        if let Found::Route { handler: Handler::Open(handler), .. } = found {
            let asked = OpenRequest { state: self.state, request: self.request, layout: self.layout };
            return handler(&asked);
        }
        self.version = version(self.state, self.path)?;
        let purpose = match found {
            Found::Route { pattern: PASSWORD, .. } => Purpose::ChangePassword,
            Found::Route { pattern, .. } if is_connect(pattern) => Purpose::Connect,
            _ => Purpose::Api,
        };
        let context = authenticate::request_context(self.state, self.request, purpose)?;
        let context = context.at_version(self.version);
        self.org = Some(context.org.id);
        match found {
            Found::Route {
                handler: Handler::Session(handler) | Handler::Quick(handler), captures, ..
            } => {
                let (version, request, layout) = (self.version, self.request, self.layout);
                let exchange =
                    Exchange { context, version, request, method, captures, layout, dispatch: answer_within };
                exchange.check_packages()?;
                handler(&exchange)
            }
            Found::MethodNotAllowed(allowed) => Err(RestFault::method_not_allowed(&method, allowed)),
            Found::Route { .. } | Found::NoRoute => Err(RestFault::not_found()),
        }
    }
}

/// Whether a route belongs to Connect REST API.
/// <https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources.htm>
fn is_connect(pattern: &str) -> bool {
    ["/services/data/{version}/chatter/", "/services/data/{version}/connect/"]
        .iter()
        .any(|root| pattern.starts_with(root))
}

/// Answers a request that is part of another, in its session. What is not emulated is noted, as for a request of its own.
fn answer_within(outer: &Exchange, request: &Request) -> Response {
    let (path, suffix) = split_suffix(request.path());
    let (state, layout) = (outer.context.state, layout(request, suffix));
    let token = &outer.context.session.token;
    let answer = version(state, path).and_then(|version| {
        let method = request.method.clone();
        let found = router().map_or(Found::NoRoute, |router| router.find(&method, path));
        match found {
            Found::Route {
                handler: Handler::Session(handler) | Handler::Quick(handler), captures, ..
            } => {
                let context = state.request_context(token)?.at_version(version);
                let dispatch = answer_within;
                handler(&Exchange { context, version, request, method, captures, layout, dispatch })
            }
            Found::MethodNotAllowed(allowed) => Err(RestFault::method_not_allowed(&method, allowed)),
            Found::Route { .. } | Found::NoRoute => Err(RestFault::not_found()),
        }
    });
    answer.unwrap_or_else(|refusal| refusal.noted_response(state, layout, outer.version))
}

/// The version in a path, if it is served.
fn version(state: &State, path: &str) -> Result<ApiVersion, RestFault> {
    let segment = path.strip_prefix("/services/data/").and_then(|rest| rest.split('/').next());
    let version = segment.and_then(|segment| ApiVersion::parse(segment.strip_prefix('v')?));
    match version {
        Some(version) if !ApiVersion::REST.contains(&version) => Err(RestFault::not_found()),
        Some(version)
            if version < ApiVersion::OLDEST || version.number() < state.settings.min_api_version =>
        {
            Err(RestFault::retired_version())
        }
        Some(version) => Ok(version),
        None => Err(RestFault::not_found()),
    }
}

/// The method meant: `?_HttpMethod=PATCH` on a `POST` is for clients that cannot send others.
fn method(request: &Request) -> Method {
    if request.method != Method::POST {
        return request.method.clone();
    }
    let named = match request.query_value("_HttpMethod") {
        Some(name) => Method::from_bytes(name.as_bytes()).ok(),
        None => {
            request.header("x-http-method-override").and_then(|name| Method::from_bytes(name.as_bytes()).ok())
        }
    };
    named.unwrap_or(Method::POST)
}

/// A path without the `.json` or `.xml` that names a layout. In the value of an external id that is part of it.
fn split_suffix(path: &str) -> (&str, Option<Layout>) {
    let split = |suffix: &str, layout| path.strip_suffix(suffix).map(|path| (path, Some(layout)));
    let found = split(".json", Layout::Json).or_else(|| split(".xml", Layout::Xml));
    // /services/data/v59.0/sobjects/Account/External_Id__c/value
    found.filter(|_| path.bytes().filter(|b| *b == b'/').count() < 7).unwrap_or((path, None))
}
