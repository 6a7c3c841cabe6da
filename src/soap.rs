//! The SOAP APIs: envelope in, call, envelope out. One file per operation.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_quickstart_intro.htm>

use crate::deployment::ReadAhead;
use crate::message::{Method, Request, Response, StatusCode, header as http_header};
use crate::model::fault::{Fault, Rows};
use crate::world::{ApiVersion, MetadataJobs, Site, State};

mod address;
mod call;
mod charset;
mod class;
mod code;
mod create;
mod delete;
mod describe;
mod describe_layout;
mod describe_tabs;
mod duplicates;
mod element;
mod empty_recycle_bin;
mod envelope;
mod fault;
mod get_server_timestamp;
mod get_user_info;
mod header;
mod header_values;
mod ids;
mod invalidate_sessions;
mod login;
mod logout;
mod merge;
mod metadata;
mod operation;
mod outcome;
mod password;
mod query;
mod replication;
mod retrieve;
mod row;
mod search;
mod send_email;
mod session;
mod sobject;
mod typed;
mod undelete;
mod update;
mod upsert;
mod value;
mod writer;
pub mod wsdl;

pub use address::{Address, Api, PREFIX};
use call::Call;
pub use class::{class, operation};
use envelope::Envelope;
use fault::SoapFault;
pub(crate) use metadata::METADATA_FAULTS;
use operation::Operation;
pub use operation::{emulated, not_emulated};
use writer::{Header, Writer};

pub(crate) use fault::ERRORS;
/// The faults of calls, as opposed to those of records.
pub(crate) const FAULTS: &[Rows] = &[
    fault::FAULTS,
    login::FAULTS,
    header_values::FAULTS,
    duplicates::FAULTS,
    upsert::FAULTS,
    describe::FAULTS,
    describe_layout::FAULTS,
    password::FAULTS,
    invalidate_sessions::FAULTS,
    send_email::FAULTS,
];

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// Answers a request to one of the SOAP APIs. `site` is the community under whose path the request came, and is no longer
/// in the path.
pub fn answer(state: &State, request: &Request, address: Address, site: Option<Site>) -> Response {
    if request.method != Method::POST {
        return only_post(request);
    }
    attempt(state, request, address, site).unwrap_or_else(|fault| failed(&fault, address))
}

/// Whether a request to this path may deploy an archive. Costs no more than a search through the body.
pub fn may_deploy(request: &Request, path: &str) -> bool {
    /// In UTF-8, and in UTF-16 of either order.
    const DEPLOY: [&[u8]; 2] = [b"deploy", b"d\0e\0p\0l\0o\0y"];
    Address::of(path).is_some_and(|address| address.api == Api::Metadata)
        && DEPLOY.iter().any(|name| memchr::memmem::find(&request.body, name).is_some())
}

/// Reads the archive of a request that [`may_deploy`].
pub fn read_ahead(request: &Request, jobs: &MetadataJobs) -> Option<ReadAhead> {
    let body = charset::utf8(request.header(http_header::CONTENT_TYPE), &request.body).ok()?;
    metadata::deploy::read_ahead(&Envelope::read(&body).ok()?.operation, jobs)
}

/// The answer to a request whose body is larger than `limit` bytes.
pub fn too_large(request: &Request, limit: usize) -> Response {
    let partner = Address { api: Api::Partner, version: Some(ApiVersion::NEWEST) };
    let path = request.path();
    let path = path.find("/services/").and_then(|at| path.get(at..)).unwrap_or(path);
    failed(&SoapFault::too_large(limit), Address::of(path).unwrap_or(partner))
}

fn attempt(
    state: &State,
    request: &Request,
    address: Address,
    site: Option<Site>,
) -> Result<Response, SoapFault> {
    if !request.headers.contains_key("SOAPAction") {
        return Err(SoapFault::no_soap_action());
    }
    let version = served(state, address.version).ok_or_else(SoapFault::unsupported_version)?;
    let body = charset::utf8(request.header(http_header::CONTENT_TYPE), &request.body)?;
    let envelope = Envelope::read(&body)?;
    run(&Call { state, request, api: address.api, version, envelope: &envelope, site })
}

/// The version in a URL, if it is served.
fn served(state: &State, version: Option<ApiVersion>) -> Option<ApiVersion> {
    let oldest = ApiVersion::OLDEST.number().max(state.settings.min_api_version);
    version.filter(|version| version.number() >= oldest && *version <= ApiVersion::NEWEST)
}

fn run(call: &Call) -> Result<Response, SoapFault> {
    let called = &call.envelope.operation;
    let operation =
        operation::find(call.api, call.version, called).ok_or_else(|| SoapFault::no_operation(called))?;
    let mut answer = Writer::default();
    let mut header = Header::default();
    match operation {
        Operation::Open(run) => {
            run(call, &mut answer)?;
        }
        Operation::InSession { run, tells_usage } => {
            let context = session::request_context(call)?.at_version(call.version);
            let calls = call.state.api_calls(context.org.id);
            header_values::check(call, &context)?;
            call.note_gaps();
            run(call, &context, &mut answer)?;
            header.usage =
                tells_usage.then_some(calls).filter(|_| call.version >= writer::FIRST_WITH_LIMIT_INFO);
            header.debug_log = call.debug_log().filter(|_| operation::tells_debug_log(called.name));
        }
        Operation::NotEmulated => {
            session::request_context(call)?;
            let what = format!("{} {}", call.api.name(), called.name);
            call.state.gaps.note(&what);
            let address = Address { api: call.api, version: Some(call.version) };
            return Ok(failed(&SoapFault::no_operation(called), address).with_gap(&what));
        }
    }
    Ok(Response::with_body(StatusCode::OK, CONTENT_TYPE, answer.envelope(call.api, &header)))
}

fn failed(fault: &SoapFault, address: Address) -> Response {
    let response =
        Response::with_body(StatusCode::INTERNAL_SERVER_ERROR, CONTENT_TYPE, fault.envelope(address));
    response.telling(fault.row())
}

/// The answer to a request that could not be answered: 503.
pub fn unavailable(address: Address, fault: Fault) -> Response {
    Response { status: StatusCode::SERVICE_UNAVAILABLE, ..failed(&fault.into(), address) }
}

/// The page of the web server in front of the real service; seen in
/// <https://github.com/tsmztech/mcp-server-salesforce/issues/1>.
fn only_post(request: &Request) -> Response {
    let path = crate::xml::escaped(request.path());
    let page = format!(
        "<body><h2>HTTP ERROR 405</h2>\n<p>Problem accessing {path}. Reason:\n<pre>    Only POST allowed</pre></p></body>"
    );
    Response::html(StatusCode::METHOD_NOT_ALLOWED, page)
}
