//! Setup's pages that list: roles, profiles, permission sets, groups, queues, logins, changes of the setup, sign-on, sites.

use askama::Template;

use super::cell::{self, Shown, id_at, text_at};
use super::home::license_seats;
use super::list::{Line, Post, Table};
use super::place;
use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use super::visit::{Visit, quoted};
use crate::message::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use crate::message::{HeaderValue, Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Row;

#[derive(Template)]
#[template(path = "console/setup.html")]
struct SetupPage {
    shell: Shell,
    heading: String,
    about: &'static str,
    /// Label and address.
    links: Vec<(&'static str, String)>,
    facts: Vec<(String, Shown)>,
    tables: Vec<Table>,
}

fn page(visit: &Visit, heading: &str, about: &'static str, tables: Vec<Table>) -> SetupPage {
    let shell = visit.shell(heading);
    SetupPage { shell, heading: heading.to_owned(), about, links: Vec::new(), facts: Vec::new(), tables }
}

fn needs_setup(visit: &Visit) -> Result<(), Trouble> {
    visit.needs(place::SETUP_PERMISSIONS)
}

/// `/lightning/setup/SetupOneHome/home`
pub(super) fn home(visit: &Visit) -> PageResult {
    let mut table = Table::new("Pages", &["Page", "Address"]);
    for link in &visit.shell("").side {
        table.push(vec![Shown::link(link.label, link.url.as_str()), Shown::text(link.url.as_str())]);
    }
    Ok(Response::page(&page(visit, "Setup", "", vec![table])))
}

/// A column is a field's text, or a link to the record whose id is in the first.
fn plain(visit: &Visit, heading: &str, columns: &[&str], text: &str) -> Result<Table, Fault> {
    let mut table = Table::new(heading, columns);
    for row in visit.query(text)?.rows {
        table.push(cells(visit, &row));
    }
    Ok(table)
}

fn cells(visit: &Visit, row: &Row) -> Vec<Shown> {
    let link = |text: String| match id_at(row, 0) {
        Some(id) => Shown::link(text, place::record(visit.browser, "", id)),
        None => Shown::text(text),
    };
    let columns = 1..row.cells.len();
    columns.map(|at| if at == 1 { link(text_at(row, at)) } else { Shown::text(text_at(row, at)) }).collect()
}

/// `/lightning/setup/Roles/home`: the tree, and apart from it the roles of accounts.
pub(super) fn roles(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let text =
        "SELECT Id, Name, ParentRoleId FROM UserRole WHERE PortalType = 'None' ORDER BY Name LIMIT 1000";
    let rows = visit.query(text)?.rows;
    let mut tree = Table::new("Role Hierarchy", &["Role"]);
    let roots = rows.iter().filter(|row| {
        let parent = text_at(row, 2);
        !rows.iter().any(|other| text_at(other, 0) == parent)
    });
    for root in roots {
        grow(visit, &rows, root, 0, &mut tree);
    }
    let may_create = visit.runner().object_named("UserRole").create;
    tree.button = may_create.then(|| ("Add Role".to_owned(), "/00E/e".to_owned()));
    let of_accounts = plain(
        visit,
        "Account Roles",
        &["Role", "Account", "Kind", "Level"],
        "SELECT Id, Name, PortalAccountId, PortalType, PortalRole FROM UserRole WHERE PortalType != 'None' ORDER BY Name LIMIT 200",
    );
    let mut tables = vec![tree];
    if let Ok(mut table) = of_accounts {
        for cell in table.rows.iter_mut().filter_map(|line| line.cells.get_mut(1)) {
            if let Some(id) = Id::parse(&cell.text) {
                *cell = cell::reference(visit, id);
            }
        }
        tables.push(table);
    }
    Ok(Response::page(&page(visit, "Roles", "", tables)))
}

/// A role and those below it. Roles are a tree, of which a page shows so many levels.
fn grow(visit: &Visit, rows: &[Row], role: &Row, depth: usize, tree: &mut Table) {
    const DEEPEST: usize = 50;
    let text = format!("{}{}", "\u{2003}".repeat(depth), text_at(role, 1));
    let shown = match id_at(role, 0) {
        Some(id) => Shown::link(text, place::record(visit.browser, "", id)),
        None => Shown::text(text),
    };
    tree.push(vec![shown]);
    let id = text_at(role, 0);
    for child in rows.iter().filter(|row| depth < DEEPEST && text_at(row, 2) == id) {
        grow(visit, rows, child, depth + 1, tree);
    }
}

pub(super) fn profiles(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let text = "SELECT Id, Name, UserLicense.Name, UserType FROM Profile ORDER BY Name LIMIT 500";
    let table = plain(visit, "Profiles", &["Profile Name", "User License", "User Type"], text)?;
    Ok(Response::page(&page(visit, "Profiles", "", vec![table])))
}

pub(super) fn permission_sets(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let text = "SELECT Id, Label, Name, License.Name, Description FROM PermissionSet WHERE IsOwnedByProfile = false AND Type != 'Group' ORDER BY Label LIMIT 500";
    let table = plain(visit, "Permission Sets", &["Label", "API Name", "License", "Description"], text);
    let mut table = table.or_else(|_| {
        let text = "SELECT Id, Label, Name, Description FROM PermissionSet WHERE IsOwnedByProfile = false ORDER BY Label LIMIT 500";
        plain(visit, "Permission Sets", &["Label", "API Name", "Description"], text)
    })?;
    let may_create = visit.runner().object_named("PermissionSet").create;
    table.button = may_create.then(|| ("New".to_owned(), "/0PS/e".to_owned()));
    Ok(Response::page(&page(visit, "Permission Sets", "", vec![table])))
}

fn groups_of(visit: &Visit, heading: &str, kind: &str) -> PageResult {
    needs_setup(visit)?;
    let text = format!(
        "SELECT Id, Name, DeveloperName, Email FROM Group WHERE Type = '{kind}' ORDER BY Name LIMIT 500"
    );
    let table = plain(visit, heading, &["Label", "Name", "Email"], &text)?;
    let mut page = page(visit, heading, "", vec![table]);
    if visit.runner().object_named("Group").create {
        let url = format!("/lightning/o/Group/new?defaultFieldValues=Type={kind}");
        page.links.push(("New", url));
    }
    Ok(Response::page(&page))
}

pub(super) fn public_groups(visit: &Visit) -> PageResult {
    groups_of(visit, "Public Groups", "Regular")
}

pub(super) fn queues(visit: &Visit) -> PageResult {
    groups_of(visit, "Queues", "Queue")
}

/// `/lightning/setup/CompanyProfileInfo/home`
pub(super) fn company(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let org = visit.org();
    let object = org.standard("Organization")?;
    let record = org.find(&object, org.id)?.ok_or(Trouble::NoRecord)?;
    let mut tables = vec![license_seats(visit)?];
    let sets = "SELECT MasterLabel, Status, TotalLicenses, UsedLicenses FROM PermissionSetLicense ORDER BY MasterLabel LIMIT 200";
    if let Ok(found) = visit.query(sets) {
        let columns = ["Name", "Status", "Total Licenses", "Used Licenses", "Remaining Licenses"];
        let mut table = Table::new("Permission Set Licenses", &columns);
        for row in found.rows {
            let number = |column| text_at(&row, column).parse::<i64>().unwrap_or_default();
            let rest = (number(2) - number(3)).to_string();
            let texts = [text_at(&row, 0), text_at(&row, 1), text_at(&row, 2), text_at(&row, 3), rest];
            table.push(texts.into_iter().map(Shown::text).collect());
        }
        tables.push(table);
    }
    let mut page = page(visit, "Company Information", "", tables);
    for (label, field) in [
        ("Organization Name", "Name"),
        ("Salesforce.com Organization ID", "Id"),
        ("Organization Edition", "OrganizationType"),
        ("Instance", "InstanceName"),
        ("Default Locale", "DefaultLocaleSidKey"),
        ("Default Language", "LanguageLocaleKey"),
        ("Default Time Zone", "TimeZoneSidKey"),
        ("Country", "Country"),
    ] {
        page.facts.push((label.to_owned(), Shown::text(record.text(field).unwrap_or_default())));
    }
    Ok(Response::page(&page))
}

const LOGIN_COLUMNS: [&str; 12] = [
    "Username",
    "Login Time",
    "Source IP",
    "Login Type",
    "Status",
    "Browser",
    "Platform",
    "Application",
    "Client Version",
    "API Type",
    "API Version",
    "Login URL",
];

/// Rows of the login history, youngest first, as texts.
fn logins(visit: &Visit, most: usize) -> Result<Vec<Vec<String>>, Fault> {
    let text = format!(
        "SELECT UserId, LoginTime, SourceIp, LoginType, Status, Browser, Platform, Application, ClientVersion, ApiType, ApiVersion, LoginUrl, Id FROM LoginHistory ORDER BY LoginTime DESC LIMIT {most}"
    );
    let users = visit.org().standard("User")?;
    let mut rows = Vec::new();
    for row in visit.query(&text)?.rows {
        let mut texts: Vec<String> = (0..13).map(|column| text_at(&row, column)).collect();
        let user = id_at(&row, 0).map(|id| visit.org().find(&users, id)).transpose()?.flatten();
        if let Some(first) = texts.first_mut() {
            *first = user.and_then(|user| user.text("Username").map(str::to_owned)).unwrap_or_default();
        }
        if let Some(at) = texts.get_mut(1) {
            *at = cell::moment(at.parse().unwrap_or_default(), &visit.runner().time_zone);
        }
        rows.push(texts);
    }
    Ok(rows)
}

/// `/lightning/setup/OrgLoginHistory/home`; with `download=csv` the file.
pub(super) fn login_history(visit: &Visit) -> PageResult {
    visit.needs(&["ManageUsers", "MonitorLoginHistory"])?;
    if visit.parameter("download").is_some() {
        const MOST: usize = 20_000;
        let rows = logins(visit, MOST)?;
        return Ok(csv("LoginHistory.csv", &LOGIN_COLUMNS, rows.iter().map(|row| row.iter().take(12))));
    }
    let mut table = Table::new("Login History", &LOGIN_COLUMNS);
    for row in logins(visit, 50)? {
        let trace = row.get(12).and_then(|id| visit.browser.state.logins.find(id));
        let mut cells: Vec<Shown> = row.iter().take(12).map(|text| Shown::text(text.as_str())).collect();
        if let (Some(login), Some(status)) = (trace, cells.get_mut(4)) {
            *status = Shown::link(status.text.clone(), format!("/_fauxforce/logins/{}", login.number));
        }
        table.push(cells);
    }
    let mut page = page(visit, "Login History", "A wrong username leaves no row.", vec![table]);
    page.links.push(("Download Now", format!("{}?download=csv", place::setup("OrgLoginHistory"))));
    Ok(Response::page(&page))
}

const TRAIL_COLUMNS: [&str; 6] =
    ["Date", "User", "Source Namespace Prefix", "Action", "Section", "Delegate User"];

/// `/lightning/setup/SecurityEvents/home`: the youngest twenty entries; with `download=csv` all.
pub(super) fn audit_trail(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let all = visit.parameter("download").is_some();
    let most = if all { 20_000 } else { 20 };
    let text = format!(
        "SELECT CreatedDate, CreatedById, ResponsibleNamespacePrefix, Display, Section, DelegateUser FROM SetupAuditTrail ORDER BY CreatedDate DESC, Id DESC LIMIT {most}"
    );
    let users = visit.org().standard("User")?;
    let mut rows = Vec::new();
    for row in visit.query(&text)?.rows {
        let mut texts: Vec<String> = (0..6).map(|column| text_at(&row, column)).collect();
        let user = id_at(&row, 1).map(|id| visit.org().find(&users, id)).transpose()?.flatten();
        if let [at, by, ..] = texts.as_mut_slice() {
            *at = cell::moment(at.parse().unwrap_or_default(), &visit.runner().time_zone);
            *by = user.and_then(|user| user.text("Username").map(str::to_owned)).unwrap_or_default();
        }
        rows.push(texts);
    }
    if all {
        return Ok(csv("SetupAuditTrail.csv", &TRAIL_COLUMNS, rows.iter().map(|row| row.iter())));
    }
    let mut table = Table::new("View Setup Audit Trail", &TRAIL_COLUMNS);
    for row in &rows {
        table.push(row.iter().map(|text| Shown::text(text.as_str())).collect());
    }
    let about = "The last 20 changes of the setup.";
    let mut page = page(visit, "View Setup Audit Trail", about, vec![table]);
    page.links.push(("Download", format!("{}?download=csv", place::setup("SecurityEvents"))));
    Ok(Response::page(&page))
}

/// A file of comma-separated values.
fn csv<'r, R: Iterator<Item = &'r String>>(
    name: &str,
    columns: &[&str],
    rows: impl Iterator<Item = R>,
) -> Response {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |texts: Vec<String>| texts.join(",") + "\r\n";
    let mut text = line(columns.iter().map(|column| quoted(column)).collect());
    for row in rows {
        text.push_str(&line(row.map(|value| quoted(value)).collect()));
    }
    let response = Response::with_body(StatusCode::OK, "text/csv;charset=UTF-8", text);
    match HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        Ok(value) => response.with_header(CONTENT_DISPOSITION, value),
        Err(_) => response.with_header(CONTENT_TYPE, HeaderValue::from_static("text/csv;charset=UTF-8")),
    }
}

/// `/lightning/setup/SingleSignOn/home`
pub(super) fn single_sign_on(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let (org, browser) = (visit.org(), visit.browser);
    let columns = ["Name", "SAML Version", "Issuer", "Entity ID"];
    let mut table = Table::new("SAML Single Sign-On Settings", &columns);
    let mut endpoints =
        Table::new("Endpoints", &["Configuration", "Page", "Login URL", "Service provider metadata"]);
    for config in org.sso_configs()?.iter() {
        let id = config.id;
        table.push(vec![
            Shown::link(config.label.as_str(), place::record(browser, "", id)),
            Shown::text("2.0"),
            Shown::text(config.issuer.as_str()),
            Shown::text(config.entity_id.as_str()),
        ]);
        let sites = org.sites.iter().map(|site| Some(site.path.as_str()));
        for site in std::iter::once(None).chain(sites) {
            let prefix = site.map(|site| format!("/{site}")).unwrap_or_default();
            endpoints.push(vec![
                Shown::text(config.label.as_str()),
                Shown::text(site.unwrap_or("Your Organization")),
                Shown::text(crate::web::request_target::acs(browser.target.origin(), org, site)),
                Shown::link(
                    "Download Metadata",
                    format!("{prefix}/saml/metadata?samlSsoConfig={}", id.short()),
                ),
            ]);
        }
    }
    let mut page = page(visit, "Single Sign-On Settings", "", vec![table, endpoints]);
    page.links.push(("SAML Assertion Validator", "/setup/secur/SAMLValidationPage.apexp".to_owned()));
    page.links.push(("Identity provider of this server", "/_fauxforce/idp".to_owned()));
    Ok(Response::page(&page))
}

/// `/lightning/setup/SetupNetworks/home`
pub(super) fn sites(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let mut table = Table::new("All Sites", &["Name", "URL", "Status", "Administration"]);
    for row in
        visit.query("SELECT Id, Name, UrlPathPrefix, Status FROM Network ORDER BY Name LIMIT 200")?.rows
    {
        let Some(id) = id_at(&row, 0) else { continue };
        let path = text_at(&row, 2);
        table.push(vec![
            Shown::link(text_at(&row, 1), super::site::path(id)),
            Shown::link(format!("/{path}"), format!("/{path}/s/")),
            Shown::text(text_at(&row, 3)),
            Shown::link("Administration", super::site::path(id)),
        ]);
    }
    Ok(Response::page(&page(visit, "Digital Experiences", "", vec![table])))
}

/// `/lightning/setup/ConnectedAppsUsage/home`: apps with live tokens.
pub(super) fn connected_apps(visit: &Visit) -> PageResult {
    needs_setup(visit)?;
    let table = tokens(visit, "Connected Apps OAuth Usage", "")?;
    Ok(Response::page(&page(visit, "Connected Apps OAuth Usage", "", vec![table])))
}

/// Tokens of apps, each with a button that revokes it.
pub(super) fn tokens(visit: &Visit, heading: &str, condition: &str) -> Result<Table, Fault> {
    let text = format!(
        "SELECT AppName, UserId, CreatedDate, LastUsedDate, UseCount, DeleteToken FROM OauthToken{condition} LIMIT 200"
    );
    let mut table = Table::new(heading, &["Connected App", "User", "First used", "Most recent", "Count"]);
    for row in visit.query(&text)?.rows {
        let moment = |column| match text_at(&row, column).parse() {
            Ok(at) => Shown::text(cell::moment(at, &visit.runner().time_zone)),
            Err(_) => Shown::default(),
        };
        let user = id_at(&row, 1).map(|id| cell::reference(visit, id)).unwrap_or_default();
        let cells = vec![
            Shown::text(text_at(&row, 0)),
            user.clone(),
            moment(2),
            moment(3),
            Shown::text(text_at(&row, 4)),
        ];
        let revoke = Post {
            label: "Revoke".to_owned(),
            about: format!("{} of {}", text_at(&row, 0), user.text),
            url: "/_console/revoke".to_owned(),
            fields: vec![("token", text_at(&row, 5))],
            confirm: "The app loses its access. Go on?",
            name: "revoke",
        };
        table.rows.push(Line { cells, links: Vec::new(), posts: vec![revoke] });
    }
    Ok(table)
}

/// `/_console/revoke`
pub(super) fn revoke(visit: &Visit) -> PageResult {
    let token = visit.form.get("token").unwrap_or_default();
    // One's own, or any by an administrator: what one sees.
    let text = format!("SELECT UserId FROM OauthToken WHERE DeleteToken = {} LIMIT 1", quoted(token));
    let found = visit.query(&text)?;
    let owner = found.rows.first().and_then(|row| id_at(row, 0)).ok_or(Trouble::NoRecord)?;
    let own = owner == visit.runner().user;
    if !own && !visit.runner().may("ManageUsers") {
        return Err(Trouble::Denied);
    }
    visit.browser.state.revoke_refresh_token(token)?;
    let back = if own { place::SETTINGS.to_owned() } else { place::setup("ConnectedAppsUsage") };
    visit.go_and_tell(&back, "The app's access was revoked.")
}
