//! `GET /tooling/query?q=…`: the Tooling API's query, over those of its objects that are records here.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm>; the
//! answer as in <https://github.com/forcedotcom/soql-tooling/issues/86> and public recordings.

use super::encode::{Writer, row};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{explain, query, query_columns};
use crate::message::Response;
use crate::model::fault::StatusCode;
use crate::model::id::Id;
use crate::model::record::{Row, Shape};
use crate::query::soql;
use crate::query::soql::{Cursor, QueryOptions, QueryResult, no_such_object_here};
use crate::world::{LARGEST_PAGE, groups_have_one_page, invalid_locator};

/// Objects of the Tooling API whose records an org has here.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_objects_list.htm>
const OBJECTS: &[&str] = &[
    "ApexClass",
    "EntityDefinition",
    "FieldDefinition",
    "BusinessProcess",
    "Group",
    "PermissionSet",
    "PermissionSetAssignment",
    "PermissionSetGroup",
    "PermissionSetGroupComponent",
    "PermissionSetTabSetting",
    "Profile",
    "RecordType",
    "StaticResource",
    "User",
    "UserRole",
];

/// Runs the query in `q`.
pub fn query(exchange: &Exchange) -> RestResult {
    if let Some(text) = query::explained(exchange) {
        return explain::answer(exchange, &text, false);
    }
    let text = query::text(exchange)?;
    let options = QueryOptions { all_rows: false, api_version: exchange.version.number() };
    let (org, runner, environment) = (exchange.context.org, &exchange.context.runner, exchange.environment());
    let outline = soql::outline(org, &environment, runner, &text, &options).map_err(|fault| {
        // The real service has many objects that are none here.
        let missing = fault.code == StatusCode::INVALID_TYPE;
        let refusal = RestFault::from(fault);
        if missing { refusal.for_want_of("GET /tooling/query") } else { refusal }
    })?;
    let entity = outline.entity.name.as_str();
    if !OBJECTS.contains(&entity) {
        return Err(no_such_object_here(entity).into());
    }
    if query::wants_columns(exchange) {
        return query_columns::answer(exchange, &text, false);
    }
    let first = soql::first_page(org, &environment, runner, &text, &options, LARGEST_PAGE)?;
    if first.is_part() && first.cursor.is_none() {
        return Err(groups_have_one_page().into());
    }
    let next = first.cursor.map(|cursor| path(exchange, query::keep(exchange, cursor), LARGEST_PAGE));
    let QueryResult { shape, rows, total, .. } = &first.result;
    let children: Children = &|shape, rows| Cursor::of_children(&text, &options, shape, rows);
    Ok(Page { shape, entity, total: *total, next, children }.answer(exchange, rows))
}

fn path(exchange: &Exchange, locator: Id, row: usize) -> String {
    format!("/services/data/v{}/tooling/query/{locator}-{row}", exchange.version)
}

/// Answers with the next page of a query.
pub fn query_more(exchange: &Exchange) -> RestResult {
    let named = exchange.capture("locator");
    let (id, row) = named.split_once('-').unwrap_or((&named, "0"));
    let (Some(id), Ok(row)) = (Id::parse(id), row.parse()) else { return Err(invalid_locator().into()) };
    page_at(exchange, id, row)
}

fn page_at(exchange: &Exchange, id: Id, first: usize) -> RestResult {
    let context = &exchange.context;
    let locator =
        context.state.locators.find(context.org.id, context.runner.user, id, context.state.clock.now());
    let locator = locator.filter(|locator| first < locator.cursor.total()).ok_or_else(invalid_locator)?;
    let (cursor, batch) = (&locator.cursor, locator.batch);
    let (shape, rows) = cursor.read(context.org, &exchange.environment(), &context.runner, first, batch)?;
    let end = first.saturating_add(batch);
    let next = (end < cursor.total()).then(|| path(exchange, id, end));
    let (entity, total) = (&cursor.object().name, cursor.total());
    let children: Children = &|shape, rows| cursor.of_inner(shape, rows);
    Ok(Page { shape: &shape, entity, total, next, children }.answer(exchange, &rows))
}

/// What reads the pages of a query for children, of which these are the rows.
type Children<'a> = &'a dyn Fn(&Shape, &[Row]) -> Option<Cursor>;

/// Rows in the Tooling API's wrapping.
struct Page<'a> {
    shape: &'a Shape,
    entity: &'a str,
    total: usize,
    next: Option<String>,
    children: Children<'a>,
}

impl Page<'_> {
    fn answer(&self, exchange: &Exchange, rows: &[Row]) -> Response {
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        exchange.ok("QueryResult", |w| {
            w.of_tooling();
            w.int("size", total);
            w.int("totalSize", total);
            w.bool("done", self.next.is_none());
            w.null("queryLocator");
            w.text("entityTypeName", self.entity);
            if let Some(next) = &self.next {
                w.text("nextRecordsUrl", next);
            }
            w.items("records", |w| rows.iter().for_each(|row| self.record(w, exchange, row)));
        })
    }

    fn record(&self, w: &mut Writer, exchange: &Exchange, row: &Row) {
        let children = |shape: &Shape, rows: &[Row]| query::children(exchange, shape, rows, self.children);
        self::row(w, "records", exchange.version, self.shape, row, &children);
    }
}
