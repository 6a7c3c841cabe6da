//! What bulk jobs and searches can be refused for.

use serde_json::json;

use crate::scene::Scenario;
use crate::surroundings::{Got, JSON, Surroundings, encoded};

const JOBS: &str = "v59.0/jobs/ingest";
const INSERT: &str = r#"{"object":"Contact","operation":"insert"}"#;

pub const SCENARIOS: &[Scenario] = &[
    ("wrong_job_state", |rig| {
        let made = rig.post(JOBS, INSERT).json();
        rig.delete(&format!("{JOBS}/{}", made["id"].as_str().expect("an id")))
    }),
    ("unusable_job", |rig| rig.post(JOBS, r#"{"operation":"insert"}"#)),
    ("value_not_expected", |rig| rig.post(JOBS, r#"{"object":"Contact","operation":"merge"}"#)),
    ("hard_delete_not_allowed", |rig| rig.post(JOBS, r#"{"object":"Contact","operation":"hardDelete"}"#)),
    ("too_much_data", |rig| {
        let part = |name: &str, content: &str| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        };
        let rows = "Doe\n".repeat(30_000);
        let body = part("job", INSERT) + &part("content", &format!("LastName\n{rows}")) + "--B--\r\n";
        rig.ask("POST", JOBS, &[("content-type", "multipart/form-data; boundary=B")], body)
    }),
    ("no_search_term", |rig| find(rig, "FIND joan")),
    ("term_too_short", |rig| find(rig, "FIND {j}")),
    ("unescaped_in_search", |rig| find(rig, "FIND {jo-ann}")),
    ("unexpected_in_search", |rig| find(rig, "FIND {joan} IN NO FIELDS")),
    ("not_searchable", |rig| find(rig, "FIND {joan} RETURNING AccountShare(Id)")),
    ("no_words", |rig| parameterized(rig, "sobject=Contact")),
    ("not_a", |rig| parameterized(rig, "q=joan&in=NOTHING")),
];

fn find(rig: &Surroundings, sosl: &str) -> Got {
    rig.get(&format!("v59.0/search/?q={}", encoded(sosl)))
}

fn parameterized(rig: &Surroundings, query: &str) -> Got {
    rig.ask("GET", &format!("v59.0/parameterizedSearch/?{query}"), JSON, "")
}

/// A job whose records fail says why in each of its rows: code, text, fields.
#[test]
fn rows_of_a_job_are_refused_in_the_same_words() {
    let rig = Surroundings::emulator();
    let settings = json!({ "object": "User", "operation": "insert" }).to_string();
    let made = rig.post(JOBS, &settings).json();
    let job = format!("{JOBS}/{}", made["id"].as_str().expect("an id"));
    let csv = [("content-type", "text/csv")];
    rig.ask("PUT", &format!("{job}/batches"), &csv, "LastName,Username\nDoe,nonsense\n");
    rig.patch(&job, r#"{"state":"UploadComplete"}"#);
    let failed = rig.get(&format!("{job}/failedResults")).body;
    let alone = rig.post("v59.0/sobjects/User", r#"{"LastName":"Doe","Username":"nonsense"}"#).json();
    let text = alone[0]["message"].as_str().expect("a message");
    assert!(failed.contains(&format!("REQUIRED_FIELD_MISSING:{text}:Email,Alias,")), "{failed}");
}
