//! Merge: up to two records go into a third, with what hangs on them.
//! Source: <https://developer.salesforce.com/docs/platform/api/guide/sforce-api-calls-merge.html>

use std::cell::RefCell;
use std::sync::Arc;

use super::Item;
use super::call::{Call, Outcome, RecordInput};
use super::platform::{update_as_platform, update_without_rules};
use super::references::set_reference;
use super::remove::delete_record;
use super::rule_book::Merging;
use super::save::{faults_of, live_record};
use super::{pipeline, record_id};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{ChildRelationship, FieldType, SObject};
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org, storage};
use crate::store::quoted;

/// More records than this do not go into another in one merge.
const MOST_LOSERS: usize = 2;

/// One merge that is asked for.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The record that stays, with the values it shall have afterwards.
    pub master: RecordInput,
    /// The ids of the one or two records that go into it.
    pub losers: Vec<String>,
    /// Which portal user stays when several of the contacts have one; `None` for the master's.
    pub portal_user: Option<Id>,
}

/// How one merge fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// `id` is the master's.
    pub outcome: Outcome,
    /// The records that went into the master.
    pub losers: Vec<Id>,
    /// The related records that now belong to the master.
    pub moved: Vec<Id>,
}

impl Item for Merge {
    fn id(&self, _: &'static str) -> Option<Id> {
        self.master.addressed()
    }

    fn object(&self, _: &Org) -> Option<Arc<SObject>> {
        Some(self.master.object.clone())
    }
}

impl Call<'_> {
    /// Merges records, each merge in a transaction of its own; one result each, in order.
    pub fn merge(self, merges: &[Merge]) -> Result<Vec<Merged>, Fault> {
        let done = RefCell::new(Vec::with_capacity(merges.len()));
        let work = |merge: &Merge| {
            let result = merge_records(self, merge);
            let (losers, moved, result) = match result {
                Ok((id, losers, moved)) => (losers, moved, Ok(Outcome::saved(id, false))),
                Err(faults) => (Vec::new(), Vec::new(), Err(faults)),
            };
            done.borrow_mut().push((losers, moved));
            result
        };
        let outcomes = self.each(merges, "merge", work)?;
        let together = outcomes.into_iter().zip(done.into_inner());
        let merged = together.map(|(outcome, (losers, moved))| match outcome.is_success() {
            true => Merged { outcome, losers, moved },
            false => Merged { outcome, losers: Vec::new(), moved: Vec::new() },
        });
        Ok(merged.collect())
    }
}

type Ids = Vec<Id>;

fn merge_records(call: Call, merge: &Merge) -> Result<(Id, Ids, Ids), Vec<Fault>> {
    let object = merge.master.object.clone();
    if !object.is("mergeable") {
        return Err(faults_of(not_mergeable(&object)));
    }
    let text = merge.master.id.as_deref().unwrap_or_default();
    let id = record_id::parse(call.org, text).map_err(faults_of)?;
    let master = live_record(call, &object, id)?;
    let losers = losers(call, &object, id, &merge.losers)?;
    let merging = Merging { call, object: object.clone(), master, losers };
    (call.rules.check_merge)(&merging).map_err(faults_of)?;
    let mut moved = Vec::new();
    let pairs = contact_pairs(&merging).map_err(faults_of)?;
    settle_portal_users(&merging, &pairs, merge.portal_user, &mut moved).map_err(faults_of)?;
    if object.name != "Contact" {
        let contacts = call.org.standard("Contact").map_err(faults_of)?;
        for (loser, master) in &pairs {
            move_children(call, &contacts, *loser, *master, &mut moved)?;
        }
    }
    let mut gone = Vec::new();
    for loser in merging.losers {
        let Some(loser_id) = loser.id("Id") else { continue };
        move_children(call, &object, loser_id, id, &mut moved)?;
        // Rules of the deletion see the record as the moves have left it, and that it is a merge.
        note_master(call, &object, loser_id, id).map_err(faults_of)?;
        let loser = live_record(call, &object, loser_id)?;
        delete_record(call, loser, loser_id, loser_id)?;
        gone.push(loser_id);
    }
    for (loser, master) in pairs.iter().filter(|(loser, _)| !gone.contains(loser)) {
        update_without_rules(call.org, "Contact", *loser, &[("MasterRecordId", Value::from(*master))])
            .map_err(faults_of)?;
    }
    pipeline::update(call, &merge.master)?;
    moved.sort();
    moved.dedup();
    Ok((id, gone, moved))
}

/// The records that go into the master: one or two live ones of its object that the caller may delete.
fn losers(
    call: Call,
    object: &Arc<SObject>,
    master: Id,
    texts: &[String],
) -> Result<Vec<Record>, Vec<Fault>> {
    if texts.is_empty() || texts.len() > MOST_LOSERS {
        return Err(faults_of(wrong_number_of_losers()));
    }
    let mut seen = vec![master];
    let mut losers = Vec::with_capacity(texts.len());
    for text in texts {
        let id = record_id::parse(call.org, text).map_err(faults_of)?;
        if Some(id.key_prefix()) != object.key_prefix.as_deref() {
            return Err(faults_of(Fault::invalid_cross_reference()));
        }
        if seen.contains(&id) {
            return Err(faults_of(merged_with_itself()));
        }
        seen.push(id);
        let loser = live_record(call, object, id)?;
        let may = call.runner.object(object).delete
            && call.runner.deletes_record(call.org, &loser).map_err(faults_of)?;
        if !may {
            return Err(faults_of(loser_not_accessible()));
        }
        losers.push(loser);
    }
    Ok(losers)
}

/// The contacts that become one: those that are merged, or the persons of merged person accounts. `(loser, master)`.
fn contact_pairs(merging: &Merging) -> Result<Vec<(Id, Id)>, Fault> {
    let contact_of = |record: &Record| match merging.object.name.as_str() {
        "Contact" => record.id("Id"),
        _ => record.id("PersonContactId"),
    };
    let Some(master) = contact_of(&merging.master) else { return Ok(Vec::new()) };
    Ok(merging.losers.iter().filter_map(contact_of).map(|loser| (loser, master)).collect())
}

/// One portal user stays: the chosen one, or the master's, or a loser's, who then belongs to the master. Others are
/// disabled.
/// Source: <https://help.salesforce.com/s/articleView?id=sales.contacts_merging_contacts_associated_with_portal_users.htm>
fn settle_portal_users(
    merging: &Merging,
    pairs: &[(Id, Id)],
    chosen: Option<Id>,
    moved: &mut Vec<Id>,
) -> Result<(), Fault> {
    let Some((_, master)) = pairs.first() else { return Ok(()) };
    let call = merging.call;
    let users = call.org.standard("User")?;
    let mut found = Vec::new();
    for contact in std::iter::once(master).chain(pairs.iter().map(|(loser, _)| loser)) {
        for user in call.org.ids_where(&users, "ContactId", &Value::from(*contact), NO_LIMIT)? {
            found.push((user, contact == master));
        }
    }
    let stays = found.iter().find(|(user, _)| Some(*user) == chosen).or(found.first()).copied();
    for (user, _) in found.iter().filter(|(user, _)| Some(*user) != stays.map(|(user, _)| user)) {
        update_as_platform(call, "User", *user, &[("IsPortalEnabled", Value::from(false))])?;
    }
    if let Some((user, false)) = stays {
        update_as_platform(call, "User", user, &[("ContactId", Value::from(*master))])?;
        moved.push(user);
    }
    Ok(())
}

/// Gives the children of one record to another.
fn move_children(
    call: Call,
    object: &Arc<SObject>,
    from: Id,
    to: Id,
    moved: &mut Vec<Id>,
) -> Result<(), Vec<Fault>> {
    for relationship in call.org.children_with_table(object).map_err(faults_of)?.iter() {
        if stays_behind(relationship) {
            continue;
        }
        let Some(child) = call.org.schema.object(&relationship.child) else { continue };
        let field = child.field(&relationship.field);
        if !field.is_some_and(|field| storage::is_stored(field) && field.kind == FieldType::Reference) {
            continue;
        }
        let ids = call
            .org
            .ids_where(&child, &relationship.field, &Value::from(from), NO_LIMIT)
            .map_err(faults_of)?;
        for id in ids {
            if child.name == "Contact" && is_person(call, &child, id).map_err(faults_of)? {
                continue;
            }
            move_child(call, &child, &relationship.field, id, to).map_err(faults_of)?;
            moved.push(id);
        }
    }
    Ok(())
}

/// The contact of a person account has no other account.
fn is_person(call: Call, contacts: &Arc<SObject>, id: Id) -> Result<bool, Fault> {
    let contact = call.org.find(contacts, id)?;
    Ok(contact.is_some_and(|contact| contact.get("IsPersonAccount").is_true()))
}

/// What follows from something else that moves (a user's account, roles), and who may see the loser.
fn stays_behind(relationship: &ChildRelationship) -> bool {
    let (child, field) = (&*relationship.child, &*relationship.field);
    matches!((child, field), ("User", "AccountId" | "ContactId") | ("UserRole", "PortalAccountId"))
        || child.ends_with("Share")
}

/// Accounts and contacts move by a save, whose rules keep hierarchies without circles and let portal users follow.
fn move_child(call: Call, child: &SObject, field: &str, id: Id, to: Id) -> Result<(), Fault> {
    let value = Value::from(to);
    match (child.name.as_str(), field) {
        (_, field) if id == to && !matches!(field, "ParentId" | "ReportsToId") => {
            Err(Fault::entity_is_deleted())
        }
        ("Account", field) => update_as_platform(call, "Account", id, &[(field, value)]),
        ("Contact", field) => update_as_platform(call, "Contact", id, &[(field, value)]),
        (_, field) => set_reference(call, child, field, id, Some(to)),
    }
}

/// The record that goes says into which one.
fn note_master(call: Call, object: &SObject, loser: Id, master: Id) -> Result<(), Fault> {
    if object.field("MasterRecordId").is_some() {
        let sql = format!("UPDATE {} SET \"MasterRecordId\" = ?1 WHERE \"Id\" = ?2", quoted(&object.name));
        call.org.store.execute(&sql, [master.as_str(), loser.as_str()])?;
    }
    Ok(())
}

faults! {
    /// records are merged of an object that has no merge
    not_mergeable(object: &SObject) = INVALID_TYPE_FOR_OPERATION,
        "entity type {name} does not support merge" with (name = object.name), Assumed;

    /// a merge names no record to merge into the master, or more than two
    wrong_number_of_losers() = MERGE_FAILED,
        "A merge needs one or two records to merge into the master record.", Assumed;

    /// a merge names the master among the records to merge, or one of them twice
    merged_with_itself() = MERGE_FAILED,
        "A record cannot be merged with itself, and each only once.", Assumed;

    /// a record to merge is one that the user may not delete
    loser_not_accessible() = INSUFFICIENT_ACCESS_OR_READONLY,
        "cannot merge with entity that is not accessible",
        Seen "https://knowledge.validity.com/hc/en-us/articles/7991379340955";
}
