//! `GET /query?explain=`: how a query would be run.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm>

use super::exchange::{Exchange, RestResult};
use crate::query::soql::{self, QueryOptions};

/// Explains a query; it is not run.
pub fn answer(exchange: &Exchange, text: &str, all_rows: bool) -> RestResult {
    let options = QueryOptions { all_rows, api_version: exchange.version.number() };
    let context = &exchange.context;
    let plans = soql::explain(context.org, &exchange.environment(), &context.runner, text, &options)?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(exchange.ok("QueryPlans", |w| {
        w.items("plans", |w| {
            for plan in &plans {
                w.group("plans", |w| {
                    w.int("cardinality", count(plan.cardinality));
                    w.tree("fields", &plan.fields.as_slice().into());
                    let operation = if plan.fields.is_empty() { "TableScan" } else { "Index" };
                    w.text("leadingOperationType", operation);
                    w.items("notes", |w| {
                        for field in &plan.unindexed {
                            w.group("notes", |w| {
                                w.text(
                                    "description",
                                    "Not considering filter for optimization because unindexed",
                                );
                                w.tree("fields", &vec![field.as_str()].into());
                                w.text("tableEnumOrId", &plan.object);
                            });
                        }
                    });
                    w.double("relativeCost", plan.relative_cost);
                    w.int("sobjectCardinality", count(plan.object_cardinality));
                    w.text("sobjectType", &plan.object);
                });
            }
        });
        w.text("sourceQuery", text);
    }))
}
