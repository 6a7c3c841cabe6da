//! Pages of one record, whatever its object: what it says, its form, its end.

use std::sync::Arc;

use askama::Template;

use super::cell::{self, Shown};
use super::form::{self, Filled, InputSection};
use super::list::{self, Post, Table};
use super::place;
use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use super::visit::{Saved, Visit, quoted};
use super::{external, users};
use crate::describe::page;
use crate::dml::display_name;
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;

/// A button or a link above a record.
pub(super) struct Action {
    pub label: String,
    /// As page layouts name it.
    pub name: &'static str,
    pub url: String,
}

#[derive(Template)]
#[template(path = "console/detail.html")]
pub(super) struct DetailPage {
    pub shell: Shell,
    /// `Account`, `User`, …
    pub kind: String,
    pub heading: String,
    pub id: String,
    /// What is to be known of the record before all else.
    pub flags: Vec<String>,
    pub actions: Vec<Action>,
    pub posts: Vec<Post>,
    pub sections: Vec<ShownSection>,
    pub tables: Vec<Table>,
}

pub(super) struct ShownSection {
    pub heading: String,
    pub fields: Vec<(String, Shown)>,
}

#[derive(Template)]
#[template(path = "console/edit.html")]
pub(super) struct EditPage {
    pub shell: Shell,
    pub heading: String,
    pub action: String,
    pub cancel: String,
    pub errors: Vec<String>,
    /// Whether the pipeline has refused what was sent.
    pub is_refused: bool,
    pub sections: Vec<InputSection>,
    /// Name, label and state of a checkbox below the form.
    pub last: Option<(&'static str, &'static str, bool)>,
    pub hidden: Vec<(&'static str, String)>,
    pub saves_more: bool,
}

/// `/lightning/r/{object}/{id}/view`, `/{id}`
pub(super) fn view(visit: &Visit) -> PageResult {
    view_of(visit, visit.id_in_path()?)
}

pub(super) fn view_of(visit: &Visit, id: Id) -> PageResult {
    let (object, record, id) = visit.record_of(id)?;
    visit.org().recent.view(visit.runner().user, id);
    show(visit, &object, &record, id)
}

/// The page of a record, as its object has it.
pub(super) fn show(visit: &Visit, object: &Arc<SObject>, record: &Record, id: Id) -> PageResult {
    match object.name.as_str() {
        "User" => users::view(visit, record, id),
        _ => Ok(Response::page(&external::page(visit, object, record, id)?)),
    }
}

/// The page of a record, with what its object has besides.
pub(super) fn detail(
    visit: &Visit,
    object: &Arc<SObject>,
    record: &Record,
    id: Id,
) -> Result<DetailPage, Trouble> {
    let runner = visit.runner();
    let access = runner.object(object);
    let (mut actions, mut posts) = (Vec::new(), Vec::new());
    if access.edit && runner.edits_record(visit.org(), record)? {
        let url = place::edit(visit.browser, &object.name, id);
        actions.push(Action { label: "Edit".to_owned(), name: "Edit", url });
    }
    if access.delete && object.is("deletable") && runner.deletes_record(visit.org(), record)? {
        posts.push(Post {
            label: "Delete".to_owned(),
            about: String::new(),
            url: format!("{}/_console/delete/{id}", visit.browser.prefix()),
            fields: Vec::new(),
            confirm: "Are you sure?",
            name: "Delete",
        });
    }
    Ok(DetailPage {
        shell: visit.shell(display_name(record)),
        kind: object.label.clone(),
        heading: display_name(record),
        id: id.to_string(),
        flags: Vec::new(),
        actions,
        posts,
        sections: shown_sections(visit, object, record),
        tables: tables(visit, &object.name, record, id)?,
    })
}

pub(super) fn shown_sections(visit: &Visit, object: &SObject, record: &Record) -> Vec<ShownSection> {
    let sections = page::sections(object, visit.runner());
    let of_person = record.get("IsPersonAccount").is_true();
    let sections = sections.iter().filter(|section| section.heading != "Person Account" || of_person);
    // Of four hundred permissions a page has those that are given.
    let is_listed = |field: &&&crate::model::schema::Field| {
        let permissions = matches!(object.name.as_str(), "Profile" | "PermissionSet");
        !permissions || !field.name.starts_with("Permissions") || record.get(&field.name).is_true()
    };
    sections
        .map(|section| ShownSection {
            heading: section.heading.to_owned(),
            fields: section
                .fields
                .iter()
                .filter(is_listed)
                .map(|field| (page::label(object, field), cell::of_record(visit, record, field)))
                .collect(),
        })
        .collect()
}

fn tables(visit: &Visit, object: &str, record: &Record, id: Id) -> Result<Vec<Table>, Fault> {
    let id = quoted(id.as_str());
    let mut tables = Vec::new();
    if object == "Account" && !record.get("IsPersonAccount").is_true() {
        if let Some(mut table) = list::related(visit, "Contact", &format!("AccountId = {id}"), "Contacts")? {
            if visit.runner().object_named("Contact").create && visit.browser.site().is_none() {
                let pairs =
                    [("defaultFieldValues", format!("AccountId={}", record.text("Id").unwrap_or_default()))];
                let query: String =
                    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
                table.button = Some(("New Contact".to_owned(), format!("{}?{query}", place::new("Contact"))));
            }
            tables.push(table);
        }
        if visit.browser.site().is_none() {
            let condition = format!("AccountId = {id}");
            tables.extend(list::related(visit, "User", &condition, "External Users")?);
            tables.extend(list::related(visit, "Account", &format!("ParentId = {id}"), "Child Accounts")?);
        }
    }
    let users = match object {
        "UserRole" => Some((format!("UserRoleId = {id}"), "Users in Role")),
        "Profile" => Some((format!("ProfileId = {id}"), "Users with this Profile")),
        "PermissionSet" => {
            let inner =
                format!("SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSetId = {id}");
            Some((format!("Id IN ({inner})"), "Assigned Users"))
        }
        "Group" => {
            let inner = format!("SELECT UserOrGroupId FROM GroupMember WHERE GroupId = {id}");
            Some((format!("Id IN ({inner})"), "Members"))
        }
        _ => None,
    };
    if let Some((condition, heading)) = users {
        tables.extend(list::related(visit, "User", &condition, heading)?);
    }
    if object == "Contact"
        && visit.browser.site().is_none()
        && visit.org().standard_object("User")?.field("ContactId").is_some()
    {
        tables.extend(list::related(visit, "User", &format!("ContactId = {id}"), "Users of this Contact")?);
    }
    Ok(tables)
}

/// `/lightning/r/{object}/{id}/edit`, `/{id}/e`
pub(super) fn edit(visit: &Visit) -> PageResult {
    edit_of(visit, visit.id_in_path()?)
}

pub(super) fn edit_of(visit: &Visit, id: Id) -> PageResult {
    let (object, record, id) = visit.record_of(id)?;
    if object.name == "User" {
        return users::edit(visit, &record, id);
    }
    let runner = visit.runner();
    if !runner.object(&object).edit || !runner.edits_record(visit.org(), &record)? {
        return Err(Trouble::Denied);
    }
    let back = place::record(visit.browser, &object.name, id);
    if !visit.is_post() {
        return show_form(visit, &object, Some((&record, id)), &[], &[], &back);
    }
    match form::save(visit, &object, Some((&record, id)), Vec::new(), false)? {
        Ok(_) => visit.go_and_tell(&back, &format!("{} was saved.", display_name(&record))),
        Err(faults) => show_form(visit, &object, Some((&record, id)), &[], &faults, &back),
    }
}

/// `/lightning/o/{object}/new`, `/001/e`
pub(super) fn new(visit: &Visit) -> PageResult {
    new_of(visit, &visit.object()?)
}

pub(super) fn new_of(visit: &Visit, object: &Arc<SObject>) -> PageResult {
    if object.name == "User" {
        return users::new(visit);
    }
    if !visit.runner().object(object).create {
        return Err(Trouble::Denied);
    }
    let back = place::list(&object.name);
    if !visit.is_post() {
        let known = known_values(visit);
        return show_form(visit, object, None, &known, &[], &back);
    }
    match form::save(visit, object, None, Vec::new(), false)? {
        Ok(id) if visit.form.get("save_new").is_some() => {
            let what = cell::reference(visit, id).text;
            visit.go_and_tell(&place::new(&object.name), &format!("{what} was created."))
        }
        Ok(id) => {
            let what = format!("{} {} was created.", object.label, cell::reference(visit, id).text);
            visit.go_and_tell(&place::record(visit.browser, &object.name, id), &what)
        }
        Err(faults) => show_form(visit, object, None, &[], &faults, &back),
    }
}

/// `defaultFieldValues=AccountId=001…,LastName=Doe`, each value encoded once more.
/// Source: <https://help.salesforce.com/s/articleView?id=release-notes.rn_general_url_hack.htm>
fn known_values(visit: &Visit) -> Vec<(String, String)> {
    let text = visit.parameter("defaultFieldValues").unwrap_or_default();
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    let decoded = |text: &str| crate::message::percent_decoded(text).into_owned();
    pairs
        .map(|(name, value)| {
            let value = decoded(value);
            let record = Id::parse(&value).map(|id| cell::reference(visit, id).text);
            (name.trim().to_owned(), record.unwrap_or(value))
        })
        .collect()
}

fn show_form(
    visit: &Visit,
    object: &Arc<SObject>,
    record: Option<(&Record, Id)>,
    known: &[(String, String)],
    faults: &[Fault],
    cancel: &str,
) -> PageResult {
    let filled =
        if visit.is_post() { Filled::Sent } else { Filled::With(record.map(|(record, _)| record), known) };
    let sections = form::sections(visit, object, &filled, record.is_none(), faults)?;
    let heading = match record {
        Some((record, _)) => format!("Edit {}", display_name(record)),
        None => format!("New {}", object.label),
    };
    Ok(Response::page(&EditPage {
        shell: visit.shell(heading.as_str()),
        heading,
        action: match record {
            Some((_, id)) => place::edit(visit.browser, &object.name, id),
            None => place::new(&object.name),
        },
        cancel: cancel.to_owned(),
        errors: form::of_page(faults, &sections),
        is_refused: !faults.is_empty(),
        sections,
        last: None,
        hidden: Vec::new(),
        saves_more: record.is_none(),
    }))
}

/// `/_console/delete/{id}`
pub(super) fn delete(visit: &Visit) -> PageResult {
    let (object, record, id) = visit.record_in_path()?;
    let name = display_name(&record);
    match visit.delete(id)? {
        Ok(_) => {
            let list = match visit.browser.site() {
                Some(_) => format!("{}/s/", visit.browser.prefix()),
                None => place::list(&object.name),
            };
            visit.go_and_tell(&list, &format!("{} {name} was deleted.", object.label))
        }
        failed @ Err(_) => {
            let back = place::record(visit.browser, &object.name, id);
            let saved: Saved = failed;
            visit.after(saved, &back, "")
        }
    }
}
