//! `/services/oauth2/echo`: a callback that hands back what it was called with, for clients that have none of their own.
//! <https://developer.salesforce.com/docs/platform/headless-identity-impl-guide/guide/headless-identity-overview.html>

use serde_json::{Map, Value};

use crate::message::{Request, Response, StatusCode};
use crate::world::{Site, State};

/// The path, below the org or a community.
pub const PATH: &str = "/services/oauth2/echo";

pub fn respond(_state: &State, request: &Request, _site: Option<Site>) -> Response {
    let pairs = request.query_pairs();
    let fields: Map<String, Value> =
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
    super::answer::uncached(Response::json(StatusCode::OK, Value::Object(fields).to_string()))
}
