//! The contact of an external user: given, or made.

use super::{Fields, NotProvisioned, ScimUsers, UserRequest, text};
use crate::model::id::Id;
use crate::model::value::Input;

impl ScimUsers<'_> {
    /// The contact that was given, else a new one: on the account that was given, else of a new person account, else on a
    /// new account that is named after the user.
    pub(super) fn contact_of(&self, user_request: &UserRequest) -> Result<String, NotProvisioned> {
        if let Some(contact) = &user_request.contact {
            return Ok(contact.clone());
        }
        let accounts = self.org.standard("Account")?;
        let account = match &user_request.account {
            Some(account) => account.clone(),
            None if accounts.field("PersonContactId").is_some() => {
                let names = ["FirstName", "LastName", "PersonEmail", "PersonTitle"];
                let made = self.insert("Account", person(user_request, names))?;
                let made = self.org.find(&accounts, made)?;
                let contact = made.and_then(|account| account.id("PersonContactId"));
                return contact.map(|id| id.to_string()).ok_or(NotProvisioned::Gone);
            }
            None => {
                let name = format!("{}JITUserAccount", text(user_request, "Username").unwrap_or_default());
                let fields = [("Name", name.as_str()), ("OwnerId", self.runner.user.as_str())];
                let fields = fields.map(|(name, value)| (name.to_owned(), Input::from(value)));
                self.insert("Account", fields.into())?.to_string()
            }
        };
        let mut fields = person(user_request, ["FirstName", "LastName", "Email", ""]);
        fields.push(("AccountId".to_owned(), Input::from(account.as_str())));
        Ok(self.insert("Contact", fields)?.to_string())
    }

    /// Puts the contact of a user on another account.
    pub(super) fn move_contact(&self, contact: Id, account: &str) -> Result<(), NotProvisioned> {
        let found = self.org.find(&self.org.standard("Contact")?, contact)?;
        if found.and_then(|contact| contact.id("AccountId")) == Id::parse(account) {
            return Ok(());
        }
        self.update("Contact", contact, vec![("AccountId".to_owned(), Input::from(account))])
    }
}

/// First name, last name, address and title of the user, under these names; what was not sent is left out.
fn person(user_request: &UserRequest, names: [&str; 4]) -> Fields {
    let values = ["FirstName", "LastName", "Email", "Title"].map(|name| text(user_request, name));
    let pairs = names.into_iter().zip(values).filter(|(name, _)| !name.is_empty());
    pairs.filter_map(|(name, value)| Some((name.to_owned(), Input::from(value?.as_str())))).collect()
}
