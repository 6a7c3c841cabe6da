//! Which field an attribute sets, and whether it may.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_portal_requirements.htm&type=5>

use super::attributes::{Attributes, is_true};
use super::error::{JitError, JitErrorCode};
use super::provisioning::Jit;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::model::value::{Input, Raw};
use crate::world::Stage;

/// Fields to save, by API name.
pub(super) type Fields = Vec<(String, Input)>;

/// Attributes that are called otherwise than their field.
const ALIASES: &[(&str, &str, &str)] = &[
    ("User", "Zip", "PostalCode"),
    ("User", "Manager", "ManagerId"),
    ("User", "CallCenter", "CallCenterId"),
    ("User", "Contact", "ContactId"),
    ("User", "Role", "UserRoleId"),
    ("Contact", "Account", "AccountId"),
    ("Contact", "Owner", "OwnerId"),
    ("Account", "Owner", "OwnerId"),
    ("Account", "Zip", "BillingPostalCode"),
    ("Account", "Street", "BillingStreet"),
];

/// Attributes that steer provisioning and are no fields.
const STEERING: &[(&str, &str)] = &[("User", "Account"), ("Account", "AccountId")];

/// Fields that have rules of their own, by the attributes that set them.
pub(super) const USER_KEYS: &[&str] =
    &["Username", "FederationIdentifier", "ContactId", "ProfileId", "UserRoleId", "PortalRole", "IsActive"];
pub(super) const CONTACT_KEYS: &[&str] = &["AccountId"];
pub(super) const ACCOUNT_KEYS: &[&str] = &["OwnerId"];

/// The field that an attribute sets.
fn field<'o>(attributes: &Attributes, object: &'o SObject, name: &str) -> Option<&'o Field> {
    let is_alias =
        |(of, alias, _): &&(&str, &str, &str)| *of == object.name && attributes.is_name(name, alias);
    match ALIASES.iter().find(is_alias) {
        Some((_, _, field)) => object.field(field),
        None => object.field(name).filter(|field| attributes.is_name(name, &field.name)),
    }
}

fn steers(object: &SObject, attribute: &str) -> bool {
    STEERING.iter().any(|(of, name)| *of == object.name && name.eq_ignore_ascii_case(attribute))
}

/// Custom fields of these types only can be provisioned.
fn is_text_type(kind: FieldType) -> bool {
    matches!(
        kind,
        FieldType::String | FieldType::TextArea | FieldType::Email | FieldType::Phone | FieldType::Url
    )
}

impl Jit<'_> {
    /// Every attribute of the objects names a field that can be set, and standard fields of an account get values
    /// of their type.
    pub(super) fn check_names(&self, objects: &[&SObject]) -> Result<(), JitError> {
        for object in objects {
            for (name, value) in self.attributes.of(&object.name) {
                self.check_name(object, name, value)?;
            }
        }
        Ok(())
    }

    fn check_name(&self, object: &SObject, name: &str, value: &str) -> Result<(), JitError> {
        let found = field(self.attributes, object, name);
        let attribute = || format!("{}.{name}", object.name);
        if name.to_ascii_lowercase().ends_with("__c") {
            return match found {
                None => {
                    let text = format!("{}: {} has no such custom field", attribute(), object.name);
                    self.refuse(Stage::Message, JitErrorCode::UnknownCustomField, text)
                }
                Some(field) if !is_text_type(field.kind) => {
                    let kind = field.kind.name();
                    let text = format!("{} is a {kind}, only text can be provisioned", attribute());
                    self.refuse(Stage::Message, JitErrorCode::CustomFieldType, text)
                }
                Some(_) => Ok(()),
            };
        }
        let settable = |field: &&Field| field.is(FieldFlag::Createable) || field.is(FieldFlag::Updateable);
        let Some(field) = found.filter(settable) else {
            if steers(object, name) || (object.name == "Account" && is_partner_flag(name)) {
                return Ok(());
            }
            let text = format!("{}: {} has no such field that can be set", attribute(), object.name);
            return self.refuse(Stage::Message, JitErrorCode::UnknownStandardField, text);
        };
        if object.name == "Account" && !fits(field.kind, value) {
            let text = format!("{} is {value:?}, no {}", attribute(), field.kind.name());
            return self.refuse(Stage::Message, JitErrorCode::AccountFieldValue, text);
        }
        Ok(())
    }

    /// The fields that the attributes of an object set, but for those with rules of their own.
    pub(super) fn fields(&self, object: &SObject, keys: &[&str]) -> Fields {
        plain_fields(self.attributes, object, keys)
    }
}

/// The fields that attributes set, but for those named in `keys`. Of several attributes for one field the first counts.
pub(super) fn plain_fields(attributes: &Attributes, object: &SObject, keys: &[&str]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in attributes.of(&object.name) {
        let Some(field) = field(attributes, object, name) else { continue };
        if keys.contains(&field.name.as_str()) || fields.iter().any(|(known, _)| *known == field.name) {
            continue;
        }
        let raw = match field.kind {
            FieldType::Boolean => Raw::Bool(is_true(value)),
            _ => Raw::Text(value.to_owned()),
        };
        fields.push((field.name.clone(), Input::new(raw)));
    }
    fields
}

/// A text to save.
pub(super) fn text(name: &str, value: impl Into<String>) -> (String, Input) {
    (name.to_owned(), Input::new(Raw::Text(value.into())))
}

/// Flags that only the platform may set, and that provisioning may.
fn is_partner_flag(name: &str) -> bool {
    name.eq_ignore_ascii_case("IsPartner") || name.eq_ignore_ascii_case("IsCustomerPortal")
}

fn fits(kind: FieldType, value: &str) -> bool {
    let value = value.trim();
    match kind {
        FieldType::Int | FieldType::Long => value.parse::<i64>().is_ok(),
        FieldType::Double | FieldType::Currency | FieldType::Percent => {
            value.parse::<f64>().is_ok_and(f64::is_finite)
        }
        FieldType::Boolean => ["0", "1", "true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
        _ => true,
    }
}
