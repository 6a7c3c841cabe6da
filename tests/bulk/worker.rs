//! Work in the background.

use fauxforce::Server;

use crate::emulator::Emulator;

const JOBS: &str = "/services/data/v62.0/jobs/ingest";
const CSV: &[(&str, &str)] = &[("content-type", "text/csv")];
const CLOSE: &str = r#"{"state":"UploadComplete"}"#;

fn open(emulator: &Emulator, rows: usize) -> String {
    let made = emulator.json("POST", JOBS, r#"{"object":"Contact","operation":"insert"}"#);
    let job = format!("{JOBS}/{}", made["id"].as_str().expect("an id"));
    let rows: String = (0..rows).map(|row| format!("Doe{row},doe{row}@acme.test\n")).collect();
    let csv = format!("LastName,Email\n{rows}");
    assert_eq!(emulator.ask("PUT", &format!("{job}/batches"), CSV, &csv).status, 201);
    job
}

/// Other requests are answered while a job runs, and see what it has saved so far.
#[test]
fn a_job_lets_others_in() {
    let emulator = Emulator::of(Server::builder());
    let job = open(&emulator, 5000);
    emulator.json("PATCH", &job, CLOSE);
    let mut between = 0;
    loop {
        let info = emulator.json("GET", &job, "");
        let processed = info["numberRecordsProcessed"].as_i64().expect("a number");
        match info["state"].as_str() {
            Some("UploadComplete" | "InProgress") => {
                assert!(
                    emulator.count("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'") >= processed
                );
                between += i64::from(processed > 0 && processed < 5000);
            }
            state => {
                assert_eq!((state, processed), (Some("JobComplete"), 5000), "{info}");
                break;
            }
        }
    }
    assert!(between > 0, "nobody was let in");
    assert_eq!(emulator.count("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'"), 5000);
}

/// The rows of a query are those of one moment, in however many steps they are written down.
#[test]
fn a_query_lets_others_in_and_misses_none_of_its_rows() {
    let emulator = Emulator::of(Server::builder());
    let job = open(&emulator, 5000);
    emulator.json("PATCH", &job, CLOSE);
    while emulator.json("GET", &job, "")["state"] != "JobComplete" {}
    let query = "SELECT Id, LastName, Email FROM Contact WHERE LastName LIKE 'Doe%'";
    let body = serde_json::json!({"operation": "query", "query": query}).to_string();
    let made = emulator.json("POST", "/services/data/v62.0/jobs/query", &body);
    let job = format!("/services/data/v62.0/jobs/query/{}", made["id"].as_str().expect("an id"));
    loop {
        let created = emulator.json("POST", "/services/data/v62.0/sobjects/Contact", r#"{"LastName":"Doe"}"#);
        assert_eq!(created["success"], true, "{created}");
        if emulator.json("GET", &job, "")["state"] == "JobComplete" {
            break;
        }
    }
    let rows = emulator.ask("GET", &format!("{job}/results?maxRecords=50000"), &[], "").body;
    let ids: std::collections::HashSet<_> = rows.lines().skip(1).map(|row| &row[..20]).collect();
    assert_eq!(ids.len(), rows.lines().count() - 1, "no row twice");
    // One contact may have been made before the query ran, and the last is made after the job is done.
    assert!((5000..=5001).contains(&ids.len()), "{} rows", ids.len());
}

/// The step at which a shutdown cuts a job off is done again: nobody is told that the job has failed.
#[test]
fn a_job_that_is_cut_off_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let emulator = Emulator::of(Server::builder().database(&file));
    let job = open(&emulator, 2_000);
    // From here on each step is cut off where it begins.
    emulator.server.world().cancel_calls();
    emulator.ask("PATCH", &job, &[], CLOSE);
    let state = emulator.server.world().lock();
    while state.background.is_due() && fauxforce::job::step(&state) {}
    drop(state);
    emulator.server.stop();

    let emulator = Emulator::of(Server::builder().database(&file));
    if emulator.json("GET", &job, "")["state"] == "Open" {
        emulator.json("PATCH", &job, CLOSE);
    }
    let state = loop {
        let state = emulator.json("GET", &job, "")["state"].clone();
        if state == "JobComplete" || state == "Failed" {
            break state;
        }
    };
    assert_eq!(state, "JobComplete");
    assert_eq!(emulator.count("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'"), 2_000);
}

#[test]
fn a_job_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let emulator = Emulator::of(Server::builder().database(&file));
    let waiting = open(&emulator, 3);
    let running = open(&emulator, 20_000);
    emulator.json("PATCH", &running, CLOSE);
    emulator.server.stop();

    let emulator = Emulator::of(Server::builder().database(&file));
    while emulator.json("GET", &running, "")["state"] != "JobComplete" {}
    assert_eq!(emulator.count("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'"), 20_000);
    let saved = emulator.ask("GET", &format!("{running}/successfulResults"), &[], "").body;
    assert_eq!(saved.lines().count(), 20_001);
    emulator.json("PATCH", &waiting, CLOSE);
    while emulator.json("GET", &waiting, "")["state"] != "JobComplete" {}
    assert_eq!(emulator.json("GET", &waiting, "")["numberRecordsProcessed"], 3);
}
