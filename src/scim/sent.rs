//! A user as a client sends it.

use serde_json::Value as Json;

use super::attribute::{CORE, CORE_V1, ENTERPRISE, ENTERPRISE_V1, EXTERNAL, OTHER};
use super::document::Members;
use super::error::ScimError;
use super::exchange::{Exchange, Version};
use crate::error_entry::declare_errors;
use crate::flow::scim_user::UserRequest;
use crate::model::id::Id;
use crate::model::schema::{FieldType, SObject};
use crate::model::value::{Input, Raw};

/// What is done with what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Create,
    /// What was not sent is cleared.
    Replace,
    /// What was not sent stays.
    Change,
}

/// Attributes that are one field, which an empty value clears.
const TEXTS: &[(&str, &str)] = &[
    ("externalId", "FederationIdentifier"),
    ("title", "Title"),
    ("employeeNumber", "EmployeeNumber"),
    ("division", "Division"),
    ("department", "Department"),
];

/// Attributes that are one field, which cannot be empty.
const NEEDED: &[(&str, &str)] = &[
    ("userName", "Username"),
    ("nickName", "CommunityNickname"),
    ("preferredLanguage", "LanguageLocaleKey"),
    ("emailEncodingKey", "EmailEncodingKey"),
    ("locale", "LocaleSidKey"),
    ("timezone", "TimeZoneSidKey"),
];

const ADDRESS: &[(&str, &str)] = &[
    ("streetAddress", "Street"),
    ("locality", "City"),
    ("region", "State"),
    ("postalCode", "PostalCode"),
    ("country", "Country"),
];

const PHONES: &[(&str, &str)] = &[("work", "Phone"), ("mobile", "MobilePhone"), ("fax", "Fax")];

/// Reads a user.
///
/// # Errors
/// 400 with all that is wrong in one text.
pub fn read(exchange: &Exchange, body: Members, mode: Mode) -> Result<UserRequest, ScimError> {
    let users = exchange.object("User")?;
    let mut reader =
        Reader { body: flat(body), mode, user_request: UserRequest::default(), wrong: String::new() };
    reader.names();
    reader.texts();
    reader.emails();
    reader.lists();
    reader.persons();
    reader.extensions(&users, exchange.context.org.id);
    reader.entitlements()?;
    reader.active();
    reader.user_request.password = reader.text("password");
    if mode != Mode::Change && reader.user_request.profile.is_none() {
        reader.wrong += &no_profile_sent().message;
    }
    if exchange.version == Version::V1 && mode == Mode::Change {
        reader.cleared();
    }
    if reader.wrong.is_empty() { Ok(reader.user_request) } else { Err(ScimError::bad_request(reader.wrong)) }
}

/// The attributes of the core and of the enterprise extension side by side, as clients send them, too.
fn flat(body: Members) -> Members {
    let mut flat = Members::new();
    for (name, value) in body {
        let inside = [CORE, CORE_V1, ENTERPRISE, ENTERPRISE_V1].contains(&name.as_str());
        match value {
            Json::Object(members) if inside => flat.extend(members),
            value => {
                flat.insert(name, value);
            }
        }
    }
    flat
}

struct Reader {
    body: Members,
    mode: Mode,
    user_request: UserRequest,
    /// What is wrong, each part with a semicolon.
    wrong: String,
}

impl Reader {
    /// The attribute, unless it is absent or null.
    fn get(&self, name: &str) -> Option<&Json> {
        let found = self.body.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    fn is_sent(&self, name: &str) -> bool {
        self.body.keys().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text_of)
    }

    fn set(&mut self, field: &str, value: Option<String>) {
        let raw = value.filter(|text| !text.is_empty()).map_or(Raw::Null, Raw::Text);
        self.user_request.fields.push((field.to_owned(), Input::new(raw)));
    }

    /// The items of a list; one that is no list counts as its only item.
    fn items(&self, name: &str) -> Option<Vec<Json>> {
        match self.get(name)? {
            Json::Array(items) => Some(items.clone()),
            other => Some(vec![other.clone()]),
        }
    }

    fn names(&mut self) {
        let name = self.get("name").and_then(Json::as_object).cloned().unwrap_or_default();
        let part = |part: &str| name.get(part).filter(|value| !value.is_null());
        for unsupported in ["middleName", "honorificPrefix", "honorificSuffix"] {
            if part(unsupported).is_some() {
                self.wrong += &part_of_name(unsupported).message;
            }
        }
        match part("familyName").and_then(text_of) {
            Some(family) => self.set("LastName", Some(family)),
            None if self.mode != Mode::Change => self.wrong += &no_family_name().message,
            None => {}
        }
        if name.contains_key("givenName") || self.mode == Mode::Replace {
            self.set("FirstName", part("givenName").and_then(text_of));
        }
    }

    fn texts(&mut self) {
        if self.mode != Mode::Change && self.text("userName").is_none() {
            self.wrong += &no_user_name().message;
        }
        if self.get("costCenter").is_some() {
            self.wrong += &cost_center().message;
        }
        for (attribute, field) in NEEDED {
            if let Some(text) = self.text(attribute) {
                self.set(field, Some(text));
            }
        }
        for (attribute, field) in TEXTS {
            if self.is_sent(attribute) || self.mode == Mode::Replace {
                let text = self.text(attribute);
                self.set(field, text);
            }
        }
    }

    fn emails(&mut self) {
        let emails = self.items("emails");
        match emails.as_deref() {
            Some([email]) if value_of(email).is_some() => self.set("Email", value_of(email)),
            Some([_, _, ..]) => self.wrong += &several_emails().message,
            _ if self.mode != Mode::Change => self.wrong += &no_email().message,
            _ => {}
        }
    }

    fn lists(&mut self) {
        let addresses = self.items("addresses");
        if addresses.as_ref().is_some_and(|addresses| addresses.len() > 1) {
            self.wrong += &several_addresses().message;
        }
        let address = addresses.as_ref().and_then(|addresses| addresses.first());
        for (part, field) in ADDRESS {
            let sent = address.and_then(|address| address.get(*part));
            if sent.is_some() || self.mode == Mode::Replace {
                self.set(field, sent.and_then(text_of));
            }
        }
        let phones = self.items("phoneNumbers").unwrap_or_default();
        for (kind, field) in PHONES {
            let is_kind = |phone: &&Json| phone.get("type").and_then(Json::as_str) == Some(kind);
            let sent = phones.iter().find(is_kind);
            if sent.is_some() || self.mode == Mode::Replace {
                self.set(field, sent.and_then(value_of));
            }
        }
        match self.items("roles").as_deref() {
            Some([_, _, ..]) => self.wrong += &several_roles().message,
            Some([role]) => self.set("UserRoleId", value_of(role)),
            None if self.mode == Mode::Replace => self.set("UserRoleId", None),
            _ => {}
        }
        let values = |items: Vec<Json>| items.iter().filter_map(value_of).collect();
        self.user_request.groups = self.items("groups").map(values);
    }

    fn persons(&mut self) {
        for (attribute, field, part) in [
            ("manager", "ManagerId", "value"),
            ("delegatedApprover", "DelegatedApproverId", "delegatedApproverId"),
        ] {
            if !self.is_sent(attribute) && self.mode != Mode::Replace {
                continue;
            }
            let person = self.get(attribute);
            let id =
                person.and_then(|person| person.get(part).and_then(text_of).or_else(|| value_of(person)));
            self.set(field, id);
        }
    }

    fn extensions(&mut self, users: &SObject, org: Id) {
        for (name, value) in self.body.clone() {
            let Some(members) = value.as_object() else { continue };
            if EXTERNAL.contains(&name.as_str()) {
                self.user_request.account = members.get("accountId").and_then(text_of);
                self.user_request.contact = members.get("contactId").and_then(text_of);
            } else if OTHER.contains(&name.as_str()) {
                if let Some(alias) = members.get("alias").and_then(text_of) {
                    self.set("Alias", Some(alias.chars().take(8).collect()));
                }
            } else if name.strip_prefix("urn:salesforce:schemas:extension:").and_then(Id::parse) == Some(org)
            {
                for (field, value) in members {
                    let kind = users.field(field).map_or(FieldType::String, |field| field.kind);
                    self.user_request.fields.push((field.clone(), Input::new(raw(kind, value))));
                }
            }
        }
    }

    /// One profile, and permission sets.
    fn entitlements(&mut self) -> Result<(), ScimError> {
        let Some(items) = self.items("entitlements") else { return Ok(()) };
        let mut profiles = Vec::new();
        let mut sets = Vec::new();
        for id in items.iter().filter_map(value_of) {
            match id.get(..3) {
                Some("00e") => profiles.push(id),
                Some("0PS") => sets.push(id),
                _ => return Err(ScimError::no_entitlement(&id)),
            }
        }
        if profiles.len() > 1 {
            return Err(ScimError::several_profiles(&profiles));
        }
        self.user_request.profile = profiles.pop();
        self.user_request.permission_sets = Some(sets);
        Ok(())
    }

    fn active(&mut self) {
        let active = match self.get("active") {
            Some(Json::Bool(flag)) => Some(*flag),
            Some(Json::String(text)) if text.eq_ignore_ascii_case("true") => Some(true),
            Some(Json::String(text)) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        if let Some(active) = active {
            self.user_request.fields.push(("IsActive".to_owned(), Input::new(Raw::Bool(active))));
        }
    }

    /// SCIM 1.1 clears what `meta.attributes` lists.
    fn cleared(&mut self) {
        let listed =
            self.get("meta").and_then(|meta| meta.get("attributes")).and_then(Json::as_array).cloned();
        for name in listed.iter().flatten().filter_map(Json::as_str) {
            let field = TEXTS.iter().find(|(attribute, _)| attribute.eq_ignore_ascii_case(name));
            if let Some((_, field)) = field {
                self.set(field, None);
            }
        }
    }
}

fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The value of an item: `{"value": "x"}`, or `"x"`.
pub fn value_of(item: &Json) -> Option<String> {
    text_of(item).or_else(|| item.get("value").and_then(text_of)).filter(|text| !text.is_empty())
}

/// A value for a custom field; flags and numbers come as texts, too.
fn raw(kind: FieldType, value: &Json) -> Raw {
    let number =
        |text: String| if text.contains(['.', 'e', 'E']) { Raw::Float(text) } else { Raw::Int(text) };
    match value {
        Json::Null | Json::Array(_) | Json::Object(_) => Raw::Null,
        Json::Bool(flag) => Raw::Bool(*flag),
        Json::Number(digits) => number(digits.to_string()),
        Json::String(text) if kind == FieldType::Boolean => Raw::Bool(text.eq_ignore_ascii_case("true")),
        Json::String(text) => Raw::Text(text.clone()),
    }
}

// What is wrong with a user; all of it is told in one text.
declare_errors! {
    fn as Scim "scim";

    /// a user is sent without `userName`
    no_user_name() = "" 400,
        "REQUIRED_FIELD_MISSING:userName;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without a family name
    no_family_name() = "" 400,
        "REQUIRED_FIELD_MISSING:name.familyName;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without an e-mail address
    no_email() = "" 400, "REQUIRED_FIELD_MISSING:email;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without a profile among the entitlements
    no_profile_sent() = "" 400,
        "REQUIRED_FIELD_MISSING:user_must_have_one_entitlement_which_must_be_a_profileid;",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several e-mail addresses
    several_emails() = "" 400,
        "INVALID:only_a_single_email_is_allowed;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several addresses
    several_addresses() = "" 400,
        "INVALID:only_a_single_address_is_allowed;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several roles
    several_roles() = "" 400,
        "INVALID:user_must_have_only_one_role;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with a middle name, or with what stands before or behind a name
    part_of_name(part: &str) = "" 400,
        "UNSUPPORTED_FIELD:name.{part};", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with a cost center
    cost_center() = "" 400,
        "UNSUPPORTED_FIELD:costCenter;", Seen "https://github.com/salesforceidentity/scimv2-pilot";
}
