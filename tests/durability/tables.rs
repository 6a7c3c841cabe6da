//! Tables that belong together: made in one transaction, and made whole where an older file lacks some.

use std::path::Path;

use fauxforce::Server;
use serde_json::Value;

use crate::process::Client;

fn with_server<T>(file: &Path, work: impl FnOnce(&Client) -> T) -> T {
    let server = Server::builder().without_https().database(file).start().expect("a server");
    let done = work(&Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token")));
    server.stop();
    done
}

fn open_job(client: &Client) {
    let got = client.json(
        "POST",
        "/services/data/v62.0/jobs/ingest",
        r#"{"object":"Contact","operation":"insert"}"#,
    );
    assert_eq!(got.status, 200, "{}", got.body);
    let job: Value = serde_json::from_str(&got.body).expect("JSON");
    assert_eq!(job["state"], "Open");
}

#[test]
fn a_file_with_some_tables_of_bulk_jobs_gets_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    with_server(&file, open_job);
    for lost in ["DROP TABLE _job_part", "DROP TABLE _job_part; DROP TABLE _job_batch"] {
        rusqlite::Connection::open(&file).and_then(|file| file.execute_batch(lost)).expect("a change");
        with_server(&file, open_job);
    }
}
