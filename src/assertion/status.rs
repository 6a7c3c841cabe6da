//! The login statuses of SAML.

/// How a SAML login ended, as `LoginHistory.Status` and event log files say it.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    InvalidAudience,
    InvalidConfig,
    InvalidFormat,
    InvalidInResponseTo,
    InvalidIssuer,
    InvalidOrgId,
    InvalidPortalId,
    InvalidRecipient,
    InvalidSessionLevel,
    InvalidSignature,
    InvalidSiteUrl,
    InvalidStatus,
    InvalidSubjectConfirmation,
    InvalidTimestamp,
    InvalidUsername,
    InvalidVersion,
    MismatchedCertificate,
    MissingOrgId,
    MissingPortalId,
    ProvisionError,
    ReplayAttempted,
    SiteInactive,
}

impl Status {
    /// `LOGIN_STATUS` of event log files.
    pub fn code(self) -> &'static str {
        self.both().0
    }

    /// `LoginHistory.Status`. The two statuses without a documented text have their code.
    pub fn text(self) -> &'static str {
        self.both().1
    }

    fn both(self) -> (&'static str, &'static str) {
        match self {
            Status::InvalidAudience => ("LOGIN_SAML_INVALID_AUDIENCE", "Failed: Audience Invalid"),
            Status::InvalidConfig => {
                ("LOGIN_SAML_INVALID_CONFIG", "Failed: Configuration Error/Perm Disabled")
            }
            Status::InvalidFormat => ("LOGIN_SAML_INVALID_FORMAT", "Failed: Assertion Invalid"),
            Status::InvalidInResponseTo => ("LOGIN_SAML_INVALID_IN_RES_TO", "Failed: InResponseTo Invalid"),
            Status::InvalidIssuer => ("LOGIN_SAML_INVALID_ISSUER", "Failed: Issuer Mismatched"),
            Status::InvalidOrgId => ("LOGIN_SAML_INVALID_ORG_ID", "Failed: Invalid Organization Id"),
            Status::InvalidPortalId => ("LOGIN_SAML_INVALID_PORTAL_ID", "Failed: Invalid Portal Id"),
            Status::InvalidRecipient => ("LOGIN_SAML_INVALID_RECIPIENT", "Failed: Recipient Mismatched"),
            Status::InvalidSessionLevel => {
                ("LOGIN_SAML_INVALID_SESSION_LEVEL", "LOGIN_SAML_INVALID_SESSION_LEVEL")
            }
            Status::InvalidSignature => ("LOGIN_SAML_INVALID_SIGNATURE", "Failed: Signature Invalid"),
            Status::InvalidSiteUrl => ("LOGIN_SAML_INVALID_SITE_URL", "Failed: Invalid Site URL"),
            Status::InvalidStatus => ("LOGIN_SAML_INVALID_STATUS", "Failed: Status Invalid"),
            Status::InvalidSubjectConfirmation => {
                ("LOGIN_SAML_INVALID_SUB_CONFIRM", "Failed: Subject Confirmation Error")
            }
            Status::InvalidTimestamp => ("LOGIN_SAML_INVALID_TIMESTAMP", "Failed: Assertion Expired"),
            Status::InvalidUsername => ("LOGIN_SAML_INVALID_USERNAME", "Failed: Username Or SSO Id Invalid"),
            Status::InvalidVersion => ("LOGIN_SAML_INVALID_VERSION", "LOGIN_SAML_INVALID_VERSION"),
            Status::MismatchedCertificate => {
                ("LOGIN_SAML_MISMATCH_CERT", "Failed: Signature Invalid/Configured Certificate Mismatch")
            }
            Status::MissingOrgId => {
                ("LOGIN_SAML_MISSING_ORG_ID", "Failed: Missing Organization Id for Portal login")
            }
            Status::MissingPortalId => ("LOGIN_SAML_MISSING_PORTAL_ID", "Failed: Missing Portal Id"),
            Status::ProvisionError => ("LOGIN_SAML_PROVISION_ERROR", "Failed: SAML Provision Error"),
            Status::ReplayAttempted => ("LOGIN_SAML_REPLAY_ATTEMPTED", "Failed: Replay Detected"),
            Status::SiteInactive => ("LOGIN_SAML_SITE_INACTIVE", "Failed: Specified Site is Inactive"),
        }
    }
}
