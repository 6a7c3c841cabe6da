//! What a request says of the resources that it wants: in its query, or in the body of a search (RFC 7644, 3.4.2 and 3.4.3).

use serde_json::{Value, json};

use super::document::Members;
use super::error::ScimError;
use crate::message::Request;

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters, as texts: whether they are right is found out where they are used.
#[derive(Debug, Default)]
pub struct Search {
    pub filter: Option<String>,
    pub start_index: Option<String>,
    pub count: Option<String>,
    /// Names with commas between them.
    pub attributes: Option<String>,
    pub excluded_attributes: Option<String>,
}

impl Search {
    /// Reads the query of a request.
    pub fn of_query(request: &Request) -> Search {
        let value = |name: &str| request.query_value(name).map(|value| value.into_owned());
        Search {
            filter: value("filter"),
            start_index: value("startIndex"),
            count: value("count"),
            attributes: value("attributes"),
            excluded_attributes: value("excludedAttributes"),
        }
    }

    /// Reads the body of a `POST` to `/.search`.
    ///
    /// # Errors
    /// 400 for a body that is no search by its `schemas`.
    pub fn of_body(body: &Members) -> Result<Search, ScimError> {
        let schemas = body.get("schemas").and_then(Value::as_array);
        if !schemas.is_some_and(|schemas| schemas.contains(&json!(SCHEMA))) {
            return Err(ScimError::invalid_schema());
        }
        let value = |name: &str| match body.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            other => Some(other.to_string()),
        };
        Ok(Search {
            filter: value("filter"),
            start_index: value("startIndex"),
            count: value("count"),
            attributes: value("attributes"),
            excluded_attributes: value("excludedAttributes"),
        })
    }
}
