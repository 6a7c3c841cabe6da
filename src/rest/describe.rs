//! Describe: what an org tells a user of its objects.
//!
//! The structs declare their keys in the order of the real answers: alphabetical, `urls` last. Keys that came
//! with a later API version are `Option`s, left out of answers to older ones.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm>

use std::sync::Arc;

use serde::Serialize;

use super::encode::{Layout, Writer};
use super::exchange::{Answer, Exchange};
use super::fault::RestFault;
use crate::cloud::ApiVersion;
use crate::message::{Response, StatusCode};
use crate::org::access::Runner;
use crate::org::fault::faults;
use crate::org::metadata::RecordType;
use crate::org::schema::{SObject, Schema};

mod children;
mod field;
mod freshness;
mod record_type;
mod sobject;
mod urls;

pub use sobject::DescribeSObject;

/// From where an org is looked at: who asks, by which API version, under which address.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub schema: &'a Schema,
    pub runner: &'a Runner,
    pub version: ApiVersion,
    /// `scheme://host[:port]` as the client addressed it.
    pub origin: &'a str,
}

impl View<'_> {
    /// A key that came with an API version: `None`, and so left out, before it.
    fn since<T>(&self, first: u32, value: T) -> Option<T> {
        (self.version.number() >= first).then_some(value)
    }
}

/// The answer of `/sobjects`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeGlobal<'a> {
    encoding: &'static str,
    max_batch_size: u32,
    sobjects: Vec<DescribeSObject<'a>>,
}

/// Describes every object that the user may read, by name.
pub fn global<'a>(objects: &'a [Arc<SObject>], view: View<'a>) -> DescribeGlobal<'a> {
    let readable = objects.iter().filter(|object| view.runner.object(object).read);
    DescribeGlobal {
        encoding: "UTF-8",
        max_batch_size: 200,
        sobjects: readable.map(|object| DescribeSObject::entry(object, view)).collect(),
    }
}

/// Describes one object as `/sobjects` and `/sobjects/X` do: what it is, not what it is made of.
pub fn entry<'a>(object: &'a SObject, view: View<'a>) -> DescribeSObject<'a> {
    DescribeSObject::entry(object, view)
}

/// Describes one object completely: fields that field-level security hides are left out.
/// `record_types` are the org's own for this object.
pub fn object<'a>(
    object: &'a SObject,
    view: View<'a>,
    record_types: &'a [RecordType],
) -> DescribeSObject<'a> {
    DescribeSObject::complete(object, view, record_types)
}

/// `GET /sobjects`
pub fn list(exchange: &Exchange) -> Answer {
    let changed = freshness::since_asked(exchange)?;
    let objects = exchange.visit.org.schema.all();
    let origin = exchange.request.origin();
    let response = answer(exchange.layout, "DescribeGlobal", &global(&objects, view(exchange, &origin)))?;
    Ok(freshness::stamped(response, changed))
}

/// `GET /sobjects/X/describe`
pub fn whole(exchange: &Exchange) -> Answer {
    let sobject = exchange.object()?;
    let changed = freshness::since_asked(exchange)?;
    let record_types = exchange.visit.org.record_types(&sobject)?;
    let origin = exchange.request.origin();
    let described = object(&sobject, view(exchange, &origin), &record_types);
    let response = answer(exchange.layout, &sobject.name, &described)?;
    Ok(freshness::stamped(response, changed))
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
    let described = entry(sobject, view(exchange, &origin));
    w.tree(name, &serde_json::to_value(&described).map_err(|error| unwritable(&error))?);
    Ok(())
}

fn view<'a>(exchange: &'a Exchange, origin: &'a str) -> View<'a> {
    View {
        schema: &exchange.visit.org.schema,
        runner: &exchange.visit.runner,
        version: exchange.version,
        origin,
    }
}

/// 200 with a described thing; `root` names it in XML.
fn answer(layout: Layout, root: &str, described: &impl Serialize) -> Result<Response, RestFault> {
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
    Ok(super::document(StatusCode::OK, layout, body))
}

#[cfg(test)]
mod tests;

faults! {
    /// a describe cannot be written as JSON
    unwritable(error: &serde_json::Error) = UNKNOWN_EXCEPTION, "An unexpected error occurred: {error}", Assumed;
}
