//! `/Users`: list, create, read, replace, change, deactivate.

use std::sync::Arc;

use super::approval;
use super::attribute::{self, Names};
use super::document;
use super::exchange::{Answer, Exchange, Version};
use super::external;
use super::listing::Listing;
use super::member;
use super::patch;
use super::projection::Projection;
use super::refusal::Refusal;
use super::sent::{self, Mode, Wish};
use super::user;
use crate::message::{Response, StatusCode};
use crate::org::access::is_external_type;
use crate::org::id::Id;
use crate::org::password;
use crate::org::record::Record;
use crate::org::schema::SObject;
use crate::org::value::{Input, Raw};

/// Users of other types (guests, the platform's own) are no resources.
const TYPES: &str = "UserType IN ('Standard','PowerPartner','PowerCustomerSuccess','CustomerSuccess','SelfService',\
     'CspLitePortal','CsnOnly')";

/// What a new user gets that was not sent.
const DEFAULTS: &[(&str, &str)] = &[
    ("LanguageLocaleKey", "en_US"),
    ("EmailEncodingKey", "UTF-8"),
    ("LocaleSidKey", "en_US"),
    ("TimeZoneSidKey", "America/Los_Angeles"),
];

/// The attributes of users.
pub fn names<'a>(exchange: &Exchange, users: &'a SObject) -> Names<'a> {
    Names { table: attribute::USER, object: users, org: exchange.visit.org.id }
}

/// `GET /Users`
pub fn list(exchange: &Exchange) -> Answer {
    let users = exchange.object("User")?;
    let listing = Listing::asked(exchange, names(exchange, &users), TYPES)?;
    let (total, resources) = listing.resources(exchange, "User", user::resource)?;
    Ok(listing.answer(exchange, total, resources))
}

/// `GET /Users/{id}`
pub fn get(exchange: &Exchange) -> Answer {
    let record = exchange.addressed("User", "Users")?;
    shown(exchange, id_of(&record)?, StatusCode::OK)
}

/// `GET /Me`
pub fn me(exchange: &Exchange) -> Answer {
    shown(exchange, exchange.visit.runner.user, StatusCode::OK)
}

/// `POST /Users`
pub fn create(exchange: &Exchange) -> Answer {
    let mut wish = sent::read(exchange, document::body(exchange.request)?, Mode::Create)?;
    complete(exchange, &mut wish);
    let id = exchange.together(|| insert(exchange, wish))?;
    approval::approve(exchange, id, shown(exchange, id, StatusCode::CREATED)?)
}

/// `PUT /Users/{id}`
pub fn replace(exchange: &Exchange) -> Answer {
    let record = exchange.addressed("User", "Users")?;
    let wish = sent::read(exchange, document::body(exchange.request)?, Mode::Replace)?;
    exchange.together(|| {
        let sets = wish.permission_sets.clone().unwrap_or_default();
        member::keep(exchange, id_of(&record)?, &sets)?;
        apply(exchange, &record, wish, Mode::Replace)
    })?;
    shown(exchange, id_of(&record)?, StatusCode::OK)
}

/// `PATCH /Users/{id}`: operations (RFC 7644, 3.5.2), or in SCIM 1.1 the attributes to change.
pub fn change(exchange: &Exchange) -> Answer {
    let record = exchange.addressed("User", "Users")?;
    let body = document::body(exchange.request)?;
    match exchange.version {
        Version::V1 => {
            let wish = sent::read(exchange, body, Mode::Change)?;
            exchange.together(|| apply(exchange, &record, wish, Mode::Change))?;
        }
        Version::V2 => {
            let operations = patch::operations(body)?;
            exchange.together(|| {
                operations.into_iter().try_for_each(|operation| patch::user(exchange, &record, operation))
            })?;
        }
    }
    shown(exchange, id_of(&record)?, StatusCode::OK)
}

/// `DELETE /Users/{id}`: the user is deactivated. One who is inactive is not there to be deleted.
pub fn deactivate(exchange: &Exchange) -> Answer {
    let record = exchange.addressed("User", "Users")?;
    let id = id_of(&record)?;
    if !record.get("IsActive").is_true() {
        return Err(Refusal::not_found(&format!("{}/Users/{id}", exchange.base())));
    }
    exchange.update("User", id, vec![("IsActive".to_owned(), Input::new(Raw::Bool(false)))])?;
    Ok(Response::new(StatusCode::NO_CONTENT))
}

fn shown(exchange: &Exchange, id: Id, status: StatusCode) -> Answer {
    let users: Arc<SObject> = exchange.object("User")?;
    let projection = Projection::asked(exchange.request, names(exchange, &users))?;
    let record = exchange.record("User", id)?.ok_or_else(Refusal::no_such_resource)?;
    Ok(document::resource(exchange, status, projection.of(user::resource(exchange, id, &record)?)))
}

pub fn id_of(record: &Record) -> Result<Id, Refusal> {
    record.id("Id").ok_or_else(Refusal::no_such_resource)
}

/// Fills in what a new user must have.
fn complete(exchange: &Exchange, wish: &mut Wish) {
    let has = |wish: &Wish, name: &str| wish.fields.iter().any(|(field, _)| field == name);
    let add = |wish: &mut Wish, name: &str, value: &str| {
        if !has(wish, name) {
            wish.fields.push((name.to_owned(), Input::from(value)));
        }
    };
    let username = text(wish, "Username").unwrap_or_default();
    add(wish, "CommunityNickname", &username.chars().take(40).collect::<String>());
    let now = exchange.visit.state.clock.now().to_string();
    add(wish, "Alias", now.get(now.len().saturating_sub(8)..).unwrap_or_default());
    for (name, value) in DEFAULTS {
        add(wish, name, value);
    }
}

fn text(wish: &Wish, name: &str) -> Option<String> {
    let input = wish.fields.iter().find(|(field, _)| field == name)?;
    match &input.1.raw {
        Raw::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn insert(exchange: &Exchange, wish: Wish) -> Result<Id, Refusal> {
    let org = exchange.visit.org;
    let named = wish.profile.clone().unwrap_or_default();
    let profile = Id::parse(&named).filter(|id| id.key_prefix() == "00e").map(|id| org.profile(id));
    let profile = profile.transpose()?.flatten().ok_or_else(|| Refusal::no_profile(&named))?;
    let mut fields = wish.fields.clone();
    if is_external_type(&profile.license.user_type) {
        let of = |name: &str| text(&wish, name);
        let person = external::Person {
            username: of("Username").unwrap_or_default(),
            first_name: of("FirstName"),
            last_name: of("LastName"),
            email: of("Email"),
            title: of("Title"),
        };
        let contact = external::contact(exchange, wish.account.as_deref(), wish.contact.as_deref(), &person)?;
        fields.push(("ContactId".to_owned(), Input::from(contact.as_str())));
    }
    fields.push(("ProfileId".to_owned(), Input::from(named.as_str())));
    let id = exchange.insert("User", fields)?;
    member::assign(exchange, id, &wish.permission_sets.unwrap_or_default())?;
    for group in wish.groups.iter().flatten() {
        member::join(exchange, group, id.as_str())?;
    }
    let record = org.find(&exchange.object("User")?, id)?.ok_or_else(Refusal::no_such_resource)?;
    match wish.password {
        Some(password) => password::set(org, &exchange.world(), &record, &password)?,
        // Whoever is approved at once needs no password.
        None if record.get("IsActive").is_true() && !approval::is_wanted(exchange) => {
            password::reset(org, &exchange.world(), id, true)?;
        }
        None => {}
    }
    Ok(id)
}

/// Makes a user what a client wants them to be. Groups are replaced unless they are `Mode::Create`d, that is added.
pub fn apply(exchange: &Exchange, record: &Record, wish: Wish, groups: Mode) -> Result<(), Refusal> {
    let id = id_of(record)?;
    if let (Some(account), Some(contact)) = (&wish.account, record.id("ContactId")) {
        external::move_contact(exchange, contact, account)?;
    }
    let mut fields = wish.fields;
    let linked = record.id("ContactId");
    if let Some(contact) = wish.contact.filter(|contact| linked.is_none() || Id::parse(contact) != linked) {
        fields.push(("ContactId".to_owned(), Input::from(contact.as_str())));
    }
    if let Some(profile) = wish.profile.filter(|profile| Id::parse(profile) != record.id("ProfileId")) {
        fields.push(("ProfileId".to_owned(), Input::from(profile.as_str())));
    }
    exchange.update("User", id, fields)?;
    if let Some(password) = wish.password {
        password::may_manage(&exchange.visit.runner, record)?;
        password::set(exchange.visit.org, &exchange.world(), record, &password)?;
    }
    member::assign(exchange, id, &wish.permission_sets.unwrap_or_default())?;
    if let Some(wanted) = wish.groups {
        if groups != Mode::Create {
            member::leave(exchange, "UserOrGroupId", id, "GroupId", &wanted)?;
        }
        for group in wanted {
            member::join(exchange, &group, id.as_str())?;
        }
    }
    Ok(())
}
