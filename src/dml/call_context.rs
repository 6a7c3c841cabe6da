//! What a call names beside its records has to be there: an assignment rule, a package.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_assignmentruleheader.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_packageversion.htm>

use super::record_id;
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;
use crate::org::Org;

/// The objects whose records are assigned by rules.
const ASSIGNED: [&str; 2] = ["Case", "Lead"];

/// Checks the rule that records of those objects are to be assigned by; other objects have none.
///
/// # Errors
/// When it is no id, or there is no such rule; a store that failed.
pub fn assignment_rule<'a>(
    org: &Org,
    rule: &str,
    mut objects: impl Iterator<Item = &'a str>,
) -> Result<(), Fault> {
    let id = record_id::parse(org, rule)?;
    let is_assigned = |object: &str| ASSIGNED.iter().any(|assigned| object.eq_ignore_ascii_case(assigned));
    if !objects.any(is_assigned) || org.find(&org.standard("AssignmentRule")?, id)?.is_some() {
        return Ok(());
    }
    Err(no_assignment_rule(rule))
}

/// Checks that a package is installed, and that its version was given as numbers.
///
/// # Errors
/// When it is not; a store that failed.
pub fn package_version(org: &Org, namespace: &str, numbers: [&str; 2]) -> Result<(), Fault> {
    let licenses = org.standard("PackageLicense")?;
    let installed = org.ids_where(&licenses, "NamespacePrefix", &Value::from(namespace), 1)?;
    let is_version = numbers.iter().all(|number| number.parse::<u32>().is_ok());
    if installed.is_empty() || !is_version { Err(no_package_version(namespace)) } else { Ok(()) }
}

faults! {
    /// the assignment rule that `AssignmentRuleHeader`, `Sforce-Auto-Assign` or a bulk job of cases or leads names is not
    /// there; the words are ours
    no_assignment_rule(id: &str) = INVALID_ASSIGNMENT_RULE, "invalid assignment rule id: {id}", Assumed;

    /// `PackageVersionHeader` or `x-sfdc-packageversion-` names a package that is not installed, or no version; the words
    /// are ours
    no_package_version(namespace: &str) = INVALID_PACKAGE_VERSION,
        "invalid package version for namespace: {namespace}", Assumed;
}
