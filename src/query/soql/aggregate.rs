//! Aggregate queries: COUNT(), aggregate functions, GROUP BY with ROLLUP and CUBE, HAVING.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_groupby.htm>

use super::ast::{Aggregate, Call, Expression, Function, Grouping, GroupingKind, Item, Name, Query};
use super::filter::{self, Level};
use super::operand::Operand;
use super::plan::{CellPlan, RowPlan};
use super::scope::Scope;
use super::{fault, records};
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, FieldType};

/// ROLLUP and CUBE take as many fields.
const MOST_SUBTOTALS: usize = 3;

/// `SELECT COUNT() FROM …`: a statement that gives one number.
pub fn count(scope: &Scope, query: &Query, at: usize) -> Result<String, Fault> {
    if query.group.is_some() {
        return Err(fault::grouped_count(scope.compiler.position(at)));
    }
    if !query.order.is_empty() {
        return Err(fault::overall_aggregate_with("ORDER BY"));
    }
    let filter = records::filter(scope, query, None)?;
    let bounds = records::bounds(scope, query)?;
    Ok(format!("SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE {filter}{bounds})", scope.tables()))
}

/// A compiled aggregate query.
pub struct Groups {
    pub sql: String,
    pub plan: RowPlan,
}

/// Compiles an aggregate query other than COUNT().
pub fn compile(scope: &Scope, query: &Query) -> Result<Groups, Fault> {
    let grouping = groups(scope, query.group.as_ref())?;
    if query.group.is_none() {
        overall(query)?;
    }
    let plain = query.group.as_ref().is_none_or(|group| group.kind == GroupingKind::Plain);
    let mut statements = Vec::new();
    let mut plan = RowPlan::default();
    let mut order = Vec::new();
    let filter = records::filter(scope, query, None)?;
    for set in sets(query.group.as_ref()) {
        let level = GroupLevel { scope, groups: &grouping, set: &set, plain };
        // Sorting is checked first, as the service does.
        let sorted = level.order(query)?;
        let selected = level.select(query)?;
        let having = match &query.having {
            Some(having) => {
                let operands = |expression: &Expression| level.operand(expression, fault::not_grouped);
                filter::compile(scope, having, Level::Groups, &operands)?
            }
            None => String::new(),
        };
        statements.push(level.statement(&selected.columns, &sorted.keys, &filter, &having));
        plan.cells = selected.cells;
        order = sorted.terms;
    }
    let names: Vec<_> = (0..plan.cells.len()).map(|index| format!("c{index}")).collect();
    let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
    let bounds = records::bounds(scope, query)?;
    let sql = format!("SELECT {} FROM ({}){order}{bounds}", names.join(", "), statements.join(" UNION ALL "));
    Ok(Groups { sql, plan })
}

/// What an aggregate over all records cannot be combined with.
fn overall(query: &Query) -> Result<(), Fault> {
    let sums_up = |expression: &Expression| matches!(expression, Expression::Call(call) if reduces(call));
    let any = query
        .select
        .iter()
        .any(|item| matches!(item, Item::Expression(expression, _) if sums_up(expression)));
    if !any {
        return Ok(());
    }
    if query.limit.is_some() {
        Err(fault::overall_aggregate_with("LIMIT"))
    } else if query.offset.is_some() {
        Err(fault::overall_aggregate_with("OFFSET"))
    } else if !query.order.is_empty() {
        Err(fault::overall_aggregate_with("ORDER BY"))
    } else {
        Ok(())
    }
}

/// Whether a function makes one value of many rows.
fn reduces(call: &Call) -> bool {
    match call.function {
        Function::Aggregate(_) => true,
        _ => {
            call.arguments.iter().any(|argument| matches!(argument, Expression::Call(call) if reduces(call)))
        }
    }
}

/// The grouped fields and date functions.
fn groups(scope: &Scope, grouping: Option<&Grouping>) -> Result<Vec<Operand>, Fault> {
    let Some(grouping) = grouping else { return Ok(Vec::new()) };
    let position = |at| scope.compiler.position(at);
    let kind = match grouping.kind {
        GroupingKind::Rollup => "ROLLUP",
        _ => "CUBE",
    };
    if grouping.kind != GroupingKind::Plain && grouping.by.len() > MOST_SUBTOTALS {
        return Err(fault::too_many_groupings(position(grouping.at), kind));
    }
    let mut groups: Vec<Operand> = Vec::with_capacity(grouping.by.len());
    for expression in &grouping.by {
        match expression {
            Expression::Call(call) if !matches!(call.function, Function::Date(_)) => {
                return Err(fault::unexpected_token(position(call.at), call.name));
            }
            _ => {}
        }
        let operand = scope.operand(expression)?;
        let groupable = operand.field.as_ref().is_some_and(|field| field.flags.has(FieldFlag::Groupable));
        if operand.plain && !groupable {
            return Err(fault::not_groupable(position(operand.at), &operand.name));
        }
        if groups.iter().any(|known| same(known, &operand)) {
            return Err(fault::duplicate_grouping(position(operand.at), &expression.text()));
        }
        groups.push(operand);
    }
    Ok(groups)
}

/// Which of the groups each of the united statements groups by.
fn sets(grouping: Option<&Grouping>) -> Vec<Vec<bool>> {
    let Some(grouping) = grouping else { return vec![Vec::new()] };
    let count = grouping.by.len();
    match grouping.kind {
        GroupingKind::Plain => vec![vec![true; count]],
        GroupingKind::Rollup => {
            (0..=count).rev().map(|kept| (0..count).map(|index| index < kept).collect()).collect()
        }
        GroupingKind::Cube => (0..1usize << count)
            .map(|dropped| (0..count).map(|index| dropped >> (count - 1 - index) & 1 == 0).collect())
            .collect(),
    }
}

/// Two operands that stand for the same expression. Bound values (a time zone, a list of labels) are compared by
/// what they came from.
fn same(left: &Operand, right: &Operand) -> bool {
    let path = |operand: &Operand| {
        operand.field.as_ref().map(|field| {
            let steps: Vec<_> = field.steps.iter().map(|step| step.relationship.clone()).collect();
            (steps, field.name.clone())
        })
    };
    let unbound = |sql: &str| {
        let mut plain = String::with_capacity(sql.len());
        let mut marks = sql.split('?');
        plain.push_str(marks.next().unwrap_or_default());
        for rest in marks {
            plain.push('?');
            plain.push_str(rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        plain
    };
    path(left) == path(right) && left.plain == right.plain && unbound(&left.sql) == unbound(&right.sql)
}

/// The columns' SQL, and the cells they are read into.
#[derive(Default)]
struct Selected {
    columns: Vec<String>,
    cells: Vec<(String, CellPlan)>,
}

/// The sorting of a set: columns to sort by, and the terms that do.
struct Sorted {
    keys: Vec<String>,
    terms: Vec<String>,
}

/// One of the statements: the groups, and which of them it keeps.
struct GroupLevel<'l, 'a> {
    scope: &'l Scope<'a>,
    groups: &'l [Operand],
    set: &'l [bool],
    plain: bool,
}

impl GroupLevel<'_, '_> {
    fn position(&self, at: usize) -> fault::QueryPosition<'_> {
        self.scope.compiler.position(at)
    }

    /// An aggregate, a grouped field, or a function of either.
    fn operand(
        &self,
        expression: &Expression,
        ungrouped: fn(fault::QueryPosition, &str) -> Fault,
    ) -> Result<Operand, Fault> {
        match expression {
            Expression::Call(call) => match (call.function, call.arguments.first()) {
                (Function::Aggregate(aggregate), _) => self.aggregate(call, aggregate),
                (Function::Grouping, Some(Expression::Path(path))) => {
                    let operand = self.scope.field(path)?;
                    match self.kept(&operand) {
                        Some(kept) => Ok(Operand {
                            sql: i32::from(!kept).to_string(),
                            kind: FieldType::Int,
                            bare: false,
                            plain: false,
                            at: call.at,
                            ..operand
                        }),
                        None => Err(ungrouped(self.position(call.at), &expression.text())),
                    }
                }
                (Function::Format, Some(inner)) => {
                    let inner = self.operand(inner, ungrouped)?;
                    self.scope.format(call, inner)
                }
                _ => self.grouped(expression, ungrouped),
            },
            _ => self.grouped(expression, ungrouped),
        }
    }

    fn aggregate(&self, call: &Call, aggregate: Aggregate) -> Result<Operand, Fault> {
        let operand = self.scope.aggregate(call, aggregate)?;
        let of = |group: &&Operand| {
            let (Some(group_field), Some(field)) = (&group.field, &operand.field) else { return false };
            let steps = |field: &super::scope::ResolvedField| {
                field.steps.iter().map(|step| step.relationship.clone()).collect::<Vec<_>>()
            };
            group.plain && group_field.name == field.name && steps(group_field) == steps(field)
        };
        match self.groups.iter().find(of) {
            Some(group) if self.plain => {
                Err(fault::grouped_and_aggregated(self.position(call.at), &group.name))
            }
            _ => Ok(operand),
        }
    }

    /// A grouped field, or a function of one; null in the rows that sum it up.
    fn grouped(
        &self,
        expression: &Expression,
        ungrouped: fn(fault::QueryPosition, &str) -> Fault,
    ) -> Result<Operand, Fault> {
        let operand = self.scope.operand(expression)?;
        let kept = self.kept(&operand).or_else(|| {
            // A function of a grouped field: toLabel(Status), CALENDAR_YEAR of a grouped date.
            let field = operand.field.as_ref().filter(|_| !operand.plain)?;
            let whole = self.groups.iter().position(|group| {
                group.plain && group.field.as_ref().is_some_and(|known| known.sql() == field.sql())
            })?;
            self.set.get(whole).copied()
        });
        match kept {
            Some(true) => Ok(operand),
            Some(false) => Ok(Operand { sql: "NULL".to_owned(), bare: false, ..operand }),
            None => Err(ungrouped(self.position(operand.at), &expression.text())),
        }
    }

    /// Whether a group is kept in this set; `None` when the operand is no group.
    fn kept(&self, operand: &Operand) -> Option<bool> {
        let index = self.groups.iter().position(|group| same(group, operand))?;
        self.set.get(index).copied()
    }

    /// The select list: aggregates without a name are `expr0`, `expr1`, …
    fn select(&self, query: &Query) -> Result<Selected, Fault> {
        let Selected { mut columns, mut cells } = Selected::default();
        let mut unnamed = 0;
        for item in &query.select {
            let (expression, alias) = match item {
                Item::Expression(expression, alias) => (expression, *alias),
                Item::Count(at) => return Err(fault::grouped_count(self.position(*at))),
                Item::Fields(name) => return Err(fault::not_grouped(self.position(name.at), "FIELDS")),
                Item::Children(query) => {
                    let at = query.from.object.at();
                    return Err(fault::not_grouped(self.position(at), &query.from.object.text()));
                }
                Item::TypeOf(type_of) => {
                    let path = &type_of.relationship;
                    return Err(fault::not_grouped(self.position(path.at()), &path.text()));
                }
            };
            let operand = self.operand(expression, fault::not_grouped)?;
            let name = match (alias, keeps_name(expression)) {
                (Some(Name { text, .. }), _) => text.to_owned(),
                (None, true) => {
                    operand.field.as_ref().map_or_else(|| operand.name.clone(), |f| f.name.clone())
                }
                (None, false) => {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                }
            };
            if cells.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                return Err(fault::duplicate_alias(self.position(expression.at()), &name));
            }
            cells.push((name, CellPlan::Value { column: columns.len(), kind: operand.kind }));
            columns.push(operand.sql);
        }
        Ok(Selected { columns, cells })
    }

    /// ORDER BY, then the groups themselves with their subtotals behind them.
    fn order(&self, query: &Query) -> Result<Sorted, Fault> {
        let mut sorted = Sorted { keys: Vec::new(), terms: Vec::new() };
        for order in &query.order {
            let operand = self.operand(&order.by, fault::ordered_not_grouped)?;
            let key = sorted.key(operand.sql.clone());
            sorted.terms.push(records::term(
                self.scope,
                order,
                &Operand { sql: key, bare: false, ..operand },
            ));
        }
        for (group, kept) in self.groups.iter().zip(self.set) {
            let key = sorted.key(i32::from(!kept).to_string());
            sorted.terms.push(key);
            let key = sorted.key(if *kept { group.sql.clone() } else { "NULL".to_owned() });
            sorted.terms.push(
                Operand { sql: key, bare: false, name: String::new(), field: None, ..*group }.collated(),
            );
        }
        Ok(sorted)
    }

    fn statement(&self, columns: &[String], keys: &[String], filter: &str, having: &str) -> String {
        let named = |letter: char, sqls: &[String]| {
            let named = sqls.iter().enumerate().map(|(index, sql)| format!("{sql} AS {letter}{index}"));
            named.collect::<Vec<_>>()
        };
        let columns = [named('c', columns), named('k', keys)].concat().join(", ");
        let kept = self.groups.iter().zip(self.set).filter(|(_, kept)| **kept);
        let kept: Vec<_> = kept.map(|(group, _)| group.sql.as_str()).collect();
        let group = if !kept.is_empty() {
            format!(" GROUP BY {}", kept.join(", "))
        } else if self.groups.is_empty() {
            String::new()
        } else {
            // The grand total: one row for all, and none for nothing.
            " GROUP BY NULL".to_owned()
        };
        let having = if having.is_empty() { String::new() } else { format!(" HAVING {having}") };
        format!("SELECT {columns} FROM {} WHERE {filter}{group}{having}", self.scope.tables())
    }
}

impl Sorted {
    /// Adds a column to sort by; gives its name.
    fn key(&mut self, sql: String) -> String {
        self.keys.push(sql);
        format!("k{}", self.keys.len() - 1)
    }
}

/// Grouped fields and the functions that keep their field's name; the others are named `expr<n>`.
fn keeps_name(expression: &Expression) -> bool {
    match expression {
        Expression::Path(_) => true,
        Expression::Call(call) => match call.function {
            Function::ToLabel | Function::ConvertCurrency => true,
            Function::Format => call.arguments.first().is_some_and(keeps_name),
            _ => false,
        },
        Expression::Literal(_) => false,
    }
}
