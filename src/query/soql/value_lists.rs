//! `F = 'a' OR F = 'b'` is `F IN ('a', 'b')`, and `F != 'a' AND F != 'b'` is `F NOT IN ('a', 'b')`. Clients write thousands
//! of them; as a list they are one look-up for each row instead of as many comparisons.

use std::borrow::Cow;
use std::collections::HashMap;

use super::ast::{Comparison, Condition, Operand, Operator};

/// What joins conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Join {
    And,
    Or,
}

impl Join {
    /// The operator of a list that stands for comparisons joined like this.
    fn list_operator(self) -> Operator {
        match self {
            Join::And => Operator::NotIn,
            Join::Or => Operator::In,
        }
    }

    /// Whether comparisons by this operator, joined like this, can be one list.
    fn makes_a_list(self, operator: Operator) -> bool {
        match self {
            Join::And => matches!(operator, Operator::NotEqual | Operator::NotIn),
            Join::Or => matches!(operator, Operator::Equal | Operator::In),
        }
    }

    /// The conditions inside one that is itself joined like this.
    fn inner<'c, 'q>(self, condition: &'c Condition<'q>) -> Option<&'c [Condition<'q>]> {
        match (self, condition) {
            (Join::And, Condition::And(inner)) | (Join::Or, Condition::Or(inner)) => Some(inner),
            _ => None,
        }
    }
}

/// The same conditions with those of one left side put together; `None` when no two can be. What is inside parentheses and
/// joined alike belongs to them. The order stays that of the first of each.
pub fn put_together<'c, 'q>(
    conditions: &'c [Condition<'q>],
    join: Join,
) -> Option<Vec<Cow<'c, Condition<'q>>>> {
    let mut all: Vec<Cow<Condition>> = Vec::with_capacity(conditions.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found = false;
    let mut open: Vec<_> = conditions.iter().rev().collect();
    while let Some(condition) = open.pop() {
        if let Some(inner) = join.inner(condition) {
            open.extend(inner.iter().rev());
            continue;
        }
        let Some((left, values)) = list_part(condition, join) else {
            all.push(Cow::Borrowed(condition));
            continue;
        };
        match places.get(&left).and_then(|position| all.get_mut(*position)) {
            Some(first) => {
                if let Condition::Compare(Comparison { operator, right: Operand::Values(list), .. }) =
                    first.to_mut()
                {
                    *operator = join.list_operator();
                    list.extend(values.iter().cloned());
                    found = true;
                }
            }
            None => {
                places.insert(left, all.len());
                all.push(Cow::Borrowed(condition));
            }
        }
    }
    found.then_some(all)
}

/// The left side, in one case, and the values of a comparison that can be part of a list.
fn list_part<'c, 'q>(
    condition: &'c Condition<'q>,
    join: Join,
) -> Option<(String, &'c [super::ast::Literal<'q>])> {
    match condition {
        Condition::Compare(Comparison { left, operator, right: Operand::Values(values) })
            if join.makes_a_list(*operator) =>
        {
            Some((left.text().to_ascii_lowercase(), values))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::soql::parse::parse;

    /// What the WHERE comes to, as `left operator number of values`, or the kind of another condition.
    fn lists(condition: &str, join: Join) -> Option<Vec<String>> {
        let text = format!("SELECT Id FROM Contact WHERE {condition}");
        let query = parse(&text).expect("a query");
        let conditions = match query.condition.as_ref()? {
            Condition::And(conditions) | Condition::Or(conditions) => conditions,
            _ => return None,
        };
        let shown = |condition: &Cow<Condition>| match &**condition {
            Condition::Compare(Comparison { left, operator, right: Operand::Values(values) }) => {
                format!("{} {operator:?} {}", left.text(), values.len())
            }
            Condition::Compare(_) => "semi-join".to_owned(),
            Condition::And(_) => "and".to_owned(),
            Condition::Or(_) => "or".to_owned(),
            Condition::Not(_) => "not".to_owned(),
        };
        Some(put_together(conditions, join)?.iter().map(shown).collect())
    }

    #[test]
    fn equalities_of_one_field_are_one_list() {
        let or = |condition: &str| lists(condition, Join::Or);
        assert_eq!(or("Id = 'a' OR Id = 'b' OR id IN ('c', 'd')"), Some(vec!["Id In 4".to_owned()]));
        assert_eq!(
            or("Name = 'a' OR Id = 'b' OR (Id = 'c' OR Name = null) OR Id > 'd'"),
            Some(["Name In 2", "Id In 2", "Id Greater 1"].map(str::to_owned).to_vec())
        );
        assert_eq!(
            or("Id = 'a' OR (Id = 'b' AND Name = 'c') OR NOT Id = 'd' OR Id = 'e'"),
            Some(["Id In 2", "and", "not"].map(str::to_owned).to_vec())
        );
        assert_eq!(or("Id = 'a' OR Name = 'b' OR Id != 'c'"), None);
        assert_eq!(or("Id = 'a' OR Id IN (SELECT ContactId FROM Case)"), None);
    }

    #[test]
    fn inequalities_of_one_field_are_one_list() {
        let and = |condition: &str| lists(condition, Join::And);
        assert_eq!(and("Id != 'a' AND (Id <> 'b' AND Id NOT IN ('c'))"), Some(vec!["Id NotIn 3".to_owned()]));
        assert_eq!(and("Id = 'a' AND Id = 'b'"), None);
    }

    #[test]
    fn thousands_are_one_list() {
        let many: Vec<_> = (0..4000).map(|number| format!("Id = '{number}'")).collect();
        assert_eq!(lists(&many.join(" OR "), Join::Or), Some(vec!["Id In 4000".to_owned()]));
    }
}
