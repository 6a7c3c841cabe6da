//! The record in a request's body, whatever it is written in.

use std::sync::Arc;

use super::exchange::Exchange;
use super::fault::RestFault;
use super::{json_body, xml_body};
use crate::message::header;
use crate::model::fault::{Fault, faults};
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};

/// The fields that the body of a request gives to a record, `attributes` left out.
///
/// # Errors
/// `JSON_PARSER_ERROR` or `XML_PARSER_ERROR`; 415 for any other media type; `INVALID_FIELD` when a field named in
/// `keys` is among them, because the path has it; `INVALID_TYPE` when `attributes` contradict the path.
pub fn record(
    exchange: &Exchange,
    object: &Arc<SObject>,
    keys: &[&str],
) -> Result<Vec<(String, Input)>, RestFault> {
    let mut fields = members(exchange)?;
    if let Some(place) = fields.iter().position(|(name, _)| name == "attributes") {
        let (_, attributes) = fields.remove(place);
        agrees(&attributes, object)?;
    }
    for key in keys {
        if fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return Err(Fault::field_in_path_and_body(key).into());
        }
    }
    Ok(fields)
}

/// The members of the one object that a body is.
pub fn members(exchange: &Exchange) -> Result<Vec<(String, Input)>, RestFault> {
    let body = &exchange.request.body;
    if body.is_empty() {
        return Err(super::fault::body_required().into());
    }
    let media_type = exchange.request.header(header::CONTENT_TYPE).unwrap_or("application/json");
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    match media_type.to_ascii_lowercase().as_str() {
        "application/json" | "" => Ok(json_body::read(body)?),
        "application/xml" | "text/xml" => Ok(xml_body::read(body)?),
        "multipart/form-data" => {
            Err(RestFault::unsupported_media_type(media_type).for_want_of("multipart/form-data, for files"))
        }
        _ => Err(RestFault::unsupported_media_type(media_type)),
    }
}

/// `attributes.type` may be left out, and may not be another object than the path names.
fn agrees(attributes: &Input, object: &SObject) -> Result<(), Fault> {
    let Raw::Object(members) = &attributes.raw else { return Ok(()) };
    for (name, input) in members {
        if let ("type", Raw::Text(text)) = (name.as_str(), &input.raw)
            && !text.eq_ignore_ascii_case(&object.name)
        {
            return Err(other_type(text, object));
        }
    }
    Ok(())
}

faults! {
    /// `attributes.type` of a record is another object than the path
    other_type(named: &str, object: &SObject) = INVALID_TYPE,
        "The attributes of the record say {named}, but the resource is of {object}" with (object = object.name), Assumed;
}
