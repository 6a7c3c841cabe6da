//! Records in an answer. Loosely typed ones say of which object they are and repeat their id: once as a part of every
//! sObject, once as the field that was asked for. Strongly typed ones have their fields in the order of the WSDL, and
//! leave out those without a value.

use super::address::Api;
use super::call::Call;
use super::value;
use super::writer::{Writer, sf};
use crate::model::record::{Cell, Column, Content, Row, Shape};
use crate::model::value::Value;

/// Keeps the rows of a child query that are too many for one answer: how many are shown, and where the rest is.
type Rest<'a> = &'a dyn Fn(&Shape, &[Row]) -> Option<(usize, String)>;

/// How rows are written.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub api: Api,
    pub rest: Rest<'a>,
}

/// A part of a query's rows.
pub struct Page<'a> {
    pub rows: &'a [Row],
    /// Rows of the whole query.
    pub total: usize,
    /// Where the next page is, unless this is the last.
    pub locator: Option<String>,
}

impl Rows<'_> {
    /// For rows that have no children.
    pub fn without_pages(call: &Call) -> Rows<'static> {
        Rows { api: call.api, rest: &|_, _| None }
    }

    /// Writes a `result` of type `QueryResult`.
    pub fn result(self, answer: &mut Writer, shape: &Shape, page: Page) {
        match self.api {
            Api::Enterprise => answer.nest("result", |answer| self.page(answer, shape, page)),
            _ => answer.nest_as("result", "QueryResult", |answer| self.page(answer, shape, page)),
        }
    }

    fn page(self, answer: &mut Writer, shape: &Shape, page: Page) {
        answer.flag("done", page.locator.is_none());
        answer.nillable("queryLocator", page.locator.as_deref());
        for row in page.rows {
            self.record(answer, "records", shape, row);
        }
        answer.int("size", i64::try_from(page.total).unwrap_or(i64::MAX));
    }

    /// Writes a record that is an element of the API.
    pub fn record(self, answer: &mut Writer, name: &str, shape: &Shape, row: &Row) {
        let object = object_name(shape);
        match self.api {
            Api::Enterprise => answer.nest_as(name, sf(object), |answer| self.strong(answer, shape, row)),
            _ => answer.nest_as(name, sf("sObject"), |answer| self.loose(answer, object, shape, row)),
        }
    }

    /// Writes a record that is a field of another.
    fn parent(self, answer: &mut Writer, name: &str, shape: &Shape, row: &Row) {
        let object = object_name(shape);
        match self.api {
            Api::Enterprise => answer.nest_as(sf(name), sf(object), |answer| self.strong(answer, shape, row)),
            _ => answer.nest_as(sf(name), sf("sObject"), |answer| self.loose(answer, object, shape, row)),
        }
    }

    fn loose(self, answer: &mut Writer, object: &str, shape: &Shape, row: &Row) {
        answer.text(sf("type"), object);
        answer.nillable(sf("Id"), selected_id(shape, row));
        for (column, cell) in shape.columns.iter().zip(&row.cells) {
            if !self.cell(answer, shape, column, cell) {
                answer.nil(sf(&column.name));
            }
        }
    }

    fn strong(self, answer: &mut Writer, shape: &Shape, row: &Row) {
        answer.nillable(sf("Id"), selected_id(shape, row));
        let mut cells: Vec<_> =
            shape.columns.iter().zip(&row.cells).filter(|(column, _)| column.name != "Id").collect();
        if shape.object.is_some() {
            cells.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        }
        for (column, cell) in cells {
            self.cell(answer, shape, column, cell);
        }
    }

    /// Writes a cell; `false` when there is nothing in it.
    fn cell(self, answer: &mut Writer, shape: &Shape, column: &Column, cell: &Cell) -> bool {
        let name = column.name.as_str();
        match (&column.content, cell) {
            (_, Cell::Value(Value::Null)) => return false,
            (Content::Value(kind), Cell::Value(value)) if shape.object.is_none() => {
                value::typed(answer, name, *kind, value);
            }
            (Content::Value(kind), Cell::Value(value)) => value::field(answer, name, *kind, value),
            (Content::Compound(parts), Cell::Compound(Some(values))) => {
                value::compound(answer, name, parts, values, self.api != Api::Enterprise);
            }
            (Content::Parent(shape), Cell::Parent(Some(row))) => self.parent(answer, name, shape, row),
            (Content::AnyParent(shapes), Cell::AnyParent(Some((which, row)))) => match shapes.get(*which) {
                Some(shape) => self.parent(answer, name, shape, row),
                None => return false,
            },
            (Content::Children(shape), Cell::Children(rows)) if !rows.is_empty() => {
                self.children(answer, name, shape, rows);
            }
            _ => return false,
        }
        true
    }

    fn children(self, answer: &mut Writer, name: &str, shape: &Shape, rows: &[Row]) {
        let rest = (self.rest)(shape, rows);
        let shown = rest.as_ref().map_or(rows.len(), |(shown, _)| *shown);
        let page = Page {
            rows: rows.get(..shown).unwrap_or(rows),
            total: rows.len(),
            locator: rest.map(|(_, locator)| locator),
        };
        match self.api {
            Api::Enterprise => answer.nest(sf(name), |answer| self.page(answer, shape, page)),
            _ => answer.nest_as(sf(name), "QueryResult", |answer| self.page(answer, shape, page)),
        }
    }
}

fn object_name(shape: &Shape) -> &str {
    shape.object.as_deref().map_or("AggregateResult", |object| &object.name)
}

/// The id, if it was asked for.
fn selected_id<'r>(shape: &Shape, row: &'r Row) -> Option<&'r str> {
    let place = shape.columns.iter().position(|column| column.name == "Id" && shape.object.is_some())?;
    match row.cells.get(place)? {
        Cell::Value(value) => value.as_text(),
        _ => None,
    }
}
