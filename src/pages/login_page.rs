//! The login page: username and password, and a button for each single sign-on configuration.

use askama::Template;

use super::{forgot_password, self_register};
use crate::error_entry::declare_errors;
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::web::authn_request_url::authn_request_url;
use crate::web::browser_request::BrowserRequest;
use crate::web::posted_form::PostedForm;
use crate::web::script::script_string;
use crate::web::session_redirect::to_front_door;
use crate::web::start_page;
use crate::world::{LoginMethod, SessionRequest};
use crate::xml::escaped;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    /// The page is for a phone.
    narrow: bool,
    site: &'a str,
    message: &'a str,
    action: String,
    start_url: &'a str,
    username: &'a str,
    forgot: String,
    buttons: Vec<Button>,
    /// Where visitors register themselves; empty where they cannot.
    register: String,
    /// The users of the seed, who are logged in with one click.
    people: Vec<Person>,
}

struct Person {
    id: String,
    name: String,
    username: String,
}

struct Button {
    label: String,
    /// Inside a JavaScript string.
    script_label: String,
    /// Inside an attribute, with `&amp;` as the service writes it.
    attribute_url: String,
    url: String,
}

#[derive(Template)]
#[template(path = "to_idp.html")]
struct ToIdentityProvider {
    url: String,
}

/// Whether the URL of a page means this one: a login that was asked for has an error code or a place to go on to.
pub(super) fn is_asked_for(browser: BrowserRequest) -> bool {
    ["ec", "startURL", "un", "login_hint"].iter().any(|name| browser.parameter(name).is_some())
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let start_url = browser.parameter("startURL").or_else(|| browser.parameter("retURL")).unwrap_or_default();
    let username = browser.parameter("un").or_else(|| browser.parameter("login_hint")).unwrap_or_default();
    show(browser, &start_url, &username, "")
}

/// A page that needs a session: a browser that has kept a start page goes there, and where the org has one configuration, to
/// its identity provider at once.
pub(super) fn protected(browser: BrowserRequest) -> Response {
    if let Some(response) = start_page::go(browser) {
        return response;
    }
    let query = browser.request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{}{}{query}", browser.prefix(), browser.target.path);
    match buttons(browser, &target).as_slice() {
        [only] if has_one_configuration(browser) => {
            let path = only.url.strip_prefix(browser.target.origin()).unwrap_or(&only.url);
            Response::page(&ToIdentityProvider { url: path.to_owned() })
        }
        _ => show(browser, &target, "", ""),
    }
}

/// Logs in with the form of the page. `None` when it is another form.
pub(super) fn log_in(browser: BrowserRequest, form: &PostedForm) -> Option<Response> {
    let username = form.get("username").or_else(|| form.get("un"))?;
    let password = form.get("pw").or_else(|| form.get("password")).unwrap_or_default();
    let start_url = form.get("startURL").or_else(|| form.get("retURL"));
    let session_request = SessionRequest { client_id: None, scopes: Vec::new(), refresh_token: None };
    Some(
        match browser.state.log_in(
            username,
            password,
            &browser.login_context(LoginMethod::Browser),
            session_request,
        ) {
            Ok(session) => {
                to_front_door(browser, &session.token, start_url.filter(|url| browser.leads_somewhere(url)))
            }
            Err(_) => {
                let row =
                    if browser.site().is_some() { &error_rows::wrong_at_site } else { &error_rows::wrong };
                show(browser, start_url.unwrap_or_default(), username, row.text)
            }
        },
    )
}

fn show(browser: BrowserRequest, start_url: &str, username: &str, message: &str) -> Response {
    Response::page(&LoginPage {
        narrow: is_for_phone(start_url),
        site: browser.site().map(|site| site.path).unwrap_or_default(),
        message,
        action: format!("{}/login", browser.prefix()),
        start_url,
        username,
        forgot: format!("{}{}", browser.prefix(), forgot_password::PATH),
        buttons: buttons(browser, start_url),
        register: self_register::link(browser).unwrap_or_default(),
        people: people(browser).unwrap_or_default(),
    })
}

/// The users of the seed who may log in here.
fn people(browser: BrowserRequest) -> Result<Vec<Person>, Fault> {
    let org = browser.target.org(browser.state, browser.parameter("so").as_deref());
    let Some(org) = org.filter(|_| browser.state.settings.quick_login) else { return Ok(Vec::new()) };
    let users = org.standard("User")?;
    let context = browser.login_context(LoginMethod::Browser);
    let mut people = Vec::new();
    for (id, ..) in &org.seeded.logins {
        let may = browser.state.user_who_may_log_in(org, *id, &context).is_some();
        if let Some(user) = org.find(&users, *id)?.filter(|_| may) {
            let text = |field: &str| user.text(field).unwrap_or_default().to_owned();
            people.push(Person { id: id.to_string(), name: text("Name"), username: text("Username") });
        }
    }
    Ok(people)
}

/// Logs in as a user of the seed. `None` when that is not what a form wants, or not to be had.
pub(super) fn log_in_quickly(browser: BrowserRequest, form: &PostedForm) -> Option<Response> {
    let id = Id::parse(form.get("quick")?)?;
    let is_foreign = browser.request.header("sec-fetch-site") == Some("cross-site");
    let known = !is_foreign && people(browser).ok()?.iter().any(|person| person.id == id.as_str());
    let org = browser.state.orgs.iter().find(|org| org.seeded.logins.iter().any(|(user, ..)| *user == id));
    let org = org.filter(|_| known)?;
    let context = browser.login_context(LoginMethod::Browser);
    let member = browser.state.authenticated_user(org, id, &context).ok()?;
    let session = browser.state.open(&member, &context, SessionRequest::default()).ok()?;
    let target = form.get("startURL").filter(|url| browser.leads_somewhere(url));
    Some(to_front_door(browser, &session.token, target))
}

/// Whether an OAuth client has asked for pages for a phone, by `display` in the page to go on to.
fn is_for_phone(start_url: &str) -> bool {
    let query = start_url.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == "display" && matches!(&*value, "touch" | "mobile"))
}

fn has_one_configuration(browser: BrowserRequest) -> bool {
    let org = browser.target.org(browser.state, browser.parameter("so").as_deref());
    org.is_some_and(|org| {
        let configs = org.sso_configs().unwrap_or_default();
        configs.iter().filter(|config| config.login_url.is_some()).count() == 1
    })
}

/// The configurations of this page that can be asked: those with a login URL.
fn buttons(browser: BrowserRequest, relay_state: &str) -> Vec<Button> {
    let so = browser.parameter("so");
    let Some(org) = browser.target.org(browser.state, so.as_deref()) else { return Vec::new() };
    let configs = org.sso_configs_of_page(browser.site().map(|site| site.path)).unwrap_or_default();
    let usable = configs.iter().filter(|config| config.login_url.is_some());
    usable
        .map(|config| {
            let url = authn_request_url(browser, org, config, relay_state);
            Button {
                script_label: script_string(&config.label),
                attribute_url: escaped(url.as_str()).into_owned(),
                label: config.label.clone(),
                url,
            }
        })
        .collect()
}

declare_errors! {
    rows as Page "page";

    /// the login page: whatever is wrong with a login; the login history knows more
    wrong() = "" 200,
        "Please check your username and password. If you still can't log in, contact your Salesforce administrator.",
        Seen "the login page of the service";

    /// the login page of a community: whatever is wrong with a login (label `site.login_failed`); the login history
    /// knows more
    wrong_at_site() = "" 200,
        "Your login attempt has failed. Make sure the username and password are correct.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_classes_sites.htm";
}
