//! The WSDLs: the loosely typed one and, from the org's own objects, the strongly typed one; that of the Metadata API.
//!
//! What stands in them is what answers are written by, so that clients made from either understand the other.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_quickstart_steps_generate_wsdl.htm>

mod document;
mod enterprise;
mod metadata;
pub mod model;
mod schema;

use super::address::Api;
use crate::message::{Request, Response, StatusCode};
use crate::org::Org;
use crate::org::access::Runner;
use crate::world::{ApiVersion, Purpose, State};

/// Where browsers get them.
pub const PAGE: &str = "/soap/wsdl.jsp";
pub const METADATA_PAGE: &str = "/services/wsdl/metadata";

/// Answers a request for a WSDL: at the page of the real service, and, as many toolkits ask for it, at an endpoint with
/// `?wsdl`. `None` when the request is for something else.
pub fn answer(state: &State, request: &Request) -> Option<Response> {
    let path = request.path();
    let (api, version) = if path == PAGE {
        let strong = request.query_value("type").is_some_and(|kind| kind == "*");
        (if strong { Api::Enterprise } else { Api::Partner }, ApiVersion::NEWEST)
    } else if path == METADATA_PAGE {
        (Api::Metadata, ApiVersion::NEWEST)
    } else {
        let wanted = request.query_pairs().any(|(key, _)| key.eq_ignore_ascii_case("wsdl"));
        let address = super::Address::of(path).filter(|_| wanted)?;
        let version = super::served(state, address.version)?;
        let has_one = matches!(address.api, Api::Partner | Api::Enterprise | Api::Metadata);
        (Some(address.api).filter(|_| has_one)?, version)
    };
    if api == Api::Metadata {
        let text = metadata::write(version, &request.origin());
        return Some(Response::with_body(StatusCode::OK, super::CONTENT_TYPE, text));
    }
    let token = sid(request);
    let context = token.and_then(|token| state.admit(token, request.host(), Purpose::Identity).ok());
    let (org, runner) = match context {
        Some(context) => (context.org, context.runner),
        None => anybody(state)?,
    };
    let runner = runner.at_version(version.number());
    let text =
        document::write(&document::Subject { api, version, org, runner: &runner, origin: &request.origin() });
    Some(Response::with_body(StatusCode::OK, super::CONTENT_TYPE, text))
}

/// The session of a browser.
fn sid(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?.split(';').map(str::trim);
    cookies
        .filter_map(|cookie| cookie.split_once('='))
        .find(|(name, _)| *name == "sid")
        .map(|(_, value)| value)
}

/// Without a session the first org is described as its platform sees it: toolkits cannot log in before they have read
/// the WSDL.
fn anybody(state: &State) -> Option<(&Org, Runner)> {
    let org = state.orgs.first()?;
    Some((org, Runner::system(org.seeded.admin.unwrap_or(org.id))))
}
