//! What the columns of a statement mean: the shape of its rows, and how to read them.

use std::sync::Arc;

use super::durable_id;
use crate::model::id::Id;
use crate::model::record::{Cell, Column, Content, Row, Shape};
use crate::model::schema::{FieldType, SObject};
use crate::model::value::Value;
use crate::org::storage::typed;

/// A row: its object, the statement's column with its id, and its cells by name.
#[derive(Debug, Clone, Default)]
pub struct RowPlan {
    /// `None` for the rows of an aggregate query.
    pub object: Option<Arc<SObject>>,
    pub id: Option<usize>,
    pub cells: Vec<(String, CellPlan)>,
    /// [`Shape::from_at`]
    pub from_at: usize,
}

/// Where a cell's content stands in the statement's columns.
#[derive(Debug, Clone)]
pub enum CellPlan {
    Value {
        column: usize,
        kind: FieldType,
    },
    /// The parts of an address or location.
    Compound(Vec<(&'static str, FieldType, usize)>),
    Parent(RowPlan),
    /// A parent of any of several objects, told apart by the key prefix of the id.
    AnyParent {
        id: usize,
        branches: Vec<(String, RowPlan)>,
    },
    /// Children, as a JSON array of rows.
    Children {
        column: usize,
        plan: RowPlan,
    },
}

/// A row of the store: of a statement, or of the JSON array that holds children.
pub trait Columns {
    fn value(&self, column: usize) -> Value;
    fn children(&self, column: usize) -> Vec<JsonRow>;
}

/// A row of children.
pub type JsonRow = Vec<serde_json::Value>;

impl RowPlan {
    /// The shape of the rows.
    pub fn shape(&self) -> Shape {
        let columns = self
            .cells
            .iter()
            .map(|(name, cell)| Column { name: name.clone(), content: cell.content() })
            .collect();
        Shape { object: self.object.clone(), columns, from_at: self.from_at }
    }

    /// Reads the id of a row.
    pub fn read_id(&self, columns: &impl Columns) -> Option<Id> {
        let id = self.id.filter(|_| !self.has_durable_ids())?;
        columns.value(id).as_text().and_then(Id::parse)
    }

    fn read_durable_id(&self, columns: &impl Columns) -> Option<Box<str>> {
        let id = self.id.filter(|_| self.has_durable_ids())?;
        columns.value(id).as_text().map(Box::from)
    }

    fn has_durable_ids(&self) -> bool {
        self.object.as_deref().is_some_and(durable_id::has_durable_ids)
    }

    /// Reads a row.
    pub fn read(&self, columns: &impl Columns) -> Row {
        Row {
            id: self.read_id(columns),
            durable_id: self.read_durable_id(columns),
            cells: self.cells.iter().map(|(_, cell)| self.cell(cell, columns)).collect(),
        }
    }

    fn cell(&self, cell: &CellPlan, columns: &impl Columns) -> Cell {
        match cell {
            CellPlan::Value { column, kind } => {
                let value = typed(*kind, columns.value(*column));
                // A record's checkbox is never null; a subtotal's is.
                let unset = value.is_null() && *kind == FieldType::Boolean && self.object.is_some();
                Cell::Value(if unset { Value::Bool(false) } else { value })
            }
            CellPlan::Compound(parts) => {
                let values: Vec<_> =
                    parts.iter().map(|(_, kind, column)| typed(*kind, columns.value(*column))).collect();
                Cell::Compound(if values.iter().all(Value::is_null) { None } else { Some(values) })
            }
            CellPlan::Parent(plan) => {
                let row = plan.read(columns);
                Cell::Parent((row.id.is_some() || row.durable_id.is_some()).then(|| Box::new(row)))
            }
            CellPlan::AnyParent { id, branches } => {
                let id = columns.value(*id);
                let prefix = id.as_text().and_then(|id| id.get(..3)).unwrap_or_default();
                let found = branches.iter().position(|(known, _)| known == prefix);
                let branch = found.and_then(|index| Some((index, &branches.get(index)?.1)));
                Cell::AnyParent(branch.map(|(index, plan)| (index, Box::new(plan.read(columns)))))
            }
            CellPlan::Children { column, plan } => {
                Cell::Children(columns.children(*column).iter().map(|row| plan.read(row)).collect())
            }
        }
    }
}

impl CellPlan {
    fn content(&self) -> Content {
        match self {
            CellPlan::Value { kind, .. } => Content::Value(*kind),
            CellPlan::Compound(parts) => {
                Content::Compound(parts.iter().map(|(name, kind, _)| (*name, *kind)).collect())
            }
            CellPlan::Parent(plan) => Content::Parent(plan.shape()),
            CellPlan::AnyParent { branches, .. } => {
                Content::AnyParent(branches.iter().map(|(_, plan)| plan.shape()).collect())
            }
            CellPlan::Children { plan, .. } => Content::Children(plan.shape()),
        }
    }
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, column: usize) -> Value {
        self.get_ref(column).map(Value::from).unwrap_or_default()
    }

    fn children(&self, column: usize) -> Vec<JsonRow> {
        let text = self.get_ref(column).ok().and_then(|value| value.as_str_or_null().ok().flatten());
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

impl Columns for JsonRow {
    fn value(&self, column: usize) -> Value {
        match self.get(column) {
            Some(serde_json::Value::Bool(flag)) => Value::Bool(*flag),
            Some(serde_json::Value::Number(number)) => match number.as_i64() {
                Some(whole) => Value::Int(whole),
                None => number.as_f64().map_or(Value::Null, Value::Double),
            },
            Some(serde_json::Value::String(text)) => Value::Text(text.clone()),
            _ => Value::Null,
        }
    }

    /// SQLite nests JSON as JSON or as text, as its optimizer likes.
    fn children(&self, column: usize) -> Vec<JsonRow> {
        match self.get(column) {
            Some(serde_json::Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(array @ serde_json::Value::Array(_)) => {
                serde_json::from_value(array.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}
