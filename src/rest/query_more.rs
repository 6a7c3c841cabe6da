//! `GET /query/{locator}-{row}`: the next page of a query.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm>

use super::encode::result;
use super::exchange::{Exchange, RestResult};
use super::query::{children, path};
use crate::model::id::Id;
use crate::world::invalid_locator;

/// Answers with the page that the path names.
pub fn query_more(exchange: &Exchange) -> RestResult {
    let named = exchange.capture("locator");
    let (id, row) = named.split_once('-').unwrap_or((&named, "0"));
    let (Some(id), Ok(row)) = (Id::parse(id), row.parse()) else { return Err(invalid_locator().into()) };
    page(exchange, id, row)
}

/// The page of an open query that begins with this row.
fn page(exchange: &Exchange, id: Id, first: usize) -> RestResult {
    let context = &exchange.context;
    let now = context.state.clock.now();
    let locator = context.state.locators.find(context.org.id, context.runner.user, id, now);
    let locator = locator.filter(|locator| first < locator.cursor.total()).ok_or_else(invalid_locator)?;
    let (cursor, batch) = (&locator.cursor, locator.batch);
    let (shape, rows) = cursor.read(context.org, &exchange.environment(), &context.runner, first, batch)?;
    let end = first.saturating_add(batch);
    let next = (end < cursor.total()).then(|| path(exchange, id, end));
    Ok(exchange.ok("QueryResult", |w| {
        let inner = |shape: &_, rows: &[_]| children(exchange, shape, rows, |s, r| cursor.of_inner(s, r));
        result(w, exchange.version, &shape, rows.iter(), cursor.total(), next.as_deref(), &inner);
    }))
}
