//! SELECT lists of records: fields, parents merged into one object each, children, TYPEOF, FIELDS().

use std::sync::Arc;

use super::ast::{
    Call, Comparison, Condition, Expression, Function, Item, Name, Operand as Right, Operator, Path, Query,
    TypeOf,
};
use super::plan::{CellPlan, RowPlan};
use super::scope::{ResolvedField, Scope, Source, Step};
use super::{children, compound, durable_id, fault};
use crate::model::fault::Fault;
use crate::model::schema::{FieldFlag, SObject};

/// `FIELDS(ALL)` and `FIELDS(CUSTOM)` want a LIMIT, or as many ids, up to this.
const MOST_ROWS_OF_ALL_FIELDS: u64 = 200;
/// Older versions let a field be selected twice.
const FIRST_WITHOUT_DUPLICATES: u32 = 29;

/// A SELECT list in the making: the SQL of the columns, and what they mean.
pub struct Selection<'s, 'a> {
    scope: &'s Scope<'a>,
    pub columns: Vec<String>,
    pub plan: RowPlan,
    /// Unnamed expressions so far: the next is `expr<n>`.
    unnamed: usize,
}

/// Compiles the SELECT list of a query for records. `level` counts the queries around it.
pub fn select<'s, 'a>(scope: &'s Scope<'a>, query: &Query, level: usize) -> Result<Selection<'s, 'a>, Fault> {
    let plan = RowPlan {
        object: Some(scope.object.clone()),
        id: Some(0),
        cells: Vec::new(),
        from_at: query.from.object.at(),
    };
    let key = durable_id::key_column(&scope.object);
    let mut selection = Selection { scope, columns: vec![scope.own(key)], plan, unnamed: 0 };
    for item in &query.select {
        match item {
            Item::Expression(Expression::Path(_), Some(alias)) => {
                return Err(fault::alias_without_aggregate(scope.compiler.position(alias.at)));
            }
            Item::Expression(Expression::Path(path), None) => selection.path(path)?,
            Item::Expression(Expression::Call(call), alias) => selection.call(call, *alias)?,
            Item::Expression(Expression::Literal(literal), _) => {
                return Err(fault::unexpected_token(scope.compiler.position(literal.at), literal.text));
            }
            Item::Children(children) => selection.children(children, level)?,
            Item::Fields(argument) => selection.fields(argument, query)?,
            Item::TypeOf(type_of) => selection.type_of(type_of)?,
            // COUNT() and aggregates are not for this module.
            Item::Count(_) => return Err(fault::aggregate_below_root()),
        }
    }
    if selection.plan.cells.is_empty() {
        return Err(fault::no_fields());
    }
    Ok(selection)
}

impl Selection<'_, '_> {
    /// Adds a column to the statement; gives its place. The first one is the id, which is not read twice.
    fn column(&mut self, sql: String) -> usize {
        if self.columns.first() == Some(&sql) {
            return 0;
        }
        self.columns.push(sql);
        self.columns.len() - 1
    }

    fn path(&mut self, path: &Path) -> Result<(), Fault> {
        let resolved = self.scope.resolve(path)?;
        let cell = self.field(&resolved);
        self.put(&resolved.steps, resolved.name.clone(), cell, &path.text())
    }

    /// The cell of a field, with its columns.
    fn field(&mut self, resolved: &ResolvedField) -> CellPlan {
        let compound = resolved.field().is_some_and(|field| field.is_compound());
        if !compound {
            let column = self.column(resolved.sql());
            return CellPlan::Value { column, kind: resolved.kind };
        }
        let object = resolved.object().clone();
        let parts = compound::parts(&object, &resolved.name);
        let parts = parts.into_iter().map(|(name, part)| {
            let column = self.column(resolved.source.column(part));
            (name, part.kind, column)
        });
        CellPlan::Compound(parts.collect())
    }

    /// `toLabel(F)`, `FORMAT(F)`, `convertCurrency(F)`: under the field's own name unless aliased.
    fn call(&mut self, call: &Call, alias: Option<Name>) -> Result<(), Fault> {
        let operand = self.scope.operand(&Expression::Call(call.clone()))?;
        let column = self.column(operand.sql);
        let cell = CellPlan::Value { column, kind: operand.kind };
        let resolved = operand.field.filter(|_| alias.is_none() && call.function != Function::Distance);
        match (resolved, alias) {
            (Some(resolved), _) => self.put(&resolved.steps, resolved.name.clone(), cell, &operand.name),
            (None, Some(alias)) => self.put(&[], alias.text.to_owned(), cell, alias.text),
            (None, None) => {
                let name = format!("expr{}", self.unnamed);
                self.unnamed += 1;
                self.put(&[], name.clone(), cell, &name)
            }
        }
    }

    fn children(&mut self, query: &Query, level: usize) -> Result<(), Fault> {
        let children = children::compile(self.scope, query, level + 1)?;
        let column = self.column(children.sql);
        let cell = CellPlan::Children { column, plan: children.plan };
        self.put(&[], children.relationship.clone(), cell, &children.relationship)
    }

    fn fields(&mut self, argument: &Name, query: &Query) -> Result<(), Fault> {
        let upper = argument.text.to_ascii_uppercase();
        let wanted: fn(bool) -> bool = match upper.as_str() {
            "ALL" => |_| true,
            "STANDARD" => |custom| !custom,
            "CUSTOM" => |custom| custom,
            _ => return Err(fault::unknown_fields_argument(argument.text)),
        };
        if upper != "STANDARD" && !is_bounded(query) {
            return Err(fault::unbounded_fields());
        }
        let object = self.scope.object.clone();
        let runner = self.scope.compiler.runner;
        let mut any = false;
        for field in object.fields.iter().filter(|field| wanted(field.is(FieldFlag::Custom))) {
            if !runner.sees_field(&object, field) {
                continue;
            }
            any = true;
            let resolved = ResolvedField {
                steps: Vec::new(),
                source: self.scope.source(),
                name: field.name.clone(),
                kind: field.kind,
                flags: field.flags,
                at: argument.at,
            };
            let cell = self.field(&resolved);
            self.put(&[], resolved.name.clone(), cell, &resolved.name)?;
        }
        if any { Ok(()) } else { Err(fault::no_fields()) }
    }

    /// `TYPEOF Owner WHEN User THEN Username ELSE Name END`
    fn type_of(&mut self, type_of: &TypeOf) -> Result<(), Fault> {
        let position = self.scope.compiler.position(type_of.relationship.at());
        let steps = self.scope.reach_parent(&type_of.relationship)?;
        let Some((last, before)) = steps.split_last() else {
            return Err(fault::no_such_parent(position, &type_of.relationship.text()));
        };
        let Source::AnyOf { targets, id, .. } = &last.source else {
            return Err(fault::not_polymorphic(position, &type_of.relationship.text()));
        };
        let id_column = self.column(id.clone());
        let mut branches: Vec<(String, RowPlan)> = Vec::new();
        let empty = |target: &Arc<SObject>| RowPlan {
            object: Some(target.clone()),
            id: Some(id_column),
            cells: Vec::new(),
            from_at: 0,
        };
        for (object, fields) in &type_of.branches {
            let target = targets.iter().find(|target| target.name.eq_ignore_ascii_case(object.text));
            let Some(target) = target else {
                return Err(fault::no_such_object(self.scope.compiler.position(object.at), object.text));
            };
            let scope = self.scope.joined(target.clone(), id, object.at)?;
            let mut plan = empty(target);
            for path in fields {
                let resolved = scope.resolve(path)?;
                let cell = self.field(&resolved);
                self.insert(&mut plan, &resolved.steps, resolved.name.clone(), cell, &path.text())?;
            }
            branches.push((target.key_prefix.clone().unwrap_or_default(), plan));
        }
        for target in targets {
            let known = branches.iter().any(|(prefix, _)| Some(prefix) == target.key_prefix.as_ref());
            let Some(fields) = type_of.otherwise.as_ref().filter(|_| !known) else { continue };
            let mut plan = empty(target);
            for path in fields {
                let parts = type_of.relationship.parts.iter().chain(&path.parts).copied().collect();
                let resolved = self.scope.resolve(&Path { parts })?;
                let cell = self.field(&resolved);
                let steps = resolved.steps.get(steps.len()..).unwrap_or_default();
                self.insert(&mut plan, steps, resolved.name.clone(), cell, &path.text())?;
            }
            branches.push((target.key_prefix.clone().unwrap_or_default(), plan));
        }
        let cell = CellPlan::AnyParent { id: id_column, branches };
        self.put(before, last.relationship.clone(), cell, &type_of.relationship.text())
    }

    fn put(&mut self, steps: &[Step], name: String, cell: CellPlan, path: &str) -> Result<(), Fault> {
        let mut plan = std::mem::take(&mut self.plan);
        let result = self.insert(&mut plan, steps, name, cell, path);
        self.plan = plan;
        result
    }

    /// Puts a cell below its parents, making those that are not there yet.
    fn insert(
        &mut self,
        plan: &mut RowPlan,
        steps: &[Step],
        name: String,
        cell: CellPlan,
        path: &str,
    ) -> Result<(), Fault> {
        let Some((step, below)) = steps.split_first() else {
            if plan.cells.iter().any(|(known, _)| *known == name) {
                let allowed = self.scope.compiler.options.api_version < FIRST_WITHOUT_DUPLICATES;
                return if allowed { Ok(()) } else { Err(Fault::duplicate_field(path)) };
            }
            plan.cells.push((name, cell));
            return Ok(());
        };
        if !plan.cells.iter().any(|(known, _)| *known == step.relationship) {
            let parent = self.parent(&step.source);
            plan.cells.push((step.relationship.clone(), parent));
        }
        for (known, parent) in &mut plan.cells {
            if *known != step.relationship {
                continue;
            }
            return match parent {
                CellPlan::Parent(plan) => self.insert(plan, below, name, cell, path),
                CellPlan::AnyParent { branches, .. } => {
                    for (_, plan) in branches.iter_mut() {
                        self.insert(plan, below, name.clone(), cell.clone(), path)?;
                    }
                    Ok(())
                }
                _ => Err(Fault::duplicate_field(path)),
            };
        }
        Ok(())
    }

    fn parent(&mut self, source: &Source) -> CellPlan {
        let id = self.column(source.id());
        let plan = |object: &Arc<SObject>| RowPlan {
            object: Some(object.clone()),
            id: Some(id),
            cells: Vec::new(),
            from_at: 0,
        };
        match source {
            Source::Table { object, .. } => CellPlan::Parent(plan(object)),
            Source::AnyOf { targets, .. } => {
                let prefix = |target: &SObject| target.key_prefix.clone().unwrap_or_default();
                let branches = targets.iter().map(|target| (prefix(target), plan(target))).collect();
                CellPlan::AnyParent { id, branches }
            }
        }
    }
}

/// Whether a query cannot give more rows than `FIELDS(ALL)` may have.
fn is_bounded(query: &Query) -> bool {
    let by_id = |comparison: &Comparison| {
        let is_id = matches!(&comparison.left, Expression::Path(path)
            if path.parts.last().is_some_and(|name| name.text.eq_ignore_ascii_case("Id")) && path.parts.len() == 1);
        let listed = matches!(comparison.operator, Operator::Equal | Operator::In);
        let few = matches!(&comparison.right, Right::Values(values)
            if values.len() as u64 <= MOST_ROWS_OF_ALL_FIELDS);
        is_id && listed && few
    };
    let few_ids = match &query.condition {
        Some(Condition::Compare(comparison)) => by_id(comparison),
        Some(Condition::And(all)) => {
            all.iter().any(|one| matches!(one, Condition::Compare(comparison) if by_id(comparison)))
        }
        _ => false,
    };
    few_ids || query.limit.is_some_and(|limit| limit <= MOST_ROWS_OF_ALL_FIELDS)
}
