//! SOQL: parse, check against the schema and the user's access, compile to one SQLite statement, read its rows.
//!
//! * [`lexer`], [`parse`]: text to [`ast`].
//! * [`scope`], [`operand`], [`literal`]: names, functions and literals checked and typed.
//! * [`filter`], [`value_lists`], [`semi_join`], [`select`], [`children`], [`records`], [`aggregate`]: the SQL.
//! * [`plan`]: columns to rows. [`functions`]: what SQLite does not know.
//! * [`retrieve`]: one record by id, without any text.
//!
//! Reference: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm>

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::model::fault::{Detail, Fault, Rows};
use crate::model::record::{Content, Row, Shape};
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

mod aggregate;
mod ast;
mod children;
mod compiler;
mod compound;
mod cursor;
mod dates;
mod fault;
mod filter;
mod functions;
mod lexer;
mod literal;
mod operand;
mod parse;
mod plan;
mod query_scope;
mod records;
mod retrieve;
mod scope;
mod select;
mod semi_join;
mod value_lists;
mod viewed;

use aggregate::is_aggregate;
use ast::{Expression, Item, Query};
use compiler::Compiler;
use plan::RowPlan;
use scope::Scope;

pub use cursor::{Cursor, FirstPage, first_page};
pub(in crate::query) use fault::Place;
pub use fault::{no_such_column_here, no_such_object_here, place_of, query_timeout};
pub use retrieve::{Stored, StoredField, retrieve, visit};

/// What queries are refused for.
pub(crate) const FAULTS: Rows = fault::FAULTS;

/// How a query is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryOptions {
    /// Deleted records too (`queryAll`).
    pub all_rows: bool,
    /// The API version without its `.0`: 62.
    pub api_version: u32,
}

/// What a query found.
#[derive(Debug, Clone)]
pub struct QueryResult {
    pub shape: Arc<Shape>,
    pub rows: Vec<Row>,
    /// How many rows there are; for `SELECT COUNT()` the count, though it has no rows.
    pub total: usize,
    /// The object of FROM.
    pub entity: Arc<SObject>,
    /// The rows are `AggregateResult`s.
    pub aggregate: bool,
}

/// What an org keeps for its queries.
#[derive(Default)]
pub(crate) struct Queries {
    /// Whether the connection knows our SQL functions.
    registered: Cell<bool>,
    kept: RefCell<retrieve::Kept>,
}

/// Runs a query as a user.
///
/// # Errors
/// `MALFORMED_QUERY`, `INVALID_FIELD`, `INVALID_TYPE` and the other codes of [`fault`], most with the caret block
/// that shows the place; `QUERY_TIMEOUT` when the call has had its time.
pub fn query(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<QueryResult, Fault> {
    find(org, environment, runner, text, options).map_err(as_of_a_query)
}

/// The fault of a call that has had its time is another for a query.
fn as_of_a_query(fault: Fault) -> Fault {
    if fault.is_out_of_time() { query_timeout() } else { fault }
}

fn find(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<QueryResult, Fault> {
    let now = environment.now();
    let Compiled { query, entity, aggregate, sql, binds, plan } = compile(org, runner, text, now, options)?;
    let Some(plan) = plan else {
        let mut total = 0;
        run(org, &sql, &binds, |row| {
            total =
                row.get::<_, i64>(0).ok().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        })?;
        let shape = Arc::new(RowPlan::default().shape());
        return Ok(QueryResult { shape, rows: Vec::new(), total, entity, aggregate });
    };
    let mut rows = Vec::new();
    run(org, &sql, &binds, |row| rows.push(plan.read(row)))?;
    if query.for_view || query.for_reference {
        let ids: Vec<_> = rows.iter().filter_map(|row| row.id).collect();
        viewed::note(org, runner, &entity, &ids, now, query.for_view)?;
    }
    Ok(QueryResult { shape: Arc::new(plan.shape()), total: rows.len(), rows, entity, aggregate })
}

/// What can be said of a query without running it.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The object of FROM.
    pub entity: Arc<SObject>,
    /// It groups or counts.
    pub aggregate: bool,
    /// It has a query for children inside.
    pub children: bool,
    /// It selects an address or a location as a whole.
    pub compound: bool,
    pub type_of: bool,
    pub offset: bool,
    pub grouped: bool,
    /// What its rows consist of; `None` for `SELECT COUNT()`.
    pub shape: Option<Shape>,
    /// The functions of an aggregate query: place of the column, and text such as `count(Id)`.
    pub calls: Vec<(usize, String)>,
}

/// Checks a query as [`query`] does, and runs nothing.
///
/// # Errors
/// Those of [`query`].
pub fn outline(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<Outline, Fault> {
    let compiled = compile(org, runner, text, environment.now(), options).map_err(as_of_a_query)?;
    let Compiled { query, entity, aggregate, plan, .. } = compiled;
    let shape = plan.map(|plan| plan.shape());
    let mut columns = shape.iter().flat_map(|shape| &shape.columns);
    let compound = columns.any(|column| matches!(column.content, Content::Compound(_)));
    let calls =
        query.select.iter().enumerate().filter(|_| aggregate).filter_map(|(place, item)| match item {
            Item::Expression(call @ Expression::Call(_), _) => Some((place, in_display(call, &entity))),
            _ => None,
        });
    let calls = calls.collect();
    Ok(Outline {
        aggregate,
        children: query.select.iter().any(|item| matches!(item, Item::Children(_))),
        compound,
        type_of: query.select.iter().any(|item| matches!(item, Item::TypeOf(_))),
        offset: query.offset.is_some(),
        grouped: query.group.is_some(),
        calls,
        entity,
        shape,
    })
}

/// An expression as tools show it: functions in lower case, a field in its own.
fn in_display(expression: &Expression, entity: &SObject) -> String {
    match expression {
        Expression::Call(call) => {
            let arguments: Vec<_> = call.arguments.iter().map(|part| in_display(part, entity)).collect();
            format!("{}({})", call.name.to_ascii_lowercase(), arguments.join(", "))
        }
        Expression::Path(path) => {
            let text = path.text();
            entity.field(&text).map_or(text, |field| field.name.clone())
        }
        Expression::Literal(literal) => literal.text.to_owned(),
    }
}

/// A query and the statement that it comes to.
struct Compiled<'q> {
    query: Query<'q>,
    entity: Arc<SObject>,
    aggregate: bool,
    sql: String,
    binds: Vec<Value>,
    /// `None` for `SELECT COUNT()`, whose statement gives one number.
    plan: Option<RowPlan>,
}

fn compile<'q>(
    org: &Org,
    runner: &Runner,
    text: &'q str,
    now: i64,
    options: &QueryOptions,
) -> Result<Compiled<'q>, Fault> {
    let query = parse::parse(text)?;
    let compiler = Compiler::new(org, runner, text, now, options);
    let entity = driving_object(&compiler, &query)?;
    let scope = Scope::new(&compiler, entity.clone(), &query.from)?;
    let aggregate = is_aggregate(&query);
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
const VIRTUAL_OBJECTS: &[&str] = &[
    "AuthSession",
    "EntityDefinition",
    "FieldDefinition",
    "Publisher",
    "UserEntityAccess",
    "UserFieldAccess",
    "UserRecordAccess",
];

/// Whether an object's records are emulated.
pub fn has_records(object: &str) -> bool {
    !VIRTUAL_OBJECTS.contains(&object)
}

/// The object of FROM, which the user may read and which can be queried.
fn driving_object(compiler: &Compiler, query: &Query) -> Result<Arc<SObject>, Fault> {
    let path = &query.from.object;
    let place = compiler.place(path.at());
    let name = path.text();
    let object = compiler.readable(&name)?.ok_or_else(|| fault::no_such_object(place, &name))?;
    if !has_records(&object.name) {
        let what = format!("SOQL over {}", object.name);
        return Err(fault::no_such_object(place, &name).with(Detail::NotEmulated(what)));
    }
    if object.is("queryable") { Ok(object) } else { Err(fault::not_queryable(&object.name)) }
}

/// The condition that leaves deleted records out, unless all rows are wanted.
fn rows_of(scope: &Scope, all_rows: bool) -> Vec<String> {
    let hides = !all_rows && scope.object.has_recycle_bin();
    hides.then(|| format!("{} = 0", scope.own("IsDeleted"))).into_iter().collect()
}

/// Statements of more bytes are prepared anew for each use: those that are kept may not fill the memory.
const LONGEST_KEPT: usize = 32 * 1024;

/// Runs a compiled statement and hands out its rows. SQLite has limits of its own on columns, terms and depth: a statement
/// beyond them is too complicated.
fn run(org: &Org, sql: &str, binds: &[Value], mut read: impl FnMut(&rusqlite::Row)) -> Result<(), Fault> {
    let connection = org.store.connection();
    let queries = org.extensions.get::<Queries>();
    if !queries.registered.get() {
        functions::register(connection).map_err(|error| org.store.failed(error))?;
        queries.registered.set(true);
    }
    tracing::trace!(sql, "soql");
    let too_complicated = |error: rusqlite::Error| {
        let error = org.store.failed(error);
        if error.is_trouble() {
            return Fault::from(error);
        }
        tracing::warn!(%error, sql, "a query that SQLite does not take");
        fault::too_complicated()
    };
    let (mut kept, mut passing);
    let statement: &mut rusqlite::Statement = if sql.len() <= LONGEST_KEPT {
        kept = connection.prepare_cached(sql).map_err(too_complicated)?;
        &mut kept
    } else {
        passing = connection.prepare(sql).map_err(too_complicated)?;
        &mut passing
    };
    // Groups that a subtotal leaves out may have bound values that no mark refers to.
    let marks = statement.parameter_count();
    for (index, value) in binds.iter().take(marks).enumerate() {
        statement.raw_bind_parameter(index + 1, value).map_err(|error| org.store.failed(error))?;
    }
    let _reading = org.store.reading();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| org.store.failed(error))? {
        org.check_deadline()?;
        read(row);
    }
    Ok(())
}
