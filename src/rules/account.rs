//! The rules of Account.

use super::declare::rule;
use super::{address, delete, hierarchy, owner, portal, record_type, transfer};
use crate::dml::{Rule, Save, display_name};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::org::access::is_external_type;

pub(super) mod marriage;
pub(super) mod mirror;
pub(super) mod person;

pub(super) const RULES: &[Rule] = &[
    rule!(Default SAVE record_type::master_record_type_is_none),
    rule!(Default INSERT person::record_type_makes_a_person_account),
    rule!(Default UPDATE marriage::record_type_changes_the_kind),
    rule!(Default SAVE person::person_account_is_named_after_the_person),
    rule!(Before SAVE record_type::record_type_is_one_of_the_object),
    rule!(Before SAVE person::fields_fit_the_kind_of_account),
    rule!(Before SAVE address::addresses_are_in_the_lists),
    rule!(Before SAVE parents_form_no_circle),
    rule!(Before SAVE owner::owner_is_active),
    rule!(Before SAVE portal_users_own_no_partner_accounts),
    rule!(Before UPDATE new_owner_of_portal_account_has_a_role),
    rule!(Before UPDATE transfer::new_owner_may_read),
    rule!(Before UPDATE customer_account_stays_one),
    rule!(Before DELETE no_portal_users_are_left),
    rule!(Before DELETE partner_account_is_disabled_first),
    rule!(Before DELETE portal_roles_go_with_the_account),
    rule!(After SAVE mirror::person_account_has_a_contact),
    rule!(After UPDATE marriage::separated_contact_is_a_plain_one),
    rule!(After SAVE partner_account_has_roles),
    rule!(After UPDATE portal_roles_follow_owner_and_name),
    rule!(After UPDATE transfer::account_goes_with_its_records),
    rule!(After UPDATE disabled_partner_account_loses_its_users),
];

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>
fn parents_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    if hierarchy::leads_back(save, "ParentId")? {
        return Err(hierarchy::circular_dependency());
    }
    Ok(())
}

/// The user types of partners and customers.
const OF_PORTALS: &[&str] = &["PowerPartner", "PowerCustomerSuccess", "CustomerSuccess", "CspLitePortal"];

fn has_user_type(save: &Save, user: Id, is_one: impl FnOnce(&str) -> bool) -> Result<bool, Fault> {
    let user = save.call.org.find(&save.call.org.standard("User")?, user)?;
    Ok(user.is_some_and(|user| is_one(user.text("UserType").unwrap_or_default())))
}

/// Neither the account nor, when it becomes a partner account, its contacts.
/// Source: <https://sfdcian.com/unknown_exceptionportal-users-cannot-own-partner-accounts/>
fn portal_users_own_no_partner_accounts(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let enabled = |field: &str| save.value(field).is_true();
    if !(enabled("IsPartner") || enabled("IsCustomerPortal")) {
        return Ok(());
    }
    if (save.changes("OwnerId") || save.changes("IsPartner") || save.changes("IsCustomerPortal"))
        && let Some(owner) = save.id_in("OwnerId")
        && has_user_type(save, owner, is_external_type)?
    {
        return Err(portal::portal_users_cannot_own());
    }
    if save.is_insert() || !(save.changes("IsPartner") && enabled("IsPartner")) {
        return Ok(());
    }
    org.standard("Contact")?;
    let sql = "SELECT DISTINCT \"OwnerId\" FROM \"Contact\" WHERE \"AccountId\" = ?1 AND NOT \"IsDeleted\"";
    let owners = org.store.rows(sql, [save.id.as_str()], |row| row.get::<_, Option<String>>(0))?;
    for owner in owners.iter().flatten().filter_map(|owner| Id::parse(owner)) {
        if has_user_type(save, owner, |kind| OF_PORTALS.contains(&kind))? {
            return Err(portal::portal_users_cannot_own());
        }
    }
    Ok(())
}

/// Source: <https://help.salesforce.com/s/articleView?id=000389462&type=1>
fn new_owner_of_portal_account_has_a_role(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("OwnerId") || portal::roles_of_account(save.call, save.id)?.is_empty() {
        return Ok(());
    }
    portal::owner_role(save.call, &save.new).map(drop)
}

/// Source: <https://help.salesforce.com/s/articleView?id=005321769&type=1>
fn customer_account_stays_one(save: &mut Save) -> Result<(), Fault> {
    let lost = save.old.get("IsCustomerPortal").is_true() && !save.value("IsCustomerPortal").is_true();
    if lost && !save.call.runner.is_system() { Err(customer_portal_is_for_good()) } else { Ok(()) }
}

fn no_portal_users_are_left(save: &mut Save) -> Result<(), Fault> {
    delete::no_portal_users(save, "AccountId")
}

/// A partner account whose owner has a role has its roles from the start; else the first partner user asks for them.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.networks_roles_partner_about.htm>
fn partner_account_has_roles(save: &mut Save) -> Result<(), Fault> {
    let becomes = save.changes("IsPartner") && save.value("IsPartner").is_true();
    if !becomes || portal::owner_role(save.call, &save.new).is_err() {
        return Ok(());
    }
    if portal::roles_of_type(save.call, save.id, "Partner")?.is_empty() {
        portal::make_roles(save.call, &save.new, "Partner")?;
    }
    Ok(())
}

fn portal_roles_follow_owner_and_name(save: &mut Save) -> Result<(), Fault> {
    if save.changes("OwnerId") {
        portal::follow_owner(save.call, &save.new)?;
    }
    if save.changes("Name") {
        portal::follow_name(save.call, &save.new)?;
    }
    Ok(())
}

/// "Disable Partner Account": the partner users are disabled, their roles deleted, for good.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.partner_portal_disabling_partner_accounts.htm>
fn disabled_partner_account_loses_its_users(save: &mut Save) -> Result<(), Fault> {
    let disabled = save.old.get("IsPartner").is_true() && !save.value("IsPartner").is_true();
    if !disabled {
        return Ok(());
    }
    let users = save.call.org.standard("User")?;
    for id in save.call.org.ids_where(&users, "AccountId", &Value::from(save.id), NO_LIMIT)? {
        let user = save.call.org.find(&users, id)?;
        if user.is_some_and(|user| user.text("UserType") == Some("PowerPartner")) {
            save.also_update("User", id, &[("IsPortalEnabled", Value::from(false))])?;
        }
    }
    portal::delete_roles(save.call, save.id, Some("Partner"))
}

/// One that is merged away goes, for its users have moved.
/// Source: <https://simplysfdc.com/2014/04/what-happens-when-you-delete-accounts.html>
fn partner_account_is_disabled_first(save: &mut Save) -> Result<(), Fault> {
    let merged = !save.old.get("MasterRecordId").is_null();
    if save.old.get("IsPartner").is_true() && !merged {
        return Err(partner_account_deleted(&display_name(&save.old)));
    }
    Ok(())
}

/// While they still name the account: they do not come back with it.
fn portal_roles_go_with_the_account(save: &mut Save) -> Result<(), Fault> {
    portal::delete_roles(save.call, save.id, None)
}

faults! {
    /// an account that is enabled for partners is deleted
    partner_account_deleted(name: &str) = DELETE_FAILED,
        "Your attempt to delete {name} could not be completed because it is enabled as a partner account.\n", Assumed;

    /// `IsCustomerPortal` of a customer account is set to false
    customer_portal_is_for_good() = FIELD_INTEGRITY_EXCEPTION on ["IsCustomerPortal"],
        "a customer portal account cannot be disabled", Assumed;
}
