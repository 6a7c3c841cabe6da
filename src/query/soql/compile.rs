//! From the text of a query to its statement.

use std::sync::Arc;

use super::ast::{Item, Query};
use super::compiler::Compiler;
use super::plan::RowPlan;
use super::query_options::QueryOptions;
use super::scope::Scope;
use super::{aggregate, fault, parse, records};
use crate::model::fault::{Detail, Fault};
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// A query and the statement that it comes to.
pub(super) struct Compiled<'q> {
    pub query: Query<'q>,
    pub entity: Arc<SObject>,
    pub aggregate: bool,
    pub sql: String,
    pub binds: Vec<Value>,
    /// `None` for `SELECT COUNT()`, whose statement gives one number.
    pub plan: Option<RowPlan>,
}

/// Parses a query, checks it against the schema and what the user may read, and makes its statement.
///
/// # Errors
/// Those of [`super::query`](super::query()).
pub(super) fn compile<'q>(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &'q str,
    options: &QueryOptions,
) -> Result<Compiled<'q>, Fault> {
    let query = parse::parse(text)?;
    let compiler = Compiler::new(org, runner, text, environment, &query, options);
    let entity = driving_object(&compiler, &query)?;
    let scope = Scope::new(&compiler, entity.clone(), &query.from)?;
    let aggregate = query.is_aggregate();
    let (sql, plan) = match query.select.as_slice() {
        [Item::Count(at)] => (aggregate::count(&scope, &query, *at)?, None),
        _ if aggregate => {
            let groups = aggregate::compile(&scope, &query)?;
            (groups.sql, Some(groups.plan))
        }
        _ => {
            let statement = records::compile(&scope, &query, 0, None)?;
            let records::Statement { columns, plan, from, filter, order, bounds } = statement;
            let columns = columns.join(", ");
            (format!("SELECT {columns} FROM {from} WHERE {filter} ORDER BY {order}{bounds}"), Some(plan))
        }
    };
    drop(scope);
    let binds = compiler.into_binds();
    Ok(Compiled { query, entity, aggregate, sql, binds, plan })
}

/// Objects whose records the real service works out when it is asked. They are described here, and have none: no rows
/// would be a wrong answer.
const VIRTUAL_OBJECTS: &[&str] = &["Publisher", "UserEntityAccess", "UserFieldAccess", "UserRecordAccess"];

/// Whether an object's records are emulated.
pub fn has_records(object: &str) -> bool {
    !VIRTUAL_OBJECTS.contains(&object)
}

/// The object of FROM, which the user may read and which can be queried.
fn driving_object(compiler: &Compiler, query: &Query) -> Result<Arc<SObject>, Fault> {
    let path = &query.from.object;
    let position = compiler.position(path.at());
    let name = path.text();
    let object = match compiler.readable(&name)? {
        Some(object) => object,
        None if is_change_event(compiler, &name) => return Err(fault::not_queryable(&name)),
        None => return Err(fault::no_such_object(position, &name)),
    };
    if !has_records(&object.name) {
        let what = format!("SOQL over {}", object.name);
        return Err(fault::no_such_object(position, &name).with(Detail::NotEmulated(what)));
    }
    if object.is("queryable") { Ok(object) } else { Err(fault::not_queryable(&object.name)) }
}

/// Whether a name is that of the events of changes of an object, which are read by subscribing, never by a query.
fn is_change_event(compiler: &Compiler, name: &str) -> bool {
    const ENDING: &str = "ChangeEvent";
    let parts = name.len().checked_sub(ENDING.len()).and_then(|at| name.split_at_checked(at));
    parts.filter(|(_, ending)| ending.eq_ignore_ascii_case(ENDING)).is_some_and(|(source, _)| {
        let own = source.strip_suffix("__").map(|own| format!("{own}__c"));
        compiler.org.schema.has_object(own.as_deref().unwrap_or(source))
    })
}
