//! `PATCH` of a user: what operations set, and what they take away.

use serde_json::Value as Json;

use super::attribute::{ENTERPRISE, Meaning, Means, OTHER};
use super::document::Members;
use super::error::ScimError;
use super::exchange::{Exchange, Fields};
use super::patch::{LISTS, Operation, Path, Verb, resource};
use super::sent::{self, ADDRESS, Mode, PHONES};
use super::{user, users, writable};
use crate::flow::scim_user::Groups;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Raw};

const UNSUPPORTED: &[&str] = &["middleName", "honorificPrefix", "honorificSuffix", "costCenter"];
const NOT_NILLABLE: &[&str] = &["alias", "password", "emails"];
/// Attributes of which a bracket in a path may choose a value to be set.
const CHOSEN_BY_TYPE: &[&str] = &["emails", "addresses", "phoneNumbers"];
/// Names that clients use without `name.` or the extension.
const BARE: &[(&str, &str)] = &[
    ("givenName", "FirstName"),
    ("familyName", "LastName"),
    ("employeeNumber", "EmployeeNumber"),
    ("division", "Division"),
    ("department", "Department"),
    ("manager", "ManagerId"),
    ("delegatedApprover", "DelegatedApproverId"),
    ("roles", "UserRoleId"),
];

/// What an operation says of an attribute that is only read: its path, and the value it is to have.
pub struct ReadOnly {
    /// As the client wrote it.
    text: String,
    path: String,
    value: Json,
}

/// Does an operation on a user; gives what it says of attributes that no field takes.
pub fn apply(exchange: &Exchange, record: &Record, operation: Operation) -> Result<Vec<ReadOnly>, ScimError> {
    let id = users::id_of(record)?;
    if let (Verb::Remove, Some(path)) = (operation.verb, &operation.path) {
        return remove(exchange, record, id, path, &operation.value).map(|()| Vec::new());
    }
    let path = operation.path.as_ref();
    if let Some(path) = path.filter(|path| !is_known(exchange, path) || !may_be_set(path)) {
        return Err(ScimError::unsupported_field(&path.text));
    }
    let mut changed = sent::flat(resource(&operation)?);
    if path.is_none() {
        // These describe the message.
        changed.retain(|name, _| !["schemas", "meta"].contains(&name.as_str()));
    }
    let named = |name: &str| path.map_or(name, |path| path.text.as_str()).to_owned();
    nothing_needed_is_emptied(&changed, operation.verb, named)?;
    let org = exchange.context.org.id;
    let not_taken = writable::not_taken(&changed, org).into_iter();
    let read_only: Vec<_> =
        not_taken.map(|(path, value)| ReadOnly { text: named(&path), path, value }).collect();
    let is_unsupported = |name: &str| UNSUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(name));
    let last = |path: &str| path.rsplit(['.', ':']).next().unwrap_or_default().to_owned();
    if let Some(unsupported) = read_only.iter().find(|attribute| is_unsupported(&last(&attribute.path))) {
        return Err(ScimError::unsupported_field(&unsupported.text));
    }
    let user_request = sent::read(exchange, changed, Mode::Change)?;
    if operation.verb == Verb::Add {
        if let Some(profile) = &user_request.profile {
            return Err(ScimError::several_profiles(std::slice::from_ref(profile)));
        }
        exchange.provision(|users| users.apply(record, user_request, Groups::Add))?;
        return Ok(read_only);
    }
    exchange.provision(|users| {
        if let Some(sets) = user_request.permission_sets.as_ref().filter(|sets| !sets.is_empty()) {
            users.keep(id, sets)?;
        }
        users.apply(record, user_request, Groups::Replace)
    })?;
    Ok(read_only)
}

/// Refuses operations on attributes that are only read, unless the user is as they say (RFC 7644, 3.5.2.1: what is so already
/// needs no change). The user is looked at after all operations: the full name follows its parts.
pub fn read_only_attributes_are_so(
    exchange: &Exchange,
    id: Id,
    attributes: Vec<ReadOnly>,
) -> Result<(), ScimError> {
    if attributes.is_empty() {
        return Ok(());
    }
    let record = exchange.record("User", id)?.ok_or_else(ScimError::no_such_resource)?;
    let shown = user::resource(exchange, id, &record)?;
    let is_so =
        |attribute: &&ReadOnly| writable::is_so(&shown, ENTERPRISE, &attribute.path, &attribute.value);
    match attributes.iter().find(|attribute| !is_so(attribute)) {
        Some(attribute) => Err(ScimError::unsupported_field(&attribute.text)),
        None => Ok(()),
    }
}

/// A bracket that chooses a value to be set is only known where an attribute has values of several types.
fn may_be_set(path: &Path) -> bool {
    let Some((name, _)) = &path.criterion else { return true };
    let by_type = ["type", "primary"].iter().any(|known| known.eq_ignore_ascii_case(name));
    by_type && CHOSEN_BY_TYPE.iter().any(|attribute| path.is(attribute))
}

fn nothing_needed_is_emptied(
    changed: &Members,
    verb: Verb,
    named: impl Fn(&str) -> String,
) -> Result<(), ScimError> {
    let is_emptied = |name: &str| {
        let found = sent::member(changed, name);
        found.is_some_and(|value| {
            value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)
        })
    };
    if verb == Verb::Replace && is_emptied("entitlements") {
        return Err(ScimError::all_entitlements_removed());
    }
    let others = OTHER.iter().filter_map(|urn| changed.get(*urn)?.as_object());
    let mut aliases = others.filter_map(|members| sent::member(members, "alias"));
    if aliases.any(|alias| alias.is_null() || alias == "") {
        return Err(ScimError::not_nillable(&named("alias")));
    }
    match NOT_NILLABLE.iter().chain(&["active"]).find(|name| is_emptied(name)) {
        Some(name) => Err(ScimError::not_nillable(&named(name))),
        None => Ok(()),
    }
}

/// Whether users have what a path leads to (RFC 7644, 3.5.2: an unknown one is refused). Custom fields are looked for
/// when they are saved.
fn is_known(exchange: &Exchange, path: &Path) -> bool {
    // A bracket that is not closed, or no comparison in it.
    if path.text.contains('[') && (path.criterion.is_none() || !path.text.contains(']')) {
        return false;
    }
    let whole = match (&path.extension, path.attribute.as_str()) {
        (Some(_), "") | (None, "password") => return true,
        (Some(urn), _) if Id::parse(urn.rsplit(':').next().unwrap_or_default()).is_some() => return true,
        (Some(urn), attribute) => format!("{urn}:{attribute}"),
        (None, attribute) => attribute.to_owned(),
    };
    let attribute = path.attribute.as_str();
    let mut others = UNSUPPORTED.iter().chain(LISTS).copied().chain(BARE.iter().map(|(name, _)| *name));
    let Ok(users_object) = exchange.object("User") else { return true };
    users::names(exchange, &users_object).knows(&whole)
        || others.any(|other| other.eq_ignore_ascii_case(attribute))
        || (attribute.eq_ignore_ascii_case("name") && path.extension.is_none())
}

/// Takes an attribute away, or of its values the one in the bracket of the path, or those that are listed.
fn remove(exchange: &Exchange, record: &Record, id: Id, path: &Path, listed: &Json) -> Result<(), ScimError> {
    let attribute = path.part.as_deref().filter(|_| path.is("name")).unwrap_or(&path.attribute);
    let named = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(attribute));
    let unsupported = || ScimError::unsupported_field(&path.text);
    if named(UNSUPPORTED) {
        return Err(unsupported());
    }
    if named(NOT_NILLABLE) {
        return Err(ScimError::not_nillable(&path.text));
    }
    if !["entitlements", "groups", "roles"].into_iter().any(|list| path.is(list)) {
        return exchange.update("User", id, cleared(exchange, path, attribute)?);
    }
    if path.part.as_deref().is_some_and(|part| !part.eq_ignore_ascii_case("value")) {
        return Err(unsupported());
    }
    let chosen = path.chosen_value()?.map(str::to_owned);
    let gone: Option<Vec<_>> = match (chosen, listed) {
        (Some(chosen), _) => Some(vec![chosen]),
        (None, Json::Null) => None,
        (None, Json::Array(items)) => Some(items.iter().filter_map(sent::value_of).collect()),
        (None, item) => Some(sent::value_of(item).into_iter().collect()),
    };
    let is_gone =
        |id: Id| gone.as_ref().is_none_or(|gone| gone.iter().any(|gone| Id::parse(gone) == Some(id)));
    if path.is("roles") {
        return match record.id("UserRoleId") {
            Some(role) if is_gone(role) => {
                exchange.update("User", id, vec![("UserRoleId".to_owned(), Input::new(Raw::Null))])
            }
            _ if gone.is_some() => Err(unsupported()),
            _ => Ok(()),
        };
    }
    if path.is("entitlements") {
        if gone.is_none() || record.id("ProfileId").is_some_and(is_gone) {
            return Err(ScimError::all_entitlements_removed());
        }
        return exchange.provision(|users| {
            let held = users.permission_sets(id)?.into_iter().map(|(_, set)| set);
            let kept: Vec<_> = held.filter(|set| !is_gone(*set)).map(|set| set.to_string()).collect();
            users.keep(id, &kept)
        });
    }
    let rows = exchange.records_where("GroupMember", "UserOrGroupId", id)?;
    let groups = rows.iter().filter_map(|row| row.id("GroupId"));
    let kept: Vec<_> = groups.filter(|group| !is_gone(*group)).map(|group| group.to_string()).collect();
    exchange.provision(|users| users.leave("UserOrGroupId", id, "GroupId", &kept))
}

/// The fields that removing an attribute empties; a user who is not active is one without `active`.
fn cleared(exchange: &Exchange, path: &Path, attribute: &str) -> Result<Fields, ScimError> {
    let users_object = exchange.object("User")?;
    let names = users::names(exchange, &users_object);
    let unsupported = || ScimError::unsupported_field(&path.text);
    let part = path.part.as_deref().filter(|_| !path.is("name"));
    let is_part =
        |names: &[&str]| part.is_none_or(|part| names.iter().any(|name| name.eq_ignore_ascii_case(part)));
    if path.is("active") {
        return Ok(vec![("IsActive".to_owned(), Input::new(Raw::Bool(false)))]);
    }
    let fields: Vec<&str> = if path.is("addresses") {
        let fields = ADDRESS.iter().filter(|(name, _)| is_part(&[name])).map(|(_, field)| *field).collect();
        if may_be_set(path) { fields } else { Vec::new() }
    } else if path.is("phoneNumbers") {
        let kind = path.criterion.as_ref().filter(|(name, _)| name.eq_ignore_ascii_case("type"));
        let kind = kind.map(|(_, kind)| kind.as_str());
        let is_known = kind.is_some() || !path.text.contains('[');
        let fitting = PHONES.iter().filter(|(name, _)| kind.is_none_or(|kind| kind == *name));
        let fields = fitting.map(|(_, field)| *field).collect();
        if is_known && is_part(&["value"]) { fields } else { Vec::new() }
    } else if path.text.contains('[') {
        Vec::new()
    } else {
        let bare =
            BARE.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute)).map(|(_, field)| *field);
        match (bare, names.meaning(&path.text)) {
            (Some(field), _) if is_part(&["value", "delegatedApproverId"]) => vec![field],
            (None, Some(Meaning::Of(Means::Field(field)))) => vec![field],
            (None, Some(Meaning::Custom(field))) => vec![field],
            _ => Vec::new(),
        }
    };
    if fields.is_empty() {
        return Err(unsupported());
    }
    Ok(fields.into_iter().map(|field| (field.to_owned(), Input::new(Raw::Null))).collect())
}
