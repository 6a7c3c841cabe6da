//! Addresses of the real service's pages.

use crate::model::id::Id;
use crate::web::browser_request::BrowserRequest;

pub(super) const HOME: &str = "/lightning/page/home";
pub(super) const SETTINGS: &str = "/lightning/settings/personal/PersonalInformation/home";

/// A page of Setup.
pub(super) struct SetupPage {
    pub label: &'static str,
    pub node: &'static str,
    /// How its classic addresses begin.
    pub classic: &'static [&'static str],
    /// One of these permissions shows it.
    pub needs: &'static [&'static str],
}

/// Who has one of these has a Setup.
pub(super) const SETUP_PERMISSIONS: &[&str] = &["ViewSetup", "ManageUsers"];

#[rustfmt::skip]
pub(super) const SETUP_PAGES: &[SetupPage] = &[
    SetupPage { label: "Users", node: "ManageUsers", classic: &["/005", "/udd/PermissionSet"], needs: &["ViewSetup", "ManageUsers", "delegated"] },
    SetupPage { label: "Roles", node: "Roles", classic: &["/00E", "/ui/setup/user/"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Profiles", node: "EnhancedProfiles", classic: &["/00e"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Permission Sets", node: "PermSets", classic: &["/0PS"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Public Groups", node: "PublicGroups", classic: &["/00G", "/p/own/OrgPublic"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Queues", node: "Queues", classic: &["/p/own/OrgQueues"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Company Information", node: "CompanyProfileInfo", classic: &["/00D"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Login History", node: "OrgLoginHistory", classic: &[], needs: &["ManageUsers", "MonitorLoginHistory"] },
    SetupPage { label: "View Setup Audit Trail", node: "SecurityEvents", classic: &["/setup/org/"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Single Sign-On Settings", node: "SingleSignOn", classic: &["/_ui/identity/saml", "/0LE"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Digital Experiences", node: "SetupNetworks", classic: &["/_ui/networks"], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Data Import", node: "DataManagementDataImporter", classic: &[], needs: SETUP_PERMISSIONS },
    SetupPage { label: "Connected Apps OAuth Usage", node: "ConnectedAppsUsage", classic: &[], needs: SETUP_PERMISSIONS },
];

/// The home of a page of Setup.
pub(super) fn setup(node: &str) -> String {
    format!("/lightning/setup/{node}/home")
}

pub(super) fn is_setup(path: &str) -> bool {
    path.starts_with("/lightning/setup/")
        || path.starts_with("/setup/")
        || SETUP_PAGES.iter().flat_map(|page| page.classic).any(|classic| path.starts_with(classic))
}

pub(super) fn list(object: &str) -> String {
    match object {
        "User" => setup("ManageUsers"),
        _ => format!("/lightning/o/{object}/list"),
    }
}

/// The page of a record, below the org or the community.
pub(super) fn record(browser: BrowserRequest, object: &str, id: Id) -> String {
    let prefix = browser.prefix();
    match (browser.site().is_some(), object) {
        (true, "User") => format!("{prefix}/s/profile/{id}"),
        (true, _) => format!("{prefix}/s/{}/{id}", object.to_lowercase()),
        (false, "User") => format!("/{}?noredirect=1&isUserEntityOverride=1", id.short()),
        (false, "Account" | "Contact" | "Lead" | "Employee") => format!("/lightning/r/{object}/{id}/view"),
        (false, _) => format!("/{}", id.short()),
    }
}

pub(super) fn edit(browser: BrowserRequest, object: &str, id: Id) -> String {
    let prefix = browser.prefix();
    match (browser.site().is_some(), object) {
        (true, "User") => format!("{prefix}/s/profile/{id}/edit"),
        (true, _) => format!("{prefix}/s/{}/{id}/edit", object.to_lowercase()),
        (false, "User") => format!("/{}/e?noredirect=1", id.short()),
        (false, _) => format!("/lightning/r/{object}/{id}/edit"),
    }
}

pub(super) fn new(object: &str) -> String {
    match object {
        "User" => "/005/e".to_owned(),
        _ => format!("/lightning/o/{object}/new"),
    }
}
