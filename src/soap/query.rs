//! `query()`, `queryAll()`, `queryMore()`: SOQL, in pages.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_query.htm>

use std::sync::Arc;

use super::Call;
use super::fault::SoapFault;
use super::row::{Page, Rows};
use super::writer::Writer;
use crate::cloud::{Visit, groups_have_one_page, invalid_locator};
use crate::org::id::Id;
use crate::org::record::{Row, Shape};
use crate::org::soql::{self, QueryOptions};

pub fn query(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    run(call, visit, answer, "queryResponse", false)
}

pub fn query_all(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    run(call, visit, answer, "queryAllResponse", true)
}

fn run(
    call: &Call,
    visit: &Visit,
    answer: &mut Writer,
    response: &str,
    all_rows: bool,
) -> Result<(), SoapFault> {
    let text = call.envelope.operation.only("queryString")?;
    let options = QueryOptions { all_rows, api_version: call.version.number() };
    let found = soql::query(visit.org, &visit.world(), &visit.runner, text, &options);
    let found = found.inspect_err(|fault| call.state.gaps.note_fault(fault))?;
    let size = call.page_size();
    let keep = |shape: &Shape, rows: &[Row]| rest(call, visit, Arc::new(shape.clone()), rows.to_vec(), size);
    let rows = Rows { api: call.api, rest: &keep };
    let (shape, total) = (found.shape.clone(), found.total);
    if found.rows.len() <= size {
        let page = Page { rows: &found.rows, total, locator: None };
        answer.nest(response, |answer| rows.result(answer, &shape, page));
        return Ok(());
    }
    if found.aggregate {
        return Err(groups_have_one_page().into());
    }
    let shown = found.rows.get(..size).unwrap_or_default().to_vec();
    let locator = rest(call, visit, found.shape, found.rows, size).map(|(_, locator)| locator);
    let page = Page { rows: &shown, total, locator };
    answer.nest(response, |answer| rows.result(answer, &shape, page));
    Ok(())
}

pub fn query_more(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    let named = call.envelope.operation.only("queryLocator")?.trim();
    let (id, first) = named.split_once('-').ok_or_else(invalid_locator)?;
    let (Some(id), Ok(first)) = (Id::parse(id), first.parse::<usize>()) else {
        return Err(invalid_locator().into());
    };
    let now = visit.state.clock.now();
    let open = visit.state.locators.find(visit.org.id, visit.runner.user, id, now);
    let open = open.filter(|open| first < open.rows.len()).ok_or_else(invalid_locator)?;
    let end = first.saturating_add(open.batch).min(open.rows.len());
    let keep =
        |shape: &Shape, rows: &[Row]| rest(call, visit, Arc::new(shape.clone()), rows.to_vec(), open.batch);
    let rows = Rows { api: call.api, rest: &keep };
    let page = Page {
        rows: open.rows.get(first..end).unwrap_or_default(),
        total: open.rows.len(),
        locator: (end < open.rows.len()).then(|| format!("{id}-{end}")),
    };
    answer.nest("queryMoreResponse", |answer| rows.result(answer, &open.shape, page));
    Ok(())
}

/// Keeps the rows of which `size` are shown, if there are more: how many are shown, and where the rest is.
fn rest(
    call: &Call,
    visit: &Visit,
    shape: Arc<Shape>,
    rows: Vec<Row>,
    size: usize,
) -> Option<(usize, String)> {
    if rows.len() <= size {
        return None;
    }
    let (user, now) = (visit.runner.user, visit.state.clock.now());
    let id = call.state.locators.open(visit.org.id, user, shape, rows, size, now);
    Some((size, format!("{id}-{size}")))
}
