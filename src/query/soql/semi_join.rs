//! `Id IN (SELECT AccountId FROM Contact …)`.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm>

use super::ast::{Expression, Item, Path, Query};
use super::fault;
use super::filter::{self, Level};
use super::operand::Operand;
use super::scope::Scope;
use crate::model::fault::Fault;
use crate::model::schema::FieldType;

/// Objects that may not stand in a sub-select.
const UNSUPPORTED: [&str; 8] =
    ["ActivityHistory", "Attachment", "Event", "EventAttendee", "Note", "OpenActivity", "Tag", "Task"];

/// Compiles a semi-join, or with `anti` an anti-join.
///
/// # Errors
/// `MALFORMED_QUERY` where the reference forbids it; `EXCEEDED_MAX_SEMIJOIN_SUBSELECTS` for the third.
pub fn compile(
    outer: &Scope,
    left: &Expression,
    anti: bool,
    select: &Query,
    level: Level,
) -> Result<String, Fault> {
    let compiler = outer.compiler;
    let position = compiler.position(left.at());
    match level {
        Level::Top | Level::And => {}
        Level::Or => return Err(fault::semi_join_with_or(position)),
        Level::Nested | Level::Groups => return Err(fault::nested_where_semi_join(position)),
        Level::SemiJoin => return Err(fault::nested_semi_join(position)),
    }
    compiler.count_semi_join()?;
    let left = left_operand(outer, left)?;
    let from = select.from.object.parts.last().map_or("", |name| name.text);
    let from_place = compiler.position(select.from.object.at());
    let object = compiler.readable(from)?.ok_or_else(|| fault::no_such_object(from_place, from))?;
    if UNSUPPORTED.contains(&object.name.as_str()) {
        return Err(fault::semi_join_unsupported(from_place, &object.name));
    }
    if object.name == outer.object.name {
        return Err(fault::semi_join_of_same_object(position));
    }
    let inner = Scope::new(compiler, object, &select.from)?;
    let selected = selected(&inner, &select.select)?;
    if !points_to(&selected).iter().any(|name| points_to(&left).contains(name)) {
        return Err(fault::semi_join_types_differ(position, &selected.name, &left.name));
    }
    let mut conditions = inner.live_rows(compiler.options.all_rows);
    let mut bind = |value| compiler.bind(value);
    conditions.extend(compiler.runner.visible_rows(&inner.object, &inner.alias, &mut bind));
    conditions.push(format!("{} IS NOT NULL", selected.sql));
    if let Some(condition) = &select.condition {
        conditions.push(filter::condition(&inner, condition, Level::SemiJoin)?);
    }
    let found = format!(
        "{} IN (SELECT {} FROM {} WHERE {})",
        left.sql,
        selected.sql,
        inner.tables(),
        conditions.join(" AND ")
    );
    Ok(if anti { format!("({found}) IS NOT TRUE") } else { found })
}

fn left_operand(outer: &Scope, left: &Expression) -> Result<Operand, Fault> {
    let position = outer.compiler.position(left.at());
    let Expression::Path(path) = left else {
        return Err(fault::semi_join_left_type(position, &left.text()));
    };
    let operand = outer.field(path)?;
    if operand.is_joined() {
        return Err(fault::semi_join_left_path(position, &path.text()));
    }
    match operand.kind {
        FieldType::Id | FieldType::Reference => Ok(operand),
        _ => Err(fault::semi_join_left_type(position, &operand.name)),
    }
}

fn selected(inner: &Scope, items: &[Item]) -> Result<Operand, Fault> {
    let expression = match items.first() {
        Some(Item::Expression(expression, _)) => expression,
        // The parser lets only expressions through.
        _ => &Expression::Path(Path { parts: Vec::new() }),
    };
    let position = inner.compiler.position(expression.at());
    let Expression::Path(path) = expression else {
        return Err(fault::semi_join_inner_type(position, &expression.text()));
    };
    let operand = inner.field(path)?;
    if operand.is_joined() {
        return Err(fault::semi_join_inner_path(position, &path.text()));
    }
    match operand.kind {
        FieldType::Id | FieldType::Reference => Ok(operand),
        _ => Err(fault::semi_join_inner_type(position, &operand.name)),
    }
}

/// The objects whose ids an operand holds.
fn points_to(operand: &Operand) -> Vec<String> {
    let Some(resolved) = &operand.field else { return Vec::new() };
    match resolved.field() {
        Some(field) if field.kind == FieldType::Reference => field.reference_to.clone(),
        _ => vec![resolved.object().name.clone()],
    }
}
