//! SAML single sign-on configurations: the rows of SamlSsoConfig as logins read them, and what a seed keeps beside them.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_samlssoconfig.htm>

use std::collections::BTreeMap;

use super::connected_app::SeedFile;
use crate::model::id::Id;
use crate::model::record::Record;

/// One configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct SsoConfig {
    pub id: Id,
    pub developer_name: String,
    pub label: String,
    /// The entity id of the identity provider.
    pub issuer: String,
    /// The entity id of the service provider.
    pub entity_id: String,
    pub mapping: IdentityMapping,
    /// The attribute that holds the subject; `None` for the NameID.
    pub subject_attribute: Option<String>,
    /// Base64 of the identity provider's certificate.
    pub certificate: String,
    pub login_url: Option<String>,
    pub logout_url: Option<String>,
    pub error_url: Option<String>,
    pub single_logout_url: Option<String>,
    pub single_logout_binding: Binding,
    /// How AuthnRequests are sent.
    pub request_binding: Binding,
    /// Logins make and change users.
    pub provisioning: bool,
    /// The ApexClass that provisions instead of the standard way.
    pub handler: Option<Id>,
    /// In whose name the handler runs.
    pub execution_user: Option<Id>,
}

/// What the subject of an assertion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityMapping {
    Username,
    FederationId,
    UserId,
}

/// How a message travels through the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Redirect,
    Post,
}

/// What a seed calls the login page of an org, beside those of its communities.
pub const INTERNAL: &str = "internal";

/// What a seed says of single sign-on that is in no record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SsoSeed {
    pub handlers: Vec<JitHandler>,
    pub keys: Vec<ConfigKeys>,
}

/// The key files of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigKeys {
    pub config: Id,
    /// The login pages that have a button for it: [`INTERNAL`], paths of communities. `None` for all.
    pub login_pages: Option<Vec<String>>,
    /// The identity provider's certificate and its private key, where a seed ships them for tests.
    pub idp_certificate: Option<SeedFile>,
    pub idp_key: Option<SeedFile>,
    /// The private key and the certificate that open encrypted assertions.
    pub decryption_key: Option<SeedFile>,
    pub decryption_certificate: Option<SeedFile>,
}

/// A stand-in for an Apex class that implements `Auth.SamlJitHandler`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JitHandler {
    /// `ApexClass.Name`.
    pub class: String,
    /// `None` for the template that Salesforce generates; else what the class does beyond it.
    pub rules: Option<HandlerRules>,
}

/// What a declared handler does with the attributes of an assertion before it goes the template's way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandlerRules {
    /// Attribute to the fields it sets, as `User.Email`.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Field to its value when no attribute sets it; `{name}` is the value of an attribute.
    pub defaults: BTreeMap<String, String>,
    /// Fields by which existing records are found before new ones are made, by object, in order.
    pub matches: BTreeMap<String, Vec<String>>,
    /// Attribute to the message of the exception that is thrown when it is missing.
    pub required: BTreeMap<String, String>,
}

impl SsoConfig {
    /// Reads a row of SamlSsoConfig. `None` when a field that every row has is missing.
    pub fn of(record: &Record) -> Option<SsoConfig> {
        let text = |name: &str| record.text(name).map(str::to_owned);
        let in_attribute = record.text("IdentityLocation") == Some("Attribute");
        Some(SsoConfig {
            id: record.id("Id")?,
            developer_name: text("DeveloperName")?,
            label: text("MasterLabel")?,
            issuer: text("Issuer")?,
            entity_id: text("Audience")?,
            mapping: match record.text("IdentityMapping")? {
                "FederationId" => IdentityMapping::FederationId,
                "UserId" => IdentityMapping::UserId,
                _ => IdentityMapping::Username,
            },
            subject_attribute: text("AttributeName").filter(|_| in_attribute),
            certificate: text("ValidationCert")?,
            login_url: text("LoginUrl"),
            logout_url: text("LogoutUrl"),
            error_url: text("ErrorUrl"),
            single_logout_url: text("SingleLogoutUrl"),
            single_logout_binding: match record.text("SingleLogoutBinding") {
                Some("PostBinding") => Binding::Post,
                _ => Binding::Redirect,
            },
            request_binding: match record.get("OptionsSpInitBinding").is_true() {
                true => Binding::Redirect,
                false => Binding::Post,
            },
            provisioning: record.get("OptionsUserProvisioning").is_true(),
            handler: record.id("SamlJitHandlerId"),
            execution_user: record.id("ExecutionUserId"),
        })
    }
}
