//! What `org.json` delegates: groups of delegated administrators, and the lists of delegated external ones.

use super::named_records::{permission_set, profile, user};
use super::org_file::{OrgFile, PATH};
use super::seed_error::SeedError;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::Org;
use crate::org::access::{Assignable, DelegateGroup, Delegation};

pub(super) fn delegation(org: &Org, file: &OrgFile) -> Result<Delegation, SeedError> {
    let mut delegation = Delegation::default();
    for group in &file.delegate_groups {
        let mut found = DelegateGroup { name: group.label.clone(), ..DelegateGroup::default() };
        for username in &group.administrators {
            found.administrators.push(user(org, file, username)?);
        }
        for name in &group.roles {
            found.roles.push(named(org, file, "UserRole", "Name", name)?);
        }
        for name in &group.groups {
            found.assignable.groups.push(named(org, file, "Group", "DeveloperName", name)?);
        }
        assignable(org, file, &group.profiles, &group.permission_sets, &mut found.assignable)?;
        delegation.groups.push(found);
    }
    for entry in &file.profiles {
        let (profiles, sets) =
            (&entry.delegated_external_user_profiles, &entry.delegated_external_user_permission_sets);
        if profiles.is_empty() && sets.is_empty() {
            continue;
        }
        let mut found = Assignable::default();
        assignable(org, file, profiles, sets, &mut found)?;
        delegation.external.push((profile(org, file, &entry.name)?, found));
    }
    Ok(delegation)
}

fn assignable(
    org: &Org,
    file: &OrgFile,
    profiles: &[String],
    sets: &[String],
    found: &mut Assignable,
) -> Result<(), SeedError> {
    for name in profiles {
        found.profiles.push(profile(org, file, name)?);
    }
    for name in sets {
        found.permission_sets.push(permission_set(org, file, name)?);
    }
    Ok(())
}

fn named(org: &Org, file: &OrgFile, object: &'static str, field: &str, name: &str) -> Result<Id, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let object = org.standard(object).map_err(failed)?;
    let ids = org.ids_where(&object, field, &Value::from(name), 1).map_err(failed)?;
    ids.first().copied().ok_or_else(|| {
        let what = format!("there is no {} with {field} {name:?}", object.name);
        file.mistake(name, what, "one of data/")
    })
}
