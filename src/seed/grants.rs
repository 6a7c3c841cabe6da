//! `permissions`, `objects`, `fields`: the three forms that profiles and permission sets share.

use std::collections::BTreeMap;

use super::org_file::OrgFile;
use super::platform::Grants;
use super::seed_error::SeedError;
use crate::model::schema::Schema;
use crate::org::access::ObjectAccess;

/// Adds to grants what an entry of `org.json` says; a leading `-` takes a permission away where `may_remove`.
pub(super) fn apply(
    grants: &mut Grants,
    file: &OrgFile,
    schema: &Schema,
    (permissions, objects, fields): (&[String], &BTreeMap<String, String>, &BTreeMap<String, String>),
    may_remove: bool,
) -> Result<(), SeedError> {
    let sets = schema.object("PermissionSet");
    for entry in permissions {
        let removed = entry.strip_prefix('-').filter(|_| may_remove);
        let name = removed.unwrap_or(entry);
        let known = sets.as_ref().is_some_and(|set| set.field(&format!("Permissions{name}")).is_some());
        if !known {
            let what = format!("there is no user permission {name:?} in this org");
            return Err(file.mistake(
                entry,
                what,
                "a field Permissions* of PermissionSet without that prefix",
            ));
        }
        grants.permissions.retain(|held| held != name);
        if removed.is_none() {
            grants.permissions.push(name.to_owned());
        }
    }
    for (object, letters) in objects {
        if object != "*" && schema.object(object).is_none() {
            return Err(file.mistake(
                object,
                format!("there is no object {object:?}"),
                "an object's API name",
            ));
        }
        let access = ObjectAccess::from_letters(letters);
        let access = access
            .ok_or_else(|| file.mistake(object, format!("{letters:?} are no object permissions"), LETTERS))?;
        grants.objects.insert(object.clone(), access);
    }
    for (name, letters) in fields {
        let found = name.split_once('.').and_then(|(object, field)| {
            let object = schema.object(object)?;
            object.field(field).is_some().then_some(())
        });
        if found.is_none() {
            return Err(file.mistake(
                name,
                format!("there is no field {name:?}"),
                "Object.Field by API names",
            ));
        }
        let access = match letters.as_str() {
            "" => (false, false),
            "r" => (true, false),
            "re" => (true, true),
            _ => {
                let what = format!("{letters:?} are no field permissions");
                return Err(file.mistake(name, what, r#""", "r" or "re""#));
            }
        };
        grants.fields.insert(name.clone(), access);
    }
    Ok(())
}

/// The form of `objects` in `seed/standard`.
pub(super) fn objects(letters: BTreeMap<String, String>) -> Option<BTreeMap<String, ObjectAccess>> {
    letters
        .into_iter()
        .map(|(object, letters)| Some((object, ObjectAccess::from_letters(&letters)?)))
        .collect()
}

const LETTERS: &str = "letters of \"credvm\"";
