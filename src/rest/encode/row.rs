//! Records as queries shape them.

use super::record_url::record_url;
use super::writer::Writer;
use crate::model::id::Id;
use crate::model::record::{Cell, Column, Content, Row, Shape};
use crate::model::schema::FieldType;
use crate::model::value::Value;
use crate::world::ApiVersion;

/// Keeps the rows of a child query that are too many for one answer, and gives the path of the rest.
pub type Pages<'a> = &'a dyn Fn(&Shape, &[Row]) -> Option<(usize, String)>;

/// Writes a row under a name.
pub fn row(w: &mut Writer, name: &str, version: ApiVersion, shape: &Shape, row: &Row, pages: Pages) {
    let object = shape.object.as_deref().map_or("AggregateResult", |object| &object.name);
    let id = row.id.as_ref().map(Id::as_str).or(row.durable_id.as_deref());
    let at = id.filter(|_| shape.object.is_some()).map(|id| (version, id));
    w.record(name, object, at, |w| cells(w, version, shape, row, pages));
}

/// Writes the cells of a row as members.
fn cells(w: &mut Writer, version: ApiVersion, shape: &Shape, row: &Row, pages: Pages) {
    for (column, cell) in shape.columns.iter().zip(&row.cells) {
        self::cell(w, version, shape, row, column, cell, pages);
    }
}

fn cell(
    w: &mut Writer,
    version: ApiVersion,
    shape: &Shape,
    of: &Row,
    column: &Column,
    cell: &Cell,
    pages: Pages,
) {
    let name = &column.name;
    match (&column.content, cell) {
        (Content::Value(FieldType::Base64), Cell::Value(Value::Text(_))) => match (&shape.object, of.id) {
            (Some(object), Some(id)) => {
                w.text(name, &format!("{}/{name}", record_url(version, &object.name, id.as_str())));
            }
            _ => w.null(name),
        },
        (Content::Value(kind), Cell::Value(value)) => w.value(name, *kind, value),
        (Content::Compound(parts), Cell::Compound(Some(values))) => w.group(name, |w| {
            for ((part, kind), value) in parts.iter().zip(values) {
                w.value(part, *kind, value);
            }
        }),
        (Content::Parent(shape), Cell::Parent(Some(parent))) => row(w, name, version, shape, parent, pages),
        (Content::AnyParent(shapes), Cell::AnyParent(Some((which, parent)))) => match shapes.get(*which) {
            Some(shape) => row(w, name, version, shape, parent, pages),
            None => w.null(name),
        },
        (Content::Children(shape), Cell::Children(rows)) if !rows.is_empty() => {
            children(w, name, version, shape, rows, pages);
        }
        _ => w.null(name),
    }
}

fn children(w: &mut Writer, name: &str, version: ApiVersion, shape: &Shape, rows: &[Row], pages: Pages) {
    let rest = pages(shape, rows);
    let shown = rest.as_ref().map_or(rows.len(), |(shown, _)| *shown);
    let next = rest.as_ref().map(|(_, url)| url.as_str());
    w.group(name, |w| result(w, version, shape, rows.iter().take(shown), rows.len(), next, pages));
}

/// Writes the members of a query's answer: the rows on this page, how many there are in all, and where the next page is.
pub fn result<'a>(
    w: &mut Writer,
    version: ApiVersion,
    shape: &Shape,
    rows: impl Iterator<Item = &'a Row>,
    total: usize,
    next: Option<&str>,
    pages: Pages,
) {
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    // XML has them in alphabetical order.
    if !w.is_xml() {
        w.int("totalSize", total);
    }
    w.bool("done", next.is_none());
    if let Some(url) = next {
        w.text("nextRecordsUrl", url);
    }
    w.items("records", |w| {
        for row in rows {
            self::row(w, "records", version, shape, row, pages);
        }
    });
    if w.is_xml() {
        w.int("totalSize", total);
    }
}
