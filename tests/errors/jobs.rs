//! What bulk jobs and searches can be refused for.

use serde_json::json;

use crate::harness::{Got, JSON, Rig, encoded};
use crate::scene::Scenario;

const JOBS: &str = "v59.0/jobs/ingest";
const INSERT: &str = r#"{"object":"Contact","operation":"insert"}"#;

pub const SCENARIOS: &[Scenario] = &[
    ("wrong_job_state", || {
        let rig = Rig::new();
        let made = rig.post(JOBS, INSERT).json();
        rig.delete(&format!("{JOBS}/{}", made["id"].as_str().expect("an id")))
    }),
    ("unusable_job", || Rig::new().post(JOBS, r#"{"operation":"insert"}"#)),
    ("value_not_expected", || Rig::new().post(JOBS, r#"{"object":"Contact","operation":"merge"}"#)),
    ("hard_delete_not_allowed", || Rig::new().post(JOBS, r#"{"object":"Contact","operation":"hardDelete"}"#)),
    ("too_much_data", || {
        let part = |name: &str, content: &str| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        };
        let rows = "Doe\n".repeat(30_000);
        let body = part("job", INSERT) + &part("content", &format!("LastName\n{rows}")) + "--B--\r\n";
        Rig::new().ask("POST", JOBS, &[("content-type", "multipart/form-data; boundary=B")], body)
    }),
    ("no_search_term", || find("FIND joan")),
    ("term_too_short", || find("FIND {j}")),
    ("unexpected_in_search", || find("FIND {joan} IN NO FIELDS")),
    ("not_searchable", || find("FIND {joan} RETURNING AccountShare(Id)")),
    ("no_words", || parameterized("sobject=Contact")),
    ("not_a", || parameterized("q=joan&in=NOTHING")),
];

fn find(sosl: &str) -> Got {
    Rig::new().get(&format!("v59.0/search/?q={}", encoded(sosl)))
}

fn parameterized(query: &str) -> Got {
    Rig::new().ask("GET", &format!("v59.0/parameterizedSearch/?{query}"), JSON, "")
}

/// A job whose records fail says why in each of its rows: code, text, fields.
#[test]
fn rows_of_a_job_are_refused_in_the_same_words() {
    let rig = Rig::new();
    let settings = json!({ "object": "User", "operation": "insert" }).to_string();
    let made = rig.post(JOBS, &settings).json();
    let job = format!("{JOBS}/{}", made["id"].as_str().expect("an id"));
    let csv = [("content-type", "text/csv")];
    rig.ask("PUT", &format!("{job}/batches"), &csv, "LastName,Username\nDoe,nonsense\n");
    rig.patch(&job, r#"{"state":"UploadComplete"}"#);
    while fauxforce::job::step(&rig.cloud.enter()) {}
    let failed = rig.get(&format!("{job}/failedResults")).body;
    let alone = rig.post("v59.0/sobjects/User", r#"{"LastName":"Doe","Username":"nonsense"}"#).json();
    let text = alone[0]["message"].as_str().expect("a message");
    assert!(failed.contains(&format!("REQUIRED_FIELD_MISSING:{text}:Email,Alias,")), "{failed}");
}
