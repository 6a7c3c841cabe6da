//! `GET /limits/recordCount`: how many records objects have, roughly on the real service, exactly here.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_record_count.htm>

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(40);

/// Counts the live records of the objects that `sObjects` names, else of all. Unknown names are left out.
pub fn record_count(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let org = exchange.context.org;
    let objects = match exchange.request.query_value("sObjects") {
        Some(list) => list.split(',').filter_map(|name| org.schema.object(name.trim())).collect(),
        None => org.schema.all(),
    };
    let mut counts = Vec::new();
    for object in objects.iter().filter(|object| exchange.context.runner.object(object).read) {
        counts.push((org.count(object)?, &object.name));
    }
    counts.sort_by(|a, b| a.1.cmp(b.1));
    Ok(exchange.ok("RecordCounts", |w| {
        w.items("sObjects", |w| {
            for (count, name) in counts {
                w.group("sObjects", |w| {
                    w.int("count", count);
                    w.text("name", name);
                });
            }
        });
    }))
}
