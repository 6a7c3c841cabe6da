//! `/` and `/login`: which page they show, and what a form that is posted to them does.

use super::{landing, login_page, set_password};
use crate::http::is_salesforce;
use crate::message::Response;
use crate::web::browser_request::BrowserRequest;

/// `/`: of a community, and at the host of an org, it is where logins land; elsewhere it is the login page if the URL means that,
/// and else none of ours.
pub(super) fn root(browser: BrowserRequest) -> Option<Response> {
    let login = login_page::is_asked_for(browser);
    if browser.site().is_none() && !login && !is_host_of_the_service(browser) {
        return None;
    }
    let page = set_password::respond(browser);
    page.or_else(|| Some(if login { login_page::respond(browser) } else { landing::respond(browser) }))
}

/// Whether the host that was asked is one of the real service's, or an org's My Domain on this machine: the page that tells what
/// this server is has no place there.
fn is_host_of_the_service(browser: BrowserRequest) -> bool {
    let host = browser.request.host();
    let state = browser.state;
    is_salesforce(host.split(':').next().unwrap_or_default())
        || state.org_of_host(host).is_some_and(|org| state.is_my_domain(host, org.id))
}

/// `/login`: the login page, or with the token of a mail the page that sets a password.
pub(super) fn page(browser: BrowserRequest) -> Response {
    set_password::respond(browser).unwrap_or_else(|| login_page::respond(browser))
}

/// The form of either page; `None` for another form.
pub(super) fn submit(browser: BrowserRequest) -> Option<Response> {
    let form = browser.form();
    let set = set_password::set(browser, &form);
    let logged_in = set.or_else(|| login_page::log_in_quickly(browser, &form));
    logged_in.or_else(|| login_page::log_in(browser, &form))
}
