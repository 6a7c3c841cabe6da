//! The contact of an external user: given, or made.
//! Source: <https://github.com/salesforceidentity/scimv2-pilot>

use super::exchange::{Exchange, Fields};
use super::refusal::Refusal;
use crate::org::id::Id;
use crate::org::value::Input;

/// Who the contact is.
pub struct Person {
    pub username: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub title: Option<String>,
}

/// The contact that was given, else a new one: on the account that was given, else of a new person account, else on a
/// new account that is named after the user.
pub fn contact(
    exchange: &Exchange,
    account: Option<&str>,
    contact: Option<&str>,
    person: &Person,
) -> Result<String, Refusal> {
    if let Some(contact) = contact {
        return Ok(contact.to_owned());
    }
    let accounts = exchange.object("Account")?;
    let account = match account {
        Some(account) => account.to_owned(),
        None if accounts.field("PersonContactId").is_some() => {
            let made = exchange
                .insert("Account", fields(person, ["FirstName", "LastName", "PersonEmail", "PersonTitle"]))?;
            let made = exchange.visit.org.find(&accounts, made)?;
            let contact = made.and_then(|account| account.id("PersonContactId"));
            return contact.map(|id| id.to_string()).ok_or_else(Refusal::no_such_resource);
        }
        None => {
            let name = format!("{}JITUserAccount", person.username);
            let owner = exchange.visit.runner.user;
            let fields = [("Name", name.as_str()), ("OwnerId", owner.as_str())];
            exchange
                .insert("Account", fields.map(|(name, value)| (name.to_owned(), Input::from(value))).into())?
                .to_string()
        }
    };
    let mut fields = fields(person, ["FirstName", "LastName", "Email", ""]);
    fields.push(("AccountId".to_owned(), Input::from(account.as_str())));
    Ok(exchange.insert("Contact", fields)?.to_string())
}

/// Puts the contact of a user on another account.
pub fn move_contact(exchange: &Exchange, contact: Id, account: &str) -> Result<(), Refusal> {
    let found = exchange.visit.org.find(&exchange.object("Contact")?, contact)?;
    if found.and_then(|contact| contact.id("AccountId")) == Id::parse(account) {
        return Ok(());
    }
    exchange.update("Contact", contact, vec![("AccountId".to_owned(), Input::from(account))])
}

/// First name, last name, address and title, under these names; an empty one is left out.
fn fields(person: &Person, names: [&str; 4]) -> Fields {
    let values = [&person.first_name, &person.last_name, &person.email, &person.title];
    let pairs = names.into_iter().zip(values).filter(|(name, _)| !name.is_empty());
    pairs.filter_map(|(name, value)| Some((name.to_owned(), Input::from(value.as_deref()?)))).collect()
}
