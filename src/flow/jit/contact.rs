//! The contact of an external user: by `User.Contact`, else by e-mail over all contacts of all accounts.
//! <https://help.salesforce.com/s/articleView?id=000385744&type=1>

use super::error::{JitError, JitErrorCode};
use super::fields::{CONTACT_KEYS, text};
use super::provisioning::Jit;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::Stage;

impl Jit<'_> {
    /// The contact that the assertion means, if there is one.
    pub(super) fn asserted_contact(&self) -> Result<Option<Record>, JitError> {
        if self.attributes.any(&["User.Contact", "User.ContactId"]).is_some() {
            return self.contact_by_id();
        }
        let Some(email) = self.attributes.get("Contact.Email") else {
            let text = "without User.Contact, Contact.Email is needed";
            return self.refuse(Stage::Contact, JitErrorCode::MissingContactEmail, text);
        };
        if self.attributes.get("Contact.LastName").is_none() {
            let text = "without User.Contact, Contact.LastName is needed";
            return self.refuse(Stage::Contact, JitErrorCode::MissingContactLastName, text);
        }
        let found = self.contacts_with_email(email)?;
        match found.as_slice() {
            [] => {
                self.note(Stage::Contact, format!("no Contact with Email {email:?}"));
                Ok(None)
            }
            [id] => {
                self.note(Stage::Contact, format!("Contact {id} has Email {email:?}"));
                Ok(self.live(&self.contacts, *id)?)
            }
            several => {
                let list = list(several);
                let text = format!("{} Contacts with Email {email:?}: {list}", several.len());
                self.refuse(Stage::Contact, JitErrorCode::SeveralContacts, text)
            }
        }
    }

    pub(super) fn contacts_with_email(&self, email: &str) -> Result<Vec<Id>, JitError> {
        Ok(self.org.ids_where(&self.contacts, "Email", &email.trim().into(), 20)?)
    }

    /// The contact of `User.Contact`, which must exist. `None` without the attribute.
    pub(super) fn contact_by_id(&self) -> Result<Option<Record>, JitError> {
        let Some(given) = self.attributes.any(&["User.Contact", "User.ContactId"]) else { return Ok(None) };
        match self.by_id_text(&self.contacts, given)? {
            Some(contact) => {
                self.note(Stage::Contact, format!("User.Contact {given:?} is a Contact"));
                Ok(Some(contact))
            }
            None => {
                let text = format!("User.Contact {given:?} is no Contact");
                self.refuse(Stage::Contact, JitErrorCode::InvalidContact, text)
            }
        }
    }

    /// Makes a contact on an account.
    pub(super) fn insert_contact(&self, account: Id) -> Result<Id, JitError> {
        let mut fields = vec![text("AccountId", account.as_str())];
        fields.extend(self.fields(&self.contacts, CONTACT_KEYS));
        self.insert(&self.platform, &self.contacts, fields, JitErrorCode::ContactNotCreated)
    }

    /// Updates a contact with what the assertion says of it.
    pub(super) fn update_contact(&self, contact: &Record) -> Result<(), JitError> {
        let account = contact.id("AccountId").map(|id| self.live(&self.accounts, id)).transpose()?.flatten();
        if account.is_some_and(|account| account.get("IsPersonAccount").is_true()) {
            let text = "the contact is a person account's, which cannot be provisioned";
            return self.refuse(Stage::Contact, JitErrorCode::PersonAccountContact, text);
        }
        let Some(id) = contact.id("Id") else { return Ok(()) };
        let fields = self.fields(&self.contacts, CONTACT_KEYS);
        self.update(&self.platform, &self.contacts, id, fields, JitErrorCode::ContactNotUpdated)
    }
}

/// Ids, for the trace.
pub(super) fn list(ids: &[Id]) -> String {
    ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", ")
}
