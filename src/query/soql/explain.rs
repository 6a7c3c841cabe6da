//! What a query would cost: by which index it would find its rows, or that it would look at all of them. Nothing is run but
//! counts.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm>

use super::ast::{Condition, Expression, Operator};
use super::{Outline, QueryOptions, outline, parse, query};
use crate::model::fault::Fault;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// One way to run a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How many rows the leading operation gives.
    pub cardinality: usize,
    /// The fields of the index; none for a scan.
    pub fields: Vec<String>,
    /// Compared with the threshold of a selective query: below 1 it is one.
    pub relative_cost: f64,
    /// How many rows the object has.
    pub object_cardinality: usize,
    pub object: String,
    /// The fields of filters that no index helps with.
    pub unindexed: Vec<String>,
}

/// The share of an object's rows that a selective filter finds.
const SELECTIVE_SHARE: f64 = 0.3;
/// What it costs to look at all rows, beside the rows themselves.
const SCAN: f64 = 1.0;

/// The ways to run a query, the best one first.
///
/// # Errors
/// Those of [`query()`](super::query()).
pub fn explain(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    text: &str,
    options: &QueryOptions,
) -> Result<Vec<Plan>, Fault> {
    let Outline { entity, .. } = outline(org, environment, runner, text, options)?;
    let count = |condition: &str| {
        let text = format!("SELECT COUNT() FROM {}{condition}", entity.name);
        query(org, environment, runner, &text, options).map(|found| found.total)
    };
    let rows = count("")?;
    let parsed = parse::parse(text)?;
    let filters = parsed.condition.as_ref().map(|condition| filters(condition, &entity)).unwrap_or_default();
    let (indexed, others): (Vec<_>, Vec<_>) =
        filters.into_iter().partition(|(field, selects)| *selects && is_indexed(field));
    let names = |fields: &[(&Field, bool)]| -> Vec<String> {
        let mut names: Vec<String> = fields.iter().map(|(field, _)| field.name.clone()).collect();
        names.dedup();
        names
    };
    let plan = |fields: Vec<String>, cardinality: usize, relative_cost: f64| Plan {
        cardinality,
        fields,
        relative_cost,
        object_cardinality: rows,
        object: entity.name.clone(),
        unindexed: names(&others),
    };
    let threshold = (rows as f64 * SELECTIVE_SHARE).max(1.0);
    let mut plans = Vec::new();
    if !indexed.is_empty() {
        let found = query(org, environment, runner, text, options)?.total;
        plans.push(plan(names(&indexed), found, found as f64 / threshold));
    }
    plans.push(plan(Vec::new(), rows, SCAN + rows as f64 / threshold));
    plans.sort_by(|one, other| one.relative_cost.total_cmp(&other.relative_cost));
    Ok(plans)
}

/// The fields of the object's own that all rows must pass, and whether each comparison selects rows by values.
fn filters<'o>(condition: &Condition, object: &'o SObject) -> Vec<(&'o Field, bool)> {
    match condition {
        Condition::And(all) => all.iter().flat_map(|part| filters(part, object)).collect(),
        Condition::Compare(comparison) => {
            let Expression::Path(path) = &comparison.left else { return Vec::new() };
            let [name] = path.parts.as_slice() else { return Vec::new() };
            let selects = matches!(comparison.operator, Operator::Equal | Operator::In);
            object.field(name.text).map(|field| (field, selects)).into_iter().collect()
        }
        Condition::Or(_) | Condition::Not(_) => Vec::new(),
    }
}

/// Source: <https://help.salesforce.com/s/articleView?id=000385218&type=1>
fn is_indexed(field: &Field) -> bool {
    const NAMED: [&str; 4] = ["Name", "Email", "CreatedDate", "SystemModstamp"];
    matches!(field.kind, FieldType::Id | FieldType::Reference)
        || field.is(FieldFlag::ExternalId)
        || field.is(FieldFlag::IdLookup)
        || field.is(FieldFlag::Unique)
        || NAMED.contains(&field.name.as_str())
}
