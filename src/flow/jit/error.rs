//! What Just-in-Time provisioning fails with: the codes that end in the error URL.
//!
//! Numbers and constants: <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5>. Texts of
//! 16 and 17 as seen on the wire (<https://salesforce.stackexchange.com/questions/50162>).

use crate::error_entry::declare_errors;
use crate::model::fault::{Fault, StatusCode};
use crate::store::StoreError;

declare_errors! {
    /// What provisioning fails with: the constant is the name in the documentation, which the wire does not carry.
    pub enum JitErrorCode as Provisioning "jit";

    /// the subject of the assertion is empty
    MissingFederationId() = "MISSING_FEDERATION_ID" 1,
        "Missing Federation Identifier",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `User.FederationIdentifier` is another than the subject
    MismatchFederationId() = "MISMATCH_FEDERATION_ID" 2,
        "Mis-matched Federation Identifier",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `organization_id` is another org's
    InvalidOrgId() = "INVALID_ORG_ID" 3,
        "Invalid organization ID",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// another login is making the same user at the same time
    CreationLocked() = "USER_CREATION_FAILED_ON_UROG" 4,
        "Unable to acquire lock",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the user is not saved, for the reason in `ErrorDetails`
    UserNotSaved() = "USER_CREATION_API_ERROR" 5,
        "Unable to create user",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the org's Automated Process user is missing or inactive, or the store failed
    NoAdminContext() = "ADMIN_CONTEXT_NOT_ESTABLISHED" 6,
        "Unable to establish admin context",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `User.Foo__c` is no field
    UnknownCustomField() = "UNRECOGNIZED_CUSTOM_FIELD" 8,
        "Unrecognized custom field",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `User.Foo` is no field, or none that provisioning may set
    UnknownStandardField() = "UNRECOGNIZED_STANDARD_FIELD" 9,
        "Unrecognized standard field",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the licence of the profile has no free seat
    NoLicense() = "LICENSE_LIMIT_EXCEEDED" 11,
        "License limit exceeded",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the subject and `User.Username` are different users
    UsernameOfAnother() = "MISMATCH_FEDERATION_ID_AND_USERNAME_ATTRS" 12,
        "Federation ID and username do not match",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `ProvisionVersion` is not 1.0
    UnsupportedVersion() = "UNSUPPORTED_VERSION" 13,
        "Unsupported provision API version",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `User.Username` is another than the user's
    UsernameChange() = "USER_NAME_CHANGE_NOT_ALLOWED" 14,
        "Username change is not allowed",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// a custom field is set that is no text
    CustomFieldType() = "UNSUPPORTED_CUSTOM_FIELD_TYPE" 15,
        "Custom field type is not supported",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// `User.ProfileId` is neither an id of a profile nor the name of one
    ProfileNotFound() = "PROFILE_NAME_LOOKUP_ERROR" 16,
        "Unable to map an unique profile id for the given profile name",
        Seen "https://salesforce.stackexchange.com/questions/50162";

    /// `User.UserRoleId` is neither an id of a role nor the name of one
    RoleNotFound() = "ROLE_NAME_LOOKUP_ERROR" 17,
        "Unable to map an unique role id for the given role name",
        Seen "https://salesforce.stackexchange.com/questions/50162";

    /// the account of the assertion is none, or there is none for the contact
    InvalidAccount() = "INVALID_ACCOUNT_ID" 18,
        "Invalid account", Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// an account has to be made, and has no name
    MissingAccountName() = "MISSING_ACCOUNT_NAME" 19,
        "Missing account name",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// an account has to be made, and has no number
    MissingAccountNumber() = "MISSING_ACCOUNT_NUMBER" 20,
        "Missing account number",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the account is not saved, for the reason in `ErrorDetails`
    AccountNotCreated() = "ACCOUNT_CREATION_API_ERROR" 22,
        "Unable to create account",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the contact of the assertion is none, or has a user
    InvalidContact() = "INVALID_CONTACT" 23,
        "Invalid contact", Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// a contact has to be made, and has no e-mail address
    MissingContactEmail() = "MISSING_CONTACT_EMAIL" 24,
        "Missing contact email",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// a contact has to be made, and has no last name
    MissingContactLastName() = "MISSING_CONTACT_LAST_NAME" 25,
        "Missing contact last name",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the contact is not saved, for the reason in `ErrorDetails`
    ContactNotCreated() = "CONTACT_CREATION_API_ERROR" 26,
        "Unable to create contact",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// several contacts match
    SeveralContacts() = "MULTIPLE_CONTACTS_FOUND" 27,
        "Multiple matching contacts found",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// several accounts match
    SeveralAccounts() = "MULTIPLE_ACCOUNTS_FOUND" 28,
        "Multiple matching accounts found",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the owner of a new account is missing, unknown, inactive or external
    InvalidAccountOwner() = "INVALID_ACCOUNT_OWNER" 30,
        "Invalid account owner",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the profile is not one for the users of communities
    InvalidPortalProfile() = "INVALID_PORTAL_PROFILE" 31,
        "Invalid portal profile",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the contact would move to another account
    AccountChange() = "ACCOUNT_CHANGE_NOT_ALLOWED" 32,
        "Account change is not allowed",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the account is not updated, for the reason in `ErrorDetails`
    AccountNotUpdated() = "ACCOUNT_UPDATE_FAILED" 33,
        "Unable to update account",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the contact is not updated, for the reason in `ErrorDetails`
    ContactNotUpdated() = "CONTACT_UPDATE_FAILED" 34,
        "Unable to update contact",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// a field of the account has a value that is none of its type
    AccountFieldValue() = "INVALID_STANDARD_ACCOUNT_FIELD_VALUE" 35,
        "Invalid standard account field value",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the user would get another contact
    ContactChange() = "CONTACT_CHANGE_NOT_ALLOWED" 36,
        "Contact change is not allowed",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the role in the community is none
    InvalidPortalRole() = "INVALID_PORTAL_ROLE" 37,
        "Invalid portal role", Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the user has another role in the community, which stays
    PortalRoleChange() = "CANNOT_UPDATE_PORTAL_ROLE" 38,
        "Unable to update portal role",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the Apex class that handles provisioning is not there, or is none
    InvalidHandler() = "INVALID_JIT_HANDLER" 39,
        "Invalid SAML JIT Handler class",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the user that the handler runs as is missing, inactive, or may not manage users
    InvalidExecutionUser() = "INVALID_EXECUTION_USER" 40,
        "Invalid execution user",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the handler threw an exception, which is in `ErrorDetails`
    HandlerThrew() = "APEX_EXECUTION_ERROR" 41,
        "Execution error", Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";

    /// the contact to update is a person account's
    PersonAccountContact() = "UNSUPPORTED_CONTACT_PERSONACCT_UPDATE" 42,
        "Updating a contact with Person Account is not supported",
        Quoted "https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5";
}

impl JitErrorCode {
    /// `ErrorCode`.
    pub fn code(self) -> u16 {
        self.row().number.unwrap_or_default()
    }

    /// The name in the documentation, which the wire does not carry.
    pub fn constant(self) -> &'static str {
        self.row().code
    }

    /// `ErrorDescription`.
    pub fn description(self) -> &'static str {
        self.row().text
    }
}

/// Why provisioning failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JitError {
    pub kind: JitErrorCode,
    /// `ErrorDetails`: what the save beneath failed with; `None` where no save failed.
    pub details: Option<String>,
}

impl JitError {
    /// A save failed: the first of its faults is told.
    pub(super) fn of_save(kind: JitErrorCode, faults: &[Fault]) -> JitError {
        let kind = match faults.first() {
            Some(fault) if fault.code == StatusCode::LICENSE_LIMIT_EXCEEDED => JitErrorCode::NoLicense,
            Some(fault)
                if kind == JitErrorCode::UserNotSaved && fault.code == StatusCode::UNABLE_TO_LOCK_ROW =>
            {
                JitErrorCode::CreationLocked
            }
            _ => kind,
        };
        JitError { kind, details: faults.first().map(details) }
    }

    /// A handler threw an exception with this message.
    pub(super) fn thrown(message: impl Into<String>) -> JitError {
        JitError { kind: JitErrorCode::HandlerThrew, details: Some(message.into()) }
    }
}

impl From<JitErrorCode> for JitError {
    fn from(kind: JitErrorCode) -> JitError {
        JitError { kind, details: None }
    }
}

/// A look-up failed in the store.
impl From<Fault> for JitError {
    fn from(fault: Fault) -> JitError {
        JitError { kind: JitErrorCode::NoAdminContext, details: Some(details(&fault)) }
    }
}

impl From<StoreError> for JitError {
    fn from(error: StoreError) -> JitError {
        Fault::from(error).into()
    }
}

/// `<code> <field> ... Api Exception: <message>`, as in
/// <https://life-improver.com/salesforce/salesforce-saml-sso-just-in-time-provisioning-failing-with-no-error-information/>.
fn details(fault: &Fault) -> String {
    let mut words = fault.code.to_string();
    for field in &fault.fields {
        words.push(' ');
        words.push_str(field);
    }
    format!("{words} Api Exception: {}", fault.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_four_do_not_exist() {
        let codes: Vec<_> = JitErrorCode::ALL.iter().map(|kind| kind.code()).collect();
        assert!(codes.is_sorted());
        let missing: Vec<_> = (1..=42).filter(|code| !codes.contains(code)).collect();
        assert_eq!(missing, [7, 10, 21, 29]);
    }
}
