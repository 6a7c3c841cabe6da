//! Every row of the table of errors is provoked on the wire, and says what it says there.

use std::collections::BTreeSet;

use fauxforce::errors;
use fauxforce::org::fault::{Entry, Fields};
use serde_json::Value;

use crate::harness::Got;
use crate::scene::Scenario;
use crate::soap;

const SCENARIOS: &[&[Scenario]] = &[
    crate::records::SCENARIOS,
    crate::users::SCENARIOS,
    crate::external_users::SCENARIOS,
    crate::accounts::SCENARIOS,
    crate::permissions::SCENARIOS,
    crate::passwords::SCENARIOS,
    crate::requests::SCENARIOS,
    crate::composite::SCENARIOS,
    crate::jobs::SCENARIOS,
];

/// What no client can provoke; and what the Metadata API refuses, which is provoked row by row over a socket.
const ELSEWHERE: &[(&str, &str)] = &[
    ("store_unavailable", "a full disk: tests/durability/full_disk.rs"),
    ("store_failed", "a defect"),
    ("standard_object_missing", "an incomplete build"),
    ("running_too_long", "a small limit: tests/deadlines.rs"),
    ("query_timeout", "a small limit: tests/deadlines.rs"),
    ("unwritable", "a defect"),
    ("no_component_named", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("cannot_delete", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("field_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("object_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("component_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_a_custom_name", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("out_of_bounds", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("lookup_to_nowhere", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("required_element", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("element_of_type", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_enum_value", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_path", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("path_taken", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("site_not_emulated", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_available", "the Metadata API: tests/soap/metadata_refusals.rs"),
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
    ("too_many_files", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("bad_archive", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("path_stays", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("detail_is_shared_alone", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_job", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("already_completed", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("cannot_rename", "the Metadata API: tests/soap/metadata_renames.rs"),
    ("stays_with_object", "the Metadata API: tests/soap/metadata_renames.rs"),
    ("no_part", "the Metadata API over REST: tests/rest/deployments.rs"),
    ("wrong_status", "the Metadata API over REST: tests/rest/deployments.rs"),
    ("undescribable", "a defect"),
    ("unreadable", "a damaged database"),
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
    let mut repeated = BTreeSet::new();
    soap::was_repeated();
    for (name, provoke) in SCENARIOS.iter().copied().flatten() {
        provoked.insert(name);
        match rows.iter().find(|row| row.name == *name) {
            Some(row) => match std::panic::catch_unwind(provoke) {
                Ok(got) => wrong.extend(difference(row, &got)),
                Err(_) => wrong.push(format!("{name}: the scenario itself failed")),
            },
            None => wrong.push(format!("{name}: no such row")),
        }
        if soap::was_repeated() {
            repeated.insert(*name);
        }
    }
    wrong.extend(crate::checklist::gaps(&repeated));
    for (name, provoke) in crate::soap_only::SCENARIOS {
        provoked.insert(name);
        let row = rows.iter().find(|row| row.name == *name);
        let answer = provoke();
        let said = soap::told(&answer).iter().any(|(code, message, fields)| {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            row.is_some_and(|row| says(row, code, message, &fields))
        });
        if !said {
            wrong.push(format!("{name}: {answer}"));
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
    let body = serde_json::from_str::<Value>(&got.body).unwrap_or_default();
    let mut errors = Vec::new();
    errors_in(&body, &mut errors);
    let said = errors.iter().any(|error| {
        let fields = error["fields"].as_array().into_iter().flatten();
        let code = if error["errorCode"].is_string() { &error["errorCode"] } else { &error["statusCode"] };
        says(row, text(code), text(&error["message"]), &fields.map(text).collect::<Vec<_>>())
    });
    let json = got.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let is_whole = body.get(0).is_some_and(|first| first["errorCode"].is_string());
    let right = (got.status >= 400 || !is_whole) && said && json;
    (!right).then(|| format!("{}: {}", row.name, got.told()))
}

/// The errors of an answer, and of what is in it: records of a list, subrequests.
fn errors_in<'a>(value: &'a Value, errors: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) if members.contains_key("message") => errors.push(value),
        Value::Object(members) => members.values().for_each(|value| errors_in(value, errors)),
        Value::Array(items) => items.iter().for_each(|item| errors_in(item, errors)),
        _ => {}
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn says(row: &Entry, code: &str, message: &str, fields: &[&str]) -> bool {
    let right_fields = match row.fields {
        Fields::None => fields.is_empty(),
        Fields::Names(names) => fields == names,
        Fields::Described(_) => !fields.is_empty(),
    };
    row.code.as_str() == code && row.says(message) && right_fields
}
