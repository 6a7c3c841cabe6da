//! The rules of Contact.

use super::account::mirror;
use super::declare::rule;
use super::{address, delete, hierarchy, owner, portal, record_type, transfer};
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::value::Value;

pub(super) const RULES: &[Rule] = &[
    rule!(Default SAVE record_type::master_record_type_is_none),
    rule!(Before SAVE record_type::record_type_is_one_of_the_object),
    rule!(Before SAVE address::addresses_are_in_the_lists),
    rule!(Before SAVE owner::owner_is_active),
    rule!(Before UPDATE transfer::new_owner_may_read),
    rule!(Before SAVE reports_form_no_circle),
    rule!(Before INSERT portal_users_add_no_contacts_to_partner_accounts),
    rule!(Before SAVE person_account_has_one_contact),
    rule!(Before UPDATE person_contact_stays_with_its_account),
    rule!(Before UPDATE portal_contact_moves_to_an_account_that_can_have_it),
    rule!(Before DELETE no_portal_user_is_left),
    rule!(Before DELETE person_contact_goes_with_its_account),
    rule!(After UPDATE mirror::person_account_follows_the_contact),
    rule!(After UPDATE portal_user_moves_with_the_contact),
    rule!(After UPDATE transfer::record_goes_with_its_activities),
];

/// Code, text and field are a choice: no public source quotes them.
fn reports_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    if hierarchy::leads_back(save, "ReportsToId")? {
        return Err(hierarchy::hierarchy_violated("ReportsToId"));
    }
    Ok(())
}

/// Source: <https://sfdcian.com/unknown_exceptionportal-users-cannot-own-partner-accounts/>
fn portal_users_add_no_contacts_to_partner_accounts(save: &mut Save) -> Result<(), Fault> {
    if !save.call.runner.is_external() {
        return Ok(());
    }
    let partner =
        save.parent("Account", "AccountId")?.is_some_and(|account| account.get("IsPartner").is_true());
    if partner { Err(portal::portal_users_cannot_own()) } else { Ok(()) }
}

/// A contact cannot be put beside the one that is the person.
fn person_account_has_one_contact(save: &mut Save) -> Result<(), Fault> {
    let has_persons = save.field("IsPersonAccount").is_some() && !save.old.get("IsPersonAccount").is_true();
    if !has_persons || save.call.runner.is_system() || !save.changes("AccountId") {
        return Ok(());
    }
    let account = save.parent("Account", "AccountId")?;
    let person = account.is_some_and(|account| account.get("IsPersonAccount").is_true());
    if person { Err(person_account_as_parent()) } else { Ok(()) }
}

/// What the contact and its account share is changed in the account, and so is the record type.
/// Source: <https://help.salesforce.com/s/articleView?id=005305352&type=1>
fn person_contact_stays_with_its_account(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() || !save.old.get("IsPersonAccount").is_true() {
        return Ok(());
    }
    if save.changes("RecordTypeId") {
        return Err(Fault::no_access_to_record());
    }
    match ["AccountId", "OwnerId", "ReportsToId"].iter().any(|field| save.changes(field)) {
        true => Err(person_contact()),
        false => Ok(()),
    }
}

/// The platform deletes it with the account.
fn person_contact_goes_with_its_account(save: &mut Save) -> Result<(), Fault> {
    let own = save.old.get("IsPersonAccount").is_true() && !save.call.runner.is_system();
    if own { Err(person_contact()) } else { Ok(()) }
}

/// The user of the contact, if any.
fn portal_user(save: &Save) -> Result<Option<Record>, Fault> {
    let users = save.call.org.standard("User")?;
    let ids = save.call.org.ids_where(&users, "ContactId", &Value::from(save.id), 1)?;
    match ids.first() {
        Some(id) => save.call.org.find(&users, *id),
        None => Ok(None),
    }
}

/// There is a new account, and its owner has a role; a partner's new account is a partner account.
/// Source: <https://github.com/SalesforceFoundation/NPSP/issues/4001>
fn portal_contact_moves_to_an_account_that_can_have_it(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("AccountId") {
        return Ok(());
    }
    let Some(user) = portal_user(save)? else { return Ok(()) };
    let Some(account) = save.parent("Account", "AccountId")? else {
        return Err(portal_contact_needs_account());
    };
    portal::owner_role(save.call, &account).map_err(|_| portal_contact_needs_account())?;
    if user.text("UserType") == Some("PowerPartner") && !account.get("IsPartner").is_true() {
        return Err(partner_needs_partner_account());
    }
    Ok(())
}

/// The user's account follows, with the role of the same level.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.networks_roles_partner_about.htm>
fn portal_user_moves_with_the_contact(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("AccountId") {
        return Ok(());
    }
    let (Some(user), Some(account)) = (portal_user(save)?, save.parent("Account", "AccountId")?) else {
        return Ok(());
    };
    let Some(id) = user.id("Id") else { return Ok(()) };
    let mut fields = vec![("AccountId", save.value("AccountId").clone())];
    let profile = user.id("ProfileId").map(|id| save.call.org.profile(id)).transpose()?.flatten();
    if let Some(portal_type) = profile.and_then(|profile| profile.license.portal_type()) {
        let level = user.text("PortalRole").unwrap_or("Worker");
        let role = portal::role_for(save.call, &account, portal_type, level)?;
        fields.push(("UserRoleId", Value::from(role)));
    }
    save.also_update("User", id, &fields)
}

fn no_portal_user_is_left(save: &mut Save) -> Result<(), Fault> {
    delete::no_portal_users(save, "ContactId")
}

faults! {
    /// the contact of a person account is deleted, moved or merged by itself
    pub(super) person_contact() = INVALID_CROSS_REFERENCE_KEY, "cannot reference person contact",
        Seen "a public script that deletes records";

    /// a contact is put on a person account beside the one that is the person
    person_account_as_parent() = INVALID_CROSS_REFERENCE_KEY,
        "cannot specify person account contact; use the account", Assumed;

    /// the contact of a portal user loses its account, or moves to one whose owner has no role
    portal_contact_needs_account() = FIELD_INTEGRITY_EXCEPTION on ["AccountId"],
        "A portal user's contact record must include an account. Furthermore, the owner of the account must be associated with a role.",
        Seen "https://github.com/SalesforceFoundation/NPSP/issues/4001";

    /// the contact of a partner user moves to an account that is no partner account
    partner_needs_partner_account() = FIELD_INTEGRITY_EXCEPTION on ["AccountId"],
        "the contact of a partner user can only move to a partner account", Assumed;
}
