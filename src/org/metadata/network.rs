//! Network: a community. One is made with its site, which metadata alone cannot: only those that are there change.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_network.htm>

use super::records::{Named, element, find, live};
use super::tree::Node;
use super::{Kind, no_component};
use crate::org::Org;
use crate::org::dml::{Call, delete_as_platform, insert_as_platform, update_as_platform};
use crate::org::fault::{Fault, faults};
use crate::org::id::Id;
use crate::org::record::Record;
use crate::org::value::Value;

/// Elements that are texts, and their fields.
const TEXTS: [(&str, &str); 4] = [
    ("description", "Description"),
    ("emailSenderAddress", "EmailSenderAddress"),
    ("emailSenderName", "EmailSenderName"),
    ("status", "Status"),
];

/// Elements that are true or false, and their fields.
const OPTIONS: [(&str, &str); 9] = [
    ("allowInternalUserLogin", "OptionsAllowInternalUserLogin"),
    ("allowMembersToFlag", "OptionsAllowMembersToFlag"),
    ("enableGuestChatter", "OptionsGuestChatterEnabled"),
    ("enableInvitation", "OptionsInvitationsEnabled"),
    ("enableNicknameDisplay", "OptionsNicknameDisplayEnabled"),
    ("enablePrivateMessages", "OptionsPrivateMessagesEnabled"),
    ("enableReputation", "OptionsReputationEnabled"),
    ("selfRegistration", "OptionsSelfRegistrationEnabled"),
    ("sendWelcomeEmail", "OptionsSendWelcomeEmail"),
];

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    if org.schema.object("Network").is_none() {
        return Ok(Vec::new());
    }
    let named =
        |record: Record| Named { full_name: record.text("Name").unwrap_or_default().to_owned(), record };
    Ok(live(org, "Network")?.into_iter().map(named).collect())
}

pub(super) fn read(org: &Org, record: &Record) -> Result<Node, Fault> {
    let mut node = Node::default();
    for (name, field) in TEXTS {
        node = element(node, name, record, field);
    }
    node = element(node, "urlPathPrefix", record, "UrlPathPrefix");
    for (name, field) in OPTIONS {
        node = node.flag(name, record.get(field).is_true());
    }
    let (mut profiles, mut sets) = (Vec::new(), Vec::new());
    for (_, parent) in members(org, record.id("Id"))? {
        let kind = if parent.key_prefix() == "00e" { Kind::Profile } else { Kind::PermissionSet };
        let named = super::records::all(org, kind)?.into_iter();
        let names = named.filter(|named| named.record.id("Id") == Some(parent)).map(|named| named.full_name);
        if kind == Kind::Profile { profiles.extend(names) } else { sets.extend(names) }
    }
    let mut groups = Node::new("networkMemberGroups");
    for (name, mut members) in [("permissionSet", sets), ("profile", profiles)] {
        members.sort();
        groups = members.into_iter().fold(groups, |groups, member| groups.leaf(name, member));
    }
    if !groups.children.is_empty() {
        node = node.with(groups);
    }
    if let Some(profile) = record.id("SelfRegProfileId") {
        let named =
            super::profile::all(org)?.into_iter().find(|named| named.record.id("Id") == Some(profile));
        node = node.maybe("selfRegProfile", named.as_ref().map(|named| named.full_name.as_str()));
    }
    Ok(node)
}

/// What a component does not name stays as it is, but for its members: it names all of them or none.
pub(super) fn save(call: Call, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    let Some((old, id)) = old.and_then(|old| Some((old, old.id("Id")?))) else {
        return Err(no_component("site", "CustomSite", node.text_of("site").unwrap_or_default()));
    };
    if node.text_of("urlPathPrefix").is_some_and(|path| Some(path) != old.text("UrlPathPrefix")) {
        return Err(path_stays());
    }
    let object = call.org.standard("Network")?;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    fields.extend(TEXTS.iter().filter_map(|(name, field)| Some((*field, Value::from(node.text_of(name)?)))));
    let options =
        OPTIONS.iter().filter(|(name, field)| node.child(name).is_some() && object.field(field).is_some());
    fields.extend(options.map(|(name, field)| (*field, Value::from(node.is(name)))));
    if let Some(name) = node.text_of("selfRegProfile") {
        let profile = named_id(call.org, "selfRegProfile", Kind::Profile, name)?;
        fields.push(("SelfRegProfileId", Value::from(profile)));
    }
    update_as_platform(call, "Network", id, &fields)?;
    match node.child("networkMemberGroups") {
        Some(groups) => set_members(call, id, groups),
        None => Ok(()),
    }
}

fn set_members(call: Call, network: Id, groups: &Node) -> Result<(), Fault> {
    let mut wanted = Vec::new();
    for (element, kind) in [("profile", Kind::Profile), ("permissionSet", Kind::PermissionSet)] {
        for member in groups.all(element) {
            wanted.push(named_id(call.org, element, kind, &member.text)?);
        }
    }
    let there = members(call.org, Some(network))?;
    for (row, _) in there.iter().filter(|(_, parent)| !wanted.contains(parent)) {
        delete_as_platform(call, "NetworkMemberGroup", *row)?;
    }
    for parent in wanted.iter().filter(|wanted| !there.iter().any(|(_, parent)| parent == *wanted)) {
        let member = [("NetworkId", Value::from(network)), ("ParentId", Value::from(*parent))];
        insert_as_platform(call, "NetworkMemberGroup", &member)?;
    }
    Ok(())
}

/// Rows of NetworkMemberGroup, and the profile or permission set of each.
fn members(org: &Org, network: Option<Id>) -> Result<Vec<(Id, Id)>, Fault> {
    let rows = live(org, "NetworkMemberGroup")?.into_iter().filter(|row| row.id("NetworkId") == network);
    Ok(rows.filter_map(|row| Some((row.id("Id")?, row.id("ParentId")?))).collect())
}

fn named_id(org: &Org, element: &str, kind: Kind, name: &str) -> Result<Id, Fault> {
    let named = find(org, kind, name)?.and_then(|named| named.record.id("Id"));
    named.ok_or_else(|| no_component(element, kind, name))
}

faults! {
    /// metadata gives a community another path; the words are ours
    path_stays() = FIELD_INTEGRITY_EXCEPTION on ["urlPathPrefix"],
        "The URL path prefix of a Network cannot be changed", Assumed;
}
