//! The rules of SamlSsoConfig. Codes, and texts without a source, are a choice: the page that saves them is no API.

use super::declare::rule;
use crate::assertion::Certificate;
use crate::dml::{Rule, Save};
use crate::model::fault::{Fault, faults};

pub(super) const RULES: &[Rule] = &[
    rule!(Default SAVE label_names_the_configuration),
    rule!(Before SAVE required_fields_are_there),
    rule!(Before SAVE version_is_emulated),
    rule!(Before SAVE provisioning_needs_the_federation_id),
    rule!(Before SAVE entity_id_is_a_secure_url),
    rule!(Before SAVE subject_attribute_is_named),
    rule!(Before SAVE certificate_can_be_read),
    rule!(Before SAVE handler_has_an_execution_user),
    rule!(Unique SAVE name_is_unique),
    rule!(Unique SAVE issuer_and_entity_id_are_unique),
];

/// Name and label stand in for each other.
fn label_names_the_configuration(save: &mut Save) -> Result<(), Fault> {
    if save.value("MasterLabel").is_null() {
        let name = save.value("DeveloperName").clone();
        save.set("MasterLabel", name);
    }
    if save.value("Language").is_null() {
        save.set("Language", "en_US");
    }
    Ok(())
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_samlssoconfig.htm>
fn required_fields_are_there(save: &mut Save) -> Result<(), Fault> {
    const REQUIRED: &[&str] = &[
        "MasterLabel",
        "DeveloperName",
        "Version",
        "Issuer",
        "Audience",
        "IdentityMapping",
        "IdentityLocation",
        "ValidationCert",
    ];
    let missing: Vec<_> = REQUIRED.iter().copied().filter(|name| save.value(name).is_null()).collect();
    if missing.is_empty() { Ok(()) } else { Err(Fault::required_field_missing(&missing)) }
}

fn version_is_emulated(save: &mut Save) -> Result<(), Fault> {
    if save.text("Version") == Some("SAML1_1") { Err(saml_1_1_not_emulated()) } else { Ok(()) }
}

/// Source: <https://github.com/wso2/product-is/issues/2542>
fn provisioning_needs_the_federation_id(save: &mut Save) -> Result<(), Fault> {
    if save.value("OptionsUserProvisioning").is_true() && save.text("IdentityMapping") != Some("FederationId")
    {
        return Err(federation_id_needed());
    }
    Ok(())
}

/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.sso_saml.htm&type=5>; `http` is allowed on localhost.
fn entity_id_is_a_secure_url(save: &mut Save) -> Result<(), Fault> {
    let entity_id = save.text("Audience").unwrap_or_default();
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
    if entity_id.starts_with("https") || local.iter().any(|prefix| entity_id.starts_with(prefix)) {
        return Ok(());
    }
    Err(entity_id_not_secure())
}

fn subject_attribute_is_named(save: &mut Save) -> Result<(), Fault> {
    if save.text("IdentityLocation") == Some("Attribute") && save.value("AttributeName").is_null() {
        return Err(no_identity_attribute());
    }
    Ok(())
}

fn certificate_can_be_read(save: &mut Save) -> Result<(), Fault> {
    match Certificate::from_text(save.text("ValidationCert").unwrap_or_default()) {
        Ok(_) => Ok(()),
        Err(bad) => Err(certificate_invalid(&bad.to_string())),
    }
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_samlssoconfig.htm>
fn handler_has_an_execution_user(save: &mut Save) -> Result<(), Fault> {
    if !save.value("SamlJitHandlerId").is_null() && save.value("ExecutionUserId").is_null() {
        return Err(no_execution_user());
    }
    Ok(())
}

fn name_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(field) = save.field("DeveloperName") else { return Ok(()) };
    let found = save.call.org.ids_where(&save.object, "DeveloperName", save.value("DeveloperName"), 2)?;
    match found.into_iter().find(|id| *id != save.id) {
        Some(other) => Err(Fault::duplicate_value(field, other)),
        None => Ok(()),
    }
}

/// The pair chooses the configuration of a message.
fn issuer_and_entity_id_are_unique(save: &mut Save) -> Result<(), Fault> {
    for config in save.call.org.sso_configs()?.iter() {
        let same = Some(config.issuer.as_str()) == save.text("Issuer")
            && Some(config.entity_id.as_str()) == save.text("Audience");
        if same && config.id != save.id {
            return Err(configuration_exists(&config.developer_name));
        }
    }
    Ok(())
}

faults! {
    /// a configuration is of SAML 1.1, which is not emulated
    saml_1_1_not_emulated() = FUNCTIONALITY_NOT_ENABLED on ["Version"],
        "fauxforce has no SAML 1.1, but SAML2_0", Assumed;

    /// a configuration with Just-in-Time provisioning finds users by something else than the Federation ID
    federation_id_needed() = FIELD_INTEGRITY_EXCEPTION on ["IdentityMapping"],
        "You must use the Federation ID for the SAML User ID Type when using just in time provisioning.",
        Seen "https://github.com/wso2/product-is/issues/2542 (text; the code is assumed)";

    /// the entity id of a configuration is no https URL, nor one of localhost
    entity_id_not_secure() = FIELD_INTEGRITY_EXCEPTION on ["Audience"],
        "The Entity ID must begin with https.", Assumed;

    /// the identity is in an attribute, but none is named
    no_identity_attribute() = FIELD_INTEGRITY_EXCEPTION on ["AttributeName"],
        "Specify the attribute that holds the identity.", Assumed;

    /// the identity provider's certificate cannot be read
    certificate_invalid(why: &str) = FIELD_INTEGRITY_EXCEPTION on ["ValidationCert"],
        "The identity provider certificate is invalid: {why}", Assumed;

    /// a configuration has a JIT handler, but no user that it runs as
    no_execution_user() = FIELD_INTEGRITY_EXCEPTION on ["ExecutionUserId"],
        "Specify the user that the SAML JIT handler runs as.", Assumed;

    /// another configuration has the issuer and the entity id
    configuration_exists(name: &str) = DUPLICATE_VALUE on ["Issuer", "Audience"],
        "A single sign-on configuration with this Issuer and Entity ID already exists: {name}", Assumed;
}
