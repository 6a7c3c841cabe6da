//! "Manage External User" on a contact, "Manage External Account" on an account, and the form for a new external user.

use std::sync::Arc;

use super::cell;
use super::form::{self, Choice, Filled, Group, Input};
use super::list::Post;
use super::place;
use super::record::{Action, DetailPage, EditPage, detail};
use super::trouble::{PageResult, Trouble};
use super::visit::Visit;
use crate::dml::display_name;
use crate::flow::external_user::{self, ExternalKind};
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::{Input as Sent, Raw};

/// The page of a contact or an account, with the buttons for external users.
pub(super) fn with_buttons(
    visit: &Visit,
    mut page: DetailPage,
    record: &Record,
    id: Id,
) -> Result<DetailPage, Fault> {
    match record.object.name.as_str() {
        "Contact" => of_contact(visit, &mut page, record, id)?,
        "Account" => of_account(visit, &mut page, record, id)?,
        _ => {}
    }
    Ok(page)
}

fn of_contact(visit: &Visit, page: &mut DetailPage, contact: &Record, id: Id) -> Result<(), Fault> {
    let menu = external_user::contact_menu(visit.org(), visit.runner(), contact)?;
    for kind in &menu.enable {
        let (label, name) = match kind {
            ExternalKind::Customer => ("Enable Customer User", "EnableCustomerPortal"),
            ExternalKind::Partner => ("Enable Partner User", "EnablePartnerPortalUser"),
        };
        let url = format!("/005/e?contactId={}&portal={}", id.short(), kind.name());
        page.actions.push(Action { label: label.to_owned(), name, url });
    }
    let Some(user) = &menu.user else { return Ok(()) };
    let Some(user_id) = user.id("Id") else { return Ok(()) };
    let (view, view_name, disable, disable_name) = match ExternalKind::of(user) {
        ExternalKind::Customer => {
            ("View Customer User", "ViewCustomerPortalUser", "Disable Customer User", "DisableCustomerPortal")
        }
        ExternalKind::Partner => {
            ("View Partner User", "ViewPartnerPortalUser", "Disable Partner User", "DisablePartnerPortal")
        }
    };
    let url = place::record(visit.browser, "User", user_id);
    page.actions.push(Action { label: view.to_owned(), name: view_name, url });
    if menu.logs_in && visit.browser.state.may_log_in_as(visit.context, user)? {
        page.posts.extend(log_in_posts(visit, user, user_id, &format!("/{}", id.short()))?);
    }
    page.posts.push(Post {
        label: disable.to_owned(),
        about: String::new(),
        url: format!("/_console/disable/{user_id}"),
        fields: vec![("retURL", place::record(visit.browser, "Contact", id))],
        confirm: "Are you sure?",
        name: disable_name,
    });
    Ok(())
}

/// A button for each live community that the user is a member of.
pub(super) fn log_in_posts(visit: &Visit, user: &Record, id: Id, back: &str) -> Result<Vec<Post>, Fault> {
    let org = visit.org();
    let networks = org.networks_of(user)?;
    let sites: Vec<_> = org.sites.iter().filter(|site| networks.contains(&site.network)).collect();
    Ok(sites
        .iter()
        .map(|site| Post {
            label: match sites.len() {
                1 => "Log in to Experience as User".to_owned(),
                _ => format!("Log in to {} as User", site.name),
            },
            about: String::new(),
            url: "/servlet/servlet.su".to_owned(),
            fields: vec![
                ("oid", org.id.short().to_owned()),
                ("retURL", back.to_owned()),
                ("sunetworkid", site.network.short().to_owned()),
                ("sunetworkuserid", id.short().to_owned()),
            ],
            confirm: "",
            name: "LoginToNetworkAsUser",
        })
        .collect())
}

fn of_account(visit: &Visit, page: &mut DetailPage, account: &Record, id: Id) -> Result<(), Fault> {
    let menu = external_user::account_menu(visit.org(), visit.runner(), account)?;
    let post = |label: &str, name: &'static str, turns: &'static str, confirm: &'static str| Post {
        label: label.to_owned(),
        about: String::new(),
        url: format!("/_console/partner/{id}"),
        fields: vec![("partner", turns.to_owned())],
        confirm,
        name,
    };
    if menu.enable_as_partner {
        page.posts.push(post(
            "Enable As Partner",
            "EnableAsPartner",
            "true",
            "Yes, I want to enable this account as a Partner Account.",
        ));
    }
    if menu.disable_partner {
        page.posts.push(post(
            "Disable Partner Account",
            "DisablePartnerPortalAccount",
            "false",
            "All external users of the account are disabled for good. Are you sure?",
        ));
    }
    Ok(())
}

/// `/_console/partner/{id}`: the account becomes a partner account, or is one no longer.
pub(super) fn turn_partner(visit: &Visit) -> PageResult {
    let (object, record, id) = visit.record_in_path()?;
    let on = visit.form.get("partner") == Some("true");
    let menu = external_user::account_menu(visit.org(), visit.runner(), &record)?;
    if !(if on { menu.enable_as_partner } else { menu.disable_partner }) {
        return Err(Trouble::Denied);
    }
    let fields = vec![("IsPartner".to_owned(), Sent::new(Raw::Bool(on)))];
    let saved = visit.save(&object, Some(id), fields, false)?;
    let what = if on { "enabled as a Partner Account" } else { "disabled as a Partner Account" };
    visit.after(
        saved,
        &place::record(visit.browser, "Account", id),
        &format!("{} was {what}.", display_name(&record)),
    )
}

/// `/_console/disable/{id}`: the user is no longer one of the contact, for good.
pub(super) fn disable(visit: &Visit) -> PageResult {
    let (object, user, id) = visit.record_in_path()?;
    let back = user.id("ContactId").map(|contact| place::record(visit.browser, "Contact", contact));
    let fields = vec![("IsPortalEnabled".to_owned(), Sent::new(Raw::Bool(false)))];
    let saved = visit.save(&object, Some(id), fields, false)?;
    let what = format!("{} was disabled.", display_name(&user));
    visit.after(saved, &back.unwrap_or_else(|| place::record(visit.browser, "User", id)), &what)
}

/// The form for a new user of a contact, filled from it.
pub(super) fn new_user(visit: &Visit, contact: Id, kind: ExternalKind) -> PageResult {
    let org = visit.org();
    let contacts = visit.object_named("Contact")?;
    let contact_record = visit.record(&contacts, contact)?;
    let menu = external_user::contact_menu(org, visit.runner(), &contact_record)?;
    if !menu.enable.contains(&kind) {
        return Err(Trouble::Denied);
    }
    let users = visit.object_named("User")?;
    let account = contact_record.id("AccountId");
    let account = account.map(|id| org.find(&org.standard("Account")?, id)).transpose()?.flatten();
    let faults = if visit.is_post() {
        let mut more = vec![("ContactId".to_owned(), Sent::from(contact.as_str()))];
        if let Some(role) = visit.form.get("UserRoleId") {
            let field = if Id::parse(role).is_some() { "UserRoleId" } else { "PortalRole" };
            let has_roles = match visit.form.get("ProfileId").and_then(Id::parse) {
                Some(profile) => org.profile(profile)?.is_some_and(|profile| profile.license.roles),
                None => false,
            };
            if has_roles {
                more.push((field.to_owned(), Sent::from(role)));
            }
        }
        let notify = visit.form.get("new_password").is_some();
        match save_new(visit, &users, more, notify)? {
            Ok(id) => {
                let name = cell::reference(visit, id).text;
                return visit.go_and_tell(
                    &place::record(visit.browser, "User", id),
                    &format!("User {name} was created."),
                );
            }
            Err(faults) => faults,
        }
    } else {
        Vec::new()
    };
    let mut known = external_user::prefill(org, &contact_record)?;
    let profiles = external_user::profiles(org, kind)?;
    let groups = profile_groups(visit, &profiles)?;
    let chosen =
        visit.form.get("ProfileId").map(str::to_owned).or_else(|| {
            groups.iter().flat_map(|group| &group.choices).map(|choice| choice.value.clone()).next()
        });
    known.extend(chosen.clone().map(|profile| ("ProfileId".to_owned(), profile)));
    let filled = if visit.is_post() { Filled::Sent } else { Filled::With(None, &known) };
    let mut sections = form::sections(visit, &users, &filled, true, &faults)?;
    let roles = match &account {
        Some(account) => external_user::roles(org, account, kind)?,
        None => Vec::new(),
    };
    let chosen_role = visit.form.get("UserRoleId").map(str::to_owned);
    let chosen_role =
        chosen_role.or_else(|| roles.first().map(|role| role.value.clone())).unwrap_or_default();
    for section in &mut sections {
        for input in &mut section.inputs {
            match input.name.as_str() {
                "ProfileId" => input.groups = chosen_among(&groups, chosen.as_deref().unwrap_or_default()),
                "UserRoleId" => {
                    input.groups = vec![Group {
                        label: String::new(),
                        choices: roles
                            .iter()
                            .map(|role| Choice::new(&*role.value, &*role.label, &chosen_role))
                            .collect(),
                    }];
                    input.hint = "For licenses that have roles";
                }
                _ => {}
            }
        }
        if section.heading == "General Information" {
            section.inputs.insert(0, license_input(&groups, chosen.as_deref().unwrap_or_default()));
        }
    }
    let back = place::record(visit.browser, "Contact", contact);
    Ok(Response::page(&EditPage {
        shell: visit.shell("New User"),
        heading: format!("New User: {}", display_name(&contact_record)),
        action: format!("/005/e?contactId={}&portal={}", contact.short(), kind.name()),
        cancel: back,
        errors: form::of_page(&faults, &sections),
        is_refused: !faults.is_empty(),
        sections,
        last: Some(NOTIFY_BY)
            .map(|(name, label)| (name, label, !visit.is_post() || visit.form.get(name).is_some())),
        hidden: Vec::new(),
        saves_more: false,
    }))
}

pub(super) const NOTIFY_BY: (&str, &str) =
    ("new_password", "Generate new password and notify user immediately");

/// Creates a user of the form, with a role that goes by itself.
pub(super) fn save_new(
    visit: &Visit,
    users: &Arc<SObject>,
    more: Vec<(String, Sent)>,
    notify: bool,
) -> Result<Result<Id, Vec<Fault>>, Fault> {
    let is_external = more.iter().any(|(name, _)| name == "ContactId");
    let besides: &[&str] = if is_external { &["UserRoleId", "AccountId", "ContactId"] } else { &[] };
    let mut fields = match form::sent(visit, users, None, besides)? {
        Ok(fields) => fields,
        Err(faults) => return Ok(Err(faults)),
    };
    fields.extend(more);
    visit.save(users, None, fields, notify)
}

/// The licences of profiles to choose from; a script leaves the profiles of the chosen one.
pub(super) fn license_input(groups: &[Group], profile: &str) -> Input {
    let license = groups.iter().find(|group| group.choices.iter().any(|choice| choice.value == profile));
    let license = license.map(|group| group.label.as_str()).unwrap_or_default();
    let named = groups.iter().filter(|group| !group.label.is_empty());
    let choices = named.map(|group| Choice::new(&*group.label, &*group.label, license)).collect();
    Input {
        name: "user_license".to_owned(),
        id: "user_license_id".to_owned(),
        label: "User License".to_owned(),
        kind: "select",
        groups: vec![Group { label: String::new(), choices }],
        hint: "The profile decides",
        ..Input::default()
    }
}

fn chosen_among(groups: &[Group], value: &str) -> Vec<Group> {
    let choice = |choice: &Choice| Choice::new(&*choice.value, &*choice.label, value);
    groups
        .iter()
        .map(|group| Group {
            label: group.label.clone(),
            choices: group.choices.iter().map(choice).collect(),
        })
        .collect()
}

/// Profiles by their licences.
fn profile_groups(visit: &Visit, profiles: &[Id]) -> Result<Vec<Group>, Fault> {
    let mut groups: Vec<Group> = Vec::new();
    for id in profiles {
        let Some(profile) = visit.org().profile(*id)? else { continue };
        let choice = Choice::new(id.as_str(), &*profile.name, "");
        match groups.iter_mut().find(|group| group.label == profile.license.name) {
            Some(group) => group.choices.push(choice),
            None => groups.push(Group { label: profile.license.name.clone(), choices: vec![choice] }),
        }
    }
    Ok(groups)
}

/// The page of a record of any object, with its buttons.
pub(super) fn page(
    visit: &Visit,
    object: &Arc<SObject>,
    record: &Record,
    id: Id,
) -> Result<DetailPage, Trouble> {
    let page = detail(visit, object, record, id)?;
    if visit.browser.site().is_some() {
        return Ok(page);
    }
    Ok(with_buttons(visit, page, record, id)?)
}
