//! One record by id: the way of a record GET. What the user sees of an object is kept for the next one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::{compound, fault};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::{Cell, Column, Content, Record, Row, Shape};
use crate::model::schema::{Field, FieldType, SObject};
use crate::model::value::{Seen, Value};
use crate::org::Org;
use crate::org::access::{Access, Runner};
use crate::org::extensions::Extension;

/// So many are kept; then the cache starts anew.
const MOST_KEPT: usize = 256;

/// The addresses of object and access, which both stay theirs while they are held (the object by the shape), and the API
/// version.
type RetrievalKey = (usize, usize, u8);

/// What is kept with the access that it was made for.
type KeptRetrieval = (Arc<Access>, Arc<Retrieval>);

/// Retrievals of all readable fields.
#[derive(Default)]
struct RetrievalCache(RefCell<HashMap<RetrievalKey, KeptRetrieval>>);

impl Extension for RetrievalCache {}

/// What is read of a record.
struct Retrieval {
    shape: Arc<Shape>,
    /// Where each column's value is in the record.
    places: Vec<ColumnSource>,
}

enum ColumnSource {
    Value(usize),
    Compound(Vec<usize>),
}

/// A record in the store, and what the user sees of it.
pub struct Stored<'a> {
    retrieval: &'a Retrieval,
    record: &'a Record,
}

/// A field of a [`Stored`] record.
pub enum StoredField<'a> {
    Value(FieldType, Seen<'a>),
    /// The parts of an address or location; `None` when all are null.
    Compound(Option<Vec<(&'static str, FieldType, Seen<'a>)>>),
}

impl<'a> Stored<'a> {
    /// When the record was last changed, by anyone or anything: milliseconds since 1970 UTC. `None` for an object that does
    /// not keep that.
    pub fn changed(&self) -> Option<i64> {
        let time = |name| match self.record.get(name) {
            Value::Int(time) => Some(*time),
            _ => None,
        };
        time("SystemModstamp").or_else(|| time("LastModifiedDate"))
    }

    /// Hands out the fields, by name.
    pub fn each(&self, mut take: impl FnMut(&str, StoredField<'a>)) {
        for (column, place) in self.retrieval.shape.columns.iter().zip(&self.retrieval.places) {
            match (&column.content, place) {
                (Content::Value(kind), ColumnSource::Value(at)) => {
                    take(&column.name, StoredField::Value(*kind, Seen::from(self.record.at(*at))));
                }
                (Content::Compound(parts), ColumnSource::Compound(places)) => {
                    let values = places.iter().map(|at| Seen::from(self.record.at(*at)));
                    let parts = parts.iter().zip(values).map(|((name, kind), value)| (*name, *kind, value));
                    let whole = parts.clone().any(|(_, _, part)| part != Seen::Null);
                    take(&column.name, StoredField::Compound(whole.then(|| parts.collect())));
                }
                _ => {}
            }
        }
    }

    /// The record as a query would give it.
    fn row(&self, id: Id) -> Row {
        let value = |at: &usize| self.record.at(*at).clone();
        let cell = |place: &ColumnSource| match place {
            ColumnSource::Value(at) => Cell::Value(value(at)),
            ColumnSource::Compound(places) => {
                let whole = places.iter().any(|at| !self.record.at(*at).is_null());
                Cell::Compound(whole.then(|| places.iter().map(value).collect()))
            }
        };
        Row { id: Some(id), durable_id: None, cells: self.retrieval.places.iter().map(cell).collect() }
    }
}

/// Reads a record by id: the named fields in this order, or all that the user may read, in describe order.
/// `None` when there is no such record, or none that the user may read.
///
/// # Errors
/// `INVALID_FIELD` for a field that does not exist or is hidden from the user.
pub fn retrieve(
    org: &Org,
    runner: &Runner,
    object: &Arc<SObject>,
    id: Id,
    fields: Option<&[&str]>,
    all_rows: bool,
) -> Result<Option<(Arc<Shape>, Row)>, Fault> {
    visit(org, runner, object, id, fields, all_rows, |stored| {
        (stored.retrieval.shape.clone(), stored.row(id))
    })
}

/// As [`retrieve`], but the record is read where it lies: the way of a record GET.
pub fn visit<T>(
    org: &Org,
    runner: &Runner,
    object: &Arc<SObject>,
    id: Id,
    fields: Option<&[&str]>,
    all_rows: bool,
    read: impl FnOnce(&Stored) -> T,
) -> Result<Option<T>, Fault> {
    if !runner.object(object).read {
        return Ok(None);
    }
    let retrieval = match fields {
        Some(names) => Arc::new(Retrieval::new(object, &named(runner, object, names)?)),
        None => kept(org, runner, object),
    };
    let found = org.find(object, id)?.filter(|record| all_rows || !record.get("IsDeleted").is_true());
    let Some(record) = found else { return Ok(None) };
    let shown = runner.sees_record(org, &record)?;
    Ok(shown.then(|| read(&Stored { retrieval: &retrieval, record: &record })))
}

fn named<'o>(runner: &Runner, object: &'o SObject, names: &[&str]) -> Result<Vec<&'o Field>, Fault> {
    let mut fields: Vec<&Field> = Vec::with_capacity(names.len());
    for name in names {
        let field = object.field(name).filter(|field| runner.sees_field(object, field));
        let field = field.ok_or_else(|| fault::no_such_column_here(name, &object.name))?;
        if !fields.iter().any(|known| known.name == field.name) {
            fields.push(field);
        }
    }
    Ok(fields)
}

fn kept(org: &Org, runner: &Runner, object: &Arc<SObject>) -> Arc<Retrieval> {
    let key = (Arc::as_ptr(object) as usize, Arc::as_ptr(runner.access()) as usize, runner.api_version());
    let cache = &org.extensions.get::<RetrievalCache>().0;
    if let Some((_, known)) = cache.borrow().get(&key) {
        return known.clone();
    }
    let fields: Vec<_> = object.fields.iter().filter(|field| runner.sees_field(object, field)).collect();
    let retrieval = Arc::new(Retrieval::new(object, &fields));
    let mut cache = cache.borrow_mut();
    if cache.len() >= MOST_KEPT {
        cache.clear();
    }
    cache.insert(key, (runner.access().clone(), retrieval.clone()));
    retrieval
}

impl Retrieval {
    fn new(object: &Arc<SObject>, fields: &[&Field]) -> Retrieval {
        // A field that is nowhere reads as null.
        let place = |field: &Field| object.field_index(&field.name).unwrap_or(object.fields.len());
        let columns = fields.iter().map(|field| {
            let (content, place) = if field.is_compound() {
                let parts = compound::parts(object, &field.name);
                let places = parts.iter().map(|(_, part)| place(part)).collect();
                let parts = parts.into_iter().map(|(name, part)| (name, part.kind)).collect();
                (Content::Compound(parts), ColumnSource::Compound(places))
            } else {
                (Content::Value(field.kind), ColumnSource::Value(place(field)))
            };
            (Column { name: field.name.clone(), content }, place)
        });
        let (columns, places) = columns.unzip();
        Retrieval { shape: Arc::new(Shape { object: Some(object.clone()), columns, from_at: 0 }), places }
    }
}
