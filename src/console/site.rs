//! The administration of a site: its settings, its members, whether visitors register themselves.
//! <https://help.salesforce.com/s/articleView?id=networks_customize_members>

use askama::Template;

use super::cell::{Shown, id_at, text_at};
use super::form::{self, Choice, Group, Input};
use super::list::Table;
use super::place;
use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use super::visit::{Visit, quoted};
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input as Sent, Raw};

#[derive(Template)]
#[template(path = "console/site.html")]
struct SitePage {
    shell: Shell,
    heading: String,
    action: String,
    errors: Vec<String>,
    inputs: Vec<Input>,
    member: Input,
    tables: Vec<Table>,
}

/// Fields of Network that the page has, with their labels.
const FIELDS: &[(&str, &str)] = &[
    ("OptionsSendWelcomeEmail", "Send welcome email"),
    ("OptionsAllowInternalUserLogin", "Allow internal users to log in directly to the site"),
    ("OptionsSelfRegistrationEnabled", "Allow customers and partners to self-register"),
];

/// Where the page of a site is.
pub(super) fn path(id: Id) -> String {
    format!("/lightning/setup/SetupNetworks/page?address=%2F_ui%2Fnetworks%2Fadmin%3Fid%3D{}", id.short())
}

fn direct(id: Id) -> String {
    format!("/_ui/networks/admin?id={}", id.short())
}

/// `/_ui/networks/admin?id=0DB…`
pub(super) fn administration(visit: &Visit) -> PageResult {
    visit.needs(place::SETUP_PERMISSIONS)?;
    let id = visit.parameter("id").and_then(|id| Id::parse(&id)).ok_or(Trouble::NoRecord)?;
    let object = visit.object_named("Network")?;
    let network = visit.record(&object, id)?;
    let mut errors = Vec::new();
    if visit.is_post() {
        errors = match visit.form.get("add_member").is_some() {
            true => add_member(visit, id)?,
            false => save(visit, &network, id)?,
        };
        if errors.is_empty() {
            return visit.go_and_tell(&direct(id), "The site was saved.");
        }
    }
    show(visit, &network, id, errors.iter().map(|fault| fault.message.clone()).collect())
}

fn save(visit: &Visit, network: &Record, id: Id) -> Result<Vec<Fault>, Trouble> {
    let mut fields = Vec::new();
    for (field, _) in FIELDS {
        let on = visit.form.get(field) == Some("true");
        if on != network.get(field).is_true() {
            fields.push(((*field).to_owned(), Sent::new(Raw::Bool(on))));
        }
    }
    for field in ["Status", "SelfRegProfileId"] {
        let text = visit.form.get(field).unwrap_or_default();
        if text != network.text(field).unwrap_or_default() {
            let raw = if text.is_empty() { Raw::Null } else { Raw::Text(text.to_owned()) };
            fields.push((field.to_owned(), Sent::new(raw)));
        }
    }
    let object = network.object.clone();
    if !fields.is_empty()
        && let Err(faults) = visit.save(&object, Some(id), fields, false)?
    {
        return Ok(faults);
    }
    save_account(visit, id)
}

/// The account of those who register themselves.
fn save_account(visit: &Visit, network: Id) -> Result<Vec<Fault>, Trouble> {
    let rows = visit.object_named("NetworkSelfRegistration")?;
    let (row, before) = registration(visit, network)?;
    let text = visit.form.get("account").unwrap_or_default().trim().to_owned();
    if text == before {
        return Ok(Vec::new());
    }
    let saved = match (row, text.is_empty()) {
        (Some(row), true) => visit.delete(row)?,
        (row, _) => {
            let accounts = visit.object_named("Account")?;
            let query = format!("SELECT Id FROM Account WHERE Name = {} LIMIT 2", quoted(&text));
            let named = visit.query(&query)?.rows.first().and_then(|row| row.id);
            let Some(account) = Id::parse(&text).or(named) else { return Ok(vec![form::no_matches()]) };
            visit.record(&accounts, account)?;
            let mut fields = vec![("AccountId".to_owned(), Sent::from(account.as_str()))];
            if row.is_none() {
                fields.push(("NetworkId".to_owned(), Sent::from(network.as_str())));
            }
            visit.save(&rows, row, fields, false)?
        }
    };
    Ok(saved.err().unwrap_or_default())
}

/// The row that names the account, and the account's name.
fn registration(visit: &Visit, network: Id) -> Result<(Option<Id>, String), Fault> {
    let query = format!(
        "SELECT Id, AccountId FROM NetworkSelfRegistration WHERE NetworkId = {} LIMIT 1",
        quoted(network.as_str())
    );
    let found = visit.query(&query)?;
    let Some(row) = found.rows.first() else { return Ok((None, String::new())) };
    let name = id_at(row, 1).map(|account| super::cell::reference(visit, account).text);
    Ok((row.id, name.unwrap_or_default()))
}

fn add_member(visit: &Visit, network: Id) -> Result<Vec<Fault>, Trouble> {
    let rows = visit.object_named("NetworkMemberGroup")?;
    let parent = visit.form.get("member").unwrap_or_default();
    let fields = vec![
        ("NetworkId".to_owned(), Sent::from(network.as_str())),
        ("ParentId".to_owned(), Sent::from(parent)),
    ];
    Ok(visit.save(&rows, None, fields, false)?.err().unwrap_or_default())
}

fn show(visit: &Visit, network: &Record, id: Id, errors: Vec<String>) -> PageResult {
    let value = |field: &str| match visit.is_post() {
        true => visit.form.get(field).unwrap_or_default().to_owned(),
        false if network.get(field).is_true() => "true".to_owned(),
        false => network.text(field).unwrap_or_default().to_owned(),
    };
    let members = format!(
        "SELECT ParentId FROM NetworkMemberGroup WHERE NetworkId = {} LIMIT 200",
        quoted(id.as_str())
    );
    let mut table = Table::new("Members", &["Profile or permission set"]);
    let mut profiles = vec![Choice::new("", "--None--", "")];
    let chosen = value("SelfRegProfileId");
    for row in visit.query(&members)?.rows {
        let Some(parent) = id_at(&row, 0) else { continue };
        let shown = super::cell::reference(visit, parent);
        if let Some(profile) =
            visit.org().profile(parent).ok().flatten().filter(|profile| profile.license.is_external())
        {
            profiles.push(Choice::new(parent.as_str(), profile.name.as_str(), &chosen));
        }
        table.push(vec![Shown::text(shown.text)]);
    }
    let select = |name: &str, label: &str, choices: Vec<Choice>| Input {
        name: name.to_owned(),
        id: name.to_owned(),
        label: label.to_owned(),
        kind: "select",
        groups: vec![Group { label: String::new(), choices }],
        ..Input::default()
    };
    let status = value("Status");
    let states = ["UnderConstruction", "Live", "DownForMaintenance"];
    let mut inputs =
        vec![select("Status", "Status", states.map(|state| Choice::new(state, state, &status)).to_vec())];
    for (field, label) in FIELDS {
        inputs.push(Input {
            name: (*field).to_owned(),
            id: (*field).to_owned(),
            label: (*label).to_owned(),
            kind: "checkbox",
            value: value(field),
            ..Input::default()
        });
    }
    inputs.push(select("SelfRegProfileId", "Profile of those who self-register", profiles));
    let account = match visit.is_post() {
        true => value("account"),
        false => registration(visit, id)?.1,
    };
    inputs.push(Input {
        name: "account".to_owned(),
        id: "account".to_owned(),
        label: "Account of those who self-register".to_owned(),
        kind: "text",
        value: account,
        hint: "Name or ID",
        ..Input::default()
    });
    let mut member = select("member", "Add a profile", Vec::new());
    member.groups = form::profiles(visit, "", "")?;
    let rows = visit.query(&format!("SELECT Name FROM Network WHERE Id = {}", quoted(id.as_str())))?.rows;
    let name = rows.first().map(|row| text_at(row, 0)).unwrap_or_default();
    Ok(Response::page(&SitePage {
        shell: visit.shell("Administration"),
        heading: format!("Administration: {name}"),
        action: direct(id),
        errors,
        inputs,
        member,
        tables: vec![table],
    }))
}
