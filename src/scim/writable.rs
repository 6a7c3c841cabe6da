//! Which attributes of a user a field takes, and in which form. What nothing takes is not done, and must not be answered as if
//! it were.

use serde_json::Value as Json;

use super::attribute::{EXTERNAL, OTHER};
use super::document::Members;
use super::sent::{ADDRESS, PHONES, member, person_of, text_of, type_of, value_of};
use crate::model::id::Id;

/// Attributes whose value is a text.
const TEXTS: &[&str] = &[
    "userName",
    "externalId",
    "nickName",
    "title",
    "preferredLanguage",
    "emailEncodingKey",
    "locale",
    "timezone",
    "password",
    "employeeNumber",
    "division",
    "department",
];
/// Attributes whose value is a user, and the part with the id.
const PERSONS: &[(&str, &str)] = &[("manager", "value"), ("delegatedApprover", "delegatedApproverId")];
/// Attributes with several values, each an id, a text or an object.
const LISTS: &[&str] = &["emails", "addresses", "phoneNumbers", "entitlements", "roles", "groups"];

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The first attribute of a user whose value is of another type than it must, so that it could not be saved. Members of the
/// enterprise extension stand beside the others.
pub fn mistyped(user: &Members) -> Option<String> {
    let is_wrong = |(name, value): &(&String, &Json)| {
        if value.is_null() {
            return false;
        }
        let part =
            PERSONS.iter().find(|(person, _)| person.eq_ignore_ascii_case(name)).map(|(_, part)| *part);
        match (name.as_str(), part) {
            (name, _) if is_one_of(TEXTS, name) => text_of(value).is_none(),
            (name, _) if name.eq_ignore_ascii_case("active") => flag_of(value).is_none(),
            (name, _) if name.eq_ignore_ascii_case("name") => !has_texts(value, &["familyName", "givenName"]),
            (_, Some(part)) => match value {
                Json::Array(items) => items.len() > 1 || items.iter().any(|item| !is_person(item, part)),
                item => !is_person(item, part),
            },
            (name, _) if name.eq_ignore_ascii_case("addresses") => {
                let parts = ADDRESS.iter().map(|(part, _)| *part).collect::<Vec<_>>();
                items(value).iter().any(|item| !has_texts(item, &parts))
            }
            (name, _) if is_one_of(LISTS, name) => {
                items(value).iter().any(|item| text_of(item).is_none() && !has_texts(item, &["value"]))
            }
            (name, _) if EXTERNAL.contains(&name) => !has_texts(value, &["accountId", "contactId"]),
            (name, _) if OTHER.contains(&name) => !has_texts(value, &["alias"]),
            _ => false,
        }
    };
    user.iter().find(is_wrong).map(|(name, _)| name.clone())
}

/// A flag, which clients write as a text, too.
pub fn flag_of(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// An object in which these parts, where they are, are texts.
fn has_texts(value: &Json, parts: &[&str]) -> bool {
    let Some(members) = value.as_object() else { return false };
    let is_text = |value: &Json| value.is_null() || text_of(value).is_some();
    parts.iter().all(|part| member(members, part).is_none_or(is_text))
}

fn is_person(item: &Json, part: &str) -> bool {
    item.is_null() || text_of(item).is_some() || has_texts(item, &[part, "value"])
}

/// The items of a list; one that is no list counts as its only item.
fn items(value: &Json) -> &[Json] {
    match value {
        Json::Array(items) => items,
        item => std::slice::from_ref(item),
    }
}

/// What of a changed user no field takes: unknown attributes, and those that are only read, with the values they are to have.
/// Members of the enterprise extension stand beside the others.
pub fn not_taken(user: &Members, org: Id) -> Vec<(String, Json)> {
    user.iter().flat_map(|(name, value)| not_taken_of(name, value, org)).collect()
}

fn not_taken_of(name: &str, value: &Json, org: Id) -> Vec<(String, Json)> {
    let whole = || vec![(name.to_owned(), value.clone())];
    let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if is_one_of(TEXTS, name) || name.eq_ignore_ascii_case("active") {
        return Vec::new();
    }
    if name.eq_ignore_ascii_case("name") {
        return parts_but(name, '.', value, &["familyName", "givenName"]);
    }
    if EXTERNAL.contains(&name) {
        return parts_but(name, ':', value, &["accountId", "contactId"]);
    }
    if OTHER.contains(&name) {
        return parts_but(name, ':', value, &["alias"]);
    }
    if let Some((_, part)) = PERSONS.iter().find(|(person, _)| person.eq_ignore_ascii_case(name)) {
        let is_named = |item: &Json| {
            let says = |part| item.as_object().is_some_and(|item| member(item, part).is_some());
            person_of(item, part).is_some() || item.is_null() || item == "" || says(part) || says("value")
        };
        return if items(value).iter().all(is_named) { Vec::new() } else { whole() };
    }
    if is_one_of(LISTS, name) {
        let is_taken = |item: &Json| match name {
            _ if name.eq_ignore_ascii_case("phoneNumbers") => {
                type_of(item).is_some_and(|kind| PHONES.iter().any(|(known, _)| *known == kind))
                    && says_a_value(item)
            }
            _ if name.eq_ignore_ascii_case("addresses") => {
                let says = |part| item.as_object().is_some_and(|item| member(item, part).is_some());
                ADDRESS.iter().any(|(part, _)| says(*part))
            }
            _ if name.eq_ignore_ascii_case("roles") => value_of(item).is_some() || says_a_value(item),
            _ => value_of(item).is_some(),
        };
        return if is_empty || items(value).iter().all(is_taken) { Vec::new() } else { whole() };
    }
    let is_custom = name.strip_prefix("urn:salesforce:schemas:extension:").and_then(Id::parse) == Some(org);
    if is_custom && value.is_object() { Vec::new() } else { whole() }
}

/// An item with a value, which may be empty: that clears.
fn says_a_value(item: &Json) -> bool {
    item.as_object().is_some_and(|item| member(item, "value").is_some())
}

/// The parts of an attribute other than these, each by its path.
fn parts_but(name: &str, separator: char, value: &Json, taken: &[&str]) -> Vec<(String, Json)> {
    let Some(members) = value.as_object() else { return vec![(name.to_owned(), value.clone())] };
    let others = members.iter().filter(|(part, _)| !is_one_of(taken, part));
    others.map(|(part, value)| (format!("{name}{separator}{part}"), value.clone())).collect()
}

/// Whether a user as it is shown has this value at a path of [`not_taken`].
pub fn is_so(shown: &Members, extension: &str, path: &str, value: &Json) -> bool {
    let found = |members: &Members| match path.rsplit_once(['.', ':']) {
        Some((name, part)) => {
            member(members, name).and_then(Json::as_object).and_then(|whole| member(whole, part)).cloned()
        }
        None => member(members, path).cloned(),
    };
    let beside = shown.get(extension).and_then(Json::as_object);
    let now = found(shown).or_else(|| beside.and_then(found));
    now.is_some_and(|now| now == *value || text_of(value).is_some_and(|id| is_same_id(&now, &id)))
}

/// Ids have 15 or 18 characters.
fn is_same_id(now: &Json, sent: &str) -> bool {
    let now = now.as_str().and_then(Id::parse);
    now.is_some() && now == Id::parse(sent)
}
