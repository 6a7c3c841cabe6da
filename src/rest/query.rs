//! `GET /query?q=…` and `/queryAll`: SOQL, in pages.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm>

use std::sync::Arc;

use super::encode::result;
use super::exchange::{Answer, Exchange};
use super::fault::RestFault;
use super::{gap, query_columns};
use crate::cloud::{LARGEST_PAGE, groups_have_one_page, page_of};
use crate::org::fault::faults;
use crate::org::id::Id;
use crate::org::record::{Row, Shape};
use crate::org::soql::{self, QueryOptions};

/// Runs the query in `q`.
pub fn query(exchange: &Exchange) -> Answer {
    asked(exchange, false)
}

/// Runs the query in `q` over deleted records too.
pub fn query_all(exchange: &Exchange) -> Answer {
    asked(exchange, true)
}

fn asked(exchange: &Exchange, all_rows: bool) -> Answer {
    let text = text(exchange)?;
    if wants_columns(exchange) {
        return query_columns::answer(exchange, &text, all_rows);
    }
    answer(exchange, &text, all_rows)
}

/// Whether the columns are asked for, instead of the rows.
pub fn wants_columns(exchange: &Exchange) -> bool {
    exchange.request.query_value("columns").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The query in `q`.
pub fn text(exchange: &Exchange) -> Result<String, RestFault> {
    match exchange.request.query_value("q") {
        Some(text) if !text.trim().is_empty() => Ok(text.into_owned()),
        None if exchange.request.query_value("explain").is_some() => {
            Err(gap::not_emulated(exchange, "GET /query?explain"))
        }
        _ => Err(no_query().into()),
    }
}

/// Runs a query and answers with its first page.
pub fn answer(exchange: &Exchange, text: &str, all_rows: bool) -> Answer {
    let options = QueryOptions { all_rows, api_version: exchange.version.number() };
    let (org, runner, world) = (exchange.visit.org, &exchange.visit.runner, exchange.world());
    let found = soql::query(org, &world, runner, text, &options)?;
    let page = page_size(exchange);
    if found.rows.len() <= page {
        return Ok(one_page(exchange, &found.shape, &found.rows, found.total));
    }
    if found.aggregate {
        return Err(groups_have_one_page().into());
    }
    let locator = keep(exchange, found.shape, found.rows);
    super::query_more::page(exchange, locator, 0)
}

/// An answer that is complete.
fn one_page(exchange: &Exchange, shape: &Shape, rows: &[Row], total: usize) -> crate::message::Response {
    exchange.ok("QueryResult", |w| {
        result(w, exchange.version, shape, rows.iter(), total, None, &|shape, rows| {
            children(exchange, shape, rows)
        });
    })
}

/// Keeps the rows of a query that needs pages; gives its locator.
pub fn keep(exchange: &Exchange, shape: Arc<Shape>, rows: Vec<Row>) -> Id {
    let visit = &exchange.visit;
    let now = visit.state.clock.now();
    visit.state.locators.open(visit.org.id, visit.runner.user, shape, rows, page_size(exchange), now)
}

/// Keeps the rows of a child query that are too many for one page: how many are shown, and where the rest is.
pub fn children(exchange: &Exchange, shape: &Shape, rows: &[Row]) -> Option<(usize, String)> {
    let page = page_size(exchange);
    if rows.len() <= page {
        return None;
    }
    let locator = keep(exchange, Arc::new(shape.clone()), rows.to_vec());
    Some((page, path(exchange, locator, page)))
}

/// The path of the page of a query that begins with this row.
pub fn path(exchange: &Exchange, locator: Id, row: usize) -> String {
    format!("/services/data/v{}/query/{locator}-{row}", exchange.version)
}

fn page_size(exchange: &Exchange) -> usize {
    let wanted = exchange.option("sforce-query-options", "batchSize").and_then(|size| size.parse().ok());
    wanted.map_or(LARGEST_PAGE, page_of)
}

faults! {
    /// a query call has no `q`
    no_query() = MALFORMED_QUERY, "A query string has to be specified", Assumed;
}
