//! Checks the rules that an administrator has declared for an org: validation rules and lookup filters.
//!
//! Their conditions are SOQL, evaluated on the record as it was just stored, inside the save's savepoint. They see the
//! record and its parents, not what it was before.

use super::save::Save;
use crate::model::fault::{Fault, faults};
use crate::org::access::Runner;
use crate::org::declared_rule::{DeclaredRule, DeclaredRuleKind};
use crate::org::{Environment, Org};
use crate::query::soql;
use crate::query::soql::QueryOptions;

const OPTIONS: QueryOptions = QueryOptions { all_rows: true, api_version: 66 };

/// Whether a condition can be asked of the object at all.
///
/// # Errors
/// What is wrong with it, in SOQL's words.
pub(crate) fn check_condition(
    org: &Org,
    environment: &dyn Environment,
    rule: &DeclaredRule,
) -> Result<(), Fault> {
    let runner = Runner::system(org.id);
    let text = format!("SELECT Id FROM {} WHERE {} LIMIT 1", rule.object, rule.condition);
    soql::query(org, environment, &runner, &text, &OPTIONS).map(drop)
}

/// Checks the stored record against all declared rules of its object. What the platform changes on its own is not checked.
pub(crate) fn check(save: &Save) -> Result<(), Vec<Fault>> {
    let rules = save.call.org.seeded.declared.iter();
    let mut faults = Vec::new();
    for rule in rules.filter(|rule| rule.object == save.object.name && save.was_asked_for()) {
        faults.extend(refusal(save, rule).map_err(|fault| vec![fault])?);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn refusal(save: &Save, rule: &DeclaredRule) -> Result<Option<Fault>, Fault> {
    match &rule.kind {
        DeclaredRuleKind::Validation { field } if holds(save, &rule.condition)? => {
            Ok(Some(validation_failed(&rule.message, field.as_deref())))
        }
        DeclaredRuleKind::LookupFilter { field } => {
            let asked = save.changes(field) && !save.value(field).is_null();
            let fails = asked && !holds(save, &rule.condition)?;
            Ok(fails.then(|| lookup_filtered(&rule.message, field)))
        }
        DeclaredRuleKind::Validation { .. } => Ok(None),
    }
}

fn holds(save: &Save, condition: &str) -> Result<bool, Fault> {
    let call = save.call;
    let runner = Runner::system(call.runner.user);
    let text =
        format!("SELECT Id FROM {} WHERE Id = '{}' AND ({condition})", save.object.name, save.id.as_str());
    Ok(soql::query(call.org, call.environment, &runner, &text, &OPTIONS)?.total > 0)
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
