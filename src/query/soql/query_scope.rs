//! `USING SCOPE`: ready-made filters.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_using_scope.htm>

use super::ast::Name;
use super::fault;
use super::scope::Scope;
use crate::model::fault::Fault;
use crate::model::value::Value;

/// The condition of a scope; `None` for one that filters nothing.
///
/// # Errors
/// `INVALID_QUERY_SCOPE` for a scope that the object does not have.
pub fn rows_in(scope: &Scope, name: &Name) -> Result<Option<String>, Fault> {
    let object = &scope.object;
    let wanted = name.text.to_ascii_lowercase();
    let owned = object.field("OwnerId").is_some();
    let general = wanted == "everything" || (wanted == "mine" && owned);
    if !general && !object.scopes.iter().any(|(known, _)| known.eq_ignore_ascii_case(&wanted)) {
        return Err(fault::invalid_scope(scope.compiler.position(name.at), name.text));
    }
    if wanted == "everything" || wanted == "scopingrule" {
        return Ok(None);
    }
    // Teams, territories and the like exist in no org of ours: such scopes are empty.
    if !owned {
        return Ok(Some("0".to_owned()));
    }
    let owner = scope.own("OwnerId");
    let me = scope.compiler.bind(Value::from(scope.compiler.runner.user));
    Ok(Some(match wanted.as_str() {
        "mine" => format!("{owner} = {me}"),
        "mine_and_my_groups" => {
            scope.compiler.org.standard("GroupMember")?;
            format!(
                "({owner} = {me} OR {owner} IN (SELECT \"GroupId\" FROM \"GroupMember\" WHERE \"UserOrGroupId\" = {me}))"
            )
        }
        "delegated" => format!("({owner} <> {me} AND {} = {me})", scope.own("CreatedById")),
        "queue_owned" => format!("substr({owner}, 1, 3) = '00G'"),
        "user_owned" => format!("substr({owner}, 1, 3) = '005'"),
        "team" | "team_by_role" => {
            scope.compiler.org.standard("User")?;
            scope.compiler.org.standard("UserRole")?;
            // Owned by the user, or by someone in a role below the user's.
            format!(
                "({owner} = {me} OR {owner} IN (WITH RECURSIVE below(id) AS (\
                 SELECT r.\"Id\" FROM \"UserRole\" r JOIN \"User\" u ON r.\"ParentRoleId\" = u.\"UserRoleId\" WHERE u.\"Id\" = {me} \
                 UNION SELECT r.\"Id\" FROM \"UserRole\" r JOIN below ON r.\"ParentRoleId\" = below.id) \
                 SELECT u.\"Id\" FROM \"User\" u JOIN below ON u.\"UserRoleId\" = below.id))"
            )
        }
        _ => "0".to_owned(),
    }))
}
