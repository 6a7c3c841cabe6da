//! Links into an org: `/lightning/r/Account/001…/view`, `/001…`, `/setup/home`, `/customers/s/…`. Without a session they lead
//! to the login page or to the identity provider, and from there back; with one there is a page.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_start_stop_pages.htm>

use super::landing;
use crate::message::{Method, Response};
use crate::model::id::Id;
use crate::web::browser_request::BrowserRequest;

/// What the paths of pages begin with that only users see.
const PREFIXES: &[&str] = &[
    "lightning",
    "one",
    "apex",
    "setup",
    "home",
    "ui",
    "_ui",
    "visualforce",
    "console",
    "chatter",
    "reports",
    "report",
    "dashboard",
    "search",
    "packaging",
    "p",
];
/// Pages of Experience Builder sites.
const OF_SITES: &[&str] = &["s"];
/// Pages that visitors need no session for.
const PUBLIC: &[&str] = &["/s/login", "/apex/CommunitiesSelfReg"];

/// The way to log in to the page that a link leads to. `None` for a path that is no page's. `known` answers those who are logged
/// in.
pub fn respond(browser: BrowserRequest, known: fn(BrowserRequest) -> Option<Response>) -> Option<Response> {
    let method = &browser.request.method;
    let is_read = *method == Method::GET || *method == Method::HEAD;
    (is_read && leads_to_a_page(browser)).then(|| known(browser).unwrap_or_else(|| landing::respond(browser)))
}

fn leads_to_a_page(browser: BrowserRequest) -> bool {
    let path = browser.target.path;
    let is_at =
        |public: &str| path.strip_prefix(public).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if PUBLIC.iter().any(|public| is_at(public)) {
        return false;
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    PREFIXES.contains(&first)
        || (browser.site().is_some() && OF_SITES.contains(&first))
        || is_record(browser, first)
}

/// Whether a path begins with the id of a record, or with the key prefix of an object: `/001` is the page of all accounts. Whether
/// there is such a record is told to users only.
fn is_record(browser: BrowserRequest, first: &str) -> bool {
    let Some(org) = browser.target.org(browser.state, None) else { return false };
    let is_known = |prefix: &str| org.schema.by_key_prefix(prefix).is_some();
    match first.len() {
        3 => is_known(first),
        15 | 18 => Id::parse(first).is_some_and(|id| is_known(id.key_prefix())),
        _ => false,
    }
}
