//! The user of a login: by federation id, and by nothing else.

use super::attributes::is_true;
use super::error::{JitError, JitErrorCode};
use super::fields::{Fields, USER_KEYS};
use super::provisioning::Jit;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Raw, Value};
use crate::world::Stage;

/// Federation ids are unique; more can only differ in case.
const ENOUGH: usize = 50;

impl Jit<'_> {
    /// The user with the federation id of the assertion, active or not. Case matters.
    pub(super) fn user_by_federation_id(&self) -> Result<Option<Record>, JitError> {
        let subject = Value::from(self.subject);
        for id in self.org.ids_where(&self.users, "FederationIdentifier", &subject, ENOUGH)? {
            let Some(user) = self.live(&self.users, id)? else { continue };
            if user.text("FederationIdentifier") == Some(self.subject) {
                let name = user.text("Username").unwrap_or_default();
                let state = if user.get("IsActive").is_true() { "active" } else { "inactive" };
                let text = format!("User {id} ({name}, {state}) has FederationIdentifier {:?}", self.subject);
                self.note(Stage::User, text);
                return Ok(Some(user));
            }
        }
        self.note(Stage::User, format!("no User with FederationIdentifier {:?}", self.subject));
        Ok(None)
    }

    /// A login can neither rename the user nor speak of another one.
    pub(super) fn check_username(&self, user: &Record) -> Result<(), JitError> {
        let Some(given) = self.attributes.get("User.Username") else { return Ok(()) };
        let is = user.text("Username").unwrap_or_default();
        if given.eq_ignore_ascii_case(is) {
            return Ok(());
        }
        let others = self.org.ids_where(&self.users, "Username", &given.into(), 1)?;
        match others.first() {
            Some(other) => {
                let text =
                    format!("User.Username {given:?} is User {other}, not the user of the federation id");
                self.refuse(Stage::User, JitErrorCode::UsernameOfAnother, text)
            }
            None => {
                let text = format!("User.Username {given:?} would rename {is}");
                self.refuse(Stage::User, JitErrorCode::UsernameChange, text)
            }
        }
    }

    /// No other login is making this user.
    pub(super) fn check_lock(&self) -> Result<(), JitError> {
        if !self.creation_locked {
            return Ok(());
        }
        let text = format!("another login is making the user {:?} at this moment", self.subject);
        self.refuse(Stage::User, JitErrorCode::CreationLocked, text)
    }

    /// What the assertion sets of a new or an existing user, but for what each kind of user has rules for.
    pub(super) fn user_fields(&self) -> Fields {
        let mut fields = self.fields(&self.users, USER_KEYS);
        if let Some(active) = self.attributes.get("User.IsActive") {
            fields.push(("IsActive".to_owned(), Input::new(Raw::Bool(is_true(active)))));
        }
        fields
    }

    /// Updates the user of a login.
    pub(super) fn update_user(&self, id: Id, fields: Fields) -> Result<(), JitError> {
        self.update(&self.platform, &self.users, id, fields, JitErrorCode::UserNotSaved)
    }

    /// Makes the user of a login.
    pub(super) fn insert_user(&self, fields: Fields) -> Result<Id, JitError> {
        self.insert(&self.platform, &self.users, fields, JitErrorCode::UserNotSaved)
    }
}
