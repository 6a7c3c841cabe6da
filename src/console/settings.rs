//! The personal settings of who is logged in.

use askama::Template;

use super::cell::{self, Shown};
use super::list::{Post, Table};
use super::place;
use super::setup::tokens;
use super::shell::Shell;
use super::trouble::PageResult;
use super::users::login_table;
use super::visit::{Visit, quoted};
use crate::credentials::password;
use crate::message::Response;
use crate::org::Mail;

#[derive(Template)]
#[template(path = "console/settings.html")]
struct SettingsPage {
    shell: Shell,
    facts: Vec<(String, Shown)>,
    links: Vec<(&'static str, String)>,
    posts: Vec<Post>,
    tables: Vec<Table>,
}

/// `/lightning/settings/personal/PersonalInformation/home`, and `/s/settings` of a community.
pub(super) fn show(visit: &Visit) -> PageResult {
    let user = visit.context.user()?;
    let mut facts = Vec::new();
    for field in [
        "Name",
        "Username",
        "Email",
        "FederationIdentifier",
        "TimeZoneSidKey",
        "LocaleSidKey",
        "LanguageLocaleKey",
    ] {
        if let Some(field) = user.object.field(field) {
            let label = crate::describe::page::label(&user.object, field);
            facts.push((label, cell::of_record(visit, &user, field)));
        }
    }
    let id = visit.runner().user;
    let prefix = visit.browser.prefix();
    let me = quoted(id.as_str());
    let mut tables = Vec::new();
    if let Ok(table) = tokens(visit, "OAuth Apps", &format!(" WHERE UserId = {me}")) {
        tables.push(table);
    }
    let text = format!(
        "SELECT Id, LoginTime, SourceIp, LoginType, Status, Application FROM LoginHistory WHERE UserId = {me} ORDER BY LoginTime DESC LIMIT 10"
    );
    tables.push(login_table(visit, "Login History", &visit.query_as_platform(&text)?.rows));
    let token = Post {
        label: "Reset Security Token".to_owned(),
        about: String::new(),
        url: format!("{prefix}/_console/token"),
        fields: Vec::new(),
        confirm: "",
        name: "reset_token",
    };
    Ok(Response::page(&SettingsPage {
        shell: visit.shell("My settings"),
        facts,
        links: vec![
            ("Edit", place::edit(visit.browser, "User", id)),
            ("Change My Password", format!("{prefix}/_ui/system/security/ChangePassword?retURL={prefix}/")),
        ],
        posts: vec![token],
        tables,
    }))
}

/// `/_console/token`: another security token, which is mailed.
pub(super) fn reset_token(visit: &Visit) -> PageResult {
    let (org, environment) = (visit.org(), visit.context.environment());
    let user = visit.context.user()?;
    let id = visit.runner().user;
    let username = user.text("Username").unwrap_or_default();
    let to = user.text("Email").unwrap_or_default();
    org.transaction(&environment, || {
        let token = password::new_security_token(org, &environment, id)?;
        org.mail(Mail {
            kind: "security_token",
            to: to.to_owned(),
            user: Some(id),
            subject: "Your new Salesforce security token".to_owned(),
            body: format!("Username: {username}\nSecurity token (case-sensitive): {token}"),
            link: None,
        });
        Ok::<_, crate::model::fault::Fault>(())
    })?;
    org.send_mails(&environment);
    let back = match visit.browser.site() {
        Some(_) => format!("{}/s/settings", visit.browser.prefix()),
        None => place::SETTINGS.to_owned(),
    };
    visit.go_and_tell(&back, &format!("A new security token was mailed to {to}."))
}
