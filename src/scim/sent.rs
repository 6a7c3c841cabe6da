//! A user as a client sends it.

use serde_json::Value as Json;

use super::attribute::{CORE, CORE_V1, ENTERPRISE, ENTERPRISE_V1, EXTERNAL, OTHER};
use super::document::Members;
use super::error::ScimError;
use super::exchange::{Exchange, Version};
use super::writable;
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

pub const ADDRESS: &[(&str, &str)] = &[
    ("streetAddress", "Street"),
    ("locality", "City"),
    ("region", "State"),
    ("postalCode", "PostalCode"),
    ("country", "Country"),
];

pub const PHONES: &[(&str, &str)] = &[("work", "Phone"), ("mobile", "MobilePhone"), ("fax", "Fax")];

/// Reads a user.
///
/// # Errors
/// 400 with all that is wrong in one text, in the order in which the service looks.
pub fn read(exchange: &Exchange, body: Members, mode: Mode) -> Result<UserRequest, ScimError> {
    let users = exchange.object("User")?;
    let body = flat(body);
    if let Some(attribute) = writable::mistyped(&body) {
        return Err(ScimError::mistyped(&attribute));
    }
    let mut reader = Reader { body, mode, user_request: UserRequest::default(), wrong: String::new() };
    reader.id(&exchange.captures.get("id"));
    reader.texts();
    reader.names();
    reader.emails()?;
    reader.lists()?;
    reader.persons();
    reader.extensions(&users, exchange.context.org.id);
    reader.entitlements()?;
    reader.active();
    reader.user_request.password = reader.text("password");
    if mode != Mode::Change && reader.user_request.profile.is_none() {
        reader.wrong += &no_profile_sent().message;
    }
    if reader.get("costCenter").is_some() {
        reader.wrong += &cost_center().message;
    }
    if exchange.version == Version::V1 && mode == Mode::Change {
        reader.cleared();
    }
    if reader.wrong.is_empty() { Ok(reader.user_request) } else { Err(ScimError::bad_request(reader.wrong)) }
}

/// The attributes of the core and of the enterprise extension side by side, as clients send them, too.
pub fn flat(body: Members) -> Members {
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

    /// Whether an attribute is sent with nothing in it: null, or an empty list.
    fn is_emptied(&self, name: &str) -> bool {
        let found = self.body.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.is_some_and(|(_, value)| value.is_null() || value.as_array().is_some_and(Vec::is_empty))
    }

    /// Who replaces a user may say which, and nothing else.
    fn id(&mut self, addressed: &str) {
        let sent = self.text("id").filter(|_| self.mode == Mode::Replace);
        if sent.is_some_and(|id| Id::parse(&id) != Id::parse(addressed)) {
            self.wrong += &other_id().message;
        }
    }

    fn names(&mut self) {
        let name = self.get("name").and_then(Json::as_object).cloned().unwrap_or_default();
        let part = |part: &str| member(&name, part).filter(|value| !value.is_null());
        match part("familyName").and_then(text_of) {
            Some(family) => self.set("LastName", Some(family)),
            None if self.mode != Mode::Change => self.wrong += &no_family_name().message,
            // The rules refuse a user without.
            None if member(&name, "familyName").is_some() => self.set("LastName", None),
            None => {}
        }
        for unsupported in ["middleName", "honorificPrefix", "honorificSuffix"] {
            if part(unsupported).is_some() {
                self.wrong += &part_of_name(unsupported).message;
            }
        }
        if member(&name, "givenName").is_some() || self.mode == Mode::Replace {
            self.set("FirstName", part("givenName").and_then(text_of));
        }
    }

    fn texts(&mut self) {
        if self.mode != Mode::Change && self.text("userName").is_none() {
            self.wrong += &no_user_name().message;
        }
        for (attribute, field) in NEEDED {
            let text = self.text(attribute);
            // The rules refuse a change to nothing.
            if text.is_some() || (self.mode == Mode::Change && self.is_sent(attribute)) {
                self.set(field, text);
            }
        }
        for (attribute, field) in TEXTS {
            if self.is_sent(attribute) || self.mode == Mode::Replace {
                let text = self.text(attribute);
                self.set(field, text);
            }
        }
    }

    fn emails(&mut self) -> Result<(), ScimError> {
        let emails = self.items("emails");
        match emails.as_deref() {
            Some([email]) if value_of(email).is_some() => self.set("Email", value_of(email)),
            Some([_, _, ..]) if self.mode == Mode::Change => return Err(ScimError::several_emails_in_patch()),
            Some([_, _, ..]) => self.wrong += &several_emails().message,
            _ if self.mode != Mode::Change => self.wrong += &no_email().message,
            _ => {}
        }
        Ok(())
    }

    fn lists(&mut self) -> Result<(), ScimError> {
        let addresses = self.items("addresses");
        if addresses.as_ref().is_some_and(|addresses| addresses.len() > 1) {
            if self.mode == Mode::Change {
                return Err(ScimError::several_addresses_in_patch());
            }
            self.wrong += &several_addresses().message;
        }
        let is_cleared = |reader: &Reader, name: &str| {
            reader.mode == Mode::Replace || (reader.mode == Mode::Change && reader.is_emptied(name))
        };
        let address = addresses.as_ref().and_then(|addresses| addresses.first());
        for (part, field) in ADDRESS {
            let sent = address.and_then(Json::as_object).and_then(|address| member(address, part));
            if sent.is_some() || is_cleared(self, "addresses") {
                self.set(field, sent.and_then(text_of));
            }
        }
        let phones = self.items("phoneNumbers").unwrap_or_default();
        for (kind, field) in PHONES {
            let sent = phones.iter().find(|phone| type_of(phone) == Some(kind));
            if sent.is_some() || is_cleared(self, "phoneNumbers") {
                self.set(field, sent.and_then(value_of));
            }
        }
        match self.items("roles").as_deref() {
            Some([_, _, ..]) => self.wrong += &several_roles().message,
            Some([role]) => self.set("UserRoleId", value_of(role)),
            _ if is_cleared(self, "roles") => self.set("UserRoleId", None),
            _ => {}
        }
        let values = |items: Vec<Json>| items.iter().filter_map(value_of).collect();
        let groups = self.items("groups").or_else(|| self.is_emptied("groups").then(Vec::new));
        self.user_request.groups = groups.map(values);
        Ok(())
    }

    fn persons(&mut self) {
        for (attribute, field, part) in [
            ("manager", "ManagerId", "value"),
            ("delegatedApprover", "DelegatedApproverId", "delegatedApproverId"),
        ] {
            if !self.is_sent(attribute) && self.mode != Mode::Replace {
                continue;
            }
            // Some clients send a list of one.
            let person = self.items(attribute).unwrap_or_default();
            let id = person.first().and_then(|person| person_of(person, part));
            self.set(field, id);
        }
    }

    fn extensions(&mut self, users: &SObject, org: Id) {
        for (name, value) in self.body.clone() {
            let Some(members) = value.as_object() else { continue };
            if EXTERNAL.contains(&name.as_str()) {
                self.user_request.account = member(members, "accountId").and_then(text_of);
                self.user_request.contact = member(members, "contactId").and_then(text_of);
            } else if OTHER.contains(&name.as_str()) {
                if let Some(alias) = member(members, "alias").and_then(text_of) {
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
        if let Some(active) = self.get("active").and_then(writable::flag_of) {
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

/// A part of an attribute, by its name in any case (RFC 7643, 2.1).
pub fn member<'a>(members: &'a Members, name: &str) -> Option<&'a Json> {
    members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

pub fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The value of an item: `{"value": "x"}`, or `"x"`.
pub fn value_of(item: &Json) -> Option<String> {
    let value = || item.as_object().and_then(|item| member(item, "value")).and_then(text_of);
    text_of(item).or_else(value).filter(|text| !text.is_empty())
}

/// The id of a user in an item, whose part may have a name of its own.
pub fn person_of(item: &Json, part: &str) -> Option<String> {
    let own = item.as_object().and_then(|item| member(item, part)).and_then(text_of);
    own.filter(|text| !text.is_empty()).or_else(|| value_of(item))
}

/// The type of an item: which of several telephone numbers it is.
pub fn type_of(item: &Json) -> Option<&str> {
    member(item.as_object()?, "type")?.as_str()
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
    no_user_name() = "" 409,
        "REQUIRED_FIELD_MISSING:userName;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without a family name
    no_family_name() = "" 409,
        "REQUIRED_FIELD_MISSING:name.familyName;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without an e-mail address
    no_email() = "" 409, "REQUIRED_FIELD_MISSING:email;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent without a profile among the entitlements
    no_profile_sent() = "" 409,
        "REQUIRED_FIELD_MISSING:user_must_have_one_entitlement_which_must_be_a_profileid;",
        Seen "https://learn.microsoft.com/en-us/answers/questions/5828857";

    /// a user is replaced with the id of another
    other_id() = "" 409,
        "INVALID:id_attribute_is_readonly;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several e-mail addresses
    several_emails() = "" 409,
        "INVALID:only_a_single_email_is_allowed;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several addresses
    several_addresses() = "" 409,
        "INVALID:only_a_single_address_is_allowed;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is sent with several roles; for a PATCH the status is 400
    several_roles() = "" 409,
        "INVALID:user_must_have_only_one_role;", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is created or replaced with a middle name, or with what stands before or behind a name
    part_of_name(part: &str) = "" 409,
        "UNSUPPORTED_FIELD:name.{part};", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is created or replaced with a cost center
    cost_center() = "" 409,
        "UNSUPPORTED_FIELD:costCenter;", Seen "https://github.com/salesforceidentity/scimv2-pilot";
}
