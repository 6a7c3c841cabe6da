//! One record by id: the way of a record GET. The statement and the shape are kept for the next one.

use std::collections::HashMap;
use std::sync::Arc;

use super::plan::{CellPlan, Columns as _, RowPlan};
use super::{compound, fault, visibility};
use crate::org::Org;
use crate::org::access::{Access, Runner};
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::record::{Row, Shape};
use crate::org::schema::{Field, SObject};
use crate::org::value::Value;
use crate::store::quoted;

/// So many statements are kept; then the cache starts anew.
const MOST_KEPT: usize = 256;

/// Statements for all readable fields, by the addresses of object and access, which both stay theirs while they
/// are held: the object by the plan.
#[derive(Default)]
pub struct Kept(HashMap<(usize, usize), (Arc<Access>, Arc<Retrieval>)>);

/// A compiled SELECT of one record.
struct Retrieval {
    /// Ends after the condition on the id.
    sql: String,
    shape: Arc<Shape>,
    plan: RowPlan,
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
    if !runner.object(object).read {
        return Ok(None);
    }
    org.ensure_table(object)?;
    let retrieval = match fields {
        Some(names) => Arc::new(Retrieval::new(object, &named(runner, object, names)?, None)),
        None => kept(org, runner, object)?,
    };
    let mut values = vec![Value::from(id)];
    let visible = visibility::visible_rows(runner, object, "r", &mut |value| {
        values.push(value);
        format!("?{}", values.len())
    });
    let read = |row: &rusqlite::Row| {
        let deleted = !all_rows && row.value(0).is_true();
        Ok((!deleted).then(|| retrieval.plan.read(row)))
    };
    let found = match visible {
        None => org.store.row(&retrieval.sql, rusqlite::params_from_iter(&values), read)?,
        Some(condition) => {
            let sql = format!("{} AND {condition}", retrieval.sql);
            org.store.row(&sql, rusqlite::params_from_iter(&values), read)?
        }
    };
    Ok(found.flatten().map(|row| (retrieval.shape.clone(), row)))
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

fn kept(org: &Org, runner: &Runner, object: &Arc<SObject>) -> Result<Arc<Retrieval>, Fault> {
    let key = (Arc::as_ptr(object) as usize, Arc::as_ptr(runner.access()) as usize);
    if let Some((_, known)) = org.queries.kept.borrow().0.get(&key) {
        return Ok(known.clone());
    }
    let fields: Vec<_> = object.fields.iter().filter(|field| runner.sees_field(object, field)).collect();
    let retrieval = Arc::new(Retrieval::new(object, &fields, Some(&org.store.columns(&object.name)?)));
    let kept = &mut org.queries.kept.borrow_mut().0;
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, (runner.access().clone(), retrieval.clone()));
    Ok(retrieval)
}

impl Retrieval {
    /// `table` are the names of all columns, for a record of which most are read: SQLite's statement cache hashes the
    /// whole text on each use, and `r.*` is shorter than two hundred names.
    fn new(object: &Arc<SObject>, fields: &[&Field], table: Option<&[String]>) -> Retrieval {
        let deleted = if object.has_recycle_bin() { "r.\"IsDeleted\"" } else { "0" };
        let mut columns = vec![deleted.to_owned(), "r.\"Id\"".to_owned()];
        let first = columns.len();
        let mut cells = Vec::with_capacity(fields.len());
        if table.is_some() {
            columns.push("r.*".to_owned());
        }
        let mut column = |field: &Field| match table {
            // A column that the table lacks, of a field added later, reads as null.
            Some(names) => first + names.iter().position(|name| *name == field.name).unwrap_or(names.len()),
            None => {
                columns.push(format!("r.{}", quoted(&field.name)));
                columns.len() - 1
            }
        };
        for field in fields {
            let cell = if field.is_compound() {
                let parts = compound::parts(object, &field.name).into_iter();
                CellPlan::Compound(parts.map(|(name, part)| (name, part.kind, column(part))).collect())
            } else {
                CellPlan::Value { column: column(field), kind: field.kind }
            };
            cells.push((field.name.clone(), cell));
        }
        let plan = RowPlan { object: Some(object.clone()), id: Some(1), cells };
        let sql =
            format!("SELECT {} FROM {} r WHERE r.\"Id\" = ?1", columns.join(", "), quoted(&object.name));
        Retrieval { sql, shape: Arc::new(plan.shape()), plan }
    }
}
