//! SamlSsoConfig.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_samlssoconfig.htm>

use super::component_fault::no_component;
use super::component_record::{Named, element, insert_component, live, update_component};
use super::tree::Node;
use crate::assertion::Certificate;
use crate::dml::{Call, delete_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;
use crate::rules::names::{is_api_name, malformed_api_name};

/// Elements that are texts, and their fields.
const TEXTS: [(&str, &str); 14] = [
    ("attributeName", "AttributeName"),
    ("attributeNameIdFormat", "AttributeFormat"),
    ("errorUrl", "ErrorUrl"),
    ("identityLocation", "IdentityLocation"),
    ("identityMapping", "IdentityMapping"),
    ("issuer", "Issuer"),
    ("loginUrl", "LoginUrl"),
    ("logoutUrl", "LogoutUrl"),
    ("name", "MasterLabel"),
    ("requestSignatureMethod", "RequestSignatureMethod"),
    ("samlEntityId", "Audience"),
    ("samlVersion", "Version"),
    ("singleLogoutBinding", "SingleLogoutBinding"),
    ("singleLogoutUrl", "SingleLogoutUrl"),
];

/// Elements that are true or false, and their fields.
const OPTIONS: [(&str, &str); 4] = [
    ("redirectBinding", "OptionsSpInitBinding"),
    ("useConfigRequestMethod", "OptionsUseConfigRequestMethod"),
    ("useSameDigestAlgoForSigning", "OptionsUseSameDigestAlgoForSigning"),
    ("userProvisioning", "OptionsUserProvisioning"),
];

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    let named = |record: Record| Named {
        full_name: record.text("DeveloperName").unwrap_or_default().to_owned(),
        record,
    };
    Ok(live(org, "SamlSsoConfig")?.into_iter().map(named).collect())
}

pub(super) fn read(org: &Org, record: &Record) -> Result<Node, Fault> {
    let mut node = Node::default();
    for (name, field) in TEXTS {
        node = element(node, name, record, field);
    }
    for (name, field) in OPTIONS {
        node = node.flag(name, record.get(field).is_true());
    }
    node = element(node, "validationCert", record, "ValidationCert");
    let text = |object: &'static str, field: &str, id: Option<Id>| -> Result<Option<String>, Fault> {
        let Some(id) = id else { return Ok(None) };
        let found = org.find(&org.standard(object)?, id)?;
        Ok(found.and_then(|found| found.text(field).map(str::to_owned)))
    };
    let user = text("User", "Username", record.id("ExecutionUserId"))?;
    let handler = text("ApexClass", "Name", record.id("SamlJitHandlerId"))?;
    Ok(node.maybe("executionUserId", user.as_deref()).maybe("samlJitHandlerId", handler.as_deref()))
}

/// A component says all: what it does not name is empty.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    if !is_api_name(full_name) {
        let label = &call.org.standard("SamlSsoConfig")?.label;
        return Err(malformed_api_name(label, "DeveloperName"));
    }
    let mut fields: Vec<(&str, Value)> =
        vec![("DeveloperName", Value::from(full_name)), ("ValidationCert", Value::Null)];
    // Deployed files say the method by its number, too.
    let text_of = |name: &str| match (name, node.text_of(name)) {
        ("requestSignatureMethod", Some("0")) => Some("RSA-SHA1"),
        ("requestSignatureMethod", Some("1")) => Some("RSA-SHA256"),
        (_, text) => text,
    };
    fields.extend(TEXTS.map(|(name, field)| (field, text_of(name).map_or(Value::Null, Value::from))));
    fields.extend(OPTIONS.map(|(name, field)| (field, Value::from(node.is(name)))));
    if let Some(text) = node.text_of("validationCert") {
        // With or without the lines of a file around it.
        let certificate = Certificate::from_text(text).map(|certificate| certificate.base64());
        fields.push(("ValidationCert", Value::from(certificate.unwrap_or_else(|_| text.to_owned()))));
    }
    fields.push(("ExecutionUserId", reference(call.org, node, "executionUserId", ("User", "Username"))?));
    fields.push(("SamlJitHandlerId", reference(call.org, node, "samlJitHandlerId", ("ApexClass", "Name"))?));
    match old.and_then(|record| record.id("Id")) {
        Some(id) => update_component(call, "SamlSsoConfig", id, &fields),
        None => insert_component(call, "SamlSsoConfig", &fields).map(drop),
    }
}

pub(super) fn delete(call: Call, record: &Record) -> Result<(), Fault> {
    match record.id("Id") {
        Some(id) => delete_as_platform(call, "SamlSsoConfig", id),
        None => Ok(()),
    }
}

/// The record that an element names.
fn reference(
    org: &Org,
    node: &Node,
    element: &str,
    (object, field): (&'static str, &str),
) -> Result<Value, Fault> {
    let Some(name) = node.text_of(element) else { return Ok(Value::Null) };
    let object_of = org.standard(object)?;
    let found = org.ids_where(&object_of, field, &Value::from(name), 1)?;
    found.first().map(|id| Value::from(*id)).ok_or_else(|| no_component(element, object, name))
}
