//! `/sobjects` and `/sobjects/X/describe`.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm>

use serde::Serialize;
use serde_json::Value;

use super::encode::{Layout, Writer};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::describe::{self, View};
use crate::message::{Response, StatusCode};
use crate::model::fault::faults;
use crate::model::schema::SObject;

mod freshness;

/// `GET /sobjects`
pub fn list(exchange: &Exchange) -> RestResult {
    let objects = exchange.context.org.schema.all();
    let origin = exchange.request.origin();
    let response =
        answer(exchange.layout, "DescribeGlobal", &describe::global(&objects, view(exchange, &origin)))?;
    freshness::stamped(exchange, response)
}

/// `GET /sobjects/X/describe`
pub fn whole(exchange: &Exchange) -> RestResult {
    let sobject = exchange.object()?;
    let record_types = exchange.context.org.record_types(&sobject)?;
    let origin = exchange.request.origin();
    let described = describe::object(&sobject, view(exchange, &origin), &record_types);
    let response = answer(exchange.layout, &sobject.name, &described)?;
    freshness::stamped(exchange, response)
}

/// All that describe says of an object, for a resource that says it in other words.
pub fn tree(exchange: &Exchange, sobject: &SObject) -> Result<Value, RestFault> {
    let record_types = exchange.context.org.record_types(sobject)?;
    let origin = exchange.request.origin();
    let described = describe::object(sobject, view(exchange, &origin), &record_types);
    Ok(serde_json::to_value(&described).map_err(|error| unwritable(&error))?)
}

/// Writes the entry of an object as a member, for `GET /sobjects/X`.
///
/// # Errors
/// Never for a describe, whose keys are texts; the signature is the serializer's.
pub fn write_entry(
    w: &mut Writer,
    name: &str,
    exchange: &Exchange,
    sobject: &SObject,
) -> Result<(), RestFault> {
    let origin = exchange.request.origin();
    let described = describe::entry(sobject, view(exchange, &origin));
    w.tree(name, &serde_json::to_value(&described).map_err(|error| unwritable(&error))?);
    Ok(())
}

/// The user's sight of the schema.
pub fn view<'a>(exchange: &'a Exchange, origin: &'a str) -> View<'a> {
    View {
        schema: &exchange.context.org.schema,
        runner: &exchange.context.runner,
        version: exchange.version,
        origin,
    }
}

/// 200 with a described thing; `root` names it in XML.
pub fn answer(layout: Layout, root: &str, described: &impl Serialize) -> Result<Response, RestFault> {
    let body = match layout {
        Layout::Json => serde_json::to_vec(described).map_err(|error| unwritable(&error))?,
        Layout::PrettyJson | Layout::Xml => {
            let tree = serde_json::to_value(described).map_err(|error| unwritable(&error))?;
            Writer::object(layout, root, |w| {
                for (name, value) in tree.as_object().into_iter().flatten() {
                    w.tree(name, value);
                }
            })
        }
    };
    Ok(super::document::document(StatusCode::OK, layout, body))
}

#[cfg(test)]
mod tests;

faults! {
    /// a describe cannot be written as JSON
    unwritable(error: &serde_json::Error) = UNKNOWN_EXCEPTION, "An unexpected error occurred: {error}", Assumed;
}
