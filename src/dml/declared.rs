//! Rules that an administrator has declared for an org: validation rules and lookup filters.
//!
//! Their conditions are SOQL, evaluated on the record as it was just stored, inside the save's savepoint. They see the
//! record and its parents, not what it was before.

use super::Save;
use crate::model::fault::{Fault, faults};
use crate::org::access::Runner;
use crate::org::{Org, World};
use crate::query::soql;
use crate::query::soql::QueryOptions;

/// One declared rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    pub object: String,
    pub kind: Kind,
    /// What stands after WHERE in a query of the object.
    pub condition: String,
    pub message: String,
}

/// When a declared rule refuses a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// When the condition holds; the error stands at this field, or at the record.
    Validation { field: Option<String> },
    /// When this lookup changes and is not empty, and the condition does not hold.
    LookupFilter { field: String },
}

const OPTIONS: QueryOptions = QueryOptions { all_rows: true, api_version: 66 };

/// Whether a condition can be asked of the object at all.
///
/// # Errors
/// What is wrong with it, in SOQL's words.
pub(crate) fn check(org: &Org, world: &dyn World, rule: &Declared) -> Result<(), Fault> {
    let runner = Runner::system(org.id);
    let text = format!("SELECT Id FROM {} WHERE {} LIMIT 1", rule.object, rule.condition);
    soql::query(org, world, &runner, &text, &OPTIONS).map(drop)
}

/// Whether any declared rule is about the object of a save.
pub(crate) fn concerns(save: &Save) -> bool {
    save.call.org.seeded.declared.iter().any(|rule| rule.object == save.object.name)
}

/// Asks all declared rules of the object about the stored record. What the platform changes on its own is not asked.
pub(crate) fn ask(save: &Save) -> Result<(), Vec<Fault>> {
    let rules = save.call.org.seeded.declared.iter();
    let mut faults = Vec::new();
    for rule in rules.filter(|rule| rule.object == save.object.name && save.was_asked_for()) {
        faults.extend(refusal(save, rule).map_err(|fault| vec![fault])?);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn refusal(save: &Save, rule: &Declared) -> Result<Option<Fault>, Fault> {
    match &rule.kind {
        Kind::Validation { field } if holds(save, &rule.condition)? => {
            Ok(Some(validation_failed(&rule.message, field.as_deref())))
        }
        Kind::LookupFilter { field } => {
            let asked = save.changes(field) && !save.value(field).is_null();
            let fails = asked && !holds(save, &rule.condition)?;
            Ok(fails.then(|| lookup_filtered(&rule.message, field)))
        }
        Kind::Validation { .. } => Ok(None),
    }
}

fn holds(save: &Save, condition: &str) -> Result<bool, Fault> {
    let call = save.call;
    let runner = Runner::system(call.runner.user);
    let text =
        format!("SELECT Id FROM {} WHERE Id = '{}' AND ({condition})", save.object.name, save.id.as_str());
    Ok(soql::query(call.org, call.world, &runner, &text, &OPTIONS)?.total > 0)
}

faults! {
    /// the condition of a validation rule holds (`validationRules` of a seed); the administrator words the message
    validation_failed(message: &str, field: Option<&str>) = FIELD_CUSTOM_VALIDATION_EXCEPTION
        on (field.map(str::to_owned), "the rule's field, if it has one"),
        "{message}", Seen "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm";

    /// a lookup does not fit its filter (`lookupFilters` of a seed); the administrator words the message, which is
    /// otherwise `Value does not exist or does not match filter criteria.`
    lookup_filtered(message: &str, field: &str) = FIELD_FILTER_VALIDATION_EXCEPTION on ([field.to_owned()], "the lookup"),
        "{message}", Seen "Adobe Experience League, Marketo Measure error notifications";
}
