//! `GET /sobjects/X`: what an object is, and which of its records the user has viewed lately.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_basic_info_get.htm>

use super::exchange::{Exchange, RestResult};
use super::{describe, recent};

/// Answers for an object.
pub fn answer(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let items = recent::items(exchange, Some(&object), usize::MAX)?;
    let mut written = Ok(());
    let response = exchange.ok(&object.name, |w| {
        written = describe::write_entry(w, "objectDescribe", exchange, &object);
        w.items("recentItems", |w| recent::write(w, exchange, &items));
    });
    written.map(|()| response)
}
