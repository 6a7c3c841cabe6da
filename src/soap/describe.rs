//! `describeGlobal()`, `describeSObject()`, `describeSObjects()`: what REST says of objects, as the WSDL has it.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects.htm>

use std::sync::Arc;

use serde_json::Value;

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use super::wsdl::model::Model;
use super::{sobject, typed};
use crate::describe::{self, View};
use crate::model::fault::faults;
use crate::model::schema::SObject;
use crate::world::RequestContext;

/// Objects that one call may describe.
const MOST_OBJECTS: usize = 100;

pub fn global(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let objects = context.org.schema.all();
    let origin = call.request.origin();
    let described = describe::global(&objects, view(call, context, &origin));
    let tree = serde_json::to_value(&described).map_err(unwritable)?;
    answer.nest("describeGlobalResponse", |answer| {
        typed::element(answer, call.version, "result", "DescribeGlobalResult", &tree);
    });
    Ok(())
}

pub fn one(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let name = call.envelope.operation.only("sObjectType")?.trim();
    let tree = tree(call, context, &sobject::object(context, name)?)?;
    answer.nest("describeSObjectResponse", |answer| write(answer, call, &tree));
    Ok(())
}

pub fn several(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let names = &call.envelope.operation.children;
    if names.len() > MOST_OBJECTS {
        return Err(SoapFault::too_many_records(MOST_OBJECTS));
    }
    let objects = names.iter().map(|name| sobject::object(context, name.text.trim()));
    let objects = objects.collect::<Result<Vec<_>, _>>()?;
    answer.try_nest("describeSObjectsResponse", |answer| {
        for object in &objects {
            write(answer, call, &tree(call, context, object)?);
        }
        Ok(())
    })
}

fn write(answer: &mut Writer, call: &Call, tree: &Value) {
    typed::element(answer, call.version, "result", "DescribeSObjectResult", tree);
}

/// The description of an object with the names that SOAP has for some of it.
fn tree(call: &Call, context: &RequestContext, object: &Arc<SObject>) -> Result<Value, SoapFault> {
    let record_types = context.org.record_types(object)?;
    let origin = call.request.origin();
    let described = describe::object(object, view(call, context, &origin), &record_types);
    let mut tree = serde_json::to_value(&described).map_err(unwritable)?;
    let pages = [("urlDetail", "uiDetailTemplate"), ("urlEdit", "uiEditTemplate"), ("urlNew", "uiNewRecord")];
    let urls = pages.map(|(name, key)| (name, tree.pointer(&format!("/urls/{key}")).cloned()));
    if let Some(members) = tree.as_object_mut() {
        members.extend(urls.into_iter().filter_map(|(name, url)| Some((name.to_owned(), url?))));
    }
    if let Some(fields) = tree.get_mut("fields").and_then(Value::as_array_mut) {
        fields.retain_mut(|field| seen(call, field));
    }
    Ok(tree)
}

/// Whether the version has a word for the field's type, and the field with the words of SOAP.
fn seen(call: &Call, field: &mut Value) -> bool {
    let soap_type = field.get("soapType").and_then(Value::as_str).unwrap_or_default();
    let soap_type =
        soap_type.strip_prefix("urn:").map_or_else(|| soap_type.to_owned(), |name| format!("tns:{name}"));
    let kind = field.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    // `anyType` alone is spelt with a capital.
    let kind = if kind == "anytype" { "anyType".to_owned() } else { kind };
    let knows = |enumeration, word: &str| {
        let values = Model::get().enumeration(enumeration);
        values.is_some_and(|values| values.values(call.version).any(|value| value == word))
    };
    let known = knows("soapType", &soap_type) && knows("fieldType", &kind);
    if let Some(members) = field.as_object_mut() {
        members.insert("soapType".to_owned(), soap_type.into());
        members.insert("type".to_owned(), kind.into());
    }
    known
}

fn view<'a>(call: &Call, context: &'a RequestContext, origin: &'a str) -> View<'a> {
    View { schema: &context.org.schema, runner: &context.runner, version: call.version, origin }
}

fn unwritable(error: serde_json::Error) -> SoapFault {
    undescribable(&error).into()
}

faults! {
    /// a describe cannot be written
    undescribable(error: &serde_json::Error) = UNKNOWN_EXCEPTION, "An unexpected error occurred: {error}", Assumed;
}
