//! `GET /tooling/query?q=…`: the Tooling API's query, over those of its objects that are records here.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm>; the
//! answer as in <https://github.com/forcedotcom/soql-tooling/issues/86> and public recordings.

use super::encode::{Writer, row};
use super::exchange::{Answer, Exchange};
use super::fault::RestFault;
use super::{query, query_columns};
use crate::cloud::{LARGEST_PAGE, groups_have_one_page, invalid_locator};
use crate::message::Response;
use crate::org::fault::StatusCode;
use crate::org::id::Id;
use crate::org::record::{Row, Shape};
use crate::org::soql::{self, QueryOptions, no_such_object_here};

/// Objects of the Tooling API whose records an org has here.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_objects_list.htm>
const OBJECTS: &[&str] = &[
    "ApexClass",
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
pub fn query(exchange: &Exchange) -> Answer {
    let text = query::text(exchange)?;
    let options = QueryOptions { all_rows: false, api_version: exchange.version.number() };
    let (org, runner, world) = (exchange.visit.org, &exchange.visit.runner, exchange.world());
    let outline = soql::outline(org, &world, runner, &text, &options).map_err(|fault| {
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
    let found = soql::query(org, &world, runner, &text, &options)?;
    if found.rows.len() <= LARGEST_PAGE {
        let page = Page { shape: &found.shape, entity, total: found.total, next: None };
        return Ok(page.answer(exchange, found.rows.iter()));
    }
    if found.aggregate {
        return Err(groups_have_one_page().into());
    }
    let locator = query::keep(exchange, found.shape, found.rows);
    page_at(exchange, locator, 0)
}

/// Answers with the next page of a query.
pub fn query_more(exchange: &Exchange) -> Answer {
    let named = exchange.capture("locator");
    let (id, row) = named.split_once('-').unwrap_or((&named, "0"));
    let (Some(id), Ok(row)) = (Id::parse(id), row.parse()) else { return Err(invalid_locator().into()) };
    page_at(exchange, id, row)
}

fn page_at(exchange: &Exchange, id: Id, first: usize) -> Answer {
    let visit = &exchange.visit;
    let locator = visit.state.locators.find(visit.org.id, visit.runner.user, id, visit.state.clock.now());
    let locator = locator.filter(|locator| first < locator.rows.len()).ok_or_else(invalid_locator)?;
    let end = first.saturating_add(locator.batch);
    let next = (end < locator.rows.len())
        .then(|| format!("/services/data/v{}/tooling/query/{id}-{end}", exchange.version));
    let entity = locator.shape.object.as_ref().map_or("", |object| &object.name);
    let page = Page { shape: &locator.shape, entity, total: locator.rows.len(), next };
    Ok(page.answer(exchange, locator.rows.iter().skip(first).take(locator.batch)))
}

/// Rows in the Tooling API's wrapping.
struct Page<'a> {
    shape: &'a Shape,
    entity: &'a str,
    total: usize,
    next: Option<String>,
}

impl Page<'_> {
    fn answer<'r>(&self, exchange: &Exchange, rows: impl Iterator<Item = &'r Row>) -> Response {
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
            w.items("records", |w| rows.for_each(|row| self.record(w, exchange, row)));
        })
    }

    fn record(&self, w: &mut Writer, exchange: &Exchange, row: &Row) {
        let children = |shape: &Shape, rows: &[Row]| query::children(exchange, shape, rows);
        self::row(w, "records", exchange.version, self.shape, row, &children);
    }
}
