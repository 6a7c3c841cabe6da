//! The life of a user, and what is changed about one.

use std::sync::Arc;

use super::{CUSTOMER_PORTAL, MANAGE_USERS, PARTNERS, text, text_of, user_with_id};
use crate::dml::{Operation, Save};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::access::ProfileFacts;
use crate::org::setup_audit::SetupChange;

/// Feature licences: field, word of the action, word of the text.
const FEATURES: [(&str, &str, &str); 7] = [
    ("UserPermissionsMarketingUser", "marketing", "marketing"),
    ("UserPermissionsOfflineUser", "offline", "offline"),
    ("UserPermissionsInteractionUser", "interaction", "Flow"),
    ("UserPermissionsKnowledgeUser", "knowledge", "Knowledge"),
    ("UserPermissionsSupportUser", "support", "Service Cloud"),
    ("UserPermissionsSFContentUser", "sfcontent", "Salesforce CRM Content"),
    ("UserPermissionsJigsawProspectingUser", "jigsawprospecting", "Data.com"),
];

/// Fields whose old and new text are told: field, action, what stands before the values.
const TEXTS: [(&str, &str, &str); 3] = [
    ("Email", "changedemail", "Changed email for user"),
    ("CommunityNickname", "changedcommunitynickname", "Changed nickname for user"),
    ("FederationIdentifier", "changedfederationid", "Changed federation id for user"),
];

/// References to users: field, action, what stands before the user.
const PEOPLE: [(&str, &str, &str); 2] = [
    ("ManagerId", "changedManager", "The manager for user"),
    ("DelegatedApproverId", "changedDelegateApprover", "The delegate approver for user"),
];

pub(super) fn changes(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    match save.operation {
        Operation::Insert => Ok(vec![created(save)]),
        Operation::Update => changed(save),
        Operation::Delete | Operation::Undelete => Ok(Vec::new()),
    }
}

/// An external user is told of once, in the words of its kind.
fn created(save: &Save) -> SetupChange {
    let name = text(&save.new, "Name");
    match text(&save.new, "UserType") {
        "PowerPartner" => {
            SetupChange::new("createdpartneruser", PARTNERS, format!("Created new Partner User {name}"))
        }
        "CspLitePortal" | "PowerCustomerSuccess" | "CustomerSuccess" => {
            let display = format!("Created new Customer User {name}");
            SetupChange::new("createdcustomersuccessuser", CUSTOMER_PORTAL, display)
        }
        _ => SetupChange::new("createduser", MANAGE_USERS, format!("Created new user {name}")),
    }
}

fn changed(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    let org = save.call.org;
    let name = text(&save.new, "Name");
    let with_id = format!("{name} (UserID: [{}])", save.id.short());
    let mut changes = Vec::new();
    let mut add =
        |action: String, display: String| changes.push(SetupChange::new(action, MANAGE_USERS, display));
    if save.changes("IsActive") {
        let (action, verb) = match save.value("IsActive").is_true() {
            true => ("activateduser", "Activated"),
            false => ("deactivateduser", "Deactivated"),
        };
        add(action.to_owned(), format!("{verb} user {with_id}"));
    }
    if save.changes("ProfileId") {
        let profile = |id: Option<Id>| id.map(|id| org.profile(id)).transpose().map(Option::flatten);
        let (old, new) = (profile(save.old.id("ProfileId"))?, profile(save.id_in("ProfileId"))?);
        let is_custom =
            |profile: &Option<Arc<ProfileFacts>>| profile.as_ref().is_none_or(|profile| profile.is_custom);
        let kinds = match (is_custom(&old), is_custom(&new)) {
            (true, true) => "",
            (true, false) => "custtostd",
            (false, true) => "stdtocust",
            (false, false) => "stdtostd",
        };
        let named = |profile: Option<Arc<ProfileFacts>>| {
            profile.map(|profile| profile.name.clone()).unwrap_or_default()
        };
        let display = format!("Changed profile for user {name} from {} to {}", named(old), named(new));
        add(format!("changedprofileforuser{kinds}"), display);
    }
    if save.changes("UserRoleId") {
        let role = |id| text_of(org, "UserRole", id, "Name");
        let (old, new) = (role(save.old.id("UserRoleId"))?, role(save.id_in("UserRoleId"))?);
        let action = match (&old, &new) {
            (None, _) => "changedroleforuserfromnone",
            (_, None) => "changedroleforusertonone",
            _ => "changedroleforuser",
        };
        let none = || "<None Specified>".to_owned();
        let (old, new) = (old.unwrap_or_else(none), new.unwrap_or_else(none));
        add(action.to_owned(), format!("Changed role for user {name} from {old} to {new}"));
    }
    if save.changes("Username") {
        let (old, new) = (text(&save.old, "Username"), text(&save.new, "Username"));
        let display = format!("Changed username for {} from {old} to {new}", save.id.short());
        add("changedusername".to_owned(), display);
    }
    let null = |value: Option<&str>| value.unwrap_or("null").to_owned();
    for (field, action, words) in TEXTS.iter().filter(|(field, ..)| save.changes(field)) {
        let (old, new) = (null(save.old.text(field)), null(save.text(field)));
        add((*action).to_owned(), format!("{words} {with_id} from {old} to {new}"));
    }
    for (field, action, words) in PEOPLE.iter().filter(|(field, ..)| save.changes(field)) {
        let named = |id| text_of(org, "User", id, "Name");
        let (old, new) = (named(save.old.id(field))?, named(save.id_in(field))?);
        let (old, new) = (null(old.as_deref()), null(new.as_deref()));
        add((*action).to_owned(), format!("{words} {with_id} changed from {old} to {new}"));
    }
    for (field, word, shown) in FEATURES.iter().filter(|(field, ..)| save.changes(field)) {
        let (switch, states) = match save.value(field).is_true() {
            true => ("offon", "from off to on"),
            false => ("onoff", "from on to off"),
        };
        let display = format!("For user {name}, changed {shown} user {states}");
        add(format!("changed{word}user{switch}"), display);
    }
    for (field, kind, shown) in
        [("HasUserVerifiedEmail", "Email", "Email"), ("HasUserVerifiedPhone", "Phone", "Mobile Number")]
    {
        if save.changes(field) {
            let (state, shown_state) = match save.value(field).is_true() {
                true => ("Verified", "verified"),
                false => ("Unverified", "unverified"),
            };
            let username = text(&save.new, "Username");
            let display =
                format!("For user {username}, the User Verified {shown} status changed to {shown_state}");
            add(format!("changedUser{kind}VerifiedStatus{state}"), display);
        }
    }
    if save.changes("ForecastEnabled") {
        let (word, states) = match save.value("ForecastEnabled").is_true() {
            true => ("On", "from off to on"),
            false => ("Off", "from on to off"),
        };
        let display = format!("Changed allow forecasting {states} for user {name}");
        changes.push(SetupChange::new(format!("userAllowForecasting{word}"), "Customize Forecasts", display));
    }
    if save.old.get("IsPortalEnabled").is_true() && !save.value("IsPortalEnabled").is_true() {
        let username = text(&save.old, "Username");
        changes.push(match text(&save.old, "UserType") {
            "PowerPartner" => {
                let display = format!("User {username} disabled as a Partner user");
                SetupChange::new("PRMUserDisabled", PARTNERS, display)
            }
            _ => {
                let display = format!("User {username} disabled as a Customer Portal user");
                SetupChange::new("CSPUserDisabled", CUSTOMER_PORTAL, display)
            }
        });
    }
    Ok(changes)
}

/// Freezing, and the end of a lockout.
pub(super) fn of_login(save: &Save) -> Result<Vec<SetupChange>, Fault> {
    if save.operation != Operation::Update {
        return Ok(Vec::new());
    }
    let org = save.call.org;
    let user = save.id_in("UserId");
    let mut changes = Vec::new();
    if save.changes("IsFrozen") {
        let (action, verb) = match save.value("IsFrozen").is_true() {
            true => ("frozeuser", "Froze"),
            false => ("unfrozeuser", "Unfroze"),
        };
        let name = text_of(org, "User", user, "Name")?.unwrap_or_default();
        changes.push(SetupChange::new(action, MANAGE_USERS, format!("{verb} user account for {name}")));
    }
    if save.old.get("IsPasswordLocked").is_true() && !save.value("IsPasswordLocked").is_true() {
        let username = text_of(org, "User", user, "Username")?.unwrap_or_default();
        let display = format!("Unlocked user {username} (UserID: [{}])", user.as_ref().map_or("", Id::short));
        changes.push(SetupChange::new("unlockeduser", MANAGE_USERS, display));
    }
    Ok(changes)
}

/// Who is told of, with their id.
pub(super) fn told(save: &Save, user: Option<Id>) -> Result<String, Fault> {
    user_with_id(save.call.org, user)
}
