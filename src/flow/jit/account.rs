//! The account of an external user: by `Contact.Account`, else by number, else by name.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_portal_requirements.htm&type=5>

use super::contact::list;
use super::error::{JitError, JitErrorCode};
use super::fields::{ACCOUNT_KEYS, Fields, text};
use super::provisioning::Jit;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::Stage;

impl Jit<'_> {
    /// The account that the assertion means, if it names one that exists.
    pub(super) fn asserted_account(&self) -> Result<Option<Record>, JitError> {
        if let Some(account) = self.account_by_id()? {
            return Ok(Some(account));
        }
        let number = self.attributes.get("Account.AccountNumber");
        let name = self.attributes.get("Account.Name");
        let (field, value) = match (number, name) {
            (Some(number), _) => ("AccountNumber", number),
            (None, Some(name)) => ("Name", name),
            (None, None) => return Ok(None),
        };
        self.account_where(field, value)
    }

    /// The account of `Contact.Account`, which must exist. `None` without the attribute.
    pub(super) fn account_by_id(&self) -> Result<Option<Record>, JitError> {
        let names = ["Contact.Account", "Contact.AccountId", "Account.AccountId"];
        let Some(given) = self.attributes.any(&names) else { return Ok(None) };
        match self.by_id_text(&self.accounts, given)? {
            Some(account) => {
                self.note(Stage::Account, format!("Contact.Account {given:?} is an Account"));
                Ok(Some(account))
            }
            None => {
                let text = format!("Contact.Account {given:?} is no Account");
                self.refuse(Stage::Account, JitErrorCode::InvalidAccount, text)
            }
        }
    }

    /// The only account with a value in a field.
    pub(super) fn account_where(&self, field: &str, value: &str) -> Result<Option<Record>, JitError> {
        let found = self.org.ids_where(&self.accounts, field, &value.trim().into(), 20)?;
        match found.as_slice() {
            [] => {
                self.note(Stage::Account, format!("no Account with {field} {value:?}"));
                Ok(None)
            }
            [id] => {
                self.note(Stage::Account, format!("Account {id} has {field} {value:?}"));
                Ok(self.live(&self.accounts, *id)?)
            }
            several => {
                let text = format!("{} Accounts with {field} {value:?}: {}", several.len(), list(several));
                self.refuse(Stage::Account, JitErrorCode::SeveralAccounts, text)
            }
        }
    }

    /// Makes an account in the name of the asserted owner, whose profile decides whether that is allowed.
    /// <https://salesforce.stackexchange.com/questions/150917>
    pub(super) fn insert_account(&self) -> Result<Id, JitError> {
        if self.attributes.get("Account.Name").is_none() {
            let text = "no Account matches, and Account.Name, for a new one, is missing";
            return self.refuse(Stage::Account, JitErrorCode::MissingAccountName, text);
        }
        if self.attributes.get("Account.AccountNumber").is_none() {
            let text = "no Account matches, and Account.AccountNumber, for a new one, is missing";
            return self.refuse(Stage::Account, JitErrorCode::MissingAccountNumber, text);
        }
        let owner = self.asserted_owner()?;
        let runner = self.org.runner(owner)?;
        let mut fields = self.account_fields();
        fields.push(text("OwnerId", owner.as_str()));
        self.insert(&runner, &self.accounts, fields, JitErrorCode::AccountNotCreated)
    }

    /// Updates an account with what the assertion says of it.
    pub(super) fn update_account(&self, account: &Record) -> Result<(), JitError> {
        let Some(id) = account.id("Id") else { return Ok(()) };
        self.update(
            &self.platform,
            &self.accounts,
            id,
            self.account_fields(),
            JitErrorCode::AccountNotUpdated,
        )
    }

    fn account_fields(&self) -> Fields {
        self.fields(&self.accounts, ACCOUNT_KEYS)
    }

    /// `Account.Owner`: an active internal user.
    fn asserted_owner(&self) -> Result<Id, JitError> {
        let Some(given) = self.attributes.any(&["Account.Owner", "Account.OwnerId"]) else {
            let text = "Account.Owner, for a new Account, is missing";
            return self.refuse(Stage::Account, JitErrorCode::InvalidAccountOwner, text);
        };
        let Some(user) = self.by_id_text(&self.users, given)? else {
            let text = format!("Account.Owner {given:?} is no User");
            return self.refuse(Stage::Account, JitErrorCode::InvalidAccountOwner, text);
        };
        let name = user.text("Username").unwrap_or_default();
        if !user.get("IsActive").is_true() {
            let text = format!("Account.Owner {name} is inactive");
            return self.refuse(Stage::Account, JitErrorCode::InvalidAccountOwner, text);
        }
        if user.text("UserType") != Some("Standard") {
            let text = format!("Account.Owner {name} is no internal user");
            return self.refuse(Stage::Account, JitErrorCode::InvalidAccountOwner, text);
        }
        let role = if user.id("UserRoleId").is_some() { "has a role" } else { "has no role" };
        self.note(Stage::Account, format!("Account.Owner is {name}, who {role}"));
        match user.id("Id") {
            Some(id) => Ok(id),
            None => self.refuse(Stage::Account, JitErrorCode::InvalidAccountOwner, "Account.Owner has no id"),
        }
    }
}
