//! `org.json`: its keys, and what of it is settings.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address_file::AddressSettings;
use super::app_file::ConnectedAppFile;
use super::declared_rule_file::{LookupFilterFile, ValidationRuleFile};
use super::duplicate_rule_file::{DuplicateRuleFile, MatchingRuleFile};
use super::org_schema;
use super::seed_error::{SeedError, json_error, line_of};
use super::seed_files::Seed;
use super::setup_users_file::SetupUsersFile;
use crate::model::duplicate::Rules;
use crate::model::schema::Schema;
use crate::org::employee_user_settings::EmployeeUserSettings;
use crate::org::settings::{PasswordPolicy, Settings};

pub(super) const PATH: &str = "org.json";

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", expecting = "an object with orgName and admin")]
pub(super) struct OrgFile {
    /// The text that was read, for line numbers.
    #[serde(skip)]
    pub source: String,
    pub org_name: String,
    pub my_domain: Option<String>,
    pub admin: String,
    #[serde(default = "developer")]
    pub edition: Edition,
    #[serde(default = "us")]
    pub country: String,
    #[serde(default = "english")]
    pub language: String,
    #[serde(default)]
    pub organization: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    pub features: Vec<String>,
    #[serde(default)]
    pub settings: SettingsFile,
    #[serde(default)]
    pub licenses: BTreeMap<String, u32>,
    /// Seats by label of a `UserPermissions…` field of User.
    #[serde(default)]
    pub feature_licenses: BTreeMap<String, u32>,
    #[serde(default)]
    pub profiles: Vec<ProfileFile>,
    #[serde(default)]
    pub permission_sets: Vec<PermissionSetFile>,
    #[serde(default)]
    pub networks: Vec<NetworkFile>,
    #[serde(default)]
    pub connected_apps: Vec<ConnectedAppFile>,
    #[serde(default)]
    pub sso_configs: Vec<SsoConfigFile>,
    #[serde(default)]
    pub saml_jit_handlers: Vec<HandlerFile>,
    #[serde(default)]
    pub packages: Vec<PackageFile>,
    #[serde(default)]
    pub delegate_groups: Vec<DelegateGroupFile>,
    #[serde(default)]
    pub matching_rules: Vec<MatchingRuleFile>,
    #[serde(default)]
    pub duplicate_rules: Vec<DuplicateRuleFile>,
    #[serde(default)]
    pub logins: Vec<LoginFile>,
    #[serde(default)]
    pub validation_rules: Vec<ValidationRuleFile>,
    #[serde(default)]
    pub lookup_filters: Vec<LookupFilterFile>,
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    _schema: Option<String>,
}

/// An installed managed package.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PackageFile {
    pub namespace: String,
    /// Users that may be given a licence; without it the whole org has one.
    pub seats: Option<u32>,
}

/// The elements of the metadata type DelegateGroup that are about users, and who is in it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DelegateGroupFile {
    pub label: String,
    /// Usernames.
    pub administrators: Vec<String>,
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub profiles: Vec<String>,
    #[serde(default)]
    pub permission_sets: Vec<String>,
    /// Developer names of public groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// The elements of the metadata type SamlSsoConfig. `validationCert` and `decryptionCertificate` may be paths of PEM
/// files in the seed.
#[derive(Deserialize, Clone)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SsoConfigFile {
    pub full_name: Option<String>,
    /// Whose login pages have a button for it: `internal`, paths of communities. Absent: all.
    pub login_pages: Option<Vec<String>>,
    pub name: String,
    #[serde(default = "saml_2")]
    pub saml_version: String,
    pub issuer: String,
    pub saml_entity_id: String,
    pub validation_cert: String,
    pub identity_mapping: String,
    #[serde(default = "subject_name_id")]
    pub identity_location: String,
    pub attribute_name: Option<String>,
    pub attribute_name_id_format: Option<String>,
    #[serde(default)]
    pub redirect_binding: bool,
    pub login_url: Option<String>,
    pub logout_url: Option<String>,
    pub error_url: Option<String>,
    pub single_logout_url: Option<String>,
    pub single_logout_binding: Option<String>,
    #[serde(default)]
    pub user_provisioning: bool,
    /// Name of an ApexClass.
    #[serde(alias = "samlJitHandler")]
    pub saml_jit_handler_id: Option<String>,
    /// Username.
    #[serde(alias = "executionUser")]
    pub execution_user_id: Option<String>,
    pub request_signature_method: Option<String>,
    pub decryption_certificate: Option<String>,
    #[serde(default)]
    pub use_config_request_method: bool,
    #[serde(default)]
    pub use_same_digest_algo_for_signing: bool,
    /// What retrieved metadata files carry and the platform makes up itself.
    #[serde(rename = "requestSigningCertId")]
    _request_signing_cert_id: Option<String>,
    #[serde(rename = "salesforceLoginUrl")]
    _salesforce_login_url: Option<String>,
    #[serde(rename = "oauthTokenEndpoint")]
    _oauth_token_endpoint: Option<String>,
}

/// A stand-in for a class that implements `Auth.SamlJitHandler`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct HandlerFile {
    pub class: String,
    #[serde(default)]
    pub fields: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    #[serde(default, rename = "match")]
    pub matches: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    pub required: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize, Clone, Copy)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum Edition {
    Developer,
    Enterprise,
    Professional,
    Unlimited,
    Team,
    Personal,
    Base,
    #[serde(rename = "Contact Manager")]
    ContactManager,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ProfileFile {
    pub name: String,
    pub clone: String,
    pub description: Option<String>,
    #[serde(default)]
    pub permissions: Vec<String>,
    #[serde(default)]
    pub objects: BTreeMap<String, String>,
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    #[serde(default)]
    pub delegated_external_user_profiles: Vec<String>,
    #[serde(default)]
    pub delegated_external_user_permission_sets: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct PermissionSetFile {
    pub name: String,
    pub label: Option<String>,
    pub description: Option<String>,
    pub license: Option<String>,
    #[serde(default)]
    pub permissions: Vec<String>,
    #[serde(default)]
    pub objects: BTreeMap<String, String>,
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NetworkFile {
    pub name: String,
    pub url_path_prefix: String,
    #[serde(default = "live")]
    pub status: String,
    pub description: Option<String>,
    pub email_sender_name: Option<String>,
    pub email_sender_address: Option<String>,
    #[serde(default)]
    pub options: Vec<String>,
    pub self_registration_profile: Option<String>,
    pub self_registration_account: Option<String>,
    #[serde(default)]
    pub member_profiles: Vec<String>,
    #[serde(default)]
    pub member_permission_sets: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct LoginFile {
    pub username: String,
    pub password: String,
    pub security_token: Option<String>,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct SettingsFile {
    pub address_settings: AddressSettings,
    allow_standard_external_profiles: Option<bool>,
    portal_roles_per_account: Option<u8>,
    partner_user_enables_account: Option<bool>,
    email_changes_pend: Option<bool>,
    partner_usernames_unique_in_org: Option<bool>,
    allowed_email_domains: Option<Vec<String>>,
    oauth_password_flow: Option<bool>,
    soap_login: Option<bool>,
    require_security_token: Option<bool>,
    session_timeout: Option<i64>,
    strict_mixed_dml: Option<bool>,
    set_own_password_in_api: Option<bool>,
    password_policy: PasswordPolicyFile,
    duties: SetupUsersFile,
    employee_user_settings: Option<EmployeeUserSettings>,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct PasswordPolicyFile {
    minimum_length: Option<usize>,
    letters_and_digits: Option<bool>,
    history: Option<usize>,
    expires_after_days: Option<u32>,
    lockout_after: Option<u32>,
    lockout_minutes: Option<u32>,
}

fn developer() -> Edition {
    Edition::Developer
}

fn us() -> String {
    "US".to_owned()
}

fn english() -> String {
    "en_US".to_owned()
}

fn saml_2() -> String {
    "SAML2_0".to_owned()
}

fn subject_name_id() -> String {
    "SubjectNameId".to_owned()
}

fn live() -> String {
    "Live".to_owned()
}

impl Edition {
    /// `Organization.OrganizationType`.
    pub fn organization_type(self) -> &'static str {
        match self {
            Edition::Developer => "Developer Edition",
            Edition::Enterprise => "Enterprise Edition",
            Edition::Professional => "Professional Edition",
            Edition::Unlimited => "Unlimited Edition",
            Edition::Team => "Team Edition",
            Edition::Personal => "Personal Edition",
            Edition::Base => "Base Edition",
            Edition::ContactManager => "Contact Manager Edition",
        }
    }
}

/// Reads and checks `org.json`.
pub(super) fn read(seed: &Seed) -> Result<OrgFile, SeedError> {
    let source = seed.needed(PATH)?;
    let mut file: OrgFile = serde_json::from_str(source).map_err(|error| match seed.is_noting() {
        true => all_mistakes(seed, source).unwrap_or_else(|| json_error(PATH, &error)),
        false => json_error(PATH, &error),
    })?;
    file.source = source.to_owned();
    if let Some(feature) = file.features.iter().find(|feature| !Schema::knows_feature(feature)) {
        let what = format!("there is no feature {feature:?}");
        return Err(file.mistake(feature, what, "a name after \"when\" in objects/"));
    }
    if let Some(domain) = file.my_domain.as_ref().filter(|domain| !is_my_domain(domain)) {
        let what = format!("{domain:?} is no My Domain name");
        return Err(file.mistake(domain, what, "3 to 40 letters, digits and hyphens, a letter first"));
    }
    if !(1..=3).contains(&file.settings.portal_roles_per_account.unwrap_or(1)) {
        let what = "portalRolesPerAccount is out of range";
        return Err(file.mistake("portalRolesPerAccount", what, "1, 2 or 3"));
    }
    Ok(file)
}

/// Notes all that the schema has against the file; then nothing is left to say of it.
fn all_mistakes(seed: &Seed, source: &str) -> Option<SeedError> {
    let found = org_schema::mistakes(source);
    let all_noted = !found.is_empty() && found.into_iter().all(|mistake| seed.note(mistake).is_ok());
    all_noted.then(|| SeedError::whole(PATH, "", ""))
}

/// <https://help.salesforce.com/s/articleView?id=sf.domain_name_define.htm>; sandboxes have a name with `--`.
fn is_my_domain(name: &str) -> bool {
    (3..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl OrgFile {
    /// A mistake on the line where a text occurs, in quotes if it stands so.
    pub fn mistake(&self, text: &str, what: impl Into<String>, expected: impl Into<String>) -> SeedError {
        let line = match line_of(&self.source, &format!("\"{text}\"")) {
            0 => line_of(&self.source, text),
            line => line,
        };
        SeedError { file: PATH.to_owned(), line, what: what.into(), expected: expected.into() }
    }

    pub fn setup_users(&self) -> &SetupUsersFile {
        &self.settings.duties
    }

    pub fn settings(&self) -> Settings {
        let (file, default) = (&self.settings, Settings::default());
        let (policy, policy_default) = (&file.password_policy, PasswordPolicy::default());
        Settings {
            allow_standard_external_profiles: file
                .allow_standard_external_profiles
                .unwrap_or(default.allow_standard_external_profiles),
            portal_roles_per_account: file
                .portal_roles_per_account
                .unwrap_or(default.portal_roles_per_account),
            partner_user_enables_account: file
                .partner_user_enables_account
                .unwrap_or(default.partner_user_enables_account),
            email_changes_pend: file.email_changes_pend.unwrap_or(default.email_changes_pend),
            partner_usernames_unique_in_org: file
                .partner_usernames_unique_in_org
                .unwrap_or(default.partner_usernames_unique_in_org),
            allowed_email_domains: file
                .allowed_email_domains
                .clone()
                .unwrap_or(default.allowed_email_domains),
            oauth_password_flow: file.oauth_password_flow.unwrap_or(default.oauth_password_flow),
            soap_login: file.soap_login.unwrap_or(default.soap_login),
            require_security_token: file.require_security_token.unwrap_or(default.require_security_token),
            session_timeout: file.session_timeout.unwrap_or(default.session_timeout),
            set_own_password_in_api: file.set_own_password_in_api.unwrap_or(default.set_own_password_in_api),
            countries: None,
            duplicate_rules: Rules::default(),
            employees: file.employee_user_settings.clone(),
            strict_mixed_dml: file.strict_mixed_dml.unwrap_or(default.strict_mixed_dml),
            password_policy: PasswordPolicy {
                minimum_length: policy.minimum_length.unwrap_or(policy_default.minimum_length),
                letters_and_digits: policy.letters_and_digits.unwrap_or(policy_default.letters_and_digits),
                history: policy.history.unwrap_or(policy_default.history),
                expires_after_days: policy.expires_after_days.unwrap_or(policy_default.expires_after_days),
                lockout_after: policy.lockout_after.unwrap_or(policy_default.lockout_after),
                lockout_minutes: policy.lockout_minutes.unwrap_or(policy_default.lockout_minutes),
            },
            feature_licenses: default.feature_licenses,
        }
    }
}
