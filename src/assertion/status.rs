//! The login statuses of SAML.

use crate::error_entry::declare_errors;

declare_errors! {
    /// How a SAML login failed, as `LoginHistory.Status` and event log files say it.
    /// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm>
    pub enum Status as Login "saml";

    /// an audience restriction of the assertion does not name the Entity ID of the configuration, or there is none
    InvalidAudience() = "LOGIN_SAML_INVALID_AUDIENCE",
        "Failed: Audience Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// no single sign-on configuration of the org has the issuer and audience of the Response, or its certificate
    /// cannot be read
    InvalidConfig() = "LOGIN_SAML_INVALID_CONFIG",
        "Failed: Configuration Error/Perm Disabled",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the Response cannot be read, or the assertion lacks a part that it needs: an AuthnStatement, a Subject,
    /// timestamps
    InvalidFormat() = "LOGIN_SAML_INVALID_FORMAT",
        "Failed: Assertion Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the Response answers a request that was never sent, or one that was answered
    InvalidInResponseTo() = "LOGIN_SAML_INVALID_IN_RES_TO",
        "Failed: InResponseTo Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the issuer is another than the configuration's
    InvalidIssuer() = "LOGIN_SAML_INVALID_ISSUER",
        "Failed: Issuer Mismatched",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the attribute `organization_id` is another org's
    InvalidOrgId() = "LOGIN_SAML_INVALID_ORG_ID",
        "Failed: Invalid Organization Id",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the attribute `portal_id` is no portal's
    InvalidPortalId() = "LOGIN_SAML_INVALID_PORTAL_ID",
        "Failed: Invalid Portal Id",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the Recipient or the Destination is none of the org's login URLs
    InvalidRecipient() = "LOGIN_SAML_INVALID_RECIPIENT",
        "Failed: Recipient Mismatched",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the attribute for the session's level has a value that is none; there is no documented text
    InvalidSessionLevel() = "LOGIN_SAML_INVALID_SESSION_LEVEL", "LOGIN_SAML_INVALID_SESSION_LEVEL", Assumed;

    /// neither the Response nor the assertion is signed, or a signature does not hold
    InvalidSignature() = "LOGIN_SAML_INVALID_SIGNATURE",
        "Failed: Signature Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the attribute `siteurl` is no site's
    InvalidSiteUrl() = "LOGIN_SAML_INVALID_SITE_URL",
        "Failed: Invalid Site URL",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the status of the Response is not Success
    InvalidStatus() = "LOGIN_SAML_INVALID_STATUS",
        "Failed: Status Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the subject has no bearer confirmation that holds now
    InvalidSubjectConfirmation() = "LOGIN_SAML_INVALID_SUB_CONFIRM",
        "Failed: Subject Confirmation Error",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the assertion is too early or too old
    InvalidTimestamp() = "LOGIN_SAML_INVALID_TIMESTAMP",
        "Failed: Assertion Expired",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the subject is no user, and Just-in-Time provisioning is off
    InvalidUsername() = "LOGIN_SAML_INVALID_USERNAME",
        "Failed: Username Or SSO Id Invalid",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the version of the Response or the assertion is not 2.0; there is no documented text
    InvalidVersion() = "LOGIN_SAML_INVALID_VERSION", "LOGIN_SAML_INVALID_VERSION", Assumed;

    /// the certificate in KeyInfo is not the configured one
    MismatchedCertificate() = "LOGIN_SAML_MISMATCH_CERT",
        "Failed: Signature Invalid/Configured Certificate Mismatch",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the assertion has the attribute `portal_id` without `organization_id`
    MissingOrgId() = "LOGIN_SAML_MISSING_ORG_ID",
        "Failed: Missing Organization Id for Portal login",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the assertion has the attribute `organization_id` without `portal_id`
    MissingPortalId() = "LOGIN_SAML_MISSING_PORTAL_ID",
        "Failed: Missing Portal Id",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// Just-in-Time provisioning fails: the URL where the login ends says why
    ProvisionError() = "LOGIN_SAML_PROVISION_ERROR",
        "Failed: SAML Provision Error",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the assertion was used before
    ReplayAttempted() = "LOGIN_SAML_REPLAY_ATTEMPTED",
        "Failed: Replay Detected",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";

    /// the community is not live
    SiteInactive() = "LOGIN_SAML_SITE_INACTIVE",
        "Failed: Specified Site is Inactive",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_login_status.htm";
}

impl Status {
    /// `LOGIN_STATUS` of event log files.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// `LoginHistory.Status`. The two statuses without a documented text have their code.
    pub fn text(self) -> &'static str {
        self.row().text
    }
}
