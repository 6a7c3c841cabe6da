//! Queries that are read page by page. What is kept of one between two pages is its text and the ids of its rows: the
//! values are read when their page is asked for, as they are then.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::ast::{Item, Query};
use super::compile::compile;
use super::compiler::Compiler;
use super::query::{QueryResult, as_of_a_query, query as run_query};
use super::query_options::QueryOptions;
use super::scope::Scope;
use super::statement::run;
use super::{durable_id, fault, parse, select, viewed};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::{Row, Shape};
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// A query that has run, or one for children in it.
#[derive(Debug, Clone)]
pub struct Cursor {
    query: Arc<(String, QueryOptions)>,
    /// [`Shape::from_at`] of its rows.
    from_at: usize,
    object: Arc<SObject>,
    /// Of all rows, in their order.
    ids: Arc<[Id]>,
}

/// The first page of a query.
pub struct FirstPage {
    /// Its rows are those of the page; its total is that of all.
    pub result: QueryResult,
    /// What reads the other pages; `None` when there are none, and for groups, which have only one.
    pub cursor: Option<Cursor>,
}

impl FirstPage {
    /// Whether there are rows that are not on this page.
    pub fn is_part(&self) -> bool {
        self.result.rows.len() < self.result.total && !self.result.shape.columns.is_empty()
    }
}

/// Runs a query as [`super::query()`] does, and reads at most `page` rows of it.
///
/// # Errors
/// Those of [`super::query()`].
pub fn first_page(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
    page: usize,
) -> Result<FirstPage, Fault> {
    find_first_page(org, environment, runner, text, options, page).map_err(as_of_a_query)
}

fn find_first_page(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
    page: usize,
) -> Result<FirstPage, Fault> {
    let now = environment.now();
    let compiled = compile(org, environment, runner, text, options)?;
    let Some(plan) = &compiled.plan else {
        let result = run_query(org, environment, runner, text, options)?;
        return Ok(FirstPage { result, cursor: None });
    };
    // Rows without ids could not be found again.
    let page = if durable_id::has_durable_ids(&compiled.entity) { usize::MAX } else { page };
    let (mut rows, mut ids, mut total) = (Vec::new(), Vec::new(), 0);
    run(org, &compiled.sql, &compiled.binds, |row| {
        total += 1;
        if total <= page {
            rows.push(plan.read(row));
        }
        ids.extend(plan.read_id(row));
    })?;
    let query = &compiled.query;
    if query.for_view || query.for_reference {
        viewed::note(org, runner, &compiled.entity, &ids, now, query.for_view)?;
    }
    let shape = Arc::new(plan.shape());
    let cursor = match &shape.object {
        Some(object) if total > page => {
            let query = Arc::new((text.to_owned(), *options));
            Some(Cursor { query, from_at: shape.from_at, object: object.clone(), ids: ids.into() })
        }
        _ => None,
    };
    let (entity, aggregate) = (compiled.entity.clone(), compiled.aggregate);
    Ok(FirstPage { result: QueryResult { shape, rows, total, entity, aggregate }, cursor })
}

impl Cursor {
    /// The same for rows of a query for children, which is in the query with this text. `None` when the rows are no
    /// records.
    pub fn of_children(text: &str, options: &QueryOptions, shape: &Shape, rows: &[Row]) -> Option<Cursor> {
        Cursor::new(Arc::new((text.to_owned(), *options)), shape, rows)
    }

    /// The same for rows of a query for children that a page of this one has.
    pub fn of_inner(&self, shape: &Shape, rows: &[Row]) -> Option<Cursor> {
        Cursor::new(self.query.clone(), shape, rows)
    }

    fn new(query: Arc<(String, QueryOptions)>, shape: &Shape, rows: &[Row]) -> Option<Cursor> {
        let ids = rows.iter().filter_map(|row| row.id).collect();
        Some(Cursor { query, from_at: shape.from_at, object: shape.object.clone()?, ids })
    }

    /// The number of rows, with those that are gone since.
    pub fn total(&self) -> usize {
        self.ids.len()
    }

    /// The object of the rows.
    pub fn object(&self) -> &SObject {
        &self.object
    }

    /// Reads `count` rows from the row `first` on, without those that the user does not see any more.
    ///
    /// # Errors
    /// Those of [`super::query()`]: a field may have been deleted since, or hidden from the user.
    pub fn read(
        &self,
        org: &Org,
        environment: &dyn Environment,
        runner: &Runner,
        first: usize,
        count: usize,
    ) -> Result<(Shape, Vec<Row>), Fault> {
        self.find(org, environment, runner, first, count).map_err(as_of_a_query)
    }

    fn find(
        &self,
        org: &Org,
        environment: &dyn Environment,
        runner: &Runner,
        first: usize,
        count: usize,
    ) -> Result<(Shape, Vec<Row>), Fault> {
        let (text, options) = &*self.query;
        let ids = self.ids.iter().skip(first).take(count);
        let whole = parse::parse(text)?;
        let (query, level) = find(&whole, self.from_at, 0).ok_or_else(fault::too_complicated)?;
        let compiler = Compiler::new(org, runner, text, environment, &whole, options);
        let position = compiler.position(self.from_at);
        let object = compiler
            .readable(&self.object.name)?
            .ok_or_else(|| fault::no_such_object(position, &self.object.name))?;
        let scope = Scope::new(&compiler, object, &query.from)?;
        let selection = select::select(&scope, query, level)?;
        let listed: Vec<&str> = ids.clone().map(Id::as_str).collect();
        let listed = compiler.bind(serde_json::json!(listed).to_string());
        let mut conditions = vec![format!("{} IN (SELECT value FROM json_each({listed}))", scope.own("Id"))];
        conditions.extend(scope.live_rows(options.all_rows));
        let mut bind = |value: Value| compiler.bind(value);
        conditions.extend(runner.visible_rows(&scope.object, &scope.alias, &mut bind));
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            selection.columns.join(", "),
            scope.tables(),
            conditions.join(" AND ")
        );
        let plan = selection.plan;
        drop(scope);
        let mut found: HashMap<Id, Row, FixedState> = HashMap::default();
        run(org, &sql, &compiler.into_binds(), |row| {
            let row = plan.read(row);
            found.extend(row.id.map(|id| (id, row)));
        })?;
        Ok((plan.shape(), ids.filter_map(|id| found.remove(id)).collect()))
    }
}

/// The query whose FROM has its object at this place, and how many queries are around it.
fn find<'a, 'q>(query: &'a Query<'q>, from_at: usize, level: usize) -> Option<(&'a Query<'q>, usize)> {
    if query.from.object.at() == from_at {
        return Some((query, level));
    }
    query.select.iter().find_map(|item| match item {
        Item::Children(children) => find(children, from_at, level + 1),
        _ => None,
    })
}
