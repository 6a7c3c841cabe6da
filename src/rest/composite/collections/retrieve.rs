//! Up to 2000 records of one object by their ids: `GET` with `ids` and `fields`, or `POST` with both in the body.

use super::FIRST;
use crate::message::Method;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::query::soql;
use crate::rest::encode::row;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::rest::record_get;

/// Records of one call.
const MOST_RECORDS: usize = 2000;

/// Reads the records; one that does not exist, or is not the user's to see, is null.
pub fn retrieve(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let object = exchange.object()?;
    let (ids, fields) = match exchange.method {
        Method::POST => {
            let bound = Bound { name: "ids", most: MOST_RECORDS, fault: Fault::too_many_records };
            let mut body = Members::of_bounded_body(exchange, &[bound])?;
            (body.texts("ids")?, body.texts("fields")?.join(","))
        }
        _ => {
            let list = |name| exchange.request.query_value(name).unwrap_or_default().into_owned();
            (list("ids").split(',').map(|id| id.trim().to_owned()).collect(), list("fields"))
        }
    };
    let ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    super::within_limit(ids.len(), MOST_RECORDS)?;
    if fields.trim().is_empty() {
        return Err(no_fields_to_read().into());
    }
    let mut names = record_get::names(exchange, &object, &fields)?;
    let asks_id = fields.split(',').any(|name| name.trim().eq_ignore_ascii_case("Id"));
    if !asks_id {
        names.pop();
    }
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    let mut rows = Vec::with_capacity(ids.len());
    for id in &ids {
        let id = Id::parse(id).filter(|id| object.key_prefix.as_deref() == Some(id.key_prefix()));
        rows.push(match id {
            Some(id) => soql::retrieve(org, runner, &object, id, Some(&names), false)?,
            None => None,
        });
    }
    Ok(exchange.ok_list("records", |w| {
        for found in &rows {
            match found {
                Some((shape, row)) => self::row(w, &object.name, exchange.version, shape, row, &|_, _| None),
                None => w.null(&object.name),
            }
        }
    }))
}

faults! {
    /// records are to be read by their ids, and no fields are named
    no_fields_to_read() = REQUIRED_FIELD_MISSING, "At least 1 field is required", Assumed;
}
