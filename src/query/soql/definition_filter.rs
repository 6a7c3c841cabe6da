//! Of which objects a query for definitions wants to know: what its filters name.

use super::ast::{Condition, Expression, LiteralValue, Operand, Operator, Query};
use super::lexer::unquote;

/// The objects that a query is about, by names that a filter lists; `None` when no filter does.
pub fn entities_of(query: &Query) -> Option<Vec<String>> {
    named(query.condition.as_ref()?)
}

fn named(condition: &Condition) -> Option<Vec<String>> {
    match condition {
        Condition::And(all) => all.iter().find_map(named),
        Condition::Or(all) => {
            let each: Option<Vec<_>> = all.iter().map(named).collect();
            each.map(|names| names.concat())
        }
        Condition::Compare(comparison) if matches!(comparison.operator, Operator::Equal | Operator::In) => {
            let (Expression::Path(path), Operand::Values(values)) = (&comparison.left, &comparison.right)
            else {
                return None;
            };
            let last = path.parts.last()?.text.to_ascii_lowercase();
            let of_entity = path.parts.len().checked_sub(2).and_then(|at| path.parts.get(at));
            let of_entity = of_entity.is_some_and(|part| part.text.eq_ignore_ascii_case("EntityDefinition"));
            let is_key = match last.as_str() {
                "entitydefinitionid" | "durableid" => true,
                "qualifiedapiname" | "developername" => of_entity,
                _ => false,
            };
            let text = |value: &LiteralValue| match value {
                LiteralValue::Text(quoted) => Some(unquote(quoted, false)),
                _ => None,
            };
            // `Account.Name` names a field of Account.
            let entity = |text: String| text.split('.').next().unwrap_or_default().to_owned();
            is_key.then(|| values.iter().filter_map(|literal| text(&literal.value)).map(entity).collect())
        }
        _ => None,
    }
}
