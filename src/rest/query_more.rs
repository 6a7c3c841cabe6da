//! `GET /query/{locator}-{row}`: the next page of a query.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm>

use super::encode::result;
use super::exchange::{Answer, Exchange};
use super::query::{children, path};
use crate::cloud::invalid_locator;
use crate::org::id::Id;

/// Answers with the page that the path names.
pub fn query_more(exchange: &Exchange) -> Answer {
    let named = exchange.capture("locator");
    let (id, row) = named.split_once('-').unwrap_or((&named, "0"));
    let (Some(id), Ok(row)) = (Id::parse(id), row.parse()) else { return Err(invalid_locator().into()) };
    page(exchange, id, row)
}

/// The page of an open query that begins with this row.
pub fn page(exchange: &Exchange, id: Id, first: usize) -> Answer {
    let visit = &exchange.visit;
    let now = visit.state.clock.now();
    let locator = visit.state.locators.find(visit.org.id, visit.runner.user, id, now);
    let locator = locator.filter(|locator| first < locator.rows.len()).ok_or_else(invalid_locator)?;
    let (rows, total) = (&locator.rows, locator.rows.len());
    let end = first.saturating_add(locator.batch);
    let next = (end < total).then(|| path(exchange, id, end));
    let page = rows.iter().skip(first).take(locator.batch);
    Ok(exchange.ok("QueryResult", |w| {
        let children = |shape: &_, rows: &[_]| children(exchange, shape, rows);
        result(w, exchange.version, &locator.shape, page, total, next.as_deref(), &children);
    }))
}
