//! What can be said of a query without running it.

use std::sync::Arc;

use super::ast::{Expression, Item};
use super::compile::{Compiled, compile};
use super::query::as_of_a_query;
use super::query_options::QueryOptions;
use crate::model::fault::Fault;
use crate::model::record::{Content, Shape};
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

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

/// Checks a query as [`super::query`](super::query()) does, and runs nothing.
///
/// # Errors
/// Those of [`super::query`](super::query()).
pub fn outline(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<Outline, Fault> {
    let compiled = compile(org, environment, runner, text, options).map_err(as_of_a_query)?;
    let Compiled { query, entity, aggregate, plan, .. } = compiled;
    let shape = plan.map(|plan| plan.shape());
    let mut columns = shape.iter().flat_map(|shape| &shape.columns);
    let compound = columns.any(|column| matches!(column.content, Content::Compound(_)));
    let calls =
        query.select.iter().enumerate().filter(|_| aggregate).filter_map(|(position, item)| match item {
            Item::Expression(call @ Expression::Call(_), _) => Some((position, in_display(call, &entity))),
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
