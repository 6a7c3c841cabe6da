//! sObjects in a request: loosely typed ones name their object in an element `type`, strongly typed ones in `xsi:type`.
//!
//! Namespaces of fields are not looked at: the service's own examples leave them out, jsforce takes those of the API.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>

use std::sync::Arc;

use super::address::Api;
use super::call::Call;
use super::element::Element;
use super::fault::{SoapFault, no_concrete_type};
use crate::dml::RecordInput;
use crate::model::schema::{Field, SObject};
use crate::model::value::{Input, Raw};
use crate::query::soql::{no_such_column_here, no_such_object_here};
use crate::world::RequestContext;

/// Records that one call may save.
pub const MOST_RECORDS: usize = 200;

/// Reads the records of a call. An id is not among the fields.
///
/// # Errors
/// `EXCEEDED_ID_LIMIT`; `INVALID_TYPE` and `INVALID_FIELD` when an object or a field does not exist or the user may not
/// see it: nothing is saved then.
pub fn records<'e>(
    call: &Call,
    context: &RequestContext,
    elements: impl ExactSizeIterator<Item = &'e Element<'e>>,
) -> Result<Vec<RecordInput>, SoapFault> {
    if elements.len() > MOST_RECORDS {
        return Err(SoapFault::too_many_records(MOST_RECORDS));
    }
    elements.map(|element| record(call, context, element)).collect()
}

/// Reads one record.
///
/// # Errors
/// `INVALID_TYPE`, `INVALID_FIELD`.
pub fn record(call: &Call, context: &RequestContext, element: &Element) -> Result<RecordInput, SoapFault> {
    let named = type_name(call.api, element).ok_or_else(no_concrete_type)?;
    let object = object(context, named)?;
    let mut sent =
        RecordInput { object: object.clone(), id: None, fields: Vec::with_capacity(element.children.len()) };
    let mut nulls = Vec::new();
    for child in &element.children {
        match child.name {
            "type" if call.api != Api::Enterprise => {}
            "fieldsToNull" => nulls.extend(Some(child.text.trim()).filter(|name| !name.is_empty())),
            // Fields are emptied by `fieldsToNull` alone.
            _ if child.is_nil => {}
            name if name.eq_ignore_ascii_case("Id") => {
                sent.id = Some(child.text.trim().to_owned()).filter(|id| !id.is_empty());
            }
            name => sent.fields.extend(field(call, context, &object, name, child)?),
        }
    }
    for name in nulls {
        known_column(context, &object, name)?;
        sent.fields.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        sent.fields.push((name.to_owned(), Input::new(Raw::Null)));
    }
    Ok(sent)
}

/// The object of that name, if the user may read it.
///
/// # Errors
/// `INVALID_TYPE`
pub fn object(context: &RequestContext, name: &str) -> Result<Arc<SObject>, SoapFault> {
    let object = context.org.object(name)?.filter(|object| context.runner.object(object).read);
    object.ok_or_else(|| no_such_object_here(name).into())
}

fn type_name<'e>(api: Api, element: &'e Element) -> Option<&'e str> {
    let named = match api {
        Api::Enterprise => element.local_type(),
        _ => element.text_of("type").map(str::trim),
    };
    named.filter(|name| !name.is_empty() && *name != "sObject")
}

fn field(
    call: &Call,
    context: &RequestContext,
    object: &SObject,
    name: &str,
    element: &Element,
) -> Result<Option<(String, Input)>, SoapFault> {
    let known = object.field(name);
    if known.is_none() && object.parent_relationship(name).is_some() {
        let key = if element.children.is_empty() { None } else { Some(parent_key(call.api, element)) };
        return Ok(key.map(|key| (name.to_owned(), Input::new(Raw::Object(key)))));
    }
    visible(context, object, known, name)?;
    match element.children.first() {
        Some(child) => Err(SoapFault::invalid_element(child)),
        None => Ok(Some((name.to_owned(), Input::from(&*element.text)))),
    }
}

/// A parent, by the value of one of its fields.
fn parent_key(api: Api, element: &Element) -> Vec<(String, Input)> {
    let mut key = Vec::new();
    if let Some(name) = type_name(api, element) {
        let kind = vec![("type".to_owned(), Input::from(name))];
        key.push(("attributes".to_owned(), Input::new(Raw::Object(kind))));
    }
    let fields = element.children.iter().filter(|child| {
        let is_type = api != Api::Enterprise && child.name == "type";
        !is_type && !child.is_nil && child.name != "fieldsToNull"
    });
    key.extend(fields.map(|child| (child.name.to_owned(), Input::from(&*child.text))));
    key
}

fn known_column(context: &RequestContext, object: &SObject, name: &str) -> Result<(), SoapFault> {
    visible(context, object, object.field(name), name)
}

fn visible(
    context: &RequestContext,
    object: &SObject,
    field: Option<&Field>,
    name: &str,
) -> Result<(), SoapFault> {
    let seen = field.filter(|field| context.runner.sees_field(object, field));
    seen.map(drop).ok_or_else(|| no_such_column_here(name, &object.name).into())
}
