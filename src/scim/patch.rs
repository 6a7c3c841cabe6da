//! `PATCH` (RFC 7644, 3.5.2): operations, one after the other.

use serde_json::{Value as Json, json};

use super::attribute::{CORE, ENTERPRISE, EXTERNAL, GROUP, OTHER};
use super::document::Members;
use super::error::ScimError;
use crate::model::id::Id;

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Attributes with several values, each an object.
pub const LISTS: &[&str] =
    &["emails", "addresses", "phoneNumbers", "entitlements", "roles", "groups", "members"];

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
    pub extension: Option<String>,
    pub attribute: String,
    /// `(type, work)`
    pub criterion: Option<(String, String)>,
    pub part: Option<String>,
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
