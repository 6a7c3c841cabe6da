//! The rules of Task and Event.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_event.htm>

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::declare::rule;
use crate::dml::{Rule, Save};
use crate::model::fault::Fault;
use crate::model::value::Value;

pub(super) const TASK_RULES: &[Rule] = &[
    rule!(Default SAVE status_closes_the_task),
    rule!(Default SAVE priority_is_high_or_not),
    rule!(Default SAVE activity_has_an_account),
];

pub(super) const EVENT_RULES: &[Rule] =
    &[rule!(Default SAVE event_has_a_start_and_an_end), rule!(Default SAVE activity_has_an_account)];

/// Of the standard statuses one closes a task.
fn status_closes_the_task(save: &mut Save) -> Result<(), Fault> {
    let closed = save.text("Status") == Some("Completed");
    if save.is_insert() || closed != save.old.get("IsClosed").is_true() {
        let now = save.call.environment.now();
        save.set("IsClosed", closed);
        save.set("CompletedDateTime", if closed { Value::Int(now) } else { Value::Null });
    }
    Ok(())
}

fn priority_is_high_or_not(save: &mut Save) -> Result<(), Fault> {
    let high = save.text("Priority") == Some("High");
    save.set("IsHighPriority", high);
    Ok(())
}

/// The account of what the activity is about; else of the contact that it is with.
fn activity_has_an_account(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let account = match save.id_in("WhatId").map(|id| (id, org.schema.by_key_prefix(id.key_prefix()))) {
        Some((id, Some(what))) if what.name == "Account" => Some(id),
        Some((id, Some(what))) if matches!(what.name.as_str(), "Opportunity" | "Contract") => {
            org.find(&what, id)?.and_then(|record| record.id("AccountId"))
        }
        _ => save.parent("Contact", "WhoId")?.and_then(|contact| contact.id("AccountId")),
    };
    save.set("AccountId", account.map_or(Value::Null, Value::from));
    Ok(())
}

/// Of start, end and duration two give the third; the date is that of the start.
fn event_has_a_start_and_an_end(save: &mut Save) -> Result<(), Fault> {
    const MINUTE: i64 = 60_000;
    let number = |field: &str| match save.value(field) {
        Value::Int(number) => Some(*number),
        _ => None,
    };
    let named = ["StartDateTime", "ActivityDateTime"];
    let sent = named.into_iter().find(|field| save.was_sent(field));
    let Some(start) = sent.map_or_else(|| named.into_iter().find_map(number), number) else { return Ok(()) };
    let (end, minutes) = match (number("EndDateTime"), number("DurationInMinutes")) {
        (Some(end), minutes) if save.was_sent("EndDateTime") || minutes.is_none() => {
            (end, (end - start) / MINUTE)
        }
        (_, Some(minutes)) => (start.saturating_add(minutes.saturating_mul(MINUTE)), minutes),
        _ => return Ok(()),
    };
    save.set("StartDateTime", start);
    save.set("ActivityDateTime", start);
    save.set("EndDateTime", end);
    save.set("DurationInMinutes", minutes);
    if let Ok(moment) = Timestamp::from_millisecond(start) {
        save.set("ActivityDate", TimeZone::UTC.to_datetime(moment).date().to_string());
    }
    Ok(())
}
