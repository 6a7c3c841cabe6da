//! Fields and functions as typed SQL expressions.

use super::ast::{Aggregate, Call, DatePart, Expression, Function, LiteralValue, Path};
use super::scope::{ResolvedField, Scope};
use super::textual::is_textual;
use super::{fault, functions, lexer};
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, FieldType, Picklist};
use crate::model::value::Value;

/// A typed SQL expression.
pub struct Operand {
    pub sql: String,
    pub kind: FieldType,
    /// The name in messages and, for a field, in answers.
    pub name: String,
    pub at: usize,
    /// The field it is, or that its function is of.
    pub field: Option<ResolvedField>,
    /// A column, which carries its own collation and index.
    pub bare: bool,
    /// The field as it is, without a function.
    pub plain: bool,
}

impl Operand {
    /// The SQL with the collation that its text compares by, where it does not carry one itself.
    pub fn collated(&self) -> String {
        let cased = matches!(self.kind, FieldType::Id | FieldType::Reference);
        let case_sensitive =
            self.field.as_ref().is_some_and(|field| field.flags.has(FieldFlag::CaseSensitive));
        if self.bare || cased || case_sensitive || !is_textual(self.kind) {
            return self.sql.clone();
        }
        format!("({} COLLATE FOLDED)", self.sql)
    }

    /// True for an expression that can be null though its field is boolean: the parent may be missing.
    pub fn is_joined(&self) -> bool {
        self.field.as_ref().is_none_or(|field| !field.steps.is_empty())
    }
}

impl Scope<'_> {
    /// A field or a function of fields; no aggregate.
    pub fn operand(&self, expression: &Expression) -> Result<Operand, Fault> {
        match expression {
            Expression::Path(path) => self.field(path),
            Expression::Call(call) => self.call(call),
            Expression::Literal(literal) => {
                Err(fault::unexpected_token(self.compiler.position(literal.at), literal.text))
            }
        }
    }

    pub fn field(&self, path: &Path) -> Result<Operand, Fault> {
        let resolved = self.resolve(path)?;
        Ok(Operand {
            sql: resolved.sql(),
            kind: resolved.kind,
            name: resolved.name.clone(),
            at: resolved.at,
            bare: resolved.source.is_table(),
            field: Some(resolved),
            plain: true,
        })
    }

    fn call(&self, call: &Call) -> Result<Operand, Fault> {
        let argument = call.arguments.first();
        match (call.function, argument) {
            (Function::Date(part), Some(argument)) => self.date_function(call, part, argument),
            (Function::ToLabel, Some(Expression::Path(path))) => self.label(call, path),
            (Function::Format, Some(argument)) => self.format(call, self.operand(argument)?),
            (Function::ConvertCurrency, Some(Expression::Path(path))) => {
                let operand = self.field(path)?;
                Ok(Operand { at: call.at, plain: false, ..operand })
            }
            (Function::Distance, _) => self.distance(call),
            (Function::ToLabel | Function::ConvertCurrency, Some(_)) => {
                Err(fault::nested_function(&call.name.to_ascii_uppercase()))
            }
            _ => Err(fault::unexpected_token(self.compiler.position(call.at), call.name)),
        }
    }

    fn date_function(&self, call: &Call, part: DatePart, argument: &Expression) -> Result<Operand, Fault> {
        let (path, converted) = match argument {
            Expression::Path(path) => (path, false),
            Expression::Call(inner) => match (inner.function, inner.arguments.first()) {
                (Function::ConvertTimezone, Some(Expression::Path(path))) => (path, true),
                _ => return Err(fault::nested_function(&call.name.to_ascii_uppercase())),
            },
            Expression::Literal(_) => return Err(fault::nested_function(&call.name.to_ascii_uppercase())),
        };
        let resolved = self.resolve(path)?;
        let wants_clock = converted || matches!(part, DatePart::HourInDay | DatePart::DayOnly);
        let fits = resolved.kind == FieldType::DateTime || (resolved.kind == FieldType::Date && !wants_clock);
        if !fits {
            let position = self.compiler.position(call.at);
            return Err(fault::function_on_wrong_type(
                position,
                &resolved.name,
                &call.name.to_ascii_uppercase(),
            ));
        }
        // Without convertTimezone a client gets days and hours of UTC.
        let zone = if converted { self.compiler.zone() } else { "UTC" };
        let compiler = self.compiler;
        let fiscal = matches!(part, DatePart::FiscalMonth | DatePart::FiscalQuarter | DatePart::FiscalYear);
        let (start, named_by_start) = match fiscal {
            true => compiler.fiscal_year().map(|year| (year.start_month, year.named_by_start))?,
            false => (1, false),
        };
        let sql = format!(
            "soql_part('{}', {}, {}, {start}, {})",
            functions::part_name(part),
            resolved.sql(),
            compiler.bind(zone),
            i32::from(named_by_start)
        );
        let kind = if part == DatePart::DayOnly { FieldType::Date } else { FieldType::Int };
        Ok(self.computed(call, sql, kind, resolved))
    }

    fn label(&self, call: &Call, path: &Path) -> Result<Operand, Fault> {
        let resolved = self.resolve(path)?;
        let labels = resolved.field().and_then(|field| field.picklist.as_deref()).and_then(labels);
        let sql = match labels {
            Some(labels) => format!("soql_label({}, {})", resolved.sql(), self.compiler.bind(labels)),
            None => resolved.sql(),
        };
        Ok(self.computed(call, sql, FieldType::String, resolved))
    }

    /// A value as the user's interface shows it.
    pub fn format(&self, call: &Call, operand: Operand) -> Result<Operand, Fault> {
        let scale = operand.field.as_ref().and_then(ResolvedField::field).map_or(2, |field| field.scale);
        let zone = self.compiler.bind(self.compiler.zone());
        let sql = format!("soql_format('{}', {}, {scale}, {zone})", operand.kind.name(), operand.sql);
        Ok(Operand { sql, kind: FieldType::String, at: call.at, bare: false, plain: false, ..operand })
    }

    fn computed(&self, call: &Call, sql: String, kind: FieldType, of: ResolvedField) -> Operand {
        Operand { sql, kind, name: of.name.clone(), at: call.at, field: Some(of), bare: false, plain: false }
    }

    /// `DISTANCE(field, GEOLOCATION(latitude, longitude), 'mi')`
    fn distance(&self, call: &Call) -> Result<Operand, Fault> {
        let wrong = |at: usize, text: &str| fault::unexpected_token(self.compiler.position(at), text);
        let [Expression::Path(path), Expression::Call(point), Expression::Literal(unit)] =
            call.arguments.as_slice()
        else {
            return Err(wrong(call.at, call.name));
        };
        let metres = match &unit.value {
            LiteralValue::Text("'mi'") => 1609.344,
            LiteralValue::Text("'km'") => 1000.0,
            _ => return Err(wrong(unit.at, unit.text)),
        };
        if point.function != Function::Geolocation {
            return Err(wrong(point.at, point.name));
        }
        let mut sql = "soql_distance(".to_owned();
        let resolved = self.resolve(path)?;
        for part in ["latitude", "longitude"] {
            let parts = super::compound::parts(resolved.object(), &resolved.name);
            match parts.into_iter().find(|(name, _)| *name == part) {
                Some((_, field)) => sql.push_str(&resolved.source.column(field)),
                None => {
                    let position = self.compiler.position(call.at);
                    return Err(fault::function_on_wrong_type(position, &resolved.name, "DISTANCE"));
                }
            }
            sql.push_str(", ");
        }
        for argument in &point.arguments {
            let Expression::Literal(literal) = argument else {
                return Err(wrong(argument.at(), &argument.text()));
            };
            let degrees = match literal.value {
                LiteralValue::Int(number) => number as f64,
                LiteralValue::Decimal(number) => number,
                _ => return Err(wrong(literal.at, literal.text)),
            };
            sql.push_str(&self.compiler.bind(Value::Double(degrees)));
            sql.push_str(", ");
        }
        sql.push_str(&format!("{metres:?})"));
        let name = call.name.to_owned();
        Ok(Operand {
            sql,
            kind: FieldType::Double,
            name,
            at: call.at,
            field: Some(resolved),
            bare: false,
            plain: false,
        })
    }

    /// An aggregate function over the rows of a group.
    pub fn aggregate(&self, call: &Call, aggregate: Aggregate) -> Result<Operand, Fault> {
        let position = self.compiler.position(call.at);
        let path = match call.arguments.first() {
            Some(Expression::Path(path)) => path,
            Some(Expression::Call(inner)) if inner.function == Function::ConvertCurrency => {
                match inner.arguments.first() {
                    Some(Expression::Path(path)) => path,
                    _ => return Err(fault::nested_function(aggregate.name())),
                }
            }
            _ => return Err(fault::nested_function(aggregate.name())),
        };
        let resolved = self.resolve(path)?;
        use FieldType::{Currency, Double, Int, Long, Percent};
        let number = matches!(resolved.kind, Int | Long | Double | Currency | Percent);
        let sums = matches!(aggregate, Aggregate::Sum | Aggregate::Avg);
        if !resolved.flags.has(FieldFlag::Aggregatable) || (sums && !number) {
            return Err(fault::not_aggregatable(position, &resolved.name, aggregate.name()));
        }
        let value = resolved.sql();
        let (sql, kind) = match aggregate {
            Aggregate::Count => (format!("COUNT({value})"), Int),
            Aggregate::CountDistinct => (format!("COUNT(DISTINCT {value})"), Int),
            Aggregate::Sum => (format!("CAST(SUM({value}) AS REAL)"), Double),
            Aggregate::Avg => (format!("AVG({value})"), Double),
            Aggregate::Min => (format!("MIN({value})"), resolved.kind),
            Aggregate::Max => (format!("MAX({value})"), resolved.kind),
        };
        Ok(Operand {
            sql,
            kind,
            name: format!("{}({})", aggregate.name(), resolved.name),
            at: call.at,
            field: Some(resolved),
            bare: false,
            plain: false,
        })
    }
}

/// The labels that differ from their values, as a JSON object; `None` when none do.
fn labels(list: &Picklist) -> Option<String> {
    let differing = list.iter().filter(|entry| entry.label != entry.value);
    let map: serde_json::Map<_, _> =
        differing.map(|entry| (entry.value.clone(), entry.label.clone().into())).collect();
    if map.is_empty() { None } else { Some(serde_json::Value::Object(map).to_string()) }
}

/// The text of a quoted literal.
pub fn text_of(quoted: &str) -> String {
    lexer::unquote(quoted, false)
}
