//! Describe: what an org tells a user of its objects. REST and SOAP only differ in how they write it.
//!
//! The structs declare their keys in the order of the real answers: alphabetical, `urls` last. Keys that came
//! with a later API version are `Option`s, left out of answers to older ones.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm>

use std::sync::Arc;

use serde::Serialize;

use crate::metadata::RecordType;
use crate::model::schema::SObject;

pub mod app;
mod children;
pub mod compact_layout;
mod field;
pub mod layout;
pub mod list_view;
pub mod page;
mod record_type;
mod sobject;
pub mod tab;
mod urls;
mod view;

pub use record_type::MASTER_ID as MASTER_RECORD_TYPE;
pub use sobject::DescribeSObject;
pub use view::View;

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

#[cfg(test)]
mod tests;
