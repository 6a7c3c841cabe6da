//! Child subqueries: a correlated sub-select that gives the children as one JSON array.

use super::ast::Query;
use super::plan::RowPlan;
use super::records::{self, Statement};
use super::scope::Scope;
use super::{durable_id, fault};
use crate::model::fault::Fault;
use crate::store::quoted;

/// Levels of children below the root, since the version that allows more than one.
const MOST_LEVELS: usize = 4;
const FIRST_WITH_LEVELS: u32 = 58;

/// A compiled child subquery.
pub struct Children {
    pub relationship: String,
    /// An expression of the parent's statement.
    pub sql: String,
    pub plan: RowPlan,
}

/// Compiles a child subquery of `parent`, which is `level` levels below the root.
///
/// # Errors
/// `INVALID_TYPE` for a relationship that does not exist or whose object the user may not read.
pub fn compile(parent: &Scope, query: &Query, level: usize) -> Result<Children, Fault> {
    let compiler = parent.compiler;
    let most = if compiler.options.api_version < FIRST_WITH_LEVELS { 1 } else { MOST_LEVELS };
    if level > most {
        return Err(fault::too_many_levels_down(most));
    }
    if query.is_aggregate() {
        return Err(fault::aggregate_below_root());
    }
    let name = query.from.object.parts.last().map_or("", |name| name.text);
    let unknown = || fault::no_such_children(compiler.position(query.from.object.at()), name);
    // `Account.Contacts`: what stands before the relationship can only be the parent.
    if query.from.object.parts.len() > 2 {
        return Err(unknown());
    }
    let relationship = parent.object.child_relationship(name).ok_or_else(unknown)?;
    let object = compiler.readable(&relationship.child)?.ok_or_else(unknown)?;
    if object.field(&relationship.field).is_some_and(|field| !compiler.runner.knows_field(field)) {
        return Err(unknown());
    }
    let scope = Scope::new(compiler, object, &query.from)?;
    let key = durable_id::key_column(&parent.object);
    let link = format!("{} = {}.\"{key}\"", scope.own(&relationship.field), parent.alias);
    let Statement { columns, plan, from, filter, order, bounds } =
        records::compile(&scope, query, level, Some(link))?;
    let named: Vec<_> =
        columns.iter().enumerate().map(|(i, sql)| format!("{sql} AS {}", column(i))).collect();
    let names: Vec<_> = (0..columns.len()).map(column).collect();
    let sql = format!(
        "(SELECT json_group_array(json_array({})) FROM (SELECT {} FROM {from} WHERE {filter} ORDER BY {order}{bounds}))",
        names.join(", "),
        named.join(", "),
    );
    let relationship = relationship.relationship.clone().unwrap_or_default();
    Ok(Children { relationship, sql, plan })
}

fn column(index: usize) -> String {
    quoted(&format!("c{index}"))
}
