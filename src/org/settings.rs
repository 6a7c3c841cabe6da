//! Org settings that rules ask for. A seed's `org.json` sets them.

use std::collections::BTreeMap;

use super::employee_user_settings::EmployeeUserSettings;
use crate::model::address::Countries;
use crate::model::duplicate::Rules;

/// What an administrator has switched on, off, or to a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Setup > Digital Experiences > "Allow using standard external profiles …"; off in orgs since Winter '20.
    pub allow_standard_external_profiles: bool,
    /// Portal roles made per account and portal type: 1 to 3.
    pub portal_roles_per_account: u8,
    /// A partner user on a plain account makes it a partner account.
    pub partner_user_enables_account: bool,
    /// Internal users' email changes wait until the link in the mail is followed.
    pub email_changes_pend: bool,
    /// Setup > Digital Experiences > "Require unique usernames for partners in this org": only in this org, that is.
    pub partner_usernames_unique_in_org: bool,
    /// Mail domains that users' addresses must be in; empty allows all.
    pub allowed_email_domains: Vec<String>,
    /// A list of records may not mix setup objects with others.
    pub strict_mixed_dml: bool,
    /// Users may set their own passwords through the API (scratch orgs: the feature `EnableSetPasswordInApi`).
    pub set_own_password_in_api: bool,
    pub password_policy: PasswordPolicy,
    /// Seats of feature licences, by field of User (`UserPermissionsMarketingUser`); one that is not named has no end.
    pub feature_licenses: BTreeMap<String, u32>,
    /// The username-password flow of OAuth.
    pub oauth_password_flow: bool,
    /// SOAP `login()`.
    pub soap_login: bool,
    /// Passwords must carry the security token.
    pub require_security_token: bool,
    /// Seconds a session lives without use.
    pub session_timeout: i64,
    /// The lists of states and countries; `None` where addresses hold any text.
    pub countries: Option<Countries>,
    pub duplicate_rules: Rules,
    /// Setup > Employee User Settings, as the seed has them.
    pub employees: Option<EmployeeUserSettings>,
}

/// Setup > Password Policies.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.admin_password.htm>
#[derive(Debug, Clone, PartialEq)]
pub struct PasswordPolicy {
    pub minimum_length: usize,
    pub letters_and_digits: bool,
    /// How many old passwords may not come back.
    pub history: usize,
    /// Days until a password expires; 0 for never.
    pub expires_after_days: u32,
    /// Wrong passwords until the user is locked; 0 for no limit.
    pub lockout_after: u32,
    pub lockout_minutes: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            allow_standard_external_profiles: false,
            portal_roles_per_account: 1,
            partner_user_enables_account: true,
            email_changes_pend: true,
            partner_usernames_unique_in_org: false,
            allowed_email_domains: Vec::new(),
            strict_mixed_dml: false,
            set_own_password_in_api: true,
            password_policy: PasswordPolicy::default(),
            feature_licenses: BTreeMap::new(),
            oauth_password_flow: true,
            soap_login: true,
            require_security_token: false,
            session_timeout: 7200,
            countries: None,
            duplicate_rules: Rules::default(),
            employees: None,
        }
    }
}

impl Default for PasswordPolicy {
    fn default() -> PasswordPolicy {
        PasswordPolicy {
            minimum_length: 8,
            letters_and_digits: true,
            history: 3,
            expires_after_days: 90,
            lockout_after: 10,
            lockout_minutes: 15,
        }
    }
}
