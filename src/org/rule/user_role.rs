//! The rules of UserRole.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>

use super::{Rule, hierarchy, names, portal, rule};
use crate::org::dml::{Save, associated_with, display_name};
use crate::org::fault::Fault;
use crate::org::value::Value;

const MOST: usize = 1000;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT role_gets_defaults),
    rule!(Before INSERT portal_fields_are_the_platforms),
    rule!(Before SAVE roles_form_no_circle),
    rule!(Before DELETE no_users_are_left),
    rule!(Before DELETE roles_below_move_up),
    rule!(Unique SAVE developer_name_is_unique),
    rule!(After INSERT role_has_groups),
    rule!(After UPDATE groups_follow_developer_name),
    rule!(After DELETE groups_go_with_the_role),
    rule!(After DELETE portal_role_takes_the_place_below),
];

fn role_gets_defaults(save: &mut Save) -> Result<(), Fault> {
    if let (None, Some(name)) = (save.text("DeveloperName"), save.text("Name")) {
        let name = names::free_developer_name(save, name, |_| true)?;
        save.set("DeveloperName", name);
    }
    let access =
        ["OpportunityAccessForAccountOwner", "CaseAccessForAccountOwner", "ContactAccessForAccountOwner"];
    for field in access {
        if save.value(field).is_null() {
            save.set(field, "Edit");
        }
    }
    if save.value("PortalType").is_null() {
        save.set("PortalType", "None");
    }
    Ok(())
}

fn portal_fields_are_the_platforms(save: &mut Save) -> Result<(), Fault> {
    let fields = ["PortalType", "PortalAccountId"].into_iter();
    let sent: Vec<String> = fields.filter(|field| save.was_sent(field)).map(str::to_owned).collect();
    if sent.is_empty() || save.call.runner.is_system() {
        Ok(())
    } else {
        Err(Fault::fields_not_writeable(&sent))
    }
}

/// Code, text and field are a choice: no public source quotes them.
fn roles_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    if hierarchy::leads_back(save, "ParentRoleId")? {
        return Err(hierarchy::hierarchy_violated("ParentRoleId"));
    }
    Ok(())
}

fn no_users_are_left(save: &mut Save) -> Result<(), Fault> {
    const MOST_NAMED: usize = 100;
    let users = save.call.org.standard("User")?;
    let mut names = Vec::new();
    for id in save.call.org.ids_where(&users, "UserRoleId", &Value::from(save.id), MOST_NAMED)? {
        names.extend(save.call.org.find(&users, id)?.map(|user| display_name(&user)));
    }
    if names.is_empty() { Ok(()) } else { Err(associated_with(&display_name(&save.old), "users", &names)) }
}

/// The roles below a portal role hang on the one above it from now on.
fn roles_below_move_up(save: &mut Save) -> Result<(), Fault> {
    if save.old.text("PortalType").is_none_or(|kind| kind == "None") || save.call.runner.is_system() {
        return Ok(());
    }
    for id in save.call.org.ids_where(&save.object, "ParentRoleId", &Value::from(save.id), MOST)? {
        save.also_update("UserRole", id, &[("ParentRoleId", save.old.get("ParentRoleId").clone())])?;
    }
    Ok(())
}

/// Without its User role, an account's Manager role becomes that.
fn portal_role_takes_the_place_below(save: &mut Save) -> Result<(), Fault> {
    let (Some("Worker"), Some(account)) = (save.old.text("PortalRole"), save.old.id("PortalAccountId"))
    else {
        return Ok(());
    };
    if save.call.runner.is_system() {
        return Ok(());
    }
    portal::lower_manager(save.call, account, save.old.text("PortalType").unwrap_or_default())
}

fn developer_name_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(name) = save.text("DeveloperName").filter(|_| save.changes("DeveloperName")) else {
        return Ok(());
    };
    let taken = names::is_taken(save, "DeveloperName", name, |_| true)?;
    if taken { Err(names::duplicate_developer_name()) } else { Ok(()) }
}

/// Groups of the role's users, and of those below.
fn role_has_groups(save: &mut Save) -> Result<(), Fault> {
    let portal = save.text("PortalType").is_some_and(|kind| kind != "None");
    let kinds: &[&str] = match portal {
        true => &["Role", "RoleAndSubordinates"],
        false => &["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"],
    };
    for kind in kinds {
        let fields = [
            ("Type", Value::from(*kind)),
            ("RelatedId", Value::from(save.id)),
            ("DeveloperName", save.value("DeveloperName").clone()),
            ("OwnerId", Value::from(save.call.org.id)),
        ];
        save.also_insert("Group", &fields)?;
    }
    Ok(())
}

fn groups_follow_developer_name(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("DeveloperName") {
        return Ok(());
    }
    let groups = save.call.org.standard("Group")?;
    for id in save.call.org.ids_where(&groups, "RelatedId", &Value::from(save.id), 10)? {
        save.also_update("Group", id, &[("DeveloperName", save.value("DeveloperName").clone())])?;
    }
    Ok(())
}

fn groups_go_with_the_role(save: &mut Save) -> Result<(), Fault> {
    let groups = save.call.org.standard("Group")?;
    // Deleting the role has already cut the link.
    let name = save.old.get("DeveloperName");
    for id in save.call.org.ids_where(&groups, "DeveloperName", name, 10)? {
        let group = save.call.org.find(&groups, id)?;
        let of_role =
            group.is_some_and(|group| group.text("Type").is_some_and(|kind| kind.starts_with("Role")));
        if of_role {
            save.also_delete("Group", id)?;
        }
    }
    Ok(())
}
