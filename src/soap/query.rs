//! `query()`, `queryAll()`, `queryMore()`: SOQL, in pages.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_query.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::row::{Page, Rows};
use super::writer::Writer;
use crate::model::id::Id;
use crate::model::record::{Row, Shape};
use crate::query::soql;
use crate::query::soql::{Cursor, QueryOptions};
use crate::world::{RequestContext, groups_have_one_page, invalid_locator};

pub fn query(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    run(call, context, answer, "queryResponse", false)
}

pub fn query_all(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    run(call, context, answer, "queryAllResponse", true)
}

fn run(
    call: &Call,
    context: &RequestContext,
    answer: &mut Writer,
    response: &str,
    all_rows: bool,
) -> Result<(), SoapFault> {
    let text = call.envelope.operation.only("queryString")?;
    let options = QueryOptions { all_rows, api_version: call.version.number() };
    let size = call.page_size();
    let first = soql::first_page(context.org, &context.environment(), &context.runner, text, &options, size);
    let first = first.inspect_err(|fault| call.state.gaps.note_fault(fault))?;
    if first.is_part() && first.cursor.is_none() {
        return Err(groups_have_one_page().into());
    }
    let keep = |shape: &Shape, rows: &[Row]| {
        rest(call, context, rows, size, || Cursor::of_children(text, &options, shape, rows))
    };
    let rows = Rows { api: call.api, rest: &keep };
    let locator = first.cursor.map(|cursor| keep_open(call, context, cursor, size));
    let page = Page { rows: &first.result.rows, total: first.result.total, locator };
    answer.nest(response, |answer| rows.result(answer, &first.result.shape, page));
    Ok(())
}

pub fn query_more(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let named = call.envelope.operation.only("queryLocator")?.trim();
    let (id, first) = named.split_once('-').ok_or_else(invalid_locator)?;
    let (Some(id), Ok(first)) = (Id::parse(id), first.parse::<usize>()) else {
        return Err(invalid_locator().into());
    };
    let now = context.state.clock.now();
    let open = context.state.locators.find(context.org.id, context.runner.user, id, now);
    let open = open.filter(|open| first < open.cursor.total()).ok_or_else(invalid_locator)?;
    let (cursor, size) = (&open.cursor, open.batch);
    let (shape, found) = cursor.read(context.org, &context.environment(), &context.runner, first, size)?;
    let end = first.saturating_add(size);
    let keep = |shape: &Shape, rows: &[Row]| rest(call, context, rows, size, || cursor.of_inner(shape, rows));
    let rows = Rows { api: call.api, rest: &keep };
    let page = Page {
        rows: &found,
        total: cursor.total(),
        locator: (end < cursor.total()).then(|| format!("{id}-{end}")),
    };
    answer.nest("queryMoreResponse", |answer| rows.result(answer, &shape, page));
    Ok(())
}

/// Keeps a query for children if it has more rows than are shown: how many are shown, and where the rest is.
fn rest(
    call: &Call,
    context: &RequestContext,
    rows: &[Row],
    size: usize,
    cursor: impl FnOnce() -> Option<Cursor>,
) -> Option<(usize, String)> {
    if rows.len() <= size {
        return None;
    }
    Some((size, keep_open(call, context, cursor()?, size)))
}

/// Keeps a query whose first `size` rows are shown; gives the locator of the rest.
fn keep_open(call: &Call, context: &RequestContext, cursor: Cursor, size: usize) -> String {
    let (user, now) = (context.runner.user, context.state.clock.now());
    let id = call.state.locators.open(context.org.id, user, cursor, size, now);
    format!("{id}-{size}")
}
