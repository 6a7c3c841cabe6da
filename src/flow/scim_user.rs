//! A user as an identity provider wants them (SCIM): made, with the contact and the account that an external user needs, or
//! changed, along with permission sets and group memberships.
//! Source: <https://github.com/salesforceidentity/scimv2-pilot>

mod contact;
mod membership;

use crate::credentials::password;
use crate::dml::{Call, Options, RecordInput};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Raw, Value};
use crate::org::access::{Runner, is_external_type};
use crate::org::{Environment, NO_LIMIT, Org};
use crate::store::StoreError;

/// Fields to save, by API name.
pub type Fields = Vec<(String, Input)>;

/// What a client wants a user to be.
#[derive(Debug, Default)]
pub struct UserRequest {
    /// Of User; without the profile.
    pub fields: Fields,
    pub profile: Option<String>,
    /// `None` when nothing was said of them.
    pub permission_sets: Option<Vec<String>>,
    pub groups: Option<Vec<String>>,
    pub account: Option<String>,
    pub contact: Option<String>,
    pub password: Option<String>,
}

/// What is done with the groups that a change names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    /// The user joins them.
    Add,
    /// The user is in these and no others.
    Replace,
}

/// Why a user is not as wanted.
#[derive(Debug)]
pub enum NotProvisioned {
    /// No profile has this id.
    NoProfile(String),
    /// A user, contact or account was not saved.
    NotSaved {
        verb: &'static str,
        id: Option<Id>,
        faults: Vec<Fault>,
    },
    /// A row that gives a permission set or a place in a group was not saved.
    RowNotSaved(Vec<Fault>),
    /// A record that was there a moment ago is not.
    Gone,
    Fault(Fault),
}

impl From<Fault> for NotProvisioned {
    fn from(fault: Fault) -> NotProvisioned {
        NotProvisioned::Fault(fault)
    }
}

impl From<StoreError> for NotProvisioned {
    fn from(error: StoreError) -> NotProvisioned {
        NotProvisioned::Fault(error.into())
    }
}

/// What a new user gets that was not sent.
const DEFAULTS: &[(&str, &str)] = &[
    ("LanguageLocaleKey", "en_US"),
    ("EmailEncodingKey", "UTF-8"),
    ("LocaleSidKey", "en_US"),
    ("TimeZoneSidKey", "America/Los_Angeles"),
];

/// Provisions users in the name of one who may.
#[derive(Clone, Copy)]
pub struct ScimUsers<'a> {
    pub org: &'a Org,
    pub environment: &'a dyn Environment,
    pub runner: &'a Runner,
}

impl ScimUsers<'_> {
    /// Makes a user; all is done or nothing. `now` are milliseconds since 1970, whose last digits are the alias of a user
    /// who has none. An active user without a password is mailed one if `mails_password`.
    pub fn create(
        &self,
        mut user_request: UserRequest,
        now: i64,
        mails_password: bool,
    ) -> Result<Id, NotProvisioned> {
        complete(&mut user_request, now);
        self.org.transaction(self.environment, || self.insert_user(user_request, mails_password))
    }

    fn insert_user(&self, user_request: UserRequest, mails_password: bool) -> Result<Id, NotProvisioned> {
        let named = user_request.profile.clone().unwrap_or_default();
        let profile = Id::parse(&named).filter(|id| id.key_prefix() == "00e").map(|id| self.org.profile(id));
        let profile = profile.transpose()?.flatten();
        let profile = profile.ok_or_else(|| NotProvisioned::NoProfile(named.clone()))?;
        let mut fields = user_request.fields.clone();
        if is_external_type(&profile.license.user_type) {
            let contact = self.contact_of(&user_request)?;
            fields.push(("ContactId".to_owned(), Input::from(contact.as_str())));
        }
        fields.push(("ProfileId".to_owned(), Input::from(named.as_str())));
        let id = self.insert("User", fields)?;
        self.assign(id, &user_request.permission_sets.unwrap_or_default())?;
        for group in user_request.groups.iter().flatten() {
            self.join(group, id.as_str())?;
        }
        let record = self.org.find(&self.org.standard("User")?, id)?.ok_or(NotProvisioned::Gone)?;
        match user_request.password {
            Some(password) => password::set(self.org, self.environment, &record, &password)?,
            None if record.get("IsActive").is_true() && mails_password => {
                password::reset(self.org, self.environment, id, true)?;
            }
            None => {}
        }
        Ok(id)
    }

    /// Makes a user what a client wants them to be.
    pub fn apply(
        &self,
        record: &Record,
        user_request: UserRequest,
        groups: Groups,
    ) -> Result<(), NotProvisioned> {
        let id = record.id("Id").ok_or(NotProvisioned::Gone)?;
        if let (Some(account), Some(contact)) = (&user_request.account, record.id("ContactId")) {
            self.move_contact(contact, account)?;
        }
        let mut fields = user_request.fields;
        let linked = record.id("ContactId");
        if let Some(contact) =
            user_request.contact.filter(|contact| linked.is_none() || Id::parse(contact) != linked)
        {
            fields.push(("ContactId".to_owned(), Input::from(contact.as_str())));
        }
        if let Some(profile) =
            user_request.profile.filter(|profile| Id::parse(profile) != record.id("ProfileId"))
        {
            fields.push(("ProfileId".to_owned(), Input::from(profile.as_str())));
        }
        self.update("User", id, fields)?;
        if let Some(password) = user_request.password {
            password::may_manage(self.runner, record)?;
            password::set(self.org, self.environment, record, &password)?;
        }
        self.assign(id, &user_request.permission_sets.unwrap_or_default())?;
        if let Some(wanted) = user_request.groups {
            if groups == Groups::Replace {
                self.leave("UserOrGroupId", id, "GroupId", &wanted)?;
            }
            for group in wanted {
                self.join(&group, id.as_str())?;
            }
        }
        Ok(())
    }

    /// Inserts a record in the user's name.
    fn insert(&self, object: &'static str, fields: Fields) -> Result<Id, NotProvisioned> {
        let sent = RecordInput { object: self.org.standard(object)?, id: None, fields };
        let saved = self.call(|call| call.insert_one(&sent))?;
        saved.map_err(|faults| NotProvisioned::NotSaved { verb: "Insert", id: None, faults })
    }

    /// Updates a record in the user's name. Without fields nothing is done.
    pub fn update(&self, object: &'static str, id: Id, fields: Fields) -> Result<(), NotProvisioned> {
        if fields.is_empty() {
            return Ok(());
        }
        let sent = RecordInput { object: self.org.standard(object)?, id: Some(id.to_string()), fields };
        let saved = self.call(|call| call.update_one(&sent))?;
        saved.map(drop).map_err(|faults| NotProvisioned::NotSaved { verb: "Update", id: Some(id), faults })
    }

    /// The records of an object in which a field has this value, whoever may see them, oldest first.
    pub fn records_where(&self, object: &'static str, field: &str, value: Id) -> Result<Vec<Record>, Fault> {
        let object = self.org.standard(object)?;
        let ids = self.org.ids_where(&object, field, &Value::from(value), NO_LIMIT)?;
        let found: Result<Vec<_>, Fault> = ids.into_iter().map(|id| self.org.find(&object, id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn call<T>(&self, work: impl FnOnce(Call) -> Result<T, Fault>) -> Result<T, Fault> {
        let options = Options { mixes: true, ..Options::default() };
        work(Call {
            org: self.org,
            environment: self.environment,
            runner: self.runner,
            options: &options,
            rules: &crate::rules::BOOK,
        })
    }
}

/// Fills in what a new user must have.
fn complete(user_request: &mut UserRequest, now: i64) {
    let has =
        |user_request: &UserRequest, name: &str| user_request.fields.iter().any(|(field, _)| field == name);
    let add = |user_request: &mut UserRequest, name: &str, value: &str| {
        if !has(user_request, name) {
            user_request.fields.push((name.to_owned(), Input::from(value)));
        }
    };
    let username = text(user_request, "Username").unwrap_or_default();
    add(user_request, "CommunityNickname", &username.chars().take(40).collect::<String>());
    let now = now.to_string();
    add(user_request, "Alias", now.get(now.len().saturating_sub(8)..).unwrap_or_default());
    for (name, value) in DEFAULTS {
        add(user_request, name, value);
    }
}

/// The text of a field that was sent.
fn text(user_request: &UserRequest, name: &str) -> Option<String> {
    let input = user_request.fields.iter().find(|(field, _)| field == name)?;
    match &input.1.raw {
        Raw::Text(text) => Some(text.clone()),
        _ => None,
    }
}
