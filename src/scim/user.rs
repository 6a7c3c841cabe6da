//! A user as a resource.

use serde_json::{Value as Json, json};

use super::attribute::{CORE, CORE_V1, ENTERPRISE, ENTERPRISE_V1, EXTERNAL, OTHER, custom_extension};
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::{Exchange, Version};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;

/// Writes a user; attributes without a value are left out.
pub fn resource(exchange: &Exchange, id: Id, record: &Record) -> Result<Members, ScimError> {
    let user = Shown { exchange, record };
    let name = |id: Id, object: &'static str| user.name_of(object, id);
    let mut shown = Members::new();
    shown.insert("schemas".to_owned(), Json::Null);
    shown.insert("id".to_owned(), json!(id.as_str()));
    user.put(&mut shown, "userName", "Username");
    user.put(&mut shown, "externalId", "FederationIdentifier");
    let mut names = Members::new();
    user.put(&mut names, "formatted", "Name");
    user.put(&mut names, "familyName", "LastName");
    user.put(&mut names, "givenName", "FirstName");
    shown.insert("name".to_owned(), Json::Object(names));
    user.put(&mut shown, "displayName", "Name");
    user.put(&mut shown, "nickName", "CommunityNickname");
    shown.insert("profileUrl".to_owned(), json!(format!("{}/{id}", exchange.request.origin())));
    if let Some(email) = user.text("Email") {
        shown.insert("emails".to_owned(), json!([{ "type": "work", "primary": true, "value": email }]));
    }
    user.put_address(&mut shown);
    user.put_list(
        &mut shown,
        "phoneNumbers",
        &[("work", "Phone"), ("mobile", "MobilePhone"), ("fax", "Fax")],
    );
    user.put_list(&mut shown, "photos", &[("photo", "FullPhotoUrl"), ("thumbnail", "SmallPhotoUrl")]);
    for (attribute, field) in [
        ("userType", "UserType"),
        ("title", "Title"),
        ("preferredLanguage", "LanguageLocaleKey"),
        ("emailEncodingKey", "EmailEncodingKey"),
        ("locale", "LocaleSidKey"),
        ("timezone", "TimeZoneSidKey"),
    ] {
        user.put(&mut shown, attribute, field);
    }
    shown.insert("active".to_owned(), json!(record.get("IsActive").is_true()));
    shown.insert("entitlements".to_owned(), Json::Array(user.entitlements(id)?));
    let groups = user.groups(id)?;
    if !groups.is_empty() {
        shown.insert("groups".to_owned(), Json::Array(groups));
    }
    if let Some(role) = user.id("UserRoleId") {
        let display = name(role, "UserRole")?;
        shown.insert(
            "roles".to_owned(),
            json!([{ "value": role.as_str(), "$ref": format!("/Roles/{role}"), "display": display }]),
        );
    }
    user.put_extensions(&mut shown)?;
    shown.insert("meta".to_owned(), document::meta(exchange, "User", "Users", id, record));
    let extensions = shown.keys().filter(|key| key.starts_with("urn:")).cloned();
    let core = if exchange.version == Version::V1 { CORE_V1 } else { CORE };
    let schemas: Vec<String> = std::iter::once(core.to_owned()).chain(extensions).collect();
    shown.insert("schemas".to_owned(), json!(schemas));
    Ok(shown)
}

/// A record, as far as the user who asks may see it.
struct Shown<'a> {
    exchange: &'a Exchange<'a>,
    record: &'a Record,
}

impl Shown<'_> {
    fn value(&self, field: &str) -> &Value {
        let object = &self.record.object;
        let seen = object.field(field).filter(|field| self.exchange.context.runner.sees_field(object, field));
        seen.map_or(&Value::Null, |field| self.record.get(&field.name))
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.value(field).as_text().filter(|text| !text.is_empty())
    }

    fn id(&self, field: &str) -> Option<Id> {
        self.text(field).and_then(Id::parse)
    }

    fn put(&self, members: &mut Members, attribute: &str, field: &str) {
        if let Some(text) = self.text(field) {
            members.insert(attribute.to_owned(), json!(text));
        }
    }

    fn put_list(&self, members: &mut Members, attribute: &str, fields: &[(&str, &str)]) {
        let values = fields.iter().filter_map(|(kind, field)| {
            let value = self.text(field)?;
            Some(json!({ "type": kind, "value": value }))
        });
        let values: Vec<_> = values.collect();
        if !values.is_empty() {
            members.insert(attribute.to_owned(), Json::Array(values));
        }
    }

    fn put_address(&self, members: &mut Members) {
        let mut address = Members::new();
        let mut formatted = String::new();
        for (attribute, field, after) in [
            ("streetAddress", "Street", "\n"),
            ("locality", "City", ", "),
            ("region", "State", " "),
            ("postalCode", "PostalCode", " "),
            ("country", "Country", ""),
        ] {
            if let Some(text) = self.text(field) {
                address.insert(attribute.to_owned(), json!(text));
                formatted = formatted + text + after;
            }
        }
        if !address.is_empty() {
            let mut whole =
                Members::from_iter([("type".to_owned(), json!("work")), ("primary".to_owned(), json!(true))]);
            whole.append(&mut address);
            whole.insert("formatted".to_owned(), json!(formatted));
            members.insert("addresses".to_owned(), json!([whole]));
        }
    }

    fn name_of(&self, object: &'static str, id: Id) -> Result<String, ScimError> {
        let org = self.exchange.context.org;
        let found = org.find(&self.exchange.object(object)?, id)?;
        Ok(found.as_ref().and_then(|record| record.text("Name")).unwrap_or_default().to_owned())
    }

    /// The profile, and the permission sets that are no profile's.
    fn entitlements(&self, id: Id) -> Result<Vec<Json>, ScimError> {
        let mut entitlements = Vec::new();
        let mut add = |id: Id, name: &str, kind: &str| {
            let place = format!("/Entitlements/{id}");
            let primary = kind == "Profile";
            entitlements.push(
                json!({ "value": id.as_str(), "$ref": place, "display": name, "type": kind, "primary": primary }),
            );
        };
        if let Some(profile) = self.id("ProfileId") {
            add(profile, &self.name_of("Profile", profile)?, "Profile");
        }
        for (_, set) in self.exchange.provision(|users| Ok(users.permission_sets(id)?))? {
            if let Some(found) =
                self.exchange.context.org.find(&self.exchange.object("PermissionSet")?, set)?
            {
                add(set, found.text("Name").unwrap_or_default(), "Permission Set");
            }
        }
        Ok(entitlements)
    }

    fn groups(&self, id: Id) -> Result<Vec<Json>, ScimError> {
        let rows = self.exchange.records_where("GroupMember", "UserOrGroupId", id)?;
        let shown = rows.iter().filter_map(|row| row.id("GroupId")).map(|group| {
            let display = self.name_of("Group", group)?;
            Ok(json!({ "value": group.as_str(), "$ref": format!("/Groups/{group}"), "display": display }))
        });
        shown.collect()
    }

    fn put_extensions(&self, shown: &mut Members) -> Result<(), ScimError> {
        let org = self.exchange.context.org;
        let mut enterprise = Members::from_iter([("organization".to_owned(), json!(org.id.as_str()))]);
        self.put(&mut enterprise, "division", "Division");
        self.put(&mut enterprise, "employeeNumber", "EmployeeNumber");
        self.put(&mut enterprise, "department", "Department");
        for (attribute, field, value) in [
            ("manager", "ManagerId", "value"),
            ("delegatedApprover", "DelegatedApproverId", "delegatedApproverId"),
        ] {
            if let Some(user) = self.id(field) {
                let display = self.name_of("User", user)?;
                let person =
                    json!({ value: user.as_str(), "$ref": format!("/Users/{user}"), "displayName": display });
                enterprise.insert(attribute.to_owned(), person);
            }
        }
        let urn = if self.exchange.version == Version::V1 { ENTERPRISE_V1 } else { ENTERPRISE };
        shown.insert(urn.to_owned(), Json::Object(enterprise));
        let mut external = Members::new();
        self.put(&mut external, "accountId", "AccountId");
        self.put(&mut external, "contactId", "ContactId");
        if !external.is_empty() {
            shown.insert(EXTERNAL[0].to_owned(), Json::Object(external));
        }
        let fields = self.record.object.fields.iter().filter(|field| field.name.ends_with("__c"));
        let custom = fields.filter_map(|field| Some((field.name.clone(), custom(self.value(&field.name))?)));
        let custom: Members = custom.collect();
        if !custom.is_empty() {
            shown.insert(custom_extension(org.id), Json::Object(custom));
        }
        let mut other = Members::new();
        self.put(&mut other, "alias", "Alias");
        shown.insert(OTHER[0].to_owned(), Json::Object(other));
        Ok(())
    }
}

fn custom(value: &Value) -> Option<Json> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(json!(flag)),
        Value::Int(number) => Some(json!(number)),
        Value::Double(number) => Some(json!(number)),
        Value::Text(text) => Some(json!(text)),
    }
}
