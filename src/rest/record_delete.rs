//! `DELETE /sobjects/X/{id}`: a record goes to the recycle bin.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_delete_record.htm>

use std::sync::Arc;

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{conditional, record_get};
use crate::message::{Response, StatusCode};
use crate::model::id::Id;
use crate::model::schema::SObject;

/// Deletes the record that the path names by id.
pub fn by_id(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let id = exchange.record_id(&object, &exchange.capture("id"))?;
    answer(exchange, &object, id)
}

/// Deletes a record: 204.
pub fn answer(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> RestResult {
    if conditional::is_conditional(exchange.request) {
        record_get::check_conditions(exchange, object, id)?;
    }
    let (environment, options) = (exchange.environment(), exchange.save_options());
    exchange.call(&environment, &options).delete_one(id)?.map_err(RestFault::of_record)?;
    Ok(Response::new(StatusCode::NO_CONTENT))
}
