//! Network: a community, at the place that its CustomSite has on the web.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_network.htm>

use super::component_fault::{no_component, no_enum_value};
use super::component_record::{Named, element, find, insert_component, live, update_component};
use super::component_type::ComponentType;
use super::custom_field::required_element;
use super::custom_site::not_available;
use super::tree::Node;
use super::{custom_site, permission_set, profile, unmapped_elements};
use crate::dml::{Call, delete_as_platform, insert_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

/// Elements that are texts, and their fields.
const TEXTS: [(&str, &str); 4] = [
    ("description", "Description"),
    ("emailSenderAddress", "EmailSenderAddress"),
    ("emailSenderName", "EmailSenderName"),
    ("status", "Status"),
];

/// Elements that are true or false, and their fields.
const OPTIONS: [(&str, &str); 26] = [
    ("allowInternalUserLogin", "OptionsAllowInternalUserLogin"),
    ("allowMembersToFlag", "OptionsAllowMembersToFlag"),
    ("disableReputationRecordConversations", "OptionsReputationRecordConversationsDisabled"),
    ("embeddedLoginEnabled", "OptionsEmbeddedLoginEnabled"),
    ("enableApexCDNCaching", "OptionsApexCDNCachingEnabled"),
    ("enableDirectMessages", "OptionsDirectMessagesEnabled"),
    ("enableExpFriendlyUrlsAsDefault", "OptionsExpFriendlyUrlsAsDefault"),
    ("enableExperienceBundleBasedSnaOverrideEnabled", "OptionsExperienceBundleBasedSnaOverrideEnabled"),
    ("enableGuestChatter", "OptionsGuestChatterEnabled"),
    ("enableGuestFileAccess", "OptionsGuestFileAccessEnabled"),
    ("enableGuestMemberVisibility", "OptionsGuestMemberVisibility"),
    ("enableInvitation", "OptionsInvitationsEnabled"),
    ("enableKnowledgeable", "OptionsKnowledgeableEnabled"),
    ("enableMemberVisibility", "OptionsMemberVisibility"),
    ("enableNicknameDisplay", "OptionsNicknameDisplayEnabled"),
    ("enablePrivateMessages", "OptionsPrivateMessagesEnabled"),
    ("enableReputation", "OptionsReputationEnabled"),
    ("enableShowAllNetworkSettings", "OptionsShowAllNetworkSettings"),
    ("enableSiteAsContainer", "OptionsSiteAsContainerEnabled"),
    ("enableTalkingAboutStats", "OptionsEnableTalkingAboutStats"),
    ("enableTopicAssignmentRules", "OptionsEnableTopicAssignmentRules"),
    ("enableTopicSuggestions", "OptionsTopicSuggestionsEnabled"),
    ("enableUpDownVote", "OptionsUpDownVoteEnabled"),
    ("gatherCustomerSentimentData", "OptionsGatherCustomerSentimentData"),
    ("selfRegistration", "OptionsSelfRegistrationEnabled"),
    ("sendWelcomeEmail", "OptionsSendWelcomeEmail"),
];

/// What a new community must say.
const REQUIRED: [&str; 8] = [
    "changePasswordTemplate",
    "emailSenderAddress",
    "emailSenderName",
    "forgotPasswordTemplate",
    "site",
    "status",
    "tabs",
    "welcomeTemplate",
];

/// The templates that every community has.
const TEMPLATES: [(&str, &str); 3] = [
    ("changePasswordTemplate", "unfiled$public/CommunityChangePasswordEmailTemplate"),
    ("forgotPasswordTemplate", "unfiled$public/CommunityForgotPasswordEmailTemplate"),
    ("welcomeTemplate", "unfiled$public/CommunityWelcomeEmailTemplate"),
];
/// How the names of those begin that come with communities.
const PLATFORM_TEMPLATES: [&str; 2] = ["unfiled$public/Community", "unfiled$public/ExperienceCloud"];

const STATUSES: [&str; 3] = ["DownForMaintenance", "Live", "UnderConstruction"];

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    if org.schema.object("Network").is_none() {
        return Ok(Vec::new());
    }
    let named =
        |record: Record| Named { full_name: record.text("Name").unwrap_or_default().to_owned(), record };
    Ok(live(org, "Network")?.into_iter().map(named).collect())
}

pub(super) fn read(org: &Org, named: &Named) -> Result<Node, Fault> {
    let Named { full_name, record } = named;
    let mut node =
        Node { children: unmapped_elements::of(org, ComponentType::Network, full_name), ..Node::default() };
    for (name, field) in TEXTS {
        node = element(node, name, record, field);
    }
    node = element(node, "urlPathPrefix", record, "UrlPathPrefix");
    for (name, field) in OPTIONS {
        node = node.flag(name, record.get(field).is_true());
    }
    for (name, template) in TEMPLATES {
        if node.child(name).is_none() {
            node = node.leaf(name, template);
        }
    }
    if node.child("tabs").is_none() {
        node = node.with(Node::new("tabs").leaf("defaultTab", "home").leaf("standardTab", "Chatter"));
    }
    let site =
        record.text("UrlPathPrefix").map(|path| custom_site::at_path(org, path)).transpose()?.flatten();
    node = node.maybe("site", site.as_ref().map(|site| site.full_name.as_str()));
    let (mut profiles, mut sets) = (Vec::new(), Vec::new());
    for (_, parent) in members(org, record.id("Id"))? {
        let kind =
            if parent.key_prefix() == "00e" { ComponentType::Profile } else { ComponentType::PermissionSet };
        let named = components(org, kind)?.into_iter();
        let names = named.filter(|named| named.record.id("Id") == Some(parent)).map(|named| named.full_name);
        if kind == ComponentType::Profile { profiles.extend(names) } else { sets.extend(names) }
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
        let named = profile::all(org)?.into_iter().find(|named| named.record.id("Id") == Some(profile));
        node = node.maybe("selfRegProfile", named.as_ref().map(|named| named.full_name.as_str()));
    }
    Ok(node)
}

/// What a component does not name stays as it is, but for its members: it names all of them or none.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    let object = call.org.schema.object("Network").ok_or_else(not_available)?;
    check(node, old)?;
    let path = path(call.org, old, node)?;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    fields.extend(TEXTS.iter().filter_map(|(name, field)| Some((*field, Value::from(node.text_of(name)?)))));
    let options =
        OPTIONS.iter().filter(|(name, field)| node.child(name).is_some() && object.field(field).is_some());
    fields.extend(options.map(|(name, field)| (*field, Value::from(node.is(name)))));
    if let Some(name) = node.text_of("selfRegProfile") {
        let profile = named_id(call.org, "selfRegProfile", ComponentType::Profile, name)?;
        fields.push(("SelfRegProfileId", Value::from(profile)));
    }
    let id = match old.and_then(|old| old.id("Id")) {
        Some(id) => update_component(call, "Network", id, &fields).map(|()| id)?,
        None => {
            fields.extend([("Name", Value::from(full_name)), ("UrlPathPrefix", Value::from(path.as_str()))]);
            insert_component(call, "Network", &fields)?
        }
    };
    if node.is("selfRegistration") {
        custom_site::give_guest(call, &path)?;
    }
    unmapped_elements::keep(call, (ComponentType::Network, full_name, id), node, is_of_record)?;
    match node.child("networkMemberGroups") {
        Some(groups) => set_members(call, id, groups),
        None => Ok(()),
    }
}

fn is_of_record(name: &str) -> bool {
    let texts = TEXTS.iter().map(|(name, _)| *name);
    let mut all = texts.chain(OPTIONS.iter().map(|(name, _)| *name));
    let others = ["fullName", "networkMemberGroups", "selfRegProfile", "site", "urlPathPrefix"];
    others.contains(&name) || all.any(|known| known == name)
}

fn check(node: &Node, old: Option<&Record>) -> Result<(), Fault> {
    let required = REQUIRED.iter().filter(|_| old.is_none());
    if let Some(missing) = required.copied().find(|name| node.child(name).is_none()) {
        return Err(required_element(missing));
    }
    if let Some(status) = node.text_of("status").filter(|status| !STATUSES.contains(status)) {
        return Err(no_enum_value("status", status, "NetworkStatus"));
    }
    if let Some(name) = node.text_of("picassoSite") {
        return Err(no_component("PicassoSite", "SiteDotCom", name));
    }
    let mut templates = node.children.iter().filter(|child| child.name.ends_with("Template"));
    let is_known = |name: &str| PLATFORM_TEMPLATES.iter().any(|known| name.starts_with(known));
    let missing = templates.find(|child| !child.text.is_empty() && !is_known(&child.text));
    missing.map_or(Ok(()), |template| Err(no_component(&template.name, "EmailTemplate", &template.text)))
}

/// The path of a community: that of its site, for good.
fn path(org: &Org, old: Option<&Record>, node: &Node) -> Result<String, Fault> {
    let its = match old {
        Some(old) => old.text("UrlPathPrefix").unwrap_or_default().to_owned(),
        None => {
            let name = node.text_of("site").unwrap_or_default();
            let site = find(custom_site::all(org)?, name);
            let site = site.ok_or_else(|| no_component("Site", ComponentType::CustomSite, name))?;
            site.record.text("UrlPathPrefix").unwrap_or_default().to_owned()
        }
    };
    if node.text_of("urlPathPrefix").is_some_and(|path| path != its) { Err(path_stays()) } else { Ok(its) }
}

fn set_members(call: Call, network: Id, groups: &Node) -> Result<(), Fault> {
    let mut wanted = Vec::new();
    for (element, kind) in
        [("profile", ComponentType::Profile), ("permissionSet", ComponentType::PermissionSet)]
    {
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

/// The components that members are: profiles or permission sets.
fn components(org: &Org, kind: ComponentType) -> Result<Vec<Named>, Fault> {
    if kind == ComponentType::Profile { profile::all(org) } else { permission_set::all(org) }
}

fn named_id(org: &Org, element: &str, kind: ComponentType, name: &str) -> Result<Id, Fault> {
    let named = find(components(org, kind)?, name).and_then(|named| named.record.id("Id"));
    named.ok_or_else(|| no_component(element, kind, name))
}

faults! {
    /// metadata gives a community another path than its site has; the words are ours
    path_stays() = FIELD_INTEGRITY_EXCEPTION on ["urlPathPrefix"],
        "The URL path prefix of a Network is that of its CustomSite", Assumed;
}
