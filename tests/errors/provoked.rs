//! Every row of the table of errors is provoked on the wire, and says what it says there.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fauxforce::error_entry::{Entry, Family, Fields};
use fauxforce::errors;
use serde_json::Value;

use crate::scene::Scenario;
use crate::surroundings::{Got, Surroundings};
use crate::{envelope, soap};

/// How many scenarios run at a time.
const THREADS: usize = 4;

/// Each has an org to itself.
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
    crate::envelopes::SCENARIOS,
    crate::packages::SCENARIOS,
    crate::oauth::SCENARIOS,
    crate::logins::SCENARIOS,
    crate::saml::SCENARIOS,
    crate::transport::SCENARIOS,
];

/// Those that leave each other alone: they share an org.
const SHARING: &[&[Scenario]] = &[crate::bulk::SCENARIOS, crate::scim::SCENARIOS];

/// What no client can provoke, or not in a moment; and what the Metadata API refuses, which is provoked row by row over a
/// socket.
const ELSEWHERE: &[(&str, &str)] = &[
    ("store_unavailable", "a full disk: tests/durability/full_disk.rs"),
    ("store_failed", "a defect"),
    ("no_matches", "a form of the console: tests/console/records.rs"),
    ("several_matches", "a form of the console: tests/console/records.rs"),
    ("standard_object_missing", "an incomplete build"),
    ("running_too_long", "a small limit: tests/deadlines.rs"),
    ("query_timeout", "a small limit: tests/deadlines.rs"),
    ("bulk.out_of_time", "a small limit: tests/deadlines.rs"),
    ("batch.out_of_time", "a small limit: tests/deadlines.rs"),
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
    ("no_display_format", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("type_not_emulated", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("not_an_int", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_label", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_plural_label", "the Metadata API: tests/soap/metadata_refusals.rs"),
    ("no_name_field", "the Metadata API: tests/soap/metadata_refusals.rs"),
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
    ("oauth.unknown_error", "a full disk"),
    ("batch.internal", "a full disk, or a defect"),
    ("saml.InvalidSessionLevel", "the setting that asks for a level is not emulated"),
    ("http.body_timeout", "half a minute: tests/http_transport/main.rs has a server with a shorter one"),
    ("http.too_many_bodies", "bodies of many clients at a time: tests/http_transport"),
    ("http.stopping", "a server that is told to stop while a call waits behind another"),
    ("control.store_failed", "a full disk, or too little memory"),
    ("control.no_origin", "a database file of more than 256 MB"),
    ("control.one_world_only", "a program that serves one world itself, by App::new"),
    ("http.panicked", "a defect: tests/http_transport/main.rs has a service with one"),
];

#[test]
fn every_row_is_provoked() {
    let rows: Vec<&Entry> = errors::sections().into_iter().flat_map(|section| section.rows).collect();
    let of_soap = crate::soap_only::SCENARIOS.iter();
    let mut provoked: BTreeSet<&str> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
    provoked.extend(crate::queries::QUERIES.iter().map(|(name, _)| *name));
    provoked.extend(crate::queries::LONG.iter().copied().chain(of_soap.clone().map(|(name, _)| *name)));
    provoked.extend(crate::sign_on::SEEDS.iter().map(|(name, ..)| *name));
    let alone = SCENARIOS.iter().copied().flatten().map(|scenario| (*scenario, false));
    let sharing = SHARING.iter().copied().flatten().map(|scenario| (*scenario, true));
    let scenarios: Vec<_> = alone.chain(sharing).collect();
    provoked.extend(scenarios.iter().map(|((name, _), _)| *name));
    // Each of several threads takes the next scenario.
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut wrong, mut repeated) = (Vec::new(), BTreeSet::new());
        let shared = LazyCell::new(Surroundings::emulator);
        while let Some((scenario, shares)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = &scenario.0;
            wrong.extend(match shares {
                true => tried(&rows, *scenario, &shared),
                false => tried(&rows, *scenario, &Surroundings::emulator()),
            });
            if soap::was_repeated() {
                repeated.insert(*name);
            }
        }
        (wrong, repeated)
    };
    let outcomes: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    let mut wrong: Vec<String> = outcomes.iter().flat_map(|(wrong, _)| wrong.clone()).collect();
    let repeated = outcomes.iter().flat_map(|(_, repeated)| repeated.clone()).collect();
    wrong.extend(crate::behaviours::gaps(&repeated));
    for (name, provoke) in of_soap {
        let row = rows.iter().find(|row| row.name == *name);
        let answer = provoke(&Surroundings::emulator());
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

/// What is wrong with a scenario.
fn tried(rows: &[&Entry], (name, provoke): Scenario, rig: &Surroundings) -> Option<String> {
    let Some(row) = rows.iter().find(|row| row.name == name) else {
        return Some(format!("{name}: no such row"));
    };
    match std::panic::catch_unwind(AssertUnwindSafe(|| provoke(rig))) {
        Ok(got) => difference(row, &got),
        Err(_) => Some(format!("{name}: the scenario itself failed")),
    }
}

/// How an answer differs from what the row says.
pub fn difference(row: &Entry, got: &Got) -> Option<String> {
    let right = match row.family {
        Family::Fault => is_fault(row, got),
        family => {
            let status = match family {
                // The browser goes on, or keeps what it was told.
                Family::OAuth => matches!(got.status, 200 | 302 | 400),
                Family::Soap => got.status == 500,
                Family::Batch | Family::Login | Family::Package => got.status == 200,
                Family::Provisioning => got.status == 302,
                _ => row.number == Some(got.status),
            };
            let number = row.number.map(|number| number.to_string());
            status
                && envelope::told(family, got).iter().any(|(code, text)| {
                    let right = match family {
                        // The wire does not carry the name that event log files, or documents, have for it.
                        Family::Login => true,
                        Family::Provisioning => number.as_deref() == Some(code),
                        _ => row.code == code,
                    };
                    right && row.says(text)
                })
        }
    };
    (!right).then(|| format!("{}: {}", row.name, got.told()))
}

fn is_fault(row: &Entry, got: &Got) -> bool {
    // Several records have the external id: the body is a list of their paths.
    if got.status == 300 && row.code == "DUPLICATE_EXTERNAL_ID" {
        return true;
    }
    if got.body.contains("<soapenv:Fault>") {
        return soap::told(&got.body).iter().any(|(code, message, _)| says(row, code, message, &[]));
    }
    if got.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")) {
        return is_in_csv(row, &got.body);
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
    (got.status >= 400 || !is_whole) && said && json
}

/// The results of a bulk job: a cell of them is `CODE:message:Field1,Field2 --`.
fn is_in_csv(row: &Entry, body: &str) -> bool {
    let rows = csv::Reader::from_reader(body.as_bytes()).into_records().filter_map(Result::ok);
    let cells: Vec<String> = rows.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    cells.iter().any(|cell| {
        let parts = cell.trim_end_matches("--").split_once(':').and_then(|(code, rest)| {
            let (message, fields) = rest.rsplit_once(':')?;
            Some((code, message, fields.trim()))
        });
        parts.is_some_and(|(code, message, fields)| {
            let fields: Vec<_> = fields.split(',').filter(|field| !field.is_empty()).collect();
            says(row, code, message, &fields)
        })
    })
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
    row.code == code && row.says(message) && right_fields
}
