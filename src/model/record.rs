//! Records: the flat row that the write pipeline works on, and the shaped tree that a query gives.

use std::sync::Arc;

use super::id::Id;
use super::schema::{FieldType, SObject};
use super::value::Value;

/// One record with a value for every field of its object, in describe order. Copies share the values until one of them
/// changes.
#[derive(Debug, Clone)]
pub struct Record {
    pub object: Arc<SObject>,
    values: Arc<Vec<Value>>,
}

static NULL: Value = Value::Null;

impl Record {
    /// A record with nothing in it.
    pub fn empty(object: Arc<SObject>) -> Record {
        Record::new(object, Vec::new())
    }

    /// A new record with the values that fields have before anything is set.
    pub fn blank(object: Arc<SObject>) -> Record {
        let values = object.blank().clone();
        Record { object, values }
    }

    /// A record from values in describe order; missing ones are null.
    pub fn new(object: Arc<SObject>, values: Vec<Value>) -> Record {
        Record { object, values: Arc::new(values) }
    }

    /// A field's value by API name; null for a field the object does not have.
    pub fn get(&self, name: &str) -> &Value {
        self.object.field_index(name).map_or(&NULL, |index| self.at(index))
    }

    /// A field's text by API name; `None` when it is null or no text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_text()
    }

    /// A reference field's id, by API name.
    pub fn id(&self, name: &str) -> Option<Id> {
        self.text(name).and_then(Id::parse)
    }

    /// A field's value by its place in [`SObject::fields`].
    pub fn at(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&NULL)
    }

    /// Whether it is a copy in which nothing has changed.
    pub fn is_copy_of(&self, other: &Record) -> bool {
        Arc::ptr_eq(&self.values, &other.values)
    }

    /// Sets a field by API name; a field the object does not have is left out.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(index) = self.object.field_index(name) {
            self.set_at(index, value.into());
        }
    }

    /// Sets a field by its place in [`SObject::fields`]. What it was already makes no copy.
    pub fn set_at(&mut self, index: usize, value: Value) {
        if self.values.get(index) == Some(&value) {
            return;
        }
        let values = Arc::make_mut(&mut self.values);
        if values.len() <= index {
            values.resize(self.object.fields.len(), Value::Null);
        }
        if let Some(slot) = values.get_mut(index) {
            *slot = value;
        }
    }
}

/// What the rows of a query consist of, in SELECT order.
#[derive(Debug, Clone)]
pub struct Shape {
    /// `None` for the rows of an aggregate query (`AggregateResult`).
    pub object: Option<Arc<SObject>>,
    pub columns: Vec<Column>,
    /// Where, in the text of a SOQL query, its FROM has the object: this tells a query from those for children in it.
    /// A byte offset.
    pub from_at: usize,
}

#[derive(Debug, Clone)]
pub struct Column {
    /// The key in answers: the field's API name, a relationship name, an alias, `expr0`.
    pub name: String,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub enum Content {
    /// A plain value of this type.
    Value(FieldType),
    /// An address or location: its parts by their wire name (`city`), in wire order.
    Compound(Vec<(&'static str, FieldType)>),
    /// A parent record.
    Parent(Shape),
    /// A parent record whose object differs from row to row (`TYPEOF`, `Owner.Name`): one shape per object.
    AnyParent(Vec<Shape>),
    /// Child records.
    Children(Shape),
}

/// One row of a query: as many cells as its shape has columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The record's id, selected or not: answers need it for `attributes.url`. `None` for aggregates.
    pub id: Option<Id>,
    /// What takes the place of the id in rows that are no records: those of EntityDefinition and FieldDefinition.
    pub durable_id: Option<Box<str>>,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Value(Value),
    /// The parts of a compound field; `None` when the whole is null.
    Compound(Option<Vec<Value>>),
    Parent(Option<Box<Row>>),
    /// Which of the column's shapes, and the row.
    AnyParent(Option<(usize, Box<Row>)>),
    Children(Vec<Row>),
}
