//! Which records came, changed or went between two states of an org.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::natural_key::{key_fields, natural_key};
use super::shown_field::{is_default, is_shown, label, shown};
use super::{Change, OutcomeRecord};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::Org;

/// Objects whose rows tell how something was done, not what came of it. Seats are told by themselves.
const LOGS: [&str; 10] = [
    "AsyncApexJob",
    "AuthSession",
    "LoginEvent",
    "LoginGeo",
    "LoginHistory",
    "OauthToken",
    "PermissionSetLicense",
    "SetupAuditTrail",
    "UserLicense",
    "VerificationHistory",
];

/// Objects whose rows come and go with others, and say something only when they change.
const COMPANIONS: [&str; 1] = ["UserLogin"];

/// The records that are not as they were, with what is to be told of them.
pub fn records(then: &Org, now: &Org, objects: &[String]) -> Result<Vec<OutcomeRecord>, Fault> {
    let mut told = Vec::new();
    for object in changing_objects(then, now)? {
        let asked = objects.is_empty() || objects.iter().any(|name| name.eq_ignore_ascii_case(&object));
        if asked && !LOGS.contains(&object.as_str()) {
            of_object(then, now, &object, &mut told)?;
        }
    }
    Ok(told)
}

/// The objects that have a table in either state.
fn changing_objects(then: &Org, now: &Org) -> Result<BTreeSet<String>, Fault> {
    let mut names = BTreeSet::new();
    for org in [then, now] {
        names.extend(org.store.table_names()?.iter().filter(|name| !name.starts_with('_')).cloned());
    }
    Ok(names)
}

fn of_object(then: &Org, now: &Org, name: &str, told: &mut Vec<OutcomeRecord>) -> Result<(), Fault> {
    let (before, after) = (live_rows(then, name)?, live_rows(now, name)?);
    let (Some(old_object), Some(new_object)) = (then.schema.object(name), now.schema.object(name)) else {
        return of_object_that_came_or_went(then, now, name, told);
    };
    for (id, hash) in &after {
        match before.get(id) {
            None => told.extend(added(now, &new_object, *id)?),
            Some(old) if old != hash => {
                told.extend(changed((then, now), (&old_object, &new_object), *id)?);
            }
            Some(_) => {}
        }
    }
    for id in before.keys().filter(|id| !after.contains_key(id)) {
        told.extend(deleted(then, &old_object, *id)?);
    }
    Ok(())
}

/// An object of the org's own that one of the states lacks.
fn of_object_that_came_or_went(
    then: &Org,
    now: &Org,
    name: &str,
    told: &mut Vec<OutcomeRecord>,
) -> Result<(), Fault> {
    if let Some(object) = now.schema.object(name) {
        for id in live_rows(now, name)?.keys() {
            told.extend(added(now, &object, *id)?);
        }
    }
    if let Some(object) = then.schema.object(name) {
        for id in live_rows(then, name)?.keys() {
            told.extend(deleted(then, &object, *id)?);
        }
    }
    Ok(())
}

/// The ids of the rows that are not in the recycle bin, each with a hash of all that may be told of it.
fn live_rows(org: &Org, name: &str) -> Result<HashMap<Id, u64>, Fault> {
    let mut rows = HashMap::new();
    let Some(object) = org.schema.object(name).filter(|_| org.has_rows(name)) else { return Ok(rows) };
    let shown: Vec<usize> =
        (0..object.fields.len()).filter(|place| object.fields.get(*place).is_some_and(is_shown)).collect();
    org.each_record(&object, |record| {
        if let Some(id) = record.id("Id").filter(|_| !record.get("IsDeleted").is_true()) {
            let mut hasher = DefaultHasher::new();
            for place in &shown {
                hash(record.at(*place), &mut hasher);
            }
            rows.insert(id, hasher.finish());
        }
    })?;
    Ok(rows)
}

fn hash(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0u8.hash(hasher),
        Value::Bool(flag) => flag.hash(hasher),
        Value::Int(number) => number.hash(hasher),
        Value::Double(number) => number.to_bits().hash(hasher),
        Value::Text(text) => text.hash(hasher),
    }
}

fn added(org: &Org, object: &Arc<SObject>, id: Id) -> Result<Option<OutcomeRecord>, Fault> {
    let Some(record) = org.find(object, id)? else { return Ok(None) };
    let keys = key_fields(object);
    let mut fields = BTreeMap::new();
    for (place, field) in object.fields.iter().enumerate() {
        let value = record.at(place);
        if is_shown(field) && !is_default(object, field, value) && !keys.contains(&field.name.as_str()) {
            fields.insert(label(field), shown(org, field, value)?);
        }
    }
    if fields.is_empty() && COMPANIONS.contains(&object.name.as_str()) || comes_with_a_profile(org, &record)?
    {
        return Ok(None);
    }
    told(org, object, &record, Change::Added, fields).map(Some)
}

fn changed(
    (then, now): (&Org, &Org),
    (old_object, new_object): (&Arc<SObject>, &Arc<SObject>),
    id: Id,
) -> Result<Option<OutcomeRecord>, Fault> {
    let (Some(old), Some(new)) = (then.find(old_object, id)?, now.find(new_object, id)?) else {
        return Ok(None);
    };
    let mut fields = BTreeMap::new();
    for (place, field) in new_object.fields.iter().enumerate() {
        let (before, after) = (old.get(&field.name), new.at(place));
        if is_shown(field) && before != after {
            let before = shown(then, field, before)?;
            fields.insert(label(field), format!("{before} -> {}", shown(now, field, after)?));
        }
    }
    if fields.is_empty() {
        return Ok(None);
    }
    told(now, new_object, &new, Change::Changed, fields).map(Some)
}

fn deleted(org: &Org, object: &Arc<SObject>, id: Id) -> Result<Option<OutcomeRecord>, Fault> {
    if COMPANIONS.contains(&object.name.as_str()) {
        return Ok(None);
    }
    let Some(record) = org.find(object, id)? else { return Ok(None) };
    if comes_with_a_profile(org, &record)? {
        return Ok(None);
    }
    told(org, object, &record, Change::Deleted, BTreeMap::new()).map(Some)
}

/// Whether a record says no more than a user's profile does: each profile has a permission set of its own, which its users
/// are assigned to.
fn comes_with_a_profile(org: &Org, record: &Record) -> Result<bool, Fault> {
    let Some(set) = record.id("PermissionSetId").filter(|_| record.object.name == "PermissionSetAssignment")
    else {
        return Ok(false);
    };
    let set = org.find(&org.standard("PermissionSet")?, set)?;
    Ok(set.is_some_and(|set| set.get("IsOwnedByProfile").is_true()))
}

fn told(
    org: &Org,
    object: &SObject,
    record: &Record,
    change: Change,
    fields: BTreeMap<String, String>,
) -> Result<OutcomeRecord, Fault> {
    Ok(OutcomeRecord { object: object.name.clone(), name: natural_key(org, record)?, change, fields })
}

/// `seats Customer Community: 0 -> 1`, for each licence whose seats in use are not as they were.
pub fn seats(then: &Org, now: &Org) -> Result<Vec<String>, Fault> {
    let mut lines = Vec::new();
    for (object, name) in [("UserLicense", "Name"), ("PermissionSetLicense", "MasterLabel")] {
        let before = used(then, object, name)?;
        for (license, used) in used(now, object, name)? {
            let old = before.get(&license).copied().unwrap_or_default();
            if old != used {
                lines.push(format!("seats {license}: {old} -> {used}"));
            }
        }
    }
    Ok(lines)
}

fn used(org: &Org, object: &'static str, name: &str) -> Result<BTreeMap<String, i64>, Fault> {
    let mut used = BTreeMap::new();
    if !org.has_rows(object) {
        return Ok(used);
    }
    org.each_record(&org.standard(object)?, |license| {
        if let (Some(name), Value::Int(seats)) = (license.text(name), license.get("UsedLicenses")) {
            used.insert(name.to_owned(), *seats);
        }
    })?;
    Ok(used)
}
