//! `PATCH` (RFC 7644, 3.5.2): operations, one after the other.

use serde_json::{Value as Json, json};

use super::attribute::{CORE, ENTERPRISE, EXTERNAL, GROUP, Meaning, Means, OTHER};
use super::document::Members;
use super::error::ScimError;
use super::exchange::{Exchange, Fields};
use super::sent::{self, ADDRESS, Mode, PHONES};
use super::{user, users, writable};
use crate::flow::scim_user::Groups;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Raw};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Attributes with several values, each an object.
const LISTS: &[&str] = &["emails", "addresses", "phoneNumbers", "entitlements", "roles", "groups", "members"];
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Add,
    Replace,
    Remove,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    pub verb: Verb,
    pub path: Option<Path>,
    pub value: Json,
}

/// `emails[type eq "work"].value`, `urn:…:User:department`: what it begins with, the criterion, the part.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub text: String,
    extension: Option<String>,
    pub attribute: String,
    /// `(type, work)`
    pub criterion: Option<(String, String)>,
    part: Option<String>,
}

/// Reads the operations of a body.
///
/// # Errors
/// 400 for a body without the schema or without operations, for unknown operations, for one that removes and has no path, and
/// for one of the others that has no value.
pub fn operations(body: Members) -> Result<Vec<Operation>, ScimError> {
    let has_schema =
        body.get("schemas").and_then(Json::as_array).is_some_and(|all| all.contains(&json!(SCHEMA)));
    if !has_schema {
        return Err(ScimError::improper_schema());
    }
    let listed = body.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations"));
    let Some((_, Json::Array(items))) = listed else { return Err(ScimError::improper_schema()) };
    let read = |item: Json| {
        let word = item["op"].as_str().unwrap_or_default();
        // Clients write them with a capital, too.
        let verb = match word.to_ascii_lowercase().as_str() {
            "add" => Verb::Add,
            "replace" => Verb::Replace,
            "remove" => Verb::Remove,
            _ => return Err(ScimError::improper_operation(word)),
        };
        let path = item["path"].as_str().filter(|path| !path.is_empty()).map(Path::parse);
        if verb == Verb::Remove && path.is_none() {
            return Err(ScimError::missing_path());
        }
        // Null is a value: it clears.
        if verb != Verb::Remove && item.get("value").is_none() {
            let named = path.as_ref().map_or("the operation", |path: &Path| path.text.as_str());
            return Err(ScimError::mistyped(named));
        }
        Ok(Operation { verb, path, value: item["value"].clone() })
    };
    items.into_iter().map(read).collect()
}

impl Path {
    pub fn parse(text: &str) -> Path {
        let of_core = |urn: &str| text.strip_prefix(urn).and_then(|rest| rest.strip_prefix(':'));
        let bare = of_core(CORE).or_else(|| of_core(GROUP)).unwrap_or(text);
        let (extension, rest) = match extension_of(bare) {
            Some(urn) => {
                (Some(urn.to_owned()), bare.get(urn.len()..).unwrap_or_default().trim_start_matches(':'))
            }
            None => (None, bare),
        };
        let (head, criterion, tail) = match rest.split_once('[') {
            Some((head, after)) => {
                let (inside, tail) = after.split_once(']').unwrap_or((after, ""));
                (head, criterion(inside), tail.trim_start_matches('.'))
            }
            None => {
                let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
                (head, None, tail)
            }
        };
        let part = (!tail.is_empty()).then(|| tail.to_owned());
        Path { text: text.to_owned(), extension, attribute: head.to_owned(), criterion, part }
    }

    /// Whether the attribute has this name.
    pub fn is(&self, attribute: &str) -> bool {
        self.attribute.eq_ignore_ascii_case(attribute)
    }

    /// Whether the path goes on to a part of the attribute.
    pub fn has_part(&self) -> bool {
        self.part.is_some()
    }

    /// The value in the bracket, if it is that of the value itself: `members[value eq "005…"]`.
    ///
    /// # Errors
    /// 400 for another bracket.
    pub fn chosen_value(&self) -> Result<Option<&str>, ScimError> {
        match &self.criterion {
            Some((name, value)) if name.eq_ignore_ascii_case("value") => Ok(Some(value)),
            None if !self.text.contains('[') => Ok(None),
            _ => Err(ScimError::unsupported_field(&self.text)),
        }
    }

    /// The attribute with this value, as it would stand in a resource.
    fn around(&self, value: Json) -> Members {
        let inner = match (&self.part, &self.criterion) {
            (None, None) => value,
            (None, Some((name, is))) => {
                let mut item = value;
                if let Json::Object(members) = &mut item {
                    members.entry(name.clone()).or_insert_with(|| json!(is));
                }
                item
            }
            (Some(part), criterion) => {
                let mut item = Members::from_iter([(part.clone(), value)]);
                if let Some((name, is)) = criterion {
                    item.entry(name.clone()).or_insert_with(|| json!(is));
                }
                Json::Object(item)
            }
        };
        let is_list = LISTS.iter().any(|list| list.eq_ignore_ascii_case(&self.attribute));
        let inner = if is_list && !inner.is_array() && !inner.is_null() { json!([inner]) } else { inner };
        match (&self.extension, self.attribute.is_empty()) {
            (Some(urn), true) => Members::from_iter([(urn.clone(), inner)]),
            (Some(urn), false) => {
                let members = Members::from_iter([(self.attribute.clone(), inner)]);
                Members::from_iter([(urn.clone(), Json::Object(members))])
            }
            (None, _) => Members::from_iter([(self.attribute.clone(), inner)]),
        }
    }
}

/// The extension that a path begins with.
fn extension_of(path: &str) -> Option<&str> {
    let known = [ENTERPRISE, EXTERNAL[0], EXTERNAL[1]];
    let ends = |urn: &str| path.get(urn.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let is_at = |urn: &&str| path.starts_with(*urn) && ends(urn);
    if let Some(urn) = known.into_iter().find(is_at) {
        return path.get(..urn.len());
    }
    let rest = path.strip_prefix("urn:salesforce:schemas:extension:")?;
    let name = rest.split(':').next()?;
    let is_ours = Id::parse(name).is_some() || OTHER.iter().any(|urn| urn.ends_with(&format!(":{name}")));
    let length = path.len() - rest.len() + name.len();
    path.get(..length).filter(|_| is_ours)
}

/// `type eq "work"`
fn criterion(text: &str) -> Option<(String, String)> {
    let mut words = text.splitn(3, char::is_whitespace);
    let (name, operator, value) = (words.next()?, words.next()?, words.next()?);
    let value = value.trim().trim_matches('"').to_owned();
    operator.eq_ignore_ascii_case("eq").then(|| (name.to_owned(), value))
}

/// What an operation adds or replaces, as a resource that has nothing else.
pub fn resource(operation: &Operation) -> Result<Members, ScimError> {
    let Operation { path, value, .. } = operation;
    match (path, value) {
        // Some clients name the attribute in both places.
        (Some(path), Json::Object(members)) if members.contains_key(&path.attribute) => Ok(members.clone()),
        (Some(path), value) => Ok(path.around(value.clone())),
        (None, Json::Object(members)) => {
            let mut resource = Members::new();
            for (name, value) in members {
                merge(&mut resource, Path::parse(name).around(value.clone()));
            }
            Ok(resource)
        }
        (None, _) => Err(ScimError::missing_path()),
    }
}

fn merge(into: &mut Members, from: Members) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Json::Object(members)), Json::Object(more)) => merge(members, more),
            (Some(Json::Array(items)), Json::Array(more)) => items.extend(more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

/// What an operation says of an attribute that is only read: its path, and the value it is to have.
pub struct ReadOnly {
    /// As the client wrote it.
    text: String,
    path: String,
    value: Json,
}

/// Does an operation on a user; gives what it says of attributes that no field takes.
pub fn user(exchange: &Exchange, record: &Record, operation: Operation) -> Result<Vec<ReadOnly>, ScimError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn around(path: &str) -> Json {
        Json::Object(Path::parse(path).around(json!("x")))
    }

    #[test]
    fn paths_are_places_in_a_resource() {
        assert_eq!(around("title"), json!({ "title": "x" }));
        assert_eq!(around("name.familyName"), json!({ "name": { "familyName": "x" } }));
        assert_eq!(
            around("emails[type eq \"work\"].value"),
            json!({ "emails": [{ "value": "x", "type": "work" }] })
        );
        assert_eq!(around(&format!("{CORE}:userName")), json!({ "userName": "x" }));
        assert_eq!(around(&format!("{ENTERPRISE}:department")), json!({ ENTERPRISE: { "department": "x" } }));
        assert_eq!(
            around(&format!("{ENTERPRISE}:manager.value")),
            json!({ ENTERPRISE: { "manager": { "value": "x" } } })
        );
        assert_eq!(around(&format!("{}:alias", OTHER[0])), json!({ OTHER[0]: { "alias": "x" } }));
        assert_eq!(
            around(&format!("{}:accountId", EXTERNAL[1])),
            json!({ EXTERNAL[1]: { "accountId": "x" } })
        );
        let custom = "urn:salesforce:schemas:extension:00DFf0000000001MAA";
        assert_eq!(around(&format!("{custom}:Level__c")), json!({ custom: { "Level__c": "x" } }));
        assert_eq!(around("entitlements"), json!({ "entitlements": ["x"] }));
    }
}
