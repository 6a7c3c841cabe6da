//! `GET /recent`: what the user has looked at lately.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm>

use std::sync::Arc;

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;

/// A record the user has viewed.
pub struct Item {
    object: Arc<SObject>,
    id: Id,
    name: Option<String>,
}

/// Lists the records that the user has viewed, newest first; `limit` may ask for fewer.
pub fn recent(exchange: &Exchange) -> RestResult {
    let limit =
        exchange.request.query_value("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let items = items(exchange, None, limit)?;
    Ok(exchange.ok_list("recentItems", |w| write(w, exchange, &items)))
}

/// The records that the user has viewed, of one object or of all.
pub fn items(exchange: &Exchange, of: Option<&SObject>, limit: usize) -> Result<Vec<Item>, Fault> {
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    let mut items = Vec::new();
    for id in org.recent.of(runner.user) {
        if items.len() >= limit {
            break;
        }
        let Some(object) = org.schema.by_key_prefix(id.key_prefix()) else { continue };
        if of.is_some_and(|of| of.name != object.name) {
            continue;
        }
        let Some(record) = org.find_visible(runner, &object, id)? else { continue };
        let name = object.name_field.as_deref().and_then(|field| record.text(field)).map(str::to_owned);
        items.push(Item { object, id, name });
    }
    Ok(items)
}

/// Writes such records as items of a list.
pub fn write(w: &mut Writer, exchange: &Exchange, items: &[Item]) {
    for Item { object, id, name } in items {
        w.record("recentItems", &object.name, Some((exchange.version, id.as_str())), |w| {
            w.text("Id", id.as_str());
            if let Some(field) = &object.name_field {
                w.optional_text(field, name.as_deref());
            }
        });
    }
}
