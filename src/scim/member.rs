//! Permission sets of users, members of groups.

use super::exchange::Exchange;
use super::refusal::Refusal;
use crate::org::id::Id;
use crate::org::record::Record;
use crate::org::value::Input;

/// The permission sets of a user that are no profile's and no group's: `(row, permission set)`.
pub fn permission_sets(exchange: &Exchange, user: Id) -> Result<Vec<(Id, Id)>, Refusal> {
    let sets = exchange.object("PermissionSet")?;
    let mut held = Vec::new();
    for row in exchange.records_where("PermissionSetAssignment", "AssigneeId", user)? {
        let (Some(id), Some(set)) = (row.id("Id"), row.id("PermissionSetId")) else { continue };
        let found = exchange.visit.org.find(&sets, set)?;
        let stands_alone = |set: &Record| {
            !set.get("IsOwnedByProfile").is_true() && set.get("PermissionSetGroupId").is_null()
        };
        if found.as_ref().is_some_and(stands_alone) {
            held.push((id, set));
        }
    }
    Ok(held)
}

/// Assigns permission sets that the user does not have yet.
pub fn assign(exchange: &Exchange, user: Id, sets: &[String]) -> Result<(), Refusal> {
    let held = permission_sets(exchange, user)?;
    for set in sets.iter().filter(|set| !held.iter().any(|(_, held)| Id::parse(set) == Some(*held))) {
        let fields = vec![
            ("AssigneeId".to_owned(), Input::from(user.as_str())),
            ("PermissionSetId".to_owned(), Input::from(set.as_str())),
        ];
        insert(exchange, "PermissionSetAssignment", fields)?;
    }
    Ok(())
}

/// Takes away the permission sets that are not among these.
pub fn keep(exchange: &Exchange, user: Id, sets: &[String]) -> Result<(), Refusal> {
    for (row, set) in permission_sets(exchange, user)? {
        if !sets.iter().any(|kept| Id::parse(kept) == Some(set)) {
            delete(exchange, row)?;
        }
    }
    Ok(())
}

/// Puts a user or group into a group.
pub fn join(exchange: &Exchange, group: &str, member: &str) -> Result<(), Refusal> {
    let fields =
        vec![("GroupId".to_owned(), Input::from(group)), ("UserOrGroupId".to_owned(), Input::from(member))];
    insert(exchange, "GroupMember", fields)
}

/// Takes the rows of GroupMember away in which `field` is this id, but for those whose `other` is among the kept.
pub fn leave(exchange: &Exchange, field: &str, id: Id, other: &str, kept: &[String]) -> Result<(), Refusal> {
    for row in exchange.records_where("GroupMember", field, id)? {
        let stays = row.id(other).is_some_and(|other| kept.iter().any(|kept| Id::parse(kept) == Some(other)));
        if let Some(row) = row.id("Id").filter(|_| !stays) {
            delete(exchange, row)?;
        }
    }
    Ok(())
}

fn insert(exchange: &Exchange, object: &'static str, fields: super::exchange::Fields) -> Result<(), Refusal> {
    exchange.try_insert(object, fields)?.map(drop).map_err(|faults| Refusal::invalid(&faults))
}

fn delete(exchange: &Exchange, row: Id) -> Result<(), Refusal> {
    exchange.try_delete(row)?.map(drop).map_err(|faults| Refusal::invalid(&faults))
}
