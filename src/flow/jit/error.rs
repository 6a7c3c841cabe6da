//! What Just-in-Time provisioning fails with: the codes that end in the error URL.
//!
//! Numbers and constants: <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5>. Texts of
//! 16 and 17 as seen on the wire (<https://salesforce.stackexchange.com/questions/50162>).

use crate::org::fault::{Fault, StatusCode};
use crate::store::StoreError;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $code:literal $constant:literal $description:literal;)*) => {
        /// One row of the table of errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every row, by number.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// `ErrorCode`.
            pub fn code(self) -> u8 {
                match self { $(Kind::$name => $code),* }
            }

            /// The name in the documentation, which the wire does not carry.
            pub fn constant(self) -> &'static str {
                match self { $(Kind::$name => $constant),* }
            }

            /// `ErrorDescription`.
            pub fn description(self) -> &'static str {
                match self { $(Kind::$name => $description),* }
            }
        }
    };
}

kinds! {
    MissingFederationId 1 "MISSING_FEDERATION_ID" "Missing Federation Identifier";
    MismatchFederationId 2 "MISMATCH_FEDERATION_ID" "Mis-matched Federation Identifier";
    InvalidOrgId 3 "INVALID_ORG_ID" "Invalid organization ID";
    /// Another login is making the same user at the same time.
    CreationLocked 4 "USER_CREATION_FAILED_ON_UROG" "Unable to acquire lock";
    UserNotSaved 5 "USER_CREATION_API_ERROR" "Unable to create user";
    /// The org's Automated Process user is missing or inactive, or the store failed.
    NoAdminContext 6 "ADMIN_CONTEXT_NOT_ESTABLISHED" "Unable to establish admin context";
    UnknownCustomField 8 "UNRECOGNIZED_CUSTOM_FIELD" "Unrecognized custom field";
    UnknownStandardField 9 "UNRECOGNIZED_STANDARD_FIELD" "Unrecognized standard field";
    NoLicense 11 "LICENSE_LIMIT_EXCEEDED" "License limit exceeded";
    UsernameOfAnother 12 "MISMATCH_FEDERATION_ID_AND_USERNAME_ATTRS" "Federation ID and username do not match";
    UnsupportedVersion 13 "UNSUPPORTED_VERSION" "Unsupported provision API version";
    UsernameChange 14 "USER_NAME_CHANGE_NOT_ALLOWED" "Username change is not allowed";
    CustomFieldType 15 "UNSUPPORTED_CUSTOM_FIELD_TYPE" "Custom field type is not supported";
    ProfileNotFound 16 "PROFILE_NAME_LOOKUP_ERROR" "Unable to map an unique profile id for the given profile name";
    RoleNotFound 17 "ROLE_NAME_LOOKUP_ERROR" "Unable to map an unique role id for the given role name";
    InvalidAccount 18 "INVALID_ACCOUNT_ID" "Invalid account";
    MissingAccountName 19 "MISSING_ACCOUNT_NAME" "Missing account name";
    MissingAccountNumber 20 "MISSING_ACCOUNT_NUMBER" "Missing account number";
    AccountNotCreated 22 "ACCOUNT_CREATION_API_ERROR" "Unable to create account";
    InvalidContact 23 "INVALID_CONTACT" "Invalid contact";
    MissingContactEmail 24 "MISSING_CONTACT_EMAIL" "Missing contact email";
    MissingContactLastName 25 "MISSING_CONTACT_LAST_NAME" "Missing contact last name";
    ContactNotCreated 26 "CONTACT_CREATION_API_ERROR" "Unable to create contact";
    SeveralContacts 27 "MULTIPLE_CONTACTS_FOUND" "Multiple matching contacts found";
    SeveralAccounts 28 "MULTIPLE_ACCOUNTS_FOUND" "Multiple matching accounts found";
    InvalidAccountOwner 30 "INVALID_ACCOUNT_OWNER" "Invalid account owner";
    InvalidPortalProfile 31 "INVALID_PORTAL_PROFILE" "Invalid portal profile";
    AccountChange 32 "ACCOUNT_CHANGE_NOT_ALLOWED" "Account change is not allowed";
    AccountNotUpdated 33 "ACCOUNT_UPDATE_FAILED" "Unable to update account";
    ContactNotUpdated 34 "CONTACT_UPDATE_FAILED" "Unable to update contact";
    AccountFieldValue 35 "INVALID_STANDARD_ACCOUNT_FIELD_VALUE" "Invalid standard account field value";
    ContactChange 36 "CONTACT_CHANGE_NOT_ALLOWED" "Contact change is not allowed";
    InvalidPortalRole 37 "INVALID_PORTAL_ROLE" "Invalid portal role";
    PortalRoleChange 38 "CANNOT_UPDATE_PORTAL_ROLE" "Unable to update portal role";
    InvalidHandler 39 "INVALID_JIT_HANDLER" "Invalid SAML JIT Handler class";
    InvalidExecutionUser 40 "INVALID_EXECUTION_USER" "Invalid execution user";
    HandlerThrew 41 "APEX_EXECUTION_ERROR" "Execution error";
    PersonAccountContact 42 "UNSUPPORTED_CONTACT_PERSONACCT_UPDATE" "Updating a contact with Person Account is not supported";
}

/// Why provisioning failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JitError {
    pub kind: Kind,
    /// `ErrorDetails`: what the save beneath failed with; `None` where no save failed.
    pub details: Option<String>,
}

impl JitError {
    /// A save failed: the first of its faults is told.
    pub(super) fn of_save(kind: Kind, faults: &[Fault]) -> JitError {
        let kind = match faults.first() {
            Some(fault) if fault.code == StatusCode::LICENSE_LIMIT_EXCEEDED => Kind::NoLicense,
            Some(fault) if kind == Kind::UserNotSaved && fault.code == StatusCode::UNABLE_TO_LOCK_ROW => {
                Kind::CreationLocked
            }
            _ => kind,
        };
        JitError { kind, details: faults.first().map(details) }
    }

    /// A handler threw an exception with this message.
    pub(super) fn thrown(message: impl Into<String>) -> JitError {
        JitError { kind: Kind::HandlerThrew, details: Some(message.into()) }
    }
}

impl From<Kind> for JitError {
    fn from(kind: Kind) -> JitError {
        JitError { kind, details: None }
    }
}

/// A look-up failed in the store.
impl From<Fault> for JitError {
    fn from(fault: Fault) -> JitError {
        JitError { kind: Kind::NoAdminContext, details: Some(details(&fault)) }
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
        let codes: Vec<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert!(codes.is_sorted());
        let missing: Vec<_> = (1..=42).filter(|code| !codes.contains(code)).collect();
        assert_eq!(missing, [7, 10, 21, 29]);
    }
}
