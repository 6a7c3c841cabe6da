//! The members of a JSON body that is no record: settings and lists, taken out one by one.

use super::exchange::Exchange;
use super::fault::RestFault;
use super::json_body::{self, Bound};
use crate::message::header;
use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Raw};

/// The members of one JSON object.
#[derive(Debug)]
pub struct Members(Vec<(String, Input)>);

impl Members {
    /// The members of the object that a request's body is.
    ///
    /// # Errors
    /// `JSON_PARSER_ERROR`; 415 for anything but JSON.
    pub fn of_body(exchange: &Exchange) -> Result<Members, RestFault> {
        Members::of_bounded_body(exchange, &[])
    }

    /// The same; lists of the object that are too long are refused while they are read.
    ///
    /// # Errors
    /// As [`Members::of_body`]; the fault of a bound.
    pub fn of_bounded_body(exchange: &Exchange, bounds: &[Bound]) -> Result<Members, RestFault> {
        let media_type = exchange.request.header(header::CONTENT_TYPE).unwrap_or("application/json");
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "application/json" | "" => Ok(Members(json_body::read_bounded(&exchange.request.body, bounds)?)),
            "application/xml" | "text/xml" => {
                Err(RestFault::unsupported_media_type(media_type).for_want_of("composite requests in XML"))
            }
            _ => Err(RestFault::unsupported_media_type(media_type)),
        }
    }

    /// The members of the object that a text is.
    pub fn of_json(text: &[u8]) -> Result<Members, Fault> {
        json_body::read(text).map(Members)
    }

    /// The members of a value that is to be an object.
    pub fn of(input: Input) -> Result<Members, Fault> {
        match input.raw {
            Raw::Object(members) => Ok(Members(members)),
            _ => Err(wrong_type("object", &input)),
        }
    }

    /// Takes a member out. Names are those of the service, in its case.
    pub fn take(&mut self, name: &str) -> Option<Input> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }

    /// A boolean, also as text; `default` when it is absent or null.
    pub fn flag(&mut self, name: &str, default: bool) -> Result<bool, Fault> {
        let Some(input) = self.take(name) else { return Ok(default) };
        match &input.raw {
            Raw::Null => Ok(default),
            Raw::Bool(flag) => Ok(*flag),
            Raw::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Raw::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(wrong_type("boolean", &input)),
        }
    }

    /// A text; a number counts as one.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(input) = self.take(name) else { return Ok(None) };
        match input.raw {
            Raw::Null => Ok(None),
            Raw::Text(text) | Raw::Int(text) | Raw::Float(text) => Ok(Some(text)),
            _ => Err(wrong_type("string", &input)),
        }
    }

    /// A text that has to be there.
    pub fn required_text(&mut self, name: &str) -> Result<String, Fault> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| missing_member(name))
    }

    /// A list; absent and null are empty.
    pub fn list(&mut self, name: &str) -> Result<Vec<Input>, Fault> {
        let Some(input) = self.take(name) else { return Ok(Vec::new()) };
        match input.raw {
            Raw::Null => Ok(Vec::new()),
            Raw::Array(items) => Ok(items),
            _ => Err(wrong_type("list", &input)),
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Fault> {
        let items = self.list(name)?.into_iter();
        items
            .map(|input| match input.raw {
                Raw::Text(text) => Ok(text),
                _ => Err(wrong_type("string", &input)),
            })
            .collect()
    }

    /// What has not been taken.
    pub fn rest(self) -> Vec<(String, Input)> {
        self.0
    }
}

fn wrong_type(wanted: &str, input: &Input) -> Fault {
    let at = input.position();
    let (token, text) = input.raw.token();
    Fault::json_of_wrong_type(wanted, token, text, at)
}

faults! {
    /// a member that a call needs is absent
    missing_member(name: &str) = JSON_PARSER_ERROR, "Missing required field: {name}", Assumed;
}
