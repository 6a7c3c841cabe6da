//! `/composite`: several operations in one call.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite.htm>

use super::exchange::{Exchange, RestResult};
use crate::model::fault::Rows;

pub mod batch;
pub mod collections;
pub mod graph;
mod reference;
mod subrequest;
pub mod subrequests;
pub mod tree;

/// What composite calls are refused for.
pub(crate) const FAULTS: &[Rows] = &[
    subrequests::FAULTS,
    reference::FAULTS,
    batch::FAULTS,
    collections::FAULTS,
    collections::retrieve::FAULTS,
    graph::FAULTS,
    tree::FAULTS,
];

/// Names and paths of the resources below.
pub fn resources(exchange: &Exchange) -> RestResult {
    Ok(exchange.ok("urls", |w| {
        for name in ["tree", "batch", "sobjects", "graph"] {
            w.text(name, &format!("/services/data/v{}/composite/{name}", exchange.version));
        }
    }))
}
