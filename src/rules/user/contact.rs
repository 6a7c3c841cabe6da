//! External users: the contact they belong to, and its account.

use super::defaults::{old_profile, profile};
use super::disabled::was_disabled;
use super::profile::keeps_to_its_license;
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::license::ContactNeed;
use crate::rules::portal;

/// `AccountId` is the contact's account; a user with a contact is enabled for the portal.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
pub(super) fn account_follows_contact(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("ContactId") {
        return Ok(());
    }
    let contact = contact(save)?;
    let account = contact.as_ref().and_then(|contact| contact.id("AccountId"));
    let external = profile(save)?.is_some_and(|profile| profile.license.is_external());
    save.set("AccountId", account.map_or(Value::Null, Value::from));
    save.set("IsPortalEnabled", external && contact.is_some());
    Ok(())
}

/// A linked user keeps its contact until `IsPortalEnabled` is set to false, which takes it away for good: the user gets no
/// other one. Only one that never had a contact may get one.
/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.external_identity_manage_upgrade_contactless_users.htm>
pub(super) fn contact_does_not_change(save: &mut Save) -> Result<(), Fault> {
    let disabled = save.was_sent("IsPortalEnabled") && save.value("ContactId").is_null();
    let changed = !save.old.get("ContactId").is_null() && save.changes("ContactId");
    if changed && save.was_sent("ContactId") && !disabled && !save.call.runner.is_system() {
        return Err(Fault::fields_not_writeable(&["ContactId".to_owned()]));
    }
    let linked = save.old.get("ContactId").is_null() && save.changes("ContactId");
    if linked && was_disabled(save)? {
        return Err(Fault::fields_not_writeable(&["ContactId".to_owned()]));
    }
    Ok(())
}

/// Source: public logs of provisioning connectors
pub(super) fn only_portal_users_have_a_contact(save: &mut Save) -> Result<(), Fault> {
    if save.value("ContactId").is_null() {
        return Ok(());
    }
    let external = profile(save)?.is_none_or(|profile| profile.license.is_external());
    if external || !keeps_to_its_license(save)? { Ok(()) } else { Err(contact_on_internal_user()) }
}

/// Source: a public log of an enterprise directory's connector
pub(super) fn portal_user_has_a_contact(save: &mut Save) -> Result<(), Fault> {
    let comes_alive = save.is_insert() || (save.changes("IsActive") && save.value("IsActive").is_true());
    if !(comes_alive || save.changes("ProfileId")) || !save.value("ContactId").is_null() {
        return Ok(());
    }
    let needed = profile(save)?.is_some_and(|profile| profile.license.contact == ContactNeed::Required);
    if needed && keeps_to_its_license(save)? { Err(portal_user_without_contact()) } else { Ok(()) }
}

/// Person accounts have customer users only.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.users_license_types_communities.htm>
pub(super) fn partner_is_no_person_account(save: &mut Save) -> Result<(), Fault> {
    if !save.call.org.schema.has_feature("PersonAccounts") || !links(save)? {
        return Ok(());
    }
    let partner = profile(save)?.is_some_and(|profile| profile.license.portal_type() == Some("Partner"));
    let person = account(save)?.is_some_and(|account| account.get("IsPersonAccount").is_true());
    if partner && person { Err(partner_on_person_account()) } else { Ok(()) }
}

/// Of any licence. A contact without account counts as one whose owner has none.
/// Source: <https://help.salesforce.com/s/articleView?id=000389462&type=1>
pub(super) fn portal_account_owner_has_a_role(save: &mut Save) -> Result<(), Fault> {
    if !links(save)? {
        return Ok(());
    }
    let Some(account) = account(save)? else { return Err(portal::owner_must_have_a_role()) };
    portal::owner_role(save.call, &account).map(drop)
}

/// Active or inactive: only disabling sets the contact free, for a new user.
/// Source: public Lightning components that compare this text
pub(super) fn contact_has_one_portal_user(save: &mut Save) -> Result<(), Fault> {
    if !links(save)? {
        return Ok(());
    }
    let Some(contact) = save.id_in("ContactId") else { return Ok(()) };
    let users = save.call.org.ids_where(&save.object, "ContactId", &Value::from(contact), 2)?;
    match users.into_iter().find(|id| *id != save.id) {
        Some(user) => {
            Err(portal_user_exists().because(format!("contact {contact} belongs to the user {user} already")))
        }
        None => Ok(()),
    }
}

/// A partner user on a plain account makes it a partner account, unless the org says otherwise.
/// Source: <http://blog.jeffdouglas.com/2010/09/02/error-portal-account-owner-must-have-a-role/>
pub(super) fn partner_user_needs_a_partner_account(save: &mut Save) -> Result<(), Fault> {
    if save.call.org.settings.partner_user_enables_account || !links(save)? {
        return Ok(());
    }
    let partner = profile(save)?.is_some_and(|profile| profile.license.portal_type() == Some("Partner"));
    let plain = account(save)?.is_some_and(|account| !account.get("IsPartner").is_true());
    if partner && plain { Err(account_is_no_partner()) } else { Ok(()) }
}

/// The first customer user makes a customer account, the first partner user a partner account.
/// Source: <https://help.salesforce.com/s/articleView?id=005321769&type=1>
pub(super) fn account_is_enabled(save: &mut Save) -> Result<(), Fault> {
    if !links(save)? {
        return Ok(());
    }
    let (Some(profile), Some(account), Some(id)) = (profile(save)?, account(save)?, save.id_in("AccountId"))
    else {
        return Ok(());
    };
    let partner = profile.license.user_type == "PowerPartner";
    let flag = if partner { "IsPartner" } else { "IsCustomerPortal" };
    if account.get(flag).is_true() {
        return Ok(());
    }
    save.also_update("Account", id, &[(flag, Value::from(true))])
}

/// Whether the save links an external user to a contact, or gives a linked one another kind of licence.
fn links(save: &Save) -> Result<bool, Fault> {
    if save.value("ContactId").is_null() {
        return Ok(false);
    }
    let Some(profile) = profile(save)?.filter(|profile| profile.license.is_external()) else {
        return Ok(false);
    };
    let other_kind = old_profile(save)?.is_none_or(|old| old.license.user_type != profile.license.user_type);
    Ok(save.changes("ContactId") || other_kind)
}

fn contact(save: &Save) -> Result<Option<Record>, Fault> {
    save.parent("Contact", "ContactId")
}

fn account(save: &Save) -> Result<Option<Record>, Fault> {
    save.parent("Account", "AccountId")
}

faults! {
    /// a user with an internal profile has a contact
    contact_on_internal_user() = FIELD_INTEGRITY_EXCEPTION on ["ContactId"],
        "only portal users can be associated to a contact", Seen "public logs of provisioning connectors";

    /// a user with an external profile is created, activated or given the profile without a contact
    portal_user_without_contact() = INVALID_CROSS_REFERENCE_KEY on ["ContactId"],
        "Cannot create a portal user without contact", Seen "a public log of an enterprise directory's connector";

    /// the contact has a user already, active or not
    portal_user_exists() = PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT,
        "portal user already exists for contact", Seen "public Lightning components that compare this text";

    /// a partner user is created on a person account
    partner_on_person_account() = FIELD_INTEGRITY_EXCEPTION on ["ContactId"],
        "only customer portal users can be associated to a person account", Assumed;

    /// a partner user is created on a plain account, and the org's settings do not make that a partner account
    account_is_no_partner() = FIELD_INTEGRITY_EXCEPTION on ["ContactId"],
        "partner users can only be associated to a partner account", Assumed;
}
