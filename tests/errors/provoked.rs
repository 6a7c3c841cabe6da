//! Every row of the table of errors is provoked through REST, and says what it says there.

use std::collections::BTreeSet;

use fauxforce::errors;
use fauxforce::org::fault::{Entry, Fields};
use serde_json::Value;

use crate::harness::Got;
use crate::scene::Scenario;

const SCENARIOS: &[&[Scenario]] = &[
    crate::records::SCENARIOS,
    crate::users::SCENARIOS,
    crate::external_users::SCENARIOS,
    crate::accounts::SCENARIOS,
    crate::permissions::SCENARIOS,
    crate::passwords::SCENARIOS,
    crate::requests::SCENARIOS,
];

/// What no client can provoke through REST, and where it is tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("store_failed", "a full disk"),
    ("standard_object_missing", "an incomplete build"),
    ("unwritable", "a defect"),
    ("too_long", "a URL is shorter: tests/soql/refuses.rs"),
    ("empty", "REST speaks of the parameter first: tests/soql/refuses.rs"),
    ("id_to_insert", "REST speaks of the body first; SOAP: tests/rules/contact_account.rs"),
    ("rolled_back_with_others", "lists of records: tests/rules/lists.rs"),
    ("not_an_external_id", "REST answers 404 first; SOAP and Bulk: tests/rules/lists.rs"),
    ("not_specified", "REST has the external id in the path; SOAP and Bulk: tests/rules/lists.rs"),
    ("malformed_record_id", "REST answers 404 first; SOAP and Bulk: tests/rules/lists.rs"),
    ("not_in_bin", "undelete has no REST resource: tests/rules/recycle_bin.rs"),
    ("nothing_to_empty", "emptying the bin has no REST resource: tests/rules/recycle_bin.rs"),
    ("not_undeletable", "undelete has no REST resource: tests/rules/recycle_bin.rs"),
    ("not_mergeable", "merge has no REST resource: tests/rules/merge.rs"),
    ("wrong_number_of_losers", "merge has no REST resource: tests/rules/merge.rs"),
    ("merged_with_itself", "merge has no REST resource: tests/rules/merge.rs"),
    ("loser_not_accessible", "merge has no REST resource: tests/rules/merge.rs"),
    ("person_with_business", "merge has no REST resource: tests/rules/person_account.rs"),
    ("master_is_no_portal_account", "merge has no REST resource: tests/rules/merge.rs"),
    ("incompatible_portal_types", "merge has no REST resource: tests/rules/merge.rs"),
    ("portal_contacts_of_several_accounts", "merge has no REST resource: tests/rules/merge.rs"),
    ("no_active_rules", "findDuplicates is SOAP's: tests/rules/duplicates.rs"),
    ("mixed_dml", "lists of several objects: tests/rules/lists.rs"),
    ("too_many_runs", "lists of records: tests/soap/saves.rs"),
    ("id_not_specified", "REST has the id in the path; SOAP: tests/soap/saves.rs"),
    ("wrong_old_password", "SOAP: tests/soap/users.rs"),
    ("bad_id", "SOAP: tests/soap/users.rs"),
    ("no_such_session", "SOAP: tests/soap/users.rs"),
    ("no_templates", "SOAP: tests/soap/users.rs"),
    ("no_body", "SOAP: tests/soap/users.rs"),
    ("no_recipient", "SOAP: tests/soap/users.rs"),
    ("invalid_address", "SOAP: tests/soap/users.rs"),
    ("too_many_recipients", "SOAP: tests/soap/users.rs"),
    ("bad_target", "SOAP: tests/soap/users.rs"),
    ("target_without_address", "SOAP: tests/soap/users.rs"),
    ("no_concrete_type", "SOAP: tests/soap/faults.rs"),
    ("several_objects", "SOAP: tests/soap/saves.rs"),
    ("no_component_named", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("cannot_delete", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("field_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("object_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("component_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_a_custom_name", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("lookup_to_nowhere", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("required_element", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("element_of_type", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_such_type", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("type_not_emulated", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_an_int", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_label", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_plural_label", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_name_field", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("numbered_names_not_emulated", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("unknown_user_permission", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("required_field", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_standard_field", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("type_stays", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_unique_yet", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("referenced_elsewhere", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_access", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("unknown_type", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("mixed_types", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_archive", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("path_stays", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("detail_is_shared_alone", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_job", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("already_completed", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("new_owner_cannot_read", "SOAP: tests/soap/headers.rs"),
    ("not_layoutable", "SOAP: tests/soap/describes.rs"),
    ("undescribable", "a defect"),
    ("too_many_operations", "tests/rest/composite.rs"),
    ("rolled_back_subrequest", "tests/rest/composite.rs"),
    ("illegal_reference_id", "tests/rest/composite.rs"),
    ("duplicate_reference_id", "tests/rest/composite.rs"),
    ("no_subrequest_method", "tests/rest/composite.rs"),
    ("outer_header", "tests/rest/composite.rs"),
    ("not_for_subrequests", "tests/rest/composite.rs"),
    ("no_value", "tests/rest/composite.rs"),
    ("null_reference", "tests/rest/composite.rs"),
    ("batch_halted", "tests/rest/composite.rs"),
    ("no_batch_requests", "tests/rest/composite.rs"),
    ("no_batch_method", "tests/rest/composite.rs"),
    ("wrong_batch_version", "tests/rest/composite.rs"),
    ("no_records", "tests/rest/composite.rs"),
    ("no_type", "tests/rest/composite.rs"),
    ("no_id_in_list", "tests/rest/composite.rs"),
    ("other_object", "tests/rest/composite.rs"),
    ("no_fields_to_read", "tests/rest/composite.rs"),
    ("illegal_graph_id", "tests/rest/composite.rs"),
    ("duplicate_graph_id", "tests/rest/composite.rs"),
    ("too_many_failures", "tests/rest/composite.rs"),
    ("no_reference_id", "tests/rest/composite.rs"),
    ("duplicate_in_tree", "tests/rest/composite.rs"),
    ("no_tree", "tests/rest/composite.rs"),
    ("tree_too_large", "tests/rest/composite.rs"),
    ("other_type_in_tree", "tests/rest/composite.rs"),
    ("missing_member", "tests/rest/composite.rs"),
    ("wrong_job_state", "tests/rest/jobs.rs"),
    ("unusable_job", "tests/rest/jobs.rs"),
    ("value_not_expected", "tests/rest/jobs.rs"),
    ("hard_delete_not_allowed", "tests/rest/jobs.rs"),
    ("too_much_data", "tests/rest/jobs.rs"),
    ("unreadable", "tests/rest/jobs.rs"),
    ("no_words", "tests/rest/search.rs"),
    ("not_a", "tests/rest/search.rs"),
    ("no_search_term", "tests/rest/search.rs"),
    ("term_too_short", "tests/rest/search.rs"),
    ("unexpected_in_search", "tests/rest/search.rs"),
    ("not_searchable", "tests/rest/search.rs"),
];

#[test]
fn every_row_is_provoked() {
    let rows: Vec<&Entry> = errors::sections().into_iter().flat_map(|section| section.rows).collect();
    let mut provoked: BTreeSet<&str> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
    provoked.extend(
        crate::queries::QUERIES.iter().map(|(name, _)| *name).chain(crate::queries::LONG.iter().copied()),
    );
    provoked.extend(crate::sign_on::SEEDS.iter().map(|(name, ..)| *name));
    let mut wrong = Vec::new();
    for (name, provoke) in SCENARIOS.iter().copied().flatten() {
        provoked.insert(name);
        match rows.iter().find(|row| row.name == *name) {
            Some(row) => match std::panic::catch_unwind(provoke) {
                Ok(got) => wrong.extend(difference(row, &got)),
                Err(_) => wrong.push(format!("{name}: the scenario itself failed")),
            },
            None => wrong.push(format!("{name}: no such row")),
        }
    }
    for row in rows.iter().filter(|row| !provoked.contains(row.name)) {
        wrong.push(format!("{}: nothing provokes it ({})", row.name, row.file));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How an answer differs from what the row says.
pub fn difference(row: &Entry, got: &Got) -> Option<String> {
    // Several records have the external id: the body is a list of their paths.
    if got.status == 300 && row.code.as_str() == "DUPLICATE_EXTERNAL_ID" {
        return None;
    }
    let errors = serde_json::from_str::<Value>(&got.body).unwrap_or_default();
    let said = errors.as_array().is_some_and(|errors| errors.iter().any(|error| says(row, error)));
    let json = got.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let right = got.status >= 400 && said && json;
    (!right).then(|| format!("{}: {}", row.name, got.told()))
}

fn says(row: &Entry, error: &Value) -> bool {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let fields: Vec<&str> =
        error["fields"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let right_fields = match row.fields {
        Fields::None => fields.is_empty(),
        Fields::Names(names) => fields == names,
        Fields::Described(_) => !fields.is_empty(),
    };
    text("errorCode") == row.code.as_str() && row.says(text("message")) && right_fields
}
