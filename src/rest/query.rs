//! `GET /query?q=…` and `/queryAll`: SOQL, in pages.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm>

use super::encode::result;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{explain, query_columns};
use crate::model::fault::faults;
use crate::model::id::Id;
use crate::model::record::{Row, Shape};
use crate::query::soql;
use crate::query::soql::{Cursor, QueryOptions, QueryResult};
use crate::world::{ApiVersion, LARGEST_PAGE, groups_have_one_page, page_of};

const FIRST_WITH_PLANS: ApiVersion = ApiVersion::new(30);

/// Runs the query in `q`.
pub fn query(exchange: &Exchange) -> RestResult {
    asked(exchange, false)
}

/// Runs the query in `q` over deleted records too.
pub fn query_all(exchange: &Exchange) -> RestResult {
    asked(exchange, true)
}

fn asked(exchange: &Exchange, all_rows: bool) -> RestResult {
    if let Some(text) = explained(exchange) {
        return explain::answer(exchange, &text, all_rows);
    }
    let text = text(exchange)?;
    if wants_columns(exchange) {
        return query_columns::answer(exchange, &text, all_rows);
    }
    answer(exchange, &text, all_rows)
}

/// The query that is to be explained, and not run.
pub fn explained(exchange: &Exchange) -> Option<String> {
    let text = exchange.request.query_value("explain").filter(|text| !text.trim().is_empty());
    let asked = text.filter(|_| exchange.version >= FIRST_WITH_PLANS);
    asked.filter(|_| exchange.request.query_value("q").is_none()).map(|text| text.into_owned())
}

/// Whether the columns are asked for, instead of the rows.
pub fn wants_columns(exchange: &Exchange) -> bool {
    exchange.request.query_value("columns").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The query in `q`.
pub fn text(exchange: &Exchange) -> Result<String, RestFault> {
    match exchange.request.query_value("q") {
        Some(text) if !text.trim().is_empty() => Ok(text.into_owned()),
        _ => Err(no_query().into()),
    }
}

/// Runs a query and answers with its first page.
pub fn answer(exchange: &Exchange, text: &str, all_rows: bool) -> RestResult {
    let options = QueryOptions { all_rows, api_version: exchange.version.number() };
    let (org, runner, environment) = (exchange.context.org, &exchange.context.runner, exchange.environment());
    let size = page_size(exchange);
    let page = soql::first_page(org, &environment, runner, text, &options, size)?;
    if page.is_part() && page.cursor.is_none() {
        return Err(groups_have_one_page().into());
    }
    let next = page.cursor.map(|cursor| path(exchange, keep(exchange, cursor), size));
    let QueryResult { shape, rows, total, .. } = &page.result;
    Ok(exchange.ok("QueryResult", |w| {
        let children = |shape: &Shape, rows: &[Row]| {
            children(exchange, shape, rows, |shape, rows| Cursor::of_children(text, &options, shape, rows))
        };
        result(w, exchange.version, shape, rows.iter(), *total, next.as_deref(), &children);
    }))
}

/// Keeps a query that needs pages; gives its locator.
pub fn keep(exchange: &Exchange, cursor: Cursor) -> Id {
    let context = &exchange.context;
    let now = context.state.clock.now();
    context.state.locators.open(context.org.id, context.runner.user, cursor, page_size(exchange), now)
}

/// Keeps a child query whose rows are too many for one page: how many are shown, and where the rest is.
pub fn children(
    exchange: &Exchange,
    shape: &Shape,
    rows: &[Row],
    cursor: impl FnOnce(&Shape, &[Row]) -> Option<Cursor>,
) -> Option<(usize, String)> {
    let page = page_size(exchange);
    if rows.len() <= page {
        return None;
    }
    let locator = keep(exchange, cursor(shape, rows)?);
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
