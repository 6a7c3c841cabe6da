//! Every page, on one screen.

use std::sync::LazyLock;

use super::trouble::{PageResult, Trouble};
use super::visit::Visit;
use super::{
    asset, classic, community, external, forgery, home, import, list, login_as, record, settings, setup,
    shell, site, users,
};
use crate::message::{Method, Request, Response};
use crate::router::{CallClass, Captures, Found, Methods, Route, Router, TableError};
use crate::web::browser_request::BrowserRequest;

/// What answers a route.
#[derive(Clone, Copy)]
enum Handler {
    /// Needs nobody logged in.
    Open(fn(BrowserRequest) -> Response),
    /// A page of the org, for its employees.
    Page(fn(&Visit) -> PageResult),
    /// A page of a community, for whoever is logged in.
    Site(fn(&Visit) -> PageResult),
    /// A page of either.
    Both(fn(&Visit) -> PageResult),
}

use Handler::{Both, Open, Page, Site};

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const FORM: Methods = GET.and(POST);

/// Method, path below the org or the community, handler.
#[rustfmt::skip]
const ROUTES: &[Route<Handler>] = &[
    (GET,  asset::STYLE,                            Open(asset::style)),
    (GET,  asset::SCRIPT,                           Open(asset::script)),
    (GET,  "/home/home.jsp",                        Both(home::show)),
    (GET,  "/lightning/page/home",                  Both(home::show)),
    (GET,  "/lightning/o/{object}/list",            Page(list::list)),
    (GET,  "/lightning/o/{object}/home",            Page(list::list)),
    (FORM, "/lightning/o/{object}/new",             Page(record::new)),
    (GET,  "/lightning/r/{object}/{id}/view",       Page(record::view)),
    (FORM, "/lightning/r/{object}/{id}/edit",       Page(record::edit)),
    (GET,  "/lightning/r/{object}/view",            Page(record::view)),
    (GET,  "/lightning/setup/SetupOneHome/home",    Page(setup::home)),
    (GET,  "/ui/setup/Setup",                       Page(setup::home)),
    (GET,  "/setup/forcecomHomepage.apexp",         Page(setup::home)),
    (GET,  "/lightning/setup/Roles/home",           Page(setup::roles)),
    (GET,  "/ui/setup/user/RoleViewPage",           Page(setup::roles)),
    (GET,  "/lightning/setup/EnhancedProfiles/home", Page(setup::profiles)),
    (GET,  "/lightning/setup/Profiles/home",        Page(setup::profiles)),
    (GET,  "/lightning/setup/PermSets/home",        Page(setup::permission_sets)),
    (GET,  "/lightning/setup/PublicGroups/home",    Page(setup::public_groups)),
    (GET,  "/p/own/OrgPublicGroupsPage/d",          Page(setup::public_groups)),
    (GET,  "/lightning/setup/Queues/home",          Page(setup::queues)),
    (GET,  "/p/own/OrgQueuesPage/d",                Page(setup::queues)),
    (GET,  "/lightning/setup/CompanyProfileInfo/home", Page(setup::company)),
    (GET,  "/lightning/setup/OrgLoginHistory/home", Page(setup::login_history)),
    (GET,  "/lightning/setup/SecurityEvents/home",  Page(setup::audit_trail)),
    (GET,  "/setup/org/orgsetupaudit.jsp",          Page(setup::audit_trail)),
    (GET,  "/lightning/setup/SingleSignOn/home",    Page(setup::single_sign_on)),
    (GET,  "/_ui/identity/saml/SingleSignOnSettingsUi/d", Page(setup::single_sign_on)),
    (GET,  "/lightning/setup/SetupNetworks/home",   Page(setup::sites)),
    (GET,  "/_ui/networks/setup/SetupNetworksPage", Page(setup::sites)),
    (FORM, "/_ui/networks/admin",                   Page(site::administration)),
    (GET,  "/lightning/setup/ConnectedAppsUsage/home", Page(setup::connected_apps)),
    (FORM, "/lightning/setup/DataManagementDataImporter/home", Page(import::import)),
    (POST, "/_console/revoke",                      Both(setup::revoke)),
    (GET,  "/lightning/settings/personal/{page}/home", Page(settings::show)),
    (POST, "/_console/token",                       Both(settings::reset_token)),
    (GET,  "/lightning/setup/ManageUsers/home",     Page(users::list)),
    (GET,  "/lightning/setup/{node}/page",          Page(classic::framed)),
    (FORM, "/udd/PermissionSet/assignPermissionSet.apexp", Page(users::assign)),
    (POST, "/_console/user/{id}",                   Page(users::press)),
    (POST, "/_console/partner/{id}",                Page(external::turn_partner)),
    (POST, "/_console/disable/{id}",                Page(external::disable)),
    (FORM, "/servlet/servlet.su",                   Page(login_as::switch)),
    (POST, "/_console/delete/{id}",                 Both(record::delete)),
    (GET,  "/s",                                    Site(home::show)),
    (GET,  "/s/settings",                           Site(settings::show)),
    (GET,  "/s/home",                               Site(home::show)),
    (GET,  "/s/{object}",                           Site(community::list)),
    (GET,  "/s/{object}/{id}",                      Site(community::view)),
    (FORM, "/s/{object}/{id}/edit",                 Site(community::edit)),
];

/// Answers a request; `None` where there is no page, or for who is not logged in.
pub(super) fn answer(browser: BrowserRequest) -> Option<Response> {
    let path = browser.target.path;
    // The login of a community is everybody's.
    if path.starts_with("/s/login") {
        return None;
    }
    match router()?.find(&browser.request.method, path) {
        Found::Route { handler: Open(answer), .. } => Some(answer(browser)),
        Found::Route { handler: Page(page) | Both(page), captures, .. } if browser.site().is_none() => {
            let needs_employee = matches!(
                router()?.find(&browser.request.method, path),
                Found::Route { handler: Page(_), .. }
            );
            visited(browser, captures, needs_employee, *page)
        }
        Found::Route { handler: Site(page) | Both(page), captures, .. } if browser.site().is_some() => {
            visited(browser, captures, false, *page)
        }
        Found::NoRoute if browser.site().is_none() && classic::is_one(browser) => {
            visited(browser, no_captures()?, true, classic::show)
        }
        _ => None,
    }
}

/// The page for an address that has none here.
pub(super) fn not_there(browser: BrowserRequest) -> Option<Response> {
    let none = no_captures()?;
    visited(browser, none, false, |_| Err(Trouble::NoPage))
}

/// Captures of a route that has none.
fn no_captures<'p>() -> Option<Captures<'static, 'p>> {
    match router()?.find(&Method::GET, "/home/home.jsp") {
        Found::Route { captures, .. } => Some(captures),
        _ => None,
    }
}

/// Lets a page answer who is logged in. A form has to be one of this session.
fn visited<'a>(
    browser: BrowserRequest<'a>,
    captures: Captures<'a, 'a>,
    needs_employee: bool,
    page: fn(&Visit) -> PageResult,
) -> Option<Response> {
    let context = browser.visitor()?;
    if context.session.password_expired {
        return None;
    }
    let visit = Visit { browser, context: &context, captures, form: browser.form() };
    let is_forged = visit.is_post() && !forgery::is_ours(&context.session, &visit.form);
    let result = if is_forged {
        Err(Trouble::Forged)
    } else if needs_employee && visit.runner().is_external() {
        Err(Trouble::Denied)
    } else {
        page(&visit)
    };
    let response = result.unwrap_or_else(|trouble| trouble.page(&visit));
    // What has just been done is told once.
    let told =
        !visit.is_post() && browser.request.cookie(shell::NOTICE).is_some_and(|notice| !notice.is_empty());
    Some(if told { browser.set_cookie(response, shell::NOTICE, "") } else { response })
}

/// Where a call is run.
pub(super) fn class(request: &Request) -> Option<CallClass> {
    match router()?.find(&request.method, request.path()) {
        Found::Route { handler: Open(_), .. } => Some(CallClass::Quick),
        Found::Route { .. } => Some(CallClass::Slow),
        Found::MethodNotAllowed(_) | Found::NoRoute => None,
    }
}

/// The routes ready for look-ups; `None` if the table contradicts itself, which a test rules out.
fn router() -> Option<&'static Router<Handler>> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| build().ok());
    ROUTER.as_ref()
}

fn build() -> Result<Router<Handler>, TableError> {
    Router::new(ROUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_contradict_itself() {
        assert!(build().is_ok(), "{:?}", build().err());
    }
}
