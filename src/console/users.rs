//! Setup > Users: the list, a user with what they have, the forms, and the buttons.

use askama::Template;

use super::cell::{self, Shown, id_at, is_at, text_at};
use super::external::{self, NOTIFY_BY};
use super::form::{self, Filled};
use super::list::{self, Line, Post, Table};
use super::place;
use super::record::{DetailPage, EditPage, detail};
use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use super::visit::{Visit, quoted};
use crate::credentials::password;
use crate::dml::display_name;
use crate::flow::external_user::{self, ExternalKind};
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input as Sent, Raw};

/// `/lightning/setup/ManageUsers/home`, `/005`, `/005/o`
pub(super) fn list(visit: &Visit) -> PageResult {
    let object = visit.object_named("User")?;
    let mut views = vec![
        ("Active".to_owned(), "Active Users".to_owned(), "IsActive = true".to_owned()),
        ("All".to_owned(), "All Users".to_owned(), String::new()),
        ("Inactive".to_owned(), "Inactive Users".to_owned(), "IsActive = false".to_owned()),
    ];
    if visit.runner().sees_field(&object, object.field("ProfileId").ok_or(Trouble::NoPage)?) {
        for row in visit.query("SELECT Id, Name FROM Profile ORDER BY Name LIMIT 200")?.rows {
            let (id, name) = (text_at(&row, 0), text_at(&row, 1));
            views.push((id.clone(), format!("Profile: {name}"), format!("ProfileId = {}", quoted(&id))));
        }
    }
    list::show(visit, &object, views)
}

/// The page of a user.
pub(super) fn view(visit: &Visit, user: &Record, id: Id) -> PageResult {
    let object = user.object.clone();
    let mut page = detail(visit, &object, user, id)?;
    page.kind = "User Detail".to_owned();
    let login = login_of(visit, id)?;
    let is = |field: &str| login.as_ref().is_some_and(|(login, _)| login.get(field).is_true());
    if !user.get("IsActive").is_true() {
        page.flags.push("This user is not active.".to_owned());
    }
    if is("IsFrozen") {
        page.flags.push("This user is frozen: the license stays used, nobody can log in.".to_owned());
    }
    if is("IsPasswordLocked") {
        page.flags.push("This user is locked out after too many wrong passwords.".to_owned());
    }
    buttons(visit, &mut page, user, id, login.as_ref().map(|(login, _)| login))?;
    if visit.browser.site().is_none() {
        page.tables = tables(visit, user, id)?;
    }
    let profile = visit.runner().profile.is_some().then(|| user.id("ProfileId")).flatten();
    if let Some(profile) = profile.map(|profile| visit.org().profile(profile)).transpose()?.flatten()
        && let Some(section) = page.sections.first_mut()
    {
        section.fields.push(("User License".to_owned(), Shown::text(profile.license.name.as_str())));
    }
    Ok(Response::page(&page))
}

/// The row of UserLogin of a user.
fn login_of(visit: &Visit, user: Id) -> Result<Option<(Record, Id)>, Fault> {
    let org = visit.org();
    let object = org.standard("UserLogin")?;
    let id = org.ids_where(&object, "UserId", &user.into(), 1)?.first().copied();
    let Some(id) = id else { return Ok(None) };
    Ok(org.find(&object, id)?.map(|record| (record, id)))
}

fn buttons(
    visit: &Visit,
    page: &mut DetailPage,
    user: &Record,
    id: Id,
    login: Option<&Record>,
) -> Result<(), Trouble> {
    if visit.browser.site().is_some() {
        return Ok(());
    }
    let runner = visit.runner();
    let own = id == runner.user;
    let edits = runner.object(&user.object).edit && runner.edits_record(visit.org(), user)?;
    let post = |label: &str, name: &'static str, confirm: &'static str| Post {
        label: label.to_owned(),
        about: String::new(),
        url: format!("/_console/user/{id}"),
        fields: Vec::new(),
        confirm,
        name,
    };
    let active = user.get("IsActive").is_true();
    if active && !own && password::may_manage(runner, user).is_ok() {
        page.posts.push(post(
            "Reset Password",
            "resetPW",
            "The password of the user is reset, and mailed. Go on?",
        ));
    }
    if runner.object_named("UserLogin").edit && !own {
        let is = |field: &str| login.is_some_and(|login| login.get(field).is_true());
        page.posts.push(match is("IsFrozen") {
            true => post("Unfreeze", "unfreeze", ""),
            false => post("Freeze", "freeze", ""),
        });
        if is("IsPasswordLocked") {
            page.posts.push(post("Unlock", "unlock", ""));
        }
    }
    if edits && !own {
        page.posts.push(match active {
            true => post("Deactivate", "deactivate", "What the user owns stays with them. Deactivate?"),
            false => post("Activate", "activate", ""),
        });
    }
    if visit.browser.state.may_log_in_as(visit.context, user)? {
        if runner_is_external(user) {
            page.posts.extend(external::log_in_posts(visit, user, id, &format!("/{}", id.short()))?);
        } else {
            let mut login = post("Login", "login", "");
            login.url = "/servlet/servlet.su".to_owned();
            login.fields = vec![
                ("oid", visit.org().id.short().to_owned()),
                ("suorgadminid", id.short().to_owned()),
                ("retURL", format!("/{}", id.short())),
                ("targetURL", place::HOME.to_owned()),
            ];
            page.posts.push(login);
        }
    }
    Ok(())
}

fn runner_is_external(user: &Record) -> bool {
    crate::org::access::is_external_type(user.text("UserType").unwrap_or_default())
}

/// What a user has: permission sets, licences of these, groups, queues, tokens of apps, logins.
fn tables(visit: &Visit, user: &Record, id: Id) -> Result<Vec<Table>, Fault> {
    let who = quoted(id.as_str());
    let mut tables = Vec::new();
    let may_assign = visit.runner().may("AssignPermissionSets") || visit.runner().delegated().is_some();
    let rows = |heading: &str, columns: &[&str], text: String| -> Result<Option<Table>, Fault> {
        let Ok(found) = visit.query(&text) else { return Ok(None) };
        let mut table = Table::new(heading, columns);
        for row in &found.rows {
            table.push((0..columns.len()).map(|column| Shown::text(text_at(row, column))).collect());
        }
        Ok(Some(table))
    };
    let sets = rows(
        "Permission Set Assignments",
        &["Permission Set Label", "API Name", "Expires On"],
        format!(
            "SELECT PermissionSet.Label, PermissionSet.Name, ExpirationDate FROM PermissionSetAssignment WHERE AssigneeId = {who} AND PermissionSet.IsOwnedByProfile = false AND PermissionSetGroupId = null ORDER BY PermissionSet.Label LIMIT 200"
        ),
    )?;
    if let Some(mut table) = sets {
        if may_assign {
            let url = format!("/udd/PermissionSet/assignPermissionSet.apexp?userId={}", id.short());
            table.button = Some(("Edit Assignments".to_owned(), url));
        }
        tables.push(table);
    }
    tables.extend(rows(
        "Permission Set Group Assignments",
        &["Permission Set Group", "API Name"],
        format!("SELECT PermissionSetGroup.MasterLabel, PermissionSetGroup.DeveloperName FROM PermissionSetAssignment WHERE AssigneeId = {who} AND PermissionSetGroupId != null LIMIT 200"),
    )?);
    tables.extend(rows(
        "Permission Set License Assignments",
        &["Permission Set License", "API Name"],
        format!("SELECT PermissionSetLicense.MasterLabel, PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign WHERE AssigneeId = {who} LIMIT 200"),
    )?);
    for (heading, kind) in [("Public Group Membership", "Regular"), ("Queue Membership", "Queue")] {
        tables.extend(rows(
            heading,
            &["Name"],
            format!("SELECT Group.Name FROM GroupMember WHERE UserOrGroupId = {who} AND Group.Type = '{kind}' LIMIT 200"),
        )?);
    }
    if user.object.field("ManagerId").is_some() {
        tables.extend(rows(
            "OAuth Apps",
            &["Connected App", "Uses"],
            format!("SELECT AppName, UseCount FROM OauthToken WHERE UserId = {who} LIMIT 50"),
        )?);
    }
    if visit.runner().may("ManageUsers")
        || visit.runner().may("MonitorLoginHistory")
        || id == visit.runner().user
    {
        let text = format!(
            "SELECT Id, LoginTime, SourceIp, LoginType, Status, Application FROM LoginHistory WHERE UserId = {who} ORDER BY LoginTime DESC LIMIT 10"
        );
        if let Ok(found) = visit.query(&text) {
            tables.push(login_table(visit, "Login History", &found.rows));
        }
    }
    Ok(tables)
}

/// Rows of LoginHistory: id, time, address, type, status, application.
pub(super) fn login_table(visit: &Visit, heading: &str, rows: &[crate::model::record::Row]) -> Table {
    let mut table = Table::new(heading, &["Login Time", "Source IP", "Login Type", "Status", "Application"]);
    for row in rows {
        let at = cell::moment(text_at(row, 1).parse().unwrap_or_default(), &visit.runner().time_zone);
        let trace = visit.browser.state.logins.find(&text_at(row, 0));
        let at = match trace {
            Some(login) => Shown::link(at, format!("/_fauxforce/logins/{}", login.number)),
            None => Shown::text(at),
        };
        let mut cells = vec![at];
        cells.extend((2..6).map(|column| Shown::text(text_at(row, column))));
        table.rows.push(Line { cells, ..Line::default() });
    }
    table
}

/// `/{id}/e` of a user.
pub(super) fn edit(visit: &Visit, user: &Record, id: Id) -> PageResult {
    let runner = visit.runner();
    let object = user.object.clone();
    if !runner.object(&object).edit || !runner.edits_record(visit.org(), user)? {
        return Err(Trouble::Denied);
    }
    let back = place::record(visit.browser, "User", id);
    let notify = visit.form.get("new_password").is_some();
    let faults = if visit.is_post() {
        match form::save(visit, &object, Some((user, id)), Vec::new(), notify)? {
            Ok(_) => {
                if notify {
                    reset_password(visit, user, id)?;
                }
                return visit.go_and_tell(&back, &format!("{} was saved.", display_name(user)));
            }
            Err(faults) => faults,
        }
    } else {
        Vec::new()
    };
    let filled = if visit.is_post() { Filled::Sent } else { Filled::With(Some(user), &[]) };
    let sections = form::sections(visit, &object, &filled, false, &faults)?;
    let may_reset = id != runner.user && password::may_manage(runner, user).is_ok();
    Ok(Response::page(&EditPage {
        shell: visit.shell("User Edit"),
        heading: format!("User Edit: {}", display_name(user)),
        action: place::edit(visit.browser, "User", id),
        cancel: back,
        errors: form::of_page(&faults, &sections),
        is_refused: !faults.is_empty(),
        sections,
        last: may_reset.then_some((NOTIFY_BY.0, NOTIFY_BY.1, notify)),
        hidden: Vec::new(),
        saves_more: false,
    }))
}

/// `/005/e`: a new user; of a contact, where one is named.
pub(super) fn new(visit: &Visit) -> PageResult {
    let object = visit.object_named("User")?;
    if !visit.runner().object(&object).create {
        return Err(Trouble::Denied);
    }
    let contact = visit.parameter("contactId").and_then(|id| Id::parse(&id));
    if let Some(contact) = contact {
        let kind = visit.parameter("portal").and_then(|kind| ExternalKind::named(&kind));
        return external::new_user(visit, contact, kind.unwrap_or(ExternalKind::Customer));
    }
    let faults = if visit.is_post() {
        let notify = visit.form.get("new_password").is_some();
        match external::save_new(visit, &object, Vec::new(), notify)? {
            Ok(id) => {
                let name = cell::reference(visit, id).text;
                let next = match visit.form.get("save_new") {
                    Some(_) => place::new("User"),
                    None => place::record(visit.browser, "User", id),
                };
                return visit.go_and_tell(&next, &format!("User {name} was created."));
            }
            Err(faults) => faults,
        }
    } else {
        Vec::new()
    };
    let known = external_user::prefill_internal(visit.org(), &visit.context.environment())?;
    let filled = if visit.is_post() { Filled::Sent } else { Filled::With(None, &known) };
    let mut sections = form::sections(visit, &object, &filled, true, &faults)?;
    for section in &mut sections {
        section.inputs.retain(|input| input.name != "AccountId");
        let groups = section.inputs.iter().find(|input| input.name == "ProfileId");
        let license = groups.map(|profile| external::license_input(&profile.groups, &profile.value));
        if let Some(license) = license {
            section.inputs.insert(0, license);
        }
    }
    Ok(Response::page(&EditPage {
        shell: visit.shell("New User"),
        heading: "New User".to_owned(),
        action: place::new("User"),
        cancel: place::list("User"),
        errors: form::of_page(&faults, &sections),
        is_refused: !faults.is_empty(),
        sections,
        last: Some((NOTIFY_BY.0, NOTIFY_BY.1, !visit.is_post() || visit.form.get("new_password").is_some())),
        hidden: Vec::new(),
        saves_more: true,
    }))
}

fn reset_password(visit: &Visit, user: &Record, id: Id) -> Result<(), Trouble> {
    let (org, environment) = (visit.org(), visit.context.environment());
    password::may_manage(visit.runner(), user)?;
    password::reset(org, &environment, id, true)?;
    password::note_change(org, &environment, visit.runner().user, user, true)?;
    Ok(())
}

/// `/_console/user/{id}`: what the buttons of a user do.
pub(super) fn press(visit: &Visit) -> PageResult {
    let (object, user, id) = visit.record_in_path()?;
    let back = place::record(visit.browser, "User", id);
    let name = display_name(&user);
    let pressed = |name: &str| visit.form.get(name).is_some();
    if pressed("resetPW") {
        reset_password(visit, &user, id)?;
        let mail = user.text("Email").unwrap_or_default();
        return visit
            .go_and_tell(&back, &format!("The password of {name} has been reset, and mailed to {mail}."));
    }
    for (button, field, value, done) in [
        ("freeze", "IsFrozen", true, "was frozen"),
        ("unfreeze", "IsFrozen", false, "was unfrozen"),
        ("unlock", "IsPasswordLocked", false, "was unlocked"),
    ] {
        if pressed(button) {
            let (_, login) = login_of(visit, id)?.ok_or(Trouble::NoRecord)?;
            let logins = visit.object_named("UserLogin")?;
            let fields = vec![(field.to_owned(), Sent::new(Raw::Bool(value)))];
            let saved = visit.save(&logins, Some(login), fields, false)?;
            return visit.after(saved, &back, &format!("{name} {done}."));
        }
    }
    for (button, value, done) in
        [("activate", true, "was activated"), ("deactivate", false, "was deactivated")]
    {
        if pressed(button) {
            let fields = vec![("IsActive".to_owned(), Sent::new(Raw::Bool(value)))];
            let saved = visit.save(&object, Some(id), fields, false)?;
            return visit.after(saved, &back, &format!("{name} {done}."));
        }
    }
    Err(Trouble::NoPage)
}

#[derive(Template)]
#[template(path = "console/assign.html")]
struct AssignPage {
    shell: Shell,
    heading: String,
    action: String,
    back: String,
    errors: Vec<String>,
    /// Value, label, whether it is assigned.
    sets: Vec<(String, String, bool)>,
}

/// `/udd/PermissionSet/assignPermissionSet.apexp`: the permission sets of a user.
pub(super) fn assign(visit: &Visit) -> PageResult {
    let id = visit.parameter("userId").and_then(|id| Id::parse(&id)).ok_or(Trouble::NoRecord)?;
    let users = visit.object_named("User")?;
    let user = visit.record(&users, id)?;
    let who = quoted(id.as_str());
    let assigned = visit.query(&format!(
        "SELECT Id, PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {who} AND PermissionSet.IsOwnedByProfile = false AND PermissionSetGroupId = null LIMIT 500"
    ))?;
    let assigned: Vec<(Id, String)> =
        assigned.rows.iter().filter_map(|row| Some((id_at(row, 0)?, text_at(row, 1)))).collect();
    let sets = visit.query("SELECT Id, Label, IsOwnedByProfile FROM PermissionSet WHERE IsOwnedByProfile = false AND Type != 'Group' ORDER BY Label LIMIT 500")?;
    let sets: Vec<(String, String)> =
        sets.rows.iter().filter(|row| !is_at(row, 2)).map(|row| (text_at(row, 0), text_at(row, 1))).collect();
    let back = place::record(visit.browser, "User", id);
    let chosen = |set: &str| visit.form.get(&format!("set_{set}")).is_some();
    let mut errors = Vec::new();
    if visit.is_post() {
        let object = visit.object_named("PermissionSetAssignment")?;
        for (set, label) in &sets {
            let row = assigned.iter().find(|(_, known)| known == set).map(|(row, _)| *row);
            let saved = match (row, chosen(set)) {
                (None, true) => {
                    let fields = vec![
                        ("AssigneeId".to_owned(), Sent::from(id.as_str())),
                        ("PermissionSetId".to_owned(), Sent::from(set.as_str())),
                    ];
                    visit.save(&object, None, fields, false)?
                }
                (Some(row), false) => visit.delete(row)?,
                _ => continue,
            };
            if let Err(faults) = saved {
                errors.extend(faults.iter().map(|fault| format!("{label}: {}", fault.message)));
            }
        }
        if errors.is_empty() {
            return visit.go_and_tell(&back, "The permission sets were saved.");
        }
    }
    let is_assigned = |set: &str| match visit.is_post() {
        true => chosen(set),
        false => assigned.iter().any(|(_, known)| known == set),
    };
    Ok(Response::page(&AssignPage {
        shell: visit.shell("Permission Set Assignments"),
        heading: format!("Permission Set Assignments: {}", display_name(&user)),
        action: format!("/udd/PermissionSet/assignPermissionSet.apexp?userId={}", id.short()),
        back,
        errors,
        sets: sets.into_iter().map(|(set, label)| (set.clone(), label, is_assigned(&set))).collect(),
    }))
}
