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
    SetupPage { label: "Users", node: "ManageUsers", classic: &["/005"], needs: &["ViewSetup", "ManageUsers", "delegated"] },
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
