//! Which records of an object a user sees.

use crate::org::access::{Runner, has_object_permissions};
use crate::org::schema::SObject;
use crate::org::value::Value;

/// External users of these kinds see the other users of their account.
const SEES_COLLEAGUES: [&str; 2] = ["PowerPartner", "PowerCustomerSuccess"];

/// The condition that keeps out what the user does not see; `None` when they see every row.
/// `bind` takes a value and gives its mark in the SQL.
///
/// Internal users see all records of the objects they may read (organization-wide defaults of a Developer Edition), but
/// no contacts without account that others own; external users their own account, its contacts, themselves, and what they own.
pub fn visible_rows(
    runner: &Runner,
    object: &SObject,
    alias: &str,
    bind: &mut dyn FnMut(Value) -> String,
) -> Option<String> {
    let name = object.name.as_str();
    if runner.is_system() || !(runner.is_external() || name == "Contact") {
        return None;
    }
    let access = runner.object(object);
    // Other objects follow user permissions, which say nothing of single records.
    let granted = has_object_permissions(name) && (access.view_all || access.modify_all);
    if granted || runner.may("ViewAllData") || (name == "User" && runner.may("ViewAllUsers")) {
        return None;
    }
    let account = runner.account.map_or(Value::Null, Value::from);
    let me = Value::from(runner.user);
    Some(match name {
        "Contact" if !runner.is_external() => {
            format!("({alias}.\"AccountId\" IS NOT NULL OR {alias}.\"OwnerId\" = {})", bind(me))
        }
        "Account" => format!("{alias}.\"Id\" = {}", bind(account)),
        "Contact" => format!("{alias}.\"AccountId\" = {}", bind(account)),
        "User" if SEES_COLLEAGUES.contains(&runner.user_type.as_str()) => {
            format!("({alias}.\"Id\" = {} OR {alias}.\"AccountId\" = {})", bind(me), bind(account))
        }
        "User" => format!("{alias}.\"Id\" = {}", bind(me)),
        _ => {
            let owner =
                ["OwnerId", "UserId", "AssigneeId"].into_iter().find(|name| object.field(name).is_some());
            // Metadata, such as profiles, has no owner.
            format!("{alias}.\"{}\" = {}", owner?, bind(me))
        }
    })
}
