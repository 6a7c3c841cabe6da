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
