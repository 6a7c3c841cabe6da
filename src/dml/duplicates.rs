//! Duplicate rules in a save, and asked for by themselves.

use std::sync::Arc;

use super::call::{Call, Operation, RecordInput};
use super::save::Save;
use super::{convert, platform, record_id};
use crate::model::duplicate::{Action, DuplicateRule, Duplicates, Item, Match, MatchResult, MatchingRule};
use crate::model::fault::{Detail, Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::NO_LIMIT;
use crate::store::quoted;

/// More records than this are not listed.
const MOST: usize = 100;

impl Call<'_> {
    /// What the active duplicate rules of its object find for each record: one that is to be saved, or a stored one
    /// by its id.
    pub fn find_duplicates(self, records: &[RecordInput]) -> Vec<Result<Vec<Duplicates>, Vec<Fault>>> {
        records.iter().map(|sent| find_for(self, sent)).collect()
    }
}

fn find_for(call: Call, sent: &RecordInput) -> Result<Vec<Duplicates>, Vec<Fault>> {
    let object = &sent.object;
    let faults_of = |fault| vec![fault];
    let rules = call.org.settings.duplicate_rules.of(&object.name);
    if rules.is_empty() {
        return Err(faults_of(no_active_rules(object)));
    }
    let id =
        sent.id.as_deref().map(|text| record_id::parse(call.org, text).map_err(faults_of)).transpose()?;
    let mut record = match id {
        Some(id) => super::save::live_record(call, object, id)?,
        None => Record::empty(object.clone()),
    };
    for (name, input) in &sent.fields {
        let field = object.field(name).filter(|field| call.runner.sees_field(object, field));
        let field = field.ok_or_else(|| faults_of(Fault::no_such_column(name, object)))?;
        record.set(&field.name, convert::value(field, input, true).map_err(faults_of)?);
    }
    let mut found = Vec::new();
    for (rule, matching) in rules {
        let results = results(call, &record, id, &matching).map_err(faults_of)?;
        found.push(duplicates(rule, rule.on_insert, results));
    }
    Ok(found)
}

/// What a save found and let pass, to be put on record when it is through.
pub(super) struct Reported<'a> {
    rule: &'a DuplicateRule,
    matches: Vec<Id>,
}

/// Runs the rules of the object. The platform itself is not asked.
///
/// # Errors
/// `DUPLICATES_DETECTED` by a rule that blocks, or that alerts a caller who does not allow duplicates.
pub(super) fn check<'a>(save: &Save<'a>) -> Result<Vec<Reported<'a>>, Fault> {
    let call = save.call;
    let mut reported = Vec::new();
    if call.runner.is_system() {
        return Ok(reported);
    }
    for (rule, matching) in call.org.settings.duplicate_rules.of(&save.object.name) {
        let action = if save.operation == Operation::Insert { rule.on_insert } else { rule.on_update };
        let touched = matching.iter().flat_map(|rule| &rule.items).any(|item| touches(save, item));
        if action == Action::default() || !touched {
            continue;
        }
        let results = results(call, &save.new, Some(save.id), &matching)?;
        if results.iter().all(|result| result.records.is_empty()) {
            continue;
        }
        if action.block || (action.alert && !call.options.allow_duplicates) {
            return Err(detected(duplicates(rule, action, results)));
        }
        if action.report {
            let matches = results.iter().flat_map(|result| &result.records).map(|found| found.id);
            reported.push(Reported { rule, matches: matches.collect() });
        }
    }
    Ok(reported)
}

/// Puts what a save found into duplicate record sets: one that holds such a record already, or a new one.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_duplicaterecordset.htm>
pub(super) fn report(save: &Save, reported: &[Reported]) -> Result<(), Fault> {
    let call = save.call;
    for Reported { rule, matches } in reported {
        let rules = call.org.standard("DuplicateRule")?;
        let name = Value::from(rule.developer_name.as_str());
        let rule = call.org.ids_where(&rules, "DeveloperName", &name, 1)?.first().copied();
        let items = call.org.standard("DuplicateRecordItem")?;
        let mut known = None;
        for id in matches {
            for item in call.org.ids_where(&items, "RecordId", &Value::from(*id), MOST)? {
                let set = call.org.find(&items, item)?.and_then(|item| item.id("DuplicateRecordSetId"));
                known = known.or(set);
            }
        }
        let set = match known {
            Some(set) => set,
            None => new_set(call, rule, matches)?,
        };
        if call.org.ids_where(&items, "RecordId", &Value::from(save.id), 1)?.is_empty() {
            add_item(call, set, save.id)?;
        }
        let count = call.org.ids_where(&items, "DuplicateRecordSetId", &Value::from(set), NO_LIMIT)?.len();
        platform::update_without_rules(
            call.org,
            "DuplicateRecordSet",
            set,
            &[("RecordCount", Value::Int(count as i64))],
        )?;
    }
    Ok(())
}

fn new_set(call: Call, rule: Option<Id>, matches: &[Id]) -> Result<Id, Fault> {
    let name = numbered(call, "DuplicateRecordSet")?;
    let rule = rule.map_or(Value::Null, Value::from);
    let fields = [("Name", name), ("DuplicateRuleId", rule)];
    let set = platform::insert_as_platform(call, "DuplicateRecordSet", &fields)?;
    matches.iter().try_for_each(|id| add_item(call, set, *id))?;
    Ok(set)
}

fn add_item(call: Call, set: Id, record: Id) -> Result<(), Fault> {
    let name = numbered(call, "DuplicateRecordItem")?;
    let fields =
        [("Name", name), ("DuplicateRecordSetId", Value::from(set)), ("RecordId", Value::from(record))];
    platform::insert_as_platform(call, "DuplicateRecordItem", &fields).map(drop)
}

/// An automatic number, the next of its object.
fn numbered(call: Call, object: &'static str) -> Result<Value, Fault> {
    let object = call.org.standard(object)?;
    let sql = format!("SELECT count(*) FROM {}", quoted(&object.name));
    let count: i64 = call.org.store.row(&sql, [], |row| row.get(0))?.unwrap_or_default();
    Ok(Value::from(format!("{:08}", count + 1)))
}

/// Whether the save gives a compared field another value.
fn touches(save: &Save, item: &Item) -> bool {
    let parent = save.object.parent_relationship(&item.field).map(|field| field.name.as_str());
    save.changes(parent.unwrap_or(&item.field))
}

fn duplicates(rule: &DuplicateRule, action: Action, results: Vec<MatchResult>) -> Duplicates {
    Duplicates {
        allow_save: !action.block,
        rule: rule.developer_name.clone(),
        object: rule.object.clone(),
        message: rule.alert.clone(),
        results,
    }
}

fn results(
    call: Call,
    record: &Record,
    own: Option<Id>,
    matching: &[&MatchingRule],
) -> Result<Vec<MatchResult>, Fault> {
    let of = |rule: &&MatchingRule| {
        let records = matches(call, record, own, rule)?;
        Ok(MatchResult {
            object: rule.object.clone(),
            engine: rule.engine(),
            rule: rule.developer_name.clone(),
            records,
        })
    };
    matching.iter().map(of).collect()
}

/// The live records that are like this one and that the caller sees (duplicate rules enforce sharing unless they are told
/// not to), oldest first. All of the object are read: rules that find anything by an
/// index alone would compare less than the service does.
fn matches(call: Call, record: &Record, own: Option<Id>, rule: &MatchingRule) -> Result<Vec<Match>, Fault> {
    let object = &record.object;
    call.org.ensure_table(object)?;
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for item in &rule.items {
        columns.push(column(call, object, &item.field)?);
        values.push(value(call, record, &item.field)?);
    }
    let live = if object.has_recycle_bin() { "AND NOT r.\"IsDeleted\"" } else { "" };
    let mut params = vec![Value::from(own.map_or(String::new(), |id| id.to_string()))];
    let visible = call.runner.visible_rows(object, "r", &mut |value| {
        params.push(value);
        format!("?{}", params.len())
    });
    let visible = visible.map_or(String::new(), |condition| format!("AND {condition}"));
    let sql = format!(
        "SELECT r.\"Id\", {} FROM {} r WHERE r.\"Id\" <> ?1 {live} {visible} ORDER BY r.\"Id\"",
        columns.join(", "),
        quoted(&object.name)
    );
    let read = |row: &rusqlite::Row| {
        let texts =
            (1..=columns.len()).map(|at| Ok(Value::from(row.get_ref(at)?).as_text().map(str::to_owned)));
        let texts: Vec<Option<String>> = texts.collect::<rusqlite::Result<_>>()?;
        let alike = rule.matches(&values, &texts);
        Ok(if alike { Some((row.get::<_, String>(0)?, texts)) } else { None })
    };
    let found = call.org.store.rows(&sql, rusqlite::params_from_iter(&params), read)?;
    let found = found.into_iter().flatten().take(MOST);
    let shown = |texts: Vec<Option<String>>| match call.options.duplicate_details {
        false => Vec::new(),
        true => {
            let names = rule.items.iter().map(|item| item.field.clone());
            names.zip(texts).filter(|(name, _)| object.field(name).is_some()).collect()
        }
    };
    let found = found.filter_map(|(id, texts)| {
        Some(Match { id: Id::parse(&id)?, confidence: 100.0, fields: shown(texts) })
    });
    Ok(found.collect())
}

/// The SQL of a compared field of `r`: its own, or the name of the record that it refers to.
fn column(call: Call, object: &Arc<SObject>, field: &str) -> Result<String, Fault> {
    if let Some(field) = object.field(field) {
        return Ok(format!("r.{}", quoted(&field.name)));
    }
    let Some((reference, parent)) = parent(call, object, field)? else { return Ok("NULL".to_owned()) };
    let name = quoted(parent.name_field.as_deref().unwrap_or("Name"));
    let (table, reference) = (quoted(&parent.name), quoted(&reference));
    Ok(format!("(SELECT p.{name} FROM {table} p WHERE p.\"Id\" = r.{reference})"))
}

/// The value of a compared field of the record.
fn value(call: Call, record: &Record, field: &str) -> Result<Option<String>, Fault> {
    if record.object.field(field).is_some() {
        return Ok(record.text(field).map(str::to_owned));
    }
    let Some((reference, parent)) = parent(call, &record.object, field)? else { return Ok(None) };
    let Some(id) = record.id(&reference) else { return Ok(None) };
    let name = parent.name_field.as_deref().unwrap_or("Name");
    Ok(call.org.find(&parent, id)?.and_then(|parent| parent.text(name).map(str::to_owned)))
}

/// The reference field of a relationship, and the object it refers to.
fn parent(call: Call, object: &SObject, relationship: &str) -> Result<Option<(String, Arc<SObject>)>, Fault> {
    let Some(field) = object.parent_relationship(relationship) else { return Ok(None) };
    let Some(target) = field.reference_to.first() else { return Ok(None) };
    Ok(call.org.object(target)?.map(|parent| (field.name.clone(), parent)))
}

fn detected(found: Duplicates) -> Fault {
    duplicates_detected(&found.message).with(Detail::Duplicates(found))
}

faults! {
    /// a duplicate rule blocks the save, or alerts a caller who does not allow duplicates; the text is the rule's own,
    /// `Use one of these records?` that of the standard ones
    duplicates_detected(alert: &str) = DUPLICATES_DETECTED, "{alert}", Seen "recorded answers in tests of public integrations";

    /// duplicates are asked for of an object that has no active duplicate rule
    no_active_rules(object: &SObject) = NO_ACTIVE_DUPLICATE_RULE,
        "No active duplicate rules are defined for the [{name}] object type" with (name = object.name), Quoted;
}
