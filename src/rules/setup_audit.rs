//! What of a save the setup audit trail tells, and in which words.
//! Sources of the words: a published list of real entries ("Salesforce Setup Audit Trail Reference"), the parsers of <https://github.com/ExabeamLabs/Content-Library-CIM2> and the list of
//! <https://github.com/hardisgroupcom/sfdx-hardis>.

use crate::dml::{Operation, Save};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::Org;
use crate::org::setup_audit::SetupChange;

mod access;
mod user;

pub(super) const MANAGE_USERS: &str = "Manage Users";
const CUSTOMER_PORTAL: &str = "Customer Portal";
const PARTNERS: &str = "Partner Relationship Management";

/// Writes the rows of a save, deletions among them.
pub(super) fn note(save: &Save) -> Result<(), Fault> {
    let changes = match save.object.name.as_str() {
        "User" => user::changes(save)?,
        "UserLogin" => user::of_login(save)?,
        "Account" => of_account(save),
        "UserRole" => of_role(save),
        "Group" => of_group(save),
        "GroupMember" => of_member(save)?,
        "PermissionSet" => access::of_set(save)?,
        "PermissionSetGroup" => access::of_set_group(save),
        "PermissionSetGroupComponent" => access::of_component(save)?,
        "PermissionSetAssignment" => access::of_assignment(save)?,
        "PermissionSetLicenseAssign" => access::of_license_assign(save)?,
        "UserPackageLicense" => access::of_package_license(save),
        "Profile" => access::of_profile(save),
        "Network" => of_network(save),
        "NetworkMemberGroup" => of_network_member(save)?,
        "SamlSsoConfig" => of_sso_config(save),
        _ => return Ok(()),
    };
    let (org, environment) = (save.call.org, save.call.environment);
    let by = save.call.runner.user;
    changes.into_iter().try_for_each(|change| org.note_setup_change(environment, by, change))
}

/// The record that a save leaves, or that it deletes.
fn record<'s>(save: &'s Save) -> &'s Record {
    if save.operation == Operation::Delete { &save.old } else { &save.new }
}

fn text<'s>(record: &'s Record, field: &str) -> &'s str {
    record.text(field).unwrap_or_default()
}

/// A field of a record that is referred to.
fn text_of(org: &Org, object: &'static str, id: Option<Id>, field: &str) -> Result<Option<String>, Fault> {
    let Some(id) = id else { return Ok(None) };
    Ok(org.find(&org.standard(object)?, id)?.and_then(|record| record.text(field).map(str::to_owned)))
}

/// `Ada Lovelace (UserID: [005…])`
fn user_with_id(org: &Org, id: Option<Id>) -> Result<String, Fault> {
    let name = text_of(org, "User", id, "Name")?.unwrap_or_default();
    Ok(format!("{name} (UserID: [{}])", id.as_ref().map_or("", Id::short)))
}

fn of_account(save: &Save) -> Vec<SetupChange> {
    if save.operation != Operation::Update {
        return Vec::new();
    }
    let name = text(&save.new, "Name");
    let turned = |field: &str, on: bool| {
        save.changes(field) && save.old.get(field).is_true() != on && save.value(field).is_true() == on
    };
    let mut changes = Vec::new();
    if turned("IsPartner", true) {
        let display = format!("Account {name} enabled as a Partner Account");
        changes.push(SetupChange::new("AccountPRMEnabled", PARTNERS, display));
    }
    if turned("IsPartner", false) {
        let display = format!("Account {name} disabled as a Partner account");
        changes.push(SetupChange::new("PRMAccountDisabled", PARTNERS, display));
    }
    if turned("IsCustomerPortal", false) {
        let display = format!("Account {name} disabled as a Customer Portal account");
        changes.push(SetupChange::new("CSPAccountDisabled", CUSTOMER_PORTAL, display));
    }
    changes
}

fn of_role(save: &Save) -> Vec<SetupChange> {
    let (action, verb) = match save.operation {
        Operation::Insert => ("createdrole", "Created new role"),
        Operation::Update => ("role", "Changed role"),
        Operation::Delete => ("deletedrole", "Deleted role"),
        Operation::Undelete => return Vec::new(),
    };
    vec![SetupChange::new(action, MANAGE_USERS, format!("{verb} {}", text(record(save), "Name")))]
}

const GROUPS: &str = "Groups";
const DATA_MANAGEMENT: &str = "Data Management";

fn of_group(save: &Save) -> Vec<SetupChange> {
    let group = record(save);
    let (word, kind, section) = match text(group, "Type") {
        "Regular" => ("group", "Public Group", GROUPS),
        "Queue" => ("queue", "Queue", DATA_MANAGEMENT),
        _ => return Vec::new(),
    };
    let name = text(group, "Name");
    let (verb, display) = match save.operation {
        Operation::Insert => ("created", format!("Created {kind} {name}")),
        Operation::Update => {
            let fields = ["Name", "DeveloperName"].into_iter().filter(|field| save.changes(field));
            let parts = fields.map(|field| {
                format!("{field} from {} to {}", text(&save.old, field), text(&save.new, field))
            });
            let parts: Vec<String> = parts.collect();
            if parts.is_empty() {
                return Vec::new();
            }
            let old = text(&save.old, "Name");
            ("updated", format!("Updated {kind} {old}: Changed {}", parts.join(", ")))
        }
        Operation::Delete => ("deleted", format!("Deleted {kind} {name}")),
        Operation::Undelete => return Vec::new(),
    };
    vec![SetupChange::new(format!("{verb}{word}"), section, display)]
}

fn of_member(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    let org = save.call.org;
    let group = match record(save).id("GroupId") {
        Some(id) => org.find(&org.standard("Group")?, id)?,
        None => None,
    };
    let Some(group) = group else { return Ok(Vec::new()) };
    let name = text(&group, "Name");
    Ok(match text(&group, "Type") {
        "Regular" => {
            vec![SetupChange::new("groupMembership", GROUPS, format!("Changed membership of Group {name}"))]
        }
        "Queue" => {
            let display = format!("Changed membership for Queue {name}");
            vec![SetupChange::new("queueMembership", DATA_MANAGEMENT, display)]
        }
        _ => Vec::new(),
    })
}

fn of_network(save: &Save) -> Vec<SetupChange> {
    let field = "OptionsSendWelcomeEmail";
    let turned_on =
        save.operation == Operation::Update && save.value(field).is_true() && !save.old.get(field).is_true();
    let display = format!("Enabled welcome emails for {}", text(&save.new, "Name"));
    let change =
        SetupChange::new("NetworksChangedSendWelcomeEmailOn", "Experiences send welcome email pref", display);
    if turned_on { vec![change] } else { Vec::new() }
}

fn of_network_member(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    if save.operation != Operation::Insert {
        return Ok(Vec::new());
    }
    let org = save.call.org;
    let network = text_of(org, "Network", save.id_in("NetworkId"), "Name")?.unwrap_or_default();
    let parent = save.id_in("ParentId");
    let parent = match text_of(org, "Profile", parent, "Name")? {
        Some(profile) => profile,
        None => text_of(org, "PermissionSet", parent, "Label")?.unwrap_or_default(),
    };
    let display = format!("Added {parent} member group to {network}");
    Ok(vec![SetupChange::new("NetworkMemberGroupAdd", "Experiences network Member Group", display)])
}

/// The words are ours.
fn of_sso_config(save: &Save) -> Vec<SetupChange> {
    const SECTION: &str = "Single Sign-On Settings";
    let name = text(record(save), "MasterLabel");
    match save.operation {
        Operation::Insert => {
            let display = format!("Created Single Sign-On Setting {name}");
            vec![SetupChange::new("samlSsoConfig_create", SECTION, display)]
        }
        Operation::Delete => {
            let display = format!("Deleted Single Sign-On Setting {name}");
            vec![SetupChange::new("samlSsoConfig_delete", SECTION, display)]
        }
        Operation::Update | Operation::Undelete => Vec::new(),
    }
}
