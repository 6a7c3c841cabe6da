//! WHERE and HAVING as SQL conditions.
//!
//! A condition is true or it is not: where SQL knows a third answer (a comparison with null), NOT takes it for
//! "not true". So `NOT F = 'x'` and `F != 'x'` find the records without a value, and `F < 'x'` does not.

use super::ast::{Comparison, Condition, Expression, Literal, LiteralValue, Operand as Right, Operator};
use super::literal::{Bound, bound};
use super::operand::Operand;
use super::scope::Scope;
use super::textual::is_textual;
use super::value_lists::{Join, put_together};
use super::{fault, lexer};
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, FieldType};
use crate::model::value::Value;

/// Where in the tree of conditions one stands: semi-joins may not stand everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Top,
    /// Below ANDs only.
    And,
    /// Below an OR at the top.
    Or,
    /// Below anything else.
    Nested,
    /// Inside a semi-join, at whatever level.
    SemiJoin,
    /// In HAVING.
    Groups,
}

/// How a condition's left sides become operands: fields in WHERE, aggregates and grouped fields in HAVING.
pub type Operands<'f> = &'f dyn Fn(&Expression) -> Result<Operand, Fault>;

/// Compiles the WHERE of a scope.
pub fn condition(scope: &Scope, condition: &Condition, level: Level) -> Result<String, Fault> {
    compile(scope, condition, level, &|expression| filterable(scope, expression))
}

/// Compiles a condition over any kind of operands.
pub fn compile(
    scope: &Scope,
    condition: &Condition,
    level: Level,
    operands: Operands,
) -> Result<String, Fault> {
    let below = |changed: Level| match level {
        Level::SemiJoin | Level::Groups | Level::Or | Level::Nested => level,
        Level::Top | Level::And => changed,
    };
    let each =
        |conditions: &mut dyn Iterator<Item = &Condition>, level: Level| -> Result<Vec<String>, Fault> {
            conditions.map(|condition| compile(scope, condition, level, operands)).collect()
        };
    let all = |conditions: &[Condition], join: Join, level: Level| -> Result<Vec<String>, Fault> {
        if let Some(together) = put_together(conditions, join)
            && let Ok(together) = each(&mut together.iter().map(|condition| &**condition), level)
        {
            return Ok(together);
        }
        // As they were sent, so that the first of several mistakes is the one that is told.
        each(&mut conditions.iter(), level)
    };
    match condition {
        Condition::And(conditions) => Ok(balanced(&all(conditions, Join::And, below(Level::And))?, "AND")),
        Condition::Or(conditions) => {
            let level = below(if level == Level::Top { Level::Or } else { Level::Nested });
            Ok(balanced(&all(conditions, Join::Or, level)?, "OR"))
        }
        Condition::Not(inner) => {
            let inner = compile(scope, inner, below(Level::Nested), operands)?;
            Ok(format!("({inner}) IS NOT TRUE"))
        }
        Condition::Compare(comparison) => compare(scope, comparison, level, operands),
    }
}

/// Joins conditions as a tree of little depth: SQLite parses `a OR b OR …` into one as deep as it is long.
fn balanced(conditions: &[String], operator: &str) -> String {
    match conditions {
        [] => "1".to_owned(),
        [one] => one.clone(),
        _ => {
            let (left, right) = conditions.split_at(conditions.len() / 2);
            format!("({} {operator} {})", balanced(left, operator), balanced(right, operator))
        }
    }
}

fn filterable(scope: &Scope, expression: &Expression) -> Result<Operand, Fault> {
    let operand = scope.operand(expression)?;
    let field = operand.field.as_ref();
    let compound = matches!(operand.kind, FieldType::Address | FieldType::Location);
    if operand.plain && (compound || field.is_some_and(|field| !field.flags.has(FieldFlag::Filterable))) {
        return Err(fault::not_filterable(scope.compiler.position(operand.at), &operand.name));
    }
    Ok(operand)
}

fn compare(
    scope: &Scope,
    comparison: &Comparison,
    level: Level,
    operands: Operands,
) -> Result<String, Fault> {
    let operator = comparison.operator;
    let values = match &comparison.right {
        Right::Values(values) => values,
        Right::Select(select) => {
            let left = &comparison.left;
            return super::semi_join::compile(scope, left, operator == Operator::NotIn, select, level);
        }
    };
    let operand = operands(&comparison.left)?;
    if !allows(operand.kind, operator) {
        let word = if operand.kind == FieldType::Reference { FieldType::Id } else { operand.kind }.name();
        return Err(fault::invalid_operator(scope.compiler.position(operand.at), word));
    }
    match operator {
        Operator::Like => {
            let each: Vec<_> = values.iter().map(|value| like(scope, &operand, value)).collect();
            Ok(balanced(&each, "OR"))
        }
        Operator::In => any_of(scope, &operand, values),
        Operator::NotIn => Ok(format!("{} IS NOT TRUE", any_of(scope, &operand, values)?)),
        Operator::Includes => includes(scope, &operand, values),
        Operator::Excludes => Ok(format!("({}) IS NOT TRUE", includes(scope, &operand, values)?)),
        _ => {
            let mut each = Vec::with_capacity(values.len());
            for value in values {
                each.push(simple(scope, &operand, operator, value)?);
            }
            Ok(balanced(&each, "AND"))
        }
    }
}

/// Whether an operator makes sense for a type.
fn allows(kind: FieldType, operator: Operator) -> bool {
    match operator {
        Operator::Equal | Operator::NotEqual | Operator::In | Operator::NotIn => true,
        Operator::Like => is_textual(kind) && kind != FieldType::MultiPicklist,
        Operator::Includes | Operator::Excludes => kind == FieldType::MultiPicklist,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            !matches!(kind, FieldType::Boolean | FieldType::MultiPicklist)
        }
    }
}

/// The operand as SQL to compare: a boolean of a missing parent counts as false.
fn comparable(operand: &Operand) -> String {
    match operand.kind {
        FieldType::Boolean if operand.is_joined() => format!("coalesce({}, 0)", operand.sql),
        _ => operand.collated(),
    }
}

fn simple(scope: &Scope, operand: &Operand, operator: Operator, literal: &Literal) -> Result<String, Fault> {
    let compiler = scope.compiler;
    let sql = comparable(operand);
    let bind = |value: Value| compiler.bind(value);
    let boolean = operand.kind == FieldType::Boolean;
    Ok(match (operator, bound(compiler, operand, literal)?) {
        (Operator::Equal, Bound::Null) if boolean => format!("{sql} = 0"),
        (Operator::NotEqual, Bound::Null) if boolean => format!("{sql} <> 0"),
        (Operator::Equal, Bound::Null) => format!("{sql} IS NULL"),
        (Operator::NotEqual, Bound::Null) => format!("{sql} IS NOT NULL"),
        (_, Bound::Null) if matches!(literal.value, LiteralValue::Null) => {
            return Err(fault::invalid_operator(compiler.position(operand.at), operand.kind.name()));
        }
        (Operator::Less | Operator::LessOrEqual, Bound::Null) => "0".to_owned(),
        (_, Bound::Null) => format!("{sql} IS NOT NULL"),
        (Operator::NotEqual, Bound::Value(value)) => format!("{sql} IS NOT {}", bind(value)),
        (operator, Bound::Value(value)) => format!("{sql} {} {}", symbol(operator), bind(value)),
        (Operator::NotEqual, Bound::Range(start, end)) => {
            format!("({sql} >= {} AND {sql} < {}) IS NOT TRUE", bind(start), bind(end))
        }
        (Operator::Less, Bound::Range(start, _)) => format!("{sql} < {}", bind(start)),
        (Operator::LessOrEqual, Bound::Range(_, end)) => format!("{sql} < {}", bind(end)),
        (Operator::Greater, Bound::Range(_, end)) => format!("{sql} >= {}", bind(end)),
        (Operator::GreaterOrEqual, Bound::Range(start, _)) => format!("{sql} >= {}", bind(start)),
        (_, Bound::Range(start, end)) => {
            format!("({sql} >= {} AND {sql} < {})", bind(start), bind(end))
        }
    })
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        _ => "=",
    }
}

/// `IN`: a list is bound as one JSON array, so that its length does not change the statement.
fn any_of(scope: &Scope, operand: &Operand, literals: &[Literal]) -> Result<String, Fault> {
    let sql = comparable(operand);
    let mut any = Vec::new();
    let mut list = Vec::with_capacity(literals.len());
    for literal in literals {
        match bound(scope.compiler, operand, literal)? {
            // JSON text of SQLite ends at a NUL.
            Bound::Value(value) if value.as_text().is_some_and(|text| text.contains('\0')) => {
                any.push(format!("{sql} = {}", scope.compiler.bind(value)));
            }
            Bound::Value(value) => list.push(value),
            Bound::Null if operand.kind == FieldType::Boolean => list.push(Value::Bool(false)),
            Bound::Null => any.push(format!("{sql} IS NULL")),
            Bound::Range(start, end) => {
                let (start, end) = (scope.compiler.bind(start), scope.compiler.bind(end));
                any.push(format!("({sql} >= {start} AND {sql} < {end})"));
            }
        }
    }
    if list.len() == 1 {
        any.extend(list.pop().map(|value| format!("{sql} = {}", scope.compiler.bind(value))));
    } else if !list.is_empty() {
        let list: Vec<serde_json::Value> = list.into_iter().map(json).collect();
        let list = scope.compiler.bind(serde_json::Value::Array(list).to_string());
        any.push(format!("{sql} IN (SELECT value FROM json_each({list}))"));
    }
    Ok(format!("({})", balanced(&any, "OR")))
}

fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => i64::from(flag).into(),
        Value::Int(number) => number.into(),
        Value::Double(number) => number.into(),
        Value::Text(text) => text.into(),
    }
}

fn like(scope: &Scope, operand: &Operand, literal: &Literal) -> String {
    let pattern = match literal.value {
        LiteralValue::Text(quoted) => lexer::unquote(quoted, true),
        // The parser lets only texts through.
        _ => String::new(),
    };
    format!("soql_like({}, {})", operand.sql, scope.compiler.bind(pattern))
}

/// `INCLUDES ('A;B', 'C')`: A and B, or C.
fn includes(scope: &Scope, operand: &Operand, literals: &[Literal]) -> Result<String, Fault> {
    let mut each = Vec::with_capacity(literals.len());
    for literal in literals {
        if let Bound::Value(value) = bound(scope.compiler, operand, literal)? {
            each.push(format!("soql_includes({}, {})", operand.sql, scope.compiler.bind(value)));
        } else {
            each.push(format!("{} IS NULL", operand.sql));
        }
    }
    Ok(balanced(&each, "OR"))
}
