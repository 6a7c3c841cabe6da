//! Literals as values of the field they are compared with.

use jiff::civil::Date;

use super::ast::{Literal, LiteralValue};
use super::compiler::Compiler;
use super::dates::{self, DateLiteral};
use super::fault;
use super::operand::{Operand, text_of};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::FieldType;
use crate::model::value::Value;

/// What a literal stands for.
pub enum Bound {
    /// `null`, and the empty text, which is stored as null.
    Null,
    Value(Value),
    /// From the first up to, and without, the second.
    Range(Value, Value),
}

/// Reads a literal as a value of an operand's type.
///
/// # Errors
/// `INVALID_FIELD` for a literal of another type, `INVALID_QUERY_FILTER_OPERATOR` for a text that is no id.
pub fn bound(compiler: &Compiler, operand: &Operand, literal: &Literal) -> Result<Bound, Fault> {
    use FieldType::*;
    let value = match (operand.kind, &literal.value) {
        (_, LiteralValue::Null) => return Ok(Bound::Null),
        (Id | Reference, LiteralValue::Text(quoted)) => return id(compiler, operand, &text_of(quoted)),
        (Boolean, LiteralValue::Bool(flag)) => Value::Bool(*flag),
        (Int | Long, LiteralValue::Int(number)) => Value::Int(*number),
        (Double | Currency | Percent, LiteralValue::Int(number)) => Value::Double(*number as f64),
        (Double | Currency | Percent, LiteralValue::Decimal(number) | LiteralValue::Currency(number)) => {
            Value::Double(*number)
        }
        (Date, LiteralValue::Date(date)) => Value::Text(date.clone()),
        (DateTime, LiteralValue::DateTime(millis)) => Value::Int(*millis),
        (Time, LiteralValue::Time(time)) => Value::Text(time.clone()),
        (Date | DateTime, LiteralValue::Range(range)) => return days(compiler, operand.kind, *range),
        (kind, LiteralValue::Text(quoted)) if is_quoted(kind) => {
            let text = text_of(quoted);
            return Ok(if text.is_empty() { Bound::Null } else { Bound::Value(text.into()) });
        }
        (kind, _) => {
            let position = compiler.position(operand.at);
            return Err(fault::wrong_literal(position, &operand.name, type_word(kind), is_quoted(kind)));
        }
    };
    Ok(Bound::Value(value))
}

fn id(compiler: &Compiler, operand: &Operand, text: &str) -> Result<Bound, Fault> {
    if text.is_empty() {
        return Ok(Bound::Null);
    }
    match Id::parse(text) {
        Some(id) => Ok(Bound::Value(id.into())),
        None => Err(fault::invalid_id(compiler.position(operand.at), text)),
    }
}

fn days(compiler: &Compiler, kind: FieldType, literal: DateLiteral) -> Result<Bound, Fault> {
    let (start, end) = compiler.days(literal)?;
    let value = |day: Date| match kind {
        FieldType::Date => Some(Value::Text(day.to_string())),
        _ => dates::start_of(day, &compiler.runner.time_zone).map(Value::Int),
    };
    match (value(start), value(end)) {
        (Some(start), Some(end)) => Ok(Bound::Range(start, end)),
        _ => Err(fault::too_complicated()),
    }
}

/// Whether literals of a type stand in quotes.
fn is_quoted(kind: FieldType) -> bool {
    use FieldType::*;
    !matches!(kind, Boolean | Int | Long | Double | Currency | Percent | Date | DateTime | Time)
}

/// The word for a type where a literal does not fit it.
fn type_word(kind: FieldType) -> &'static str {
    use FieldType::*;
    match kind {
        Boolean => "boolean",
        Int | Long => "int",
        Double | Currency | Percent => "double",
        Date => "date",
        DateTime => "dateTime",
        Time => "time",
        Id | Reference => "reference",
        _ => "string",
    }
}
