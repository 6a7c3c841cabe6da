//! External users, at a community or by the older portal attributes: user, else contact, else account, else all new.
//! <https://developer.salesforce.com/blogs/developer-relations/2014/06/how-to-provision-salesforce-communities-users.html>

use super::error::{JitError, JitErrorCode};
use super::fields::{Fields, text};
use super::profile::Profile;
use super::provisioning::Jit;
use super::user_defaults::sent;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::Stage;

/// Finds or makes the external user of an assertion, with contact and account.
pub(super) fn provision(jit: &Jit) -> Result<Id, JitError> {
    jit.check_names(&[&jit.users, &jit.contacts, &jit.accounts])?;
    let user = jit.user_by_federation_id()?;
    let profile = jit.asserted_profile()?;
    match user {
        Some(user) => update(jit, &user, profile.as_ref()),
        None => create(jit, profile),
    }
}

fn create(jit: &Jit, profile: Option<Profile>) -> Result<Id, JitError> {
    jit.check_lock()?;
    let profile = match profile {
        Some(profile) => Some(profile),
        None => jit.default_profile()?,
    };
    let Some(profile) = profile else {
        let text = "no User.ProfileId, and the community has no self-registration profile";
        return jit.refuse(Stage::Profile, JitErrorCode::ProfileNotFound, text);
    };
    let (contact, account) = match jit.asserted_contact()? {
        Some(contact) => take_contact(jit, &contact)?,
        None => {
            let account = match jit.asserted_account()? {
                Some(account) => take_account(jit, &account)?,
                None => jit.insert_account()?,
            };
            (jit.insert_contact(account)?, account)
        }
    };
    let role = jit.asserted_portal_role(&profile, account)?;
    let mut fields = vec![
        text("FederationIdentifier", jit.subject),
        text("ContactId", contact.as_str()),
        text("ProfileId", profile.id.as_str()),
    ];
    fields.extend(role.map(|role| text("PortalRole", role)));
    fields.extend(jit.user_fields());
    add_from_contact(jit, contact, &mut fields)?;
    jit.add_user_defaults(&mut fields)?;
    jit.insert_user(fields)
}

/// A contact that was there: it must be on the account that the assertion names, if it names one.
fn take_contact(jit: &Jit, contact: &Record) -> Result<(Id, Id), JitError> {
    let (Some(id), Some(account)) = (contact.id("Id"), contact.id("AccountId")) else {
        return jit.refuse(Stage::Account, JitErrorCode::InvalidAccount, "the Contact is on no Account");
    };
    check_account(jit, account)?;
    jit.update_contact(contact)?;
    if let Some(account) = jit.live(&jit.accounts, account)? {
        jit.update_account(&account)?;
    }
    Ok((id, account))
}

fn take_account(jit: &Jit, account: &Record) -> Result<Id, JitError> {
    jit.update_account(account)?;
    match account.id("Id") {
        Some(id) => Ok(id),
        None => jit.refuse(Stage::Account, JitErrorCode::InvalidAccount, "the Account has no id"),
    }
}

/// The assertion names no other account than the contact's.
fn check_account(jit: &Jit, account: Id) -> Result<(), JitError> {
    let asserted = match jit.account_by_id()? {
        Some(asserted) => Some(asserted),
        None => match jit.attributes.get("Account.AccountNumber") {
            Some(number) => match jit.account_where("AccountNumber", number)? {
                Some(asserted) => Some(asserted),
                None => {
                    let text = format!("Account.AccountNumber {number:?} is no Account");
                    return jit.refuse(Stage::Account, JitErrorCode::InvalidAccount, text);
                }
            },
            None => None,
        },
    };
    match asserted.and_then(|asserted| asserted.id("Id")).filter(|asserted| *asserted != account) {
        Some(other) => {
            let text = format!("the Contact is on Account {account}, the assertion says {other}");
            jit.refuse(Stage::Account, JitErrorCode::AccountChange, text)
        }
        None => Ok(()),
    }
}

/// Names, address and username that the assertion gives for the contact only.
fn add_from_contact(jit: &Jit, contact: Id, fields: &mut Fields) -> Result<(), JitError> {
    let contact = jit.live(&jit.contacts, contact)?;
    let of_contact = |name: &str| contact.as_ref().and_then(|contact| contact.text(name)).map(str::to_owned);
    for name in ["FirstName", "LastName", "Email"] {
        if let Some(value) = of_contact(name).filter(|_| sent(fields, name).is_none()) {
            fields.push(text(name, value));
        }
    }
    let username = match (jit.attributes.get("User.Username"), of_contact("Email")) {
        (Some(username), _) => Some(username.to_owned()),
        (None, Some(email)) => {
            let username = jit.free_username(&email)?;
            jit.note(Stage::User, format!("without User.Username it is {username}"));
            Some(username)
        }
        (None, None) => None,
    };
    fields.extend(username.map(|username| text("Username", username)));
    Ok(())
}

fn update(jit: &Jit, user: &Record, profile: Option<&Profile>) -> Result<Id, JitError> {
    let Some(id) = user.id("Id") else { return Err(JitErrorCode::NoAdminContext.into()) };
    jit.check_username(user)?;
    match contact_of(jit, user)? {
        Some(contact) => update_contact_and_account(jit, user, &contact)?,
        None => check_nothing_external(jit)?,
    }
    let mut fields = Fields::new();
    fields.extend(profile.map(|profile| text("ProfileId", profile.id.as_str())));
    fields.extend(jit.user_fields());
    jit.update_user(id, fields)?;
    Ok(id)
}

/// An internal user may log in to a community, too, and has neither contact nor account.
fn check_nothing_external(jit: &Jit) -> Result<(), JitError> {
    let names = ["User.Contact", "User.ContactId"];
    let external = jit.attributes.any(&names).is_some()
        || ["Contact", "Account"].iter().any(|object| jit.attributes.of(object).next().is_some());
    if external {
        let text = "the assertion speaks of contact or account, the User has neither";
        return jit.refuse(Stage::Contact, JitErrorCode::InvalidContact, text);
    }
    Ok(())
}

fn update_contact_and_account(jit: &Jit, user: &Record, contact: &Record) -> Result<(), JitError> {
    check_contact(jit, contact)?;
    if let Some(account) = contact.id("AccountId") {
        check_account(jit, account)?;
        check_portal_role(jit, user, account)?;
        if let Some(account) = jit.live(&jit.accounts, account)? {
            jit.update_account(&account)?;
        }
    }
    jit.update_contact(contact)
}

fn contact_of(jit: &Jit, user: &Record) -> Result<Option<Record>, JitError> {
    match user.id("ContactId") {
        Some(id) => Ok(jit.live(&jit.contacts, id)?),
        None => Ok(None),
    }
}

/// The assertion names no other contact than the user's, neither by id nor by e-mail.
/// <https://salesforce.stackexchange.com/questions/226884>
fn check_contact(jit: &Jit, contact: &Record) -> Result<(), JitError> {
    let own = contact.id("Id");
    if let Some(asserted) = jit.contact_by_id()?.filter(|asserted| asserted.id("Id") != own) {
        let id = asserted.id("Id").map(|id| id.to_string()).unwrap_or_default();
        let text = format!("User.Contact {id} is not the Contact of the User");
        return jit.refuse(Stage::Contact, JitErrorCode::ContactChange, text);
    }
    let Some(email) = jit.attributes.get("Contact.Email") else { return Ok(()) };
    let is = contact.text("Email").unwrap_or_default();
    if email.trim().eq_ignore_ascii_case(is) {
        return Ok(());
    }
    match jit.contacts_with_email(email)?.first() {
        Some(other) => {
            let text = format!("Contact.Email {email:?} is Contact {other}, not the Contact of the User");
            jit.refuse(Stage::Contact, JitErrorCode::ContactChange, text)
        }
        None => {
            let text = format!("Contact.Email {email:?} is no Contact; the Contact of the User has {is:?}");
            jit.refuse(Stage::Contact, JitErrorCode::InvalidContact, text)
        }
    }
}

/// A login cannot change the portal role.
fn check_portal_role(jit: &Jit, user: &Record, account: Id) -> Result<(), JitError> {
    let Some(profile) = user.id("ProfileId").map(|id| jit.profile(id)).transpose()?.flatten() else {
        return Ok(());
    };
    let Some(asserted) = jit.asserted_portal_role(&profile, account)? else { return Ok(()) };
    match user.text("PortalRole") {
        Some(is) if is != asserted => {
            let text = format!("User.PortalRole is {asserted}, the User is {is}");
            jit.refuse(Stage::Role, JitErrorCode::PortalRoleChange, text)
        }
        _ => Ok(()),
    }
}
