//! What the generated class `StandardUserHandler` does: account, contact, user, in this order.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_edit_jit_handler.htm&type=5>

use std::sync::Arc;

use super::Run;
use crate::flow::jit::error::{JitError, JitErrorCode};
use crate::flow::jit::fields::{Fields, plain_fields, text};
use crate::flow::jit::user_defaults::{alias, sent};
use crate::model::fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};
use crate::world::Stage;

/// What `[SELECT ... WHERE Id = :x]` throws when nothing has the id.
const NO_ROWS: &str = "List has no rows for assignment to SObject";

/// A user on its way through the handler.
struct Draft {
    /// `None` for a user that the platform is to insert.
    id: Option<Id>,
    contact: Option<Id>,
    fields: Fields,
}

impl Run<'_, '_> {
    /// `createUser`, and the insert by the platform.
    pub(super) fn create_user(&self) -> Result<Id, JitError> {
        let existing = self.matching(&self.jit.users)?;
        let mut user = match &existing {
            Some(user) => Draft { id: user.id("Id"), contact: user.id("ContactId"), fields: Fields::new() },
            None => Draft { id: None, contact: None, fields: Fields::new() },
        };
        self.handle(user.id.is_none(), &mut user)?;
        match user.id {
            Some(id) => {
                user.fields.push(text("FederationIdentifier", self.jit.subject));
                self.dml_update(&self.jit.users, id, user.fields)?;
                Ok(id)
            }
            None => self.jit.insert(&self.runner, &self.jit.users, user.fields, JitErrorCode::UserNotSaved),
        }
    }

    /// `updateUser`, which saves the user itself.
    pub(super) fn update_user(&self, id: Id) -> Result<Id, JitError> {
        let Some(record) = self.jit.live(&self.jit.users, id)? else { return self.throw(NO_ROWS) };
        let mut user = Draft { id: Some(id), contact: record.id("ContactId"), fields: Fields::new() };
        self.handle(false, &mut user)?;
        self.dml_update(&self.jit.users, id, user.fields)?;
        Ok(id)
    }

    fn handle(&self, create: bool, user: &mut Draft) -> Result<(), JitError> {
        if self.is_external() {
            let account = self.account(create, user)?;
            self.contact(create, account, user)?;
        }
        self.user(create, user)
    }

    fn account(&self, create: bool, user: &Draft) -> Result<Id, JitError> {
        let jit = self.jit;
        if let Some(given) = self.attributes.get("User.Account") {
            let id = self.select(&jit.accounts, given)?.0;
            self.dml_update(&jit.accounts, id, self.plain(&jit.accounts, &[]))?;
            return Ok(id);
        }
        if let Some(given) = self.attributes.get("User.Contact") {
            let (id, contact) = self.select(&jit.contacts, given)?;
            if !create && user.contact != Some(id) {
                return self.throw("Cannot change User.ContactId");
            }
            return match contact.id("AccountId") {
                Some(account) => Ok(account),
                None => self.throw("Could not find account"),
            };
        }
        if let Some(id) = self.matching(&jit.accounts)?.and_then(|account| account.id("Id")) {
            self.dml_update(&jit.accounts, id, self.plain(&jit.accounts, &[]))?;
            return Ok(id);
        }
        if create {
            return self.dml_insert(&jit.accounts, self.plain(&jit.accounts, &[]));
        }
        let contact = user.contact.map(|id| jit.live(&jit.contacts, id)).transpose()?.flatten();
        match contact.and_then(|contact| contact.id("AccountId")).filter(|_| self.rules.is_some()) {
            Some(account) => Ok(account),
            None => self.throw("Could not find account"),
        }
    }

    fn contact(&self, create: bool, account: Id, user: &mut Draft) -> Result<(), JitError> {
        let jit = self.jit;
        let existing = match (self.attributes.get("User.Contact"), create) {
            (Some(given), _) => {
                let (id, contact) = self.select(&jit.contacts, given)?;
                if !create && user.contact != Some(id) {
                    return self.throw("Cannot change User.ContactId");
                }
                Some((id, contact))
            }
            (None, true) => {
                self.matching(&jit.contacts)?.and_then(|contact| Some((contact.id("Id")?, contact)))
            }
            (None, false) => {
                let id = user.contact.map(|id| id.to_string()).unwrap_or_default();
                Some(self.select(&jit.contacts, &id)?)
            }
        };
        let mut fields = self.plain(&jit.contacts, &["AccountId"]);
        let id = match existing {
            Some((id, contact)) => {
                if contact.id("AccountId") != Some(account) {
                    let is = contact.text("AccountId").unwrap_or("null");
                    return self.throw(format!("Mismatched account: {is}, {account}"));
                }
                self.dml_update(&jit.contacts, id, fields)?;
                id
            }
            None => {
                fields.push(text("AccountId", account.as_str()));
                self.dml_insert(&jit.contacts, fields)?
            }
        };
        if user.contact.is_none() {
            user.contact = Some(id);
            user.fields.push(text("ContactId", id.as_str()));
        }
        Ok(())
    }

    fn user(&self, create: bool, user: &mut Draft) -> Result<(), JitError> {
        let jit = self.jit;
        if create {
            let username = self.attributes.get("User.Username");
            user.fields.extend(username.map(|username| text("Username", username)));
            let federation_id = self.attributes.get("User.FederationIdentifier").unwrap_or(jit.subject);
            user.fields.push(text("FederationIdentifier", federation_id));
        }
        for (attribute, object, field) in
            [("User.ProfileId", "Profile", "ProfileId"), ("User.UserRoleId", "UserRole", "UserRoleId")]
        {
            if let Some(given) = self.attributes.get(attribute) {
                let id = self.profile_or_role(object, given)?;
                user.fields.push(text(field, id.as_str()));
            }
        }
        const BY_HAND: &[&str] =
            &["Username", "FederationIdentifier", "ContactId", "ProfileId", "UserRoleId"];
        user.fields.extend(self.plain(&jit.users, BY_HAND));
        if create {
            self.add_defaults(user)?;
        }
        Ok(())
    }

    /// By id; declared handlers also find them by name.
    fn profile_or_role(&self, object: &'static str, given: &str) -> Result<Id, JitError> {
        let object = self.jit.org.standard(object)?;
        if let Some(id) = self.jit.by_id_text(&object, given)?.and_then(|record| record.id("Id")) {
            return Ok(id);
        }
        let named = match self.rules {
            Some(_) => self.jit.org.ids_where(&object, "Name", &given.into(), 1)?,
            None => Vec::new(),
        };
        match named.first() {
            Some(id) => Ok(*id),
            None => {
                let what = format!("no {} {given:?}", object.name);
                self.jit.note(Stage::Handler, what);
                self.throw(NO_ROWS)
            }
        }
    }

    /// What a new user does not get from attributes comes from the one who runs the handler.
    fn add_defaults(&self, user: &mut Draft) -> Result<(), JitError> {
        let runner = self.jit.org.find(&self.jit.users, self.runner.user)?;
        for name in ["LocaleSidKey", "LanguageLocaleKey", "TimeZoneSidKey", "EmailEncodingKey"] {
            let value = runner.as_ref().and_then(|runner| runner.text(name)).map(str::to_owned);
            if let Some(value) = value.filter(|_| sent(&user.fields, name).is_none()) {
                user.fields.push(text(name, value));
            }
        }
        if let Some(alias) = alias(&user.fields).filter(|_| sent(&user.fields, "Alias").is_none()) {
            user.fields.push(text("Alias", alias));
        }
        if !user.fields.iter().any(|(name, _)| name == "IsActive") {
            user.fields.push(("IsActive".to_owned(), Input::new(Raw::Bool(true))));
        }
        Ok(())
    }

    fn plain(&self, object: &SObject, keys: &[&str]) -> Fields {
        plain_fields(&self.attributes, object, keys)
    }

    /// A record by id; without one the query throws.
    fn select(&self, object: &Arc<SObject>, id: &str) -> Result<(Id, Record), JitError> {
        let found = self.jit.by_id_text(object, id)?;
        match found.and_then(|record| Some((record.id("Id")?, record))) {
            Some(found) => Ok(found),
            None => {
                self.jit.note(Stage::Handler, format!("no {} {id:?}", object.name));
                self.throw(NO_ROWS)
            }
        }
    }

    /// The record that the declared match fields find; several are an exception.
    fn matching(&self, object: &Arc<SObject>) -> Result<Option<Record>, JitError> {
        let Some(fields) = self.rules.and_then(|rules| rules.matches.get(&object.name)) else {
            return Ok(None);
        };
        for field in fields {
            let Some(value) = self.attributes.get(&format!("{}.{field}", object.name)) else { continue };
            let found = self.jit.org.ids_where(object, field, &value.into(), 2)?;
            match found.as_slice() {
                [] => self.jit.note(Stage::Handler, format!("no {} with {field} {value:?}", object.name)),
                [id] => {
                    self.jit.note(Stage::Handler, format!("{} {id} has {field} {value:?}", object.name));
                    return Ok(self.jit.live(object, *id)?);
                }
                _ => return self.throw("List has more than 1 row for assignment to SObject"),
            }
        }
        Ok(None)
    }

    fn dml_insert(&self, object: &Arc<SObject>, fields: Fields) -> Result<Id, JitError> {
        match self.jit.try_insert(&self.runner, object, fields)? {
            Ok(id) => {
                self.jit.note(Stage::Save, format!("inserted {} {id}", object.name));
                Ok(id)
            }
            Err(faults) => self.throw(fault::dml_exception("Insert", None, &faults)),
        }
    }

    fn dml_update(&self, object: &Arc<SObject>, id: Id, fields: Fields) -> Result<(), JitError> {
        match self.jit.try_update(&self.runner, object, id, fields)? {
            Ok(id) => {
                self.jit.note(Stage::Save, format!("updated {} {id}", object.name));
                Ok(())
            }
            Err(faults) => self.throw(fault::dml_exception("Update", Some(id), &faults)),
        }
    }
}
