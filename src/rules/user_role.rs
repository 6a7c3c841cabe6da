//! The rules of UserRole.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>

use super::declare::rule;
use super::{hierarchy, names, portal};
use crate::dml::{Rule, Save, associated_with, display_name};
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;

const MOST: usize = 1000;

/// What the platform keeps up of portal roles.
const MAINTAINED: [&str; 2] = ["Name", "ParentRoleId"];

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT portal_role_is_named_and_placed),
    rule!(Default INSERT role_gets_defaults),
    rule!(Before UPDATE portal_roles_keep_name_and_place),
    rule!(Before SAVE names::developer_name_is_well_formed),
    rule!(Before SAVE roles_form_no_circle),
    rule!(Before DELETE no_users_are_left),
    rule!(Before DELETE roles_below_move_up),
    rule!(Unique SAVE developer_name_is_unique),
    rule!(After INSERT role_has_groups),
    rule!(After INSERT portal_role_stands_above),
    rule!(After UPDATE groups_follow_developer_name),
    rule!(After DELETE groups_go_with_the_role),
    rule!(After DELETE portal_role_takes_the_place_below),
];

/// Whether a caller makes, or changes, a role of a portal.
fn is_portal_role(save: &Save) -> bool {
    save.text("PortalType").is_some_and(|kind| kind != "None") && !save.call.runner.is_system()
}

/// Portal roles are made from the bottom: of an account, the next above those that it has. Their names are the platform's.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_role.htm>
fn portal_role_is_named_and_placed(save: &mut Save) -> Result<(), Fault> {
    if !is_portal_role(save) {
        return Ok(());
    }
    for field in MAINTAINED {
        if save.was_sent(field) {
            return Err(portal_role_field(field));
        }
    }
    let Some(account) = save.parent("Account", "PortalAccountId")? else {
        return Err(Fault::required_field_missing(&["PortalAccountId"]));
    };
    let portal_type = save.text("PortalType").unwrap_or_default().to_owned();
    let Some((level, name)) = portal::next_role(save.call, &account, &portal_type)? else {
        return Err(no_more_portal_roles());
    };
    save.set("Name", name);
    save.set("PortalRole", level);
    save.set("PortalAccountOwnerId", account.get("OwnerId").clone());
    save.set("ParentRoleId", portal::owner_role(save.call, &account)?);
    Ok(())
}

/// Source: public threads about roles of communities
fn portal_roles_keep_name_and_place(save: &mut Save) -> Result<(), Fault> {
    let changed = MAINTAINED.into_iter().find(|field| save.changes(field));
    match changed.filter(|_| is_portal_role(save)) {
        Some(field) => Err(portal_role_field(field)),
        None => Ok(()),
    }
}

/// The account's topmost role so far hangs on the new one.
fn portal_role_stands_above(save: &mut Save) -> Result<(), Fault> {
    let (true, Some(account)) = (is_portal_role(save), save.id_in("PortalAccountId")) else { return Ok(()) };
    let owners = save.id_in("ParentRoleId");
    for role in portal::roles_of_type(save.call, account, save.text("PortalType").unwrap_or_default())? {
        if role.id("ParentRoleId") == owners
            && let Some(id) = role.id("Id").filter(|id| *id != save.id)
        {
            save.also_update("UserRole", id, &[("ParentRoleId", Value::from(save.id))])?;
        }
    }
    Ok(())
}

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

faults! {
    /// name or parent of an account's role is sent: those are the platform's
    portal_role_field(field: &'static str) = FIELD_INTEGRITY_EXCEPTION on ([field], "the field"),
        "Cannot specify system-maintained portal role field", Seen "public threads about roles of communities";

    /// an account has the three roles of a portal type, and another is made
    no_more_portal_roles() = FIELD_INTEGRITY_EXCEPTION on ["PortalType"],
        "The account has all roles of this portal type", Assumed;
}
