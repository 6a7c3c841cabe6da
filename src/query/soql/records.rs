//! A query for records, without its children's and parent's statements around it.

use super::ast::{Expression, Order, Query};
use super::filter::{self, Level};
use super::operand::Operand;
use super::plan::RowPlan;
use super::scope::Scope;
use super::{fault, query_scope, select};
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, FieldType};
use crate::model::value::Value;

/// OFFSET goes this far.
const MOST_SKIPPED: u64 = 2000;

/// The pieces of a SELECT.
pub struct Statement {
    pub columns: Vec<String>,
    pub plan: RowPlan,
    pub from: String,
    pub filter: String,
    pub order: String,
    /// LIMIT and OFFSET, with a blank before them, or nothing.
    pub bounds: String,
}

/// Compiles a query for records. `link` is the condition that ties children to their parent.
pub fn compile(scope: &Scope, query: &Query, level: usize, link: Option<String>) -> Result<Statement, Fault> {
    let selection = select::select(scope, query, level)?;
    let filter = filter(scope, query, link)?;
    let mut order = Vec::new();
    for by in &query.order {
        order.push(term(scope, by, &ordered(scope, &by.by)?));
    }
    order.push(scope.own("Id"));
    Ok(Statement {
        columns: selection.columns,
        plan: selection.plan,
        filter,
        order: order.join(", "),
        bounds: bounds(scope, query)?,
        // Last: everything above may have joined parents.
        from: scope.tables(),
    })
}

/// All that decides which records a query finds.
pub fn filter(scope: &Scope, query: &Query, link: Option<String>) -> Result<String, Fault> {
    let compiler = scope.compiler;
    let mut bind = |value: Value| compiler.bind(value);
    let mut conditions: Vec<String> = link.into_iter().collect();
    conditions.extend(scope.live_rows(compiler.options.all_rows));
    conditions.extend(compiler.runner.visible_rows(&scope.object, &scope.alias, &mut bind));
    if let Some(name) = &query.scope {
        conditions.extend(query_scope::rows_in(scope, name)?);
    }
    if let Some(at) = query.data_category {
        return Err(fault::no_data_categories(compiler.position(at), &scope.object.name));
    }
    if let Some(condition) = &query.condition {
        conditions.push(filter::condition(scope, condition, Level::Top)?);
    }
    Ok(if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") })
}

fn ordered(scope: &Scope, expression: &Expression) -> Result<Operand, Fault> {
    let operand = scope.operand(expression)?;
    let field = operand.field.as_ref();
    if operand.plain && field.is_some_and(|field| !field.flags.has(FieldFlag::Sortable)) {
        return Err(fault::not_sortable(scope.compiler.position(operand.at), &operand.name));
    }
    Ok(operand)
}

/// A term of ORDER BY. Nulls come first, descending too; picklists sort as they are listed.
pub fn term(scope: &Scope, order: &Order, operand: &Operand) -> String {
    let direction = if order.descending { "DESC" } else { "ASC" };
    let nulls = if order.nulls_last { "LAST" } else { "FIRST" };
    let sql = operand.collated();
    let values = operand.field.as_ref().filter(|_| operand.plain && operand.kind == FieldType::Picklist);
    let values = values.and_then(|field| field.field()?.picklist.clone());
    let Some(values) = values else { return format!("{sql} {direction} NULLS {nulls}") };
    let values: Vec<_> = values.iter().map(|entry| entry.value.as_str()).collect();
    let list = scope.compiler.bind(serde_json::json!(values).to_string());
    format!("soql_rank({sql}, {list}) {direction} NULLS {nulls}, {sql} {direction} NULLS {nulls}")
}

/// LIMIT and OFFSET.
pub fn bounds(scope: &Scope, query: &Query) -> Result<String, Fault> {
    let compiler = scope.compiler;
    let number = |count: u64| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    if query.offset.is_some_and(|offset| offset > MOST_SKIPPED) {
        return Err(fault::offset_too_large());
    }
    let mut sql = String::new();
    if query.limit.is_some() || query.offset.is_some() {
        let limit = query.limit.map_or(Value::Int(-1), number);
        sql.push_str(&format!(" LIMIT {}", compiler.bind(limit)));
    }
    if let Some(offset) = query.offset {
        sql.push_str(&format!(" OFFSET {}", compiler.bind(number(offset))));
    }
    Ok(sql)
}
