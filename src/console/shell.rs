//! What all pages have around them: who is logged in, where to go from here, what has just been done.

use super::forgery;
use super::place;
use super::visit::Visit;

/// The cookie with what has just been done.
pub(super) const NOTICE: &str = "console_notice";

/// A link of the navigation.
pub(super) struct Link {
    pub label: &'static str,
    pub url: String,
    pub is_current: bool,
}

/// What the frame of a page says.
pub(super) struct Shell {
    pub title: String,
    pub org: String,
    pub username: String,
    pub name: String,
    pub links: Vec<Link>,
    /// The pages of Setup, on pages of Setup.
    pub side: Vec<Link>,
    pub notice: String,
    pub is_error: bool,
    pub logout: String,
    pub settings: String,
    /// Who has logged in as the user, and would be again.
    pub delegate: String,
    pub token: String,
    /// The community that it is a page of; empty for the org.
    pub site: String,
}

impl Shell {
    pub fn of(visit: &Visit, title: impl Into<String>) -> Shell {
        let (browser, context) = (visit.browser, visit.context);
        let user = context.user().ok();
        let text =
            |field: &str| user.as_ref().and_then(|user| user.text(field)).unwrap_or_default().to_owned();
        let notice = browser.request.cookie(NOTICE).unwrap_or_default();
        let notice = form_urlencoded::parse(notice.as_bytes()).next().map(|(text, _)| text.into_owned());
        let notice = notice.unwrap_or_default();
        let delegate = browser.state.sessions.under(&context.session.token);
        let delegate = delegate.and_then(|token| browser.state.request_context(&token).ok());
        let delegate = delegate.and_then(|under| under.user().ok());
        Shell {
            title: title.into(),
            org: organization(visit),
            username: text("Username"),
            name: text("Name"),
            links: links(visit),
            side: side(visit),
            is_error: notice.starts_with("Error:"),
            notice,
            logout: format!("{}/secur/logout.jsp", browser.prefix()),
            settings: match browser.site() {
                Some(_) => format!("{}/s/settings", browser.prefix()),
                None => place::SETTINGS.to_owned(),
            },
            delegate: delegate.and_then(|user| user.text("Name").map(str::to_owned)).unwrap_or_default(),
            token: forgery::token(&context.session),
            site: browser.site().map(|site| site.path.to_owned()).unwrap_or_default(),
        }
    }
}

fn organization(visit: &Visit) -> String {
    let org = visit.org();
    let found = org.standard("Organization").and_then(|object| org.find(&object, org.id)).ok().flatten();
    found.and_then(|row| row.text("Name").map(str::to_owned)).unwrap_or_default()
}

fn link(visit: &Visit, label: &'static str, url: String, below: &str) -> Link {
    let path = visit.browser.target.path;
    let is_current = path.starts_with(below);
    Link { label, url, is_current }
}

/// Who has a page of an object sees its link.
fn links(visit: &Visit) -> Vec<Link> {
    let runner = visit.runner();
    if visit.browser.site().is_some() || runner.is_external() {
        let Some(site) = visit.browser.site() else { return Vec::new() };
        let at = |below: &str| format!("/{}{below}", site.path);
        let mut links = vec![link(visit, "Home", at("/s/"), "/s/home")];
        for (object, label) in [("Account", "Accounts"), ("Contact", "Contacts")] {
            if runner.object_named(object).read {
                let below = format!("/s/{}", object.to_lowercase());
                links.push(link(visit, label, at(&below), &below));
            }
        }
        links.push(link(visit, "My Profile", at(&format!("/s/profile/{}", runner.user)), "/s/profile"));
        return links;
    }
    let mut links = vec![link(visit, "Home", place::HOME.to_owned(), place::HOME)];
    for (object, label) in [("Account", "Accounts"), ("Contact", "Contacts")] {
        if runner.object_named(object).read {
            let is_current = {
                let path = visit.browser.target.path;
                path.starts_with(&format!("/lightning/o/{object}/"))
                    || path.starts_with(&format!("/lightning/r/{object}/"))
            };
            links.push(Link { label, url: place::list(object), is_current });
        }
    }
    if place::SETUP_PERMISSIONS.iter().any(|permission| runner.may(permission))
        || runner.delegated().is_some()
    {
        let is_current = place::is_setup(visit.browser.target.path);
        links.push(Link { label: "Setup", url: place::setup("SetupOneHome"), is_current });
    }
    links.push(link(visit, "Emulator", "/_fauxforce/".to_owned(), "/_fauxforce"));
    links
}

fn side(visit: &Visit) -> Vec<Link> {
    let path = visit.browser.target.path;
    if visit.browser.site().is_some() || !place::is_setup(path) {
        return Vec::new();
    }
    let may = |needs: &[&str]| {
        needs.is_empty()
            || needs.iter().any(|permission| visit.runner().may(permission))
            || (needs.contains(&"delegated") && visit.runner().delegated().is_some())
    };
    let pages = place::SETUP_PAGES.iter().filter(|page| may(page.needs));
    pages
        .map(|page| Link {
            label: page.label,
            url: place::setup(page.node),
            is_current: path.starts_with(&format!("/lightning/setup/{}/", page.node))
                || page.classic.iter().any(|classic| path.starts_with(classic)),
        })
        .collect()
}
