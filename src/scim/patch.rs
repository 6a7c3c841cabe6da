//! `PATCH` (RFC 7644, 3.5.2): operations, one after the other.

use serde_json::{Value as Json, json};

use super::attribute::{CORE, ENTERPRISE, EXTERNAL, Meaning, Means, OTHER};
use super::document::Members;
use super::error::ScimError;
use super::exchange::{Exchange, Fields};
use super::sent::{self, Mode};
use super::users;
use crate::flow::scim_user::Groups;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Raw};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Attributes with several values, each an object.
const LISTS: &[&str] = &["emails", "addresses", "phoneNumbers", "entitlements", "roles", "groups", "members"];
const UNSUPPORTED: &[&str] = &["middleName", "honorificPrefix", "honorificSuffix", "costCenter"];
const NOT_NILLABLE: &[&str] = &["alias", "password", "emails"];
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
/// 400 for a body without the schema, for unknown operations, and for one that removes and has no path.
pub fn operations(body: Members) -> Result<Vec<Operation>, ScimError> {
    let has_schema =
        body.get("schemas").and_then(Json::as_array).is_some_and(|all| all.contains(&json!(SCHEMA)));
    if !has_schema {
        return Err(ScimError::improper_schema());
    }
    let listed = body.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations"));
    let Some((_, Json::Array(items))) = listed else { return Ok(Vec::new()) };
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
        Ok(Operation { verb, path, value: item["value"].clone() })
    };
    items.into_iter().map(read).collect()
}

impl Path {
    pub fn parse(text: &str) -> Path {
        let bare = text.strip_prefix(CORE).and_then(|rest| rest.strip_prefix(':')).unwrap_or(text);
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
                item.extend(criterion.iter().map(|(name, is)| (name.clone(), json!(is))));
                Json::Object(item)
            }
        };
        let is_list = LISTS.iter().any(|list| list.eq_ignore_ascii_case(&self.attribute));
        let inner = if is_list && !inner.is_array() { json!([inner]) } else { inner };
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

/// Does an operation on a user.
pub fn user(exchange: &Exchange, record: &Record, operation: Operation) -> Result<(), ScimError> {
    let id = users::id_of(record)?;
    if let (Verb::Remove, Some(path)) = (operation.verb, &operation.path) {
        return remove(exchange, id, path);
    }
    if let Some(path) = operation.path.as_ref().filter(|path| !is_known(exchange, path)) {
        return Err(ScimError::unsupported_field(&path.text));
    }
    let user_request = sent::read(exchange, resource(&operation)?, Mode::Change)?;
    if operation.verb == Verb::Add {
        if let Some(profile) = &user_request.profile {
            return Err(ScimError::several_profiles(std::slice::from_ref(profile)));
        }
        return exchange.provision(|users| users.apply(record, user_request, Groups::Add));
    }
    exchange.provision(|users| {
        if let Some(sets) = user_request.permission_sets.as_ref().filter(|sets| !sets.is_empty()) {
            users.keep(id, sets)?;
        }
        users.apply(record, user_request, Groups::Replace)
    })
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

fn remove(exchange: &Exchange, id: Id, path: &Path) -> Result<(), ScimError> {
    let attribute = path.part.as_deref().filter(|_| path.attribute == "name").unwrap_or(&path.attribute);
    let named = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(attribute));
    let only = path.criterion.as_ref().map(|(_, value)| value.as_str());
    if named(UNSUPPORTED) {
        return Err(ScimError::unsupported_field(&path.text));
    }
    if named(NOT_NILLABLE) {
        return Err(ScimError::not_nillable(&path.text));
    }
    match (attribute, only) {
        ("entitlements", None) => Err(ScimError::all_entitlements_removed()),
        ("entitlements", Some(gone)) => exchange.provision(|users| {
            let held = users.permission_sets(id)?.into_iter().map(|(_, set)| set.to_string());
            let kept: Vec<_> = held.filter(|set| Id::parse(set) != Id::parse(gone)).collect();
            users.keep(id, &kept)
        }),
        ("groups", gone) => {
            let rows = exchange.records_where("GroupMember", "UserOrGroupId", id)?;
            let groups = rows.iter().filter_map(|row| row.id("GroupId"));
            let stays = |group: &Id| gone.is_some_and(|gone| Id::parse(gone) != Some(*group));
            let kept: Vec<_> = groups.filter(stays).map(|group| group.to_string()).collect();
            exchange.provision(|users| users.leave("UserOrGroupId", id, "GroupId", &kept))
        }
        _ => exchange.update("User", id, cleared(exchange, path, attribute)?),
    }
}

/// The fields that removing an attribute empties; a user who is not active is one without `active`.
fn cleared(exchange: &Exchange, path: &Path, attribute: &str) -> Result<Fields, ScimError> {
    let users_object = exchange.object("User")?;
    let names = users::names(exchange, &users_object);
    let bare = BARE.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute)).map(|(_, field)| *field);
    let fields: Vec<&str> = match (bare, attribute, names.meaning(&path.text)) {
        (Some(field), ..) => vec![field],
        (None, "active", _) => return Ok(vec![("IsActive".to_owned(), Input::new(Raw::Bool(false)))]),
        (None, "addresses", _) => vec!["Street", "City", "State", "PostalCode", "Country"],
        (None, "phoneNumbers", _) => match path.criterion.as_ref().map(|(_, kind)| kind.as_str()) {
            Some("work") => vec!["Phone"],
            Some("mobile") => vec!["MobilePhone"],
            Some("fax") => vec!["Fax"],
            _ => vec!["Phone", "MobilePhone", "Fax"],
        },
        (None, _, Some(Meaning::Of(Means::Field(field)))) => vec![field],
        (None, _, Some(Meaning::Custom(field))) => vec![field],
        _ => return Err(ScimError::unsupported_field(&path.text)),
    };
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
