//! `validationRules` and `lookupFilters` of `org.json`.

use super::org_file::OrgFile;
use super::seed_error::SeedError;
use crate::dml::declared_rules::check_condition;
use crate::org::declared_rule::{DeclaredRule, DeclaredRuleKind};
use crate::org::{Environment, Org};

/// What a lookup filter without a message says.
const UNFIT: &str = "Value does not exist or does not match filter criteria.";

/// Reads the rules and tries their conditions.
///
/// # Errors
/// An unknown object or field; a condition that SOQL refuses.
pub(super) fn read(
    org: &Org,
    environment: &dyn Environment,
    file: &OrgFile,
) -> Result<Vec<DeclaredRule>, SeedError> {
    let mut rules = Vec::new();
    for rule in &file.validation_rules {
        let object = object(org, file, &rule.object, rule.field.as_deref())?;
        let kind = DeclaredRuleKind::Validation { field: rule.field.clone() };
        rules.push(DeclaredRule {
            object,
            kind,
            condition: rule.when.clone(),
            message: rule.message.clone(),
        });
    }
    for rule in &file.lookup_filters {
        let object = object(org, file, &rule.object, Some(&rule.field))?;
        let kind = DeclaredRuleKind::LookupFilter { field: rule.field.clone() };
        let message = rule.message.clone().unwrap_or_else(|| UNFIT.to_owned());
        rules.push(DeclaredRule { object, kind, condition: rule.condition.clone(), message });
    }
    for rule in &rules {
        check_condition(org, environment, rule).map_err(|fault| {
            // The lines before the last point into the query.
            let why = fault.message.rsplit('\n').next().unwrap_or_default();
            let what = format!("the condition {:?} cannot be evaluated: {why}", rule.condition);
            file.mistake(&rule.condition, what, "what stands after WHERE in a SOQL query of the object")
        })?;
    }
    Ok(rules)
}

/// The object's name as it is spelt, if it has the field.
fn object(org: &Org, file: &OrgFile, name: &str, field: Option<&str>) -> Result<String, SeedError> {
    let object = org.schema.object(name);
    let object = object
        .ok_or_else(|| file.mistake(name, format!("there is no object {name:?}"), "an object's API name"))?;
    match field.filter(|field| object.field(field).is_none()) {
        Some(field) => {
            let what = format!("{} has no field {field:?}", object.name);
            Err(file.mistake(field, what, "a field's API name"))
        }
        None => Ok(object.name.clone()),
    }
}
