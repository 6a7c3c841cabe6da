//! The rules of communities: their members, and the mails that welcome them.
//!
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.256.0.api.meta/api/sforce_api_objects_networkmembergroup.htm>,
//! <https://help.salesforce.com/s/articleView?id=platform.faq_communities_external_member_login_info.htm&language=en_US&type=5>

use super::declare::rule;
use crate::credentials::password;
use crate::dml::{Rule, Save, delete_as_platform, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::access::is_external_type;
use crate::org::{Link, Mail, NO_LIMIT};

/// Of Network.
pub(super) const RULES: &[Rule] = &[rule!(After UPDATE members_are_welcomed_to_an_activated_community)];

/// Of NetworkMemberGroup.
pub(super) const GROUP_RULES: &[Rule] = &[
    rule!(Default INSERT group_is_added_at_once),
    rule!(After INSERT users_of_the_group_join),
    rule!(After UPDATE users_of_a_removed_group_leave),
];

/// What the service does in a while is done here at once.
fn group_is_added_at_once(save: &mut Save) -> Result<(), Fault> {
    save.set("AssignmentStatus", "Added");
    Ok(())
}

fn users_of_the_group_join(save: &mut Save) -> Result<(), Fault> {
    users_of_the_group(save)?.iter().try_for_each(|user| refresh(save, user))
}

/// `WaitingForRemove` takes the profile or permission set out of the community.
fn users_of_a_removed_group_leave(save: &mut Save) -> Result<(), Fault> {
    if save.text("AssignmentStatus") != Some("WaitingForRemove") {
        return Ok(());
    }
    let users = users_of_the_group(save)?;
    delete_as_platform(save.call, "NetworkMemberGroup", save.id)?;
    users.iter().try_for_each(|user| refresh(save, user))
}

/// The users with the profile or the permission set of a NetworkMemberGroup.
fn users_of_the_group(save: &Save) -> Result<Vec<Record>, Fault> {
    let org = save.call.org;
    let users = org.standard("User")?;
    let Some(parent) = save.id_in("ParentId") else { return Ok(Vec::new()) };
    let ids = if parent.key_prefix() == "00e" {
        org.ids_where(&users, "ProfileId", &Value::from(parent), NO_LIMIT)?
    } else {
        let rows = org.standard("PermissionSetAssignment")?;
        let mut assignees = Vec::new();
        for row in org.ids_where(&rows, "PermissionSetId", &Value::from(parent), NO_LIMIT)? {
            assignees.extend(org.find(&rows, row)?.and_then(|row| row.id("AssigneeId")));
        }
        assignees
    };
    let found: Result<Vec<_>, _> = ids.into_iter().map(|id| org.find(&users, id)).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Of User: the profile decides.
pub(super) fn user_is_member_by_profile(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("ProfileId") {
        return Ok(());
    }
    // A new user has no rows yet, and no permission set but the profile's.
    let profile = save.id_in("ProfileId").filter(|_| save.is_insert());
    if let Some(profile) = profile
        && save.call.org.networks_with(&[profile])?.is_empty()
    {
        return Ok(());
    }
    refresh(save, &save.new)
}

/// Of PermissionSetAssignment: the permission set does.
pub(super) fn user_is_member_by_permission_set(save: &mut Save) -> Result<(), Fault> {
    match save.parent("User", "AssigneeId")? {
        Some(user) => refresh(save, &user),
        None => Ok(()),
    }
}

/// Makes the rows of NetworkMember those that profile and permission sets ask for, and welcomes who is new.
fn refresh(save: &Save, user: &Record) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(id) = user.id("Id") else { return Ok(()) };
    let wanted = org.networks_of(user)?;
    if wanted.is_empty() && !org.has_table("NetworkMember")? {
        return Ok(());
    }
    let rows = org.standard("NetworkMember")?;
    let mut joined = Vec::new();
    for row in org.ids_where(&rows, "MemberId", &Value::from(id), NO_LIMIT)? {
        let network = org.find(&rows, row)?.and_then(|row| row.id("NetworkId"));
        match network.filter(|network| wanted.contains(network)) {
            Some(network) => joined.push(network),
            None => delete_as_platform(save.call, "NetworkMember", row)?,
        }
    }
    for network in wanted.into_iter().filter(|network| !joined.contains(network)) {
        let fields = [("NetworkId", Value::from(network)), ("MemberId", Value::from(id))];
        insert_as_platform(save.call, "NetworkMember", &fields)?;
        welcome(save, user, network)?;
    }
    Ok(())
}

/// Whoever was made a member while the community was being built.
fn members_are_welcomed_to_an_activated_community(save: &mut Save) -> Result<(), Fault> {
    let activated =
        save.old.text("Status") == Some("UnderConstruction") && save.text("Status") == Some("Live");
    if !activated {
        return Ok(());
    }
    let org = save.call.org;
    let (rows, users) = (org.standard("NetworkMember")?, org.standard("User")?);
    for row in org.ids_where(&rows, "NetworkId", &Value::from(save.id), NO_LIMIT)? {
        let member = org.find(&rows, row)?.and_then(|row| row.id("MemberId"));
        if let Some(user) = member.map(|id| org.find(&users, id)).transpose()?.flatten() {
            welcome(save, &user, save.id)?;
        }
    }
    Ok(())
}

/// A live community with welcome mails writes to an active member. The first mail to an external user without a
/// password says the username and leads to the page that sets one.
fn welcome(save: &Save, user: &Record, network: Id) -> Result<(), Fault> {
    let org = save.call.org;
    let (Some(id), Some(to)) = (user.id("Id"), user.text("Email")) else { return Ok(()) };
    let Some(network) = org.find(&org.standard("Network")?, network)? else { return Ok(()) };
    let sends = network.text("Status") == Some("Live") && network.get("OptionsSendWelcomeEmail").is_true();
    if !sends || !user.get("IsActive").is_true() {
        return Ok(());
    }
    let name = network.text("Name").unwrap_or_default();
    let greeting = user.text("FirstName").or(user.text("LastName")).unwrap_or_default();
    let external = is_external_type(user.text("UserType").unwrap_or_default());
    let first =
        external && !password::is_set(org, id)? && !password::has_link(org, save.call.environment, id)?;
    let mut body = format!("Hi {greeting}, welcome to {name}!");
    let mut link = None;
    if first {
        let username = user.text("Username").unwrap_or_default();
        body += &format!(" To get started, follow the link and set a password. Username: {username}");
        link = Some(Link::SetPassword {
            token: password::new_link(org, save.call.environment, id, password::WELCOME_LINK_LASTS)?,
            network: network.id("Id"),
        });
    }
    org.mail(Mail {
        kind: "community_welcome",
        to: to.to_owned(),
        user: Some(id),
        subject: format!("Welcome to {name}"),
        body,
        link,
    });
    Ok(())
}
