//! A disk that fills and has room again: what was acknowledged is there after a restart, and nothing else.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fauxforce::Server;
use serde_json::Value;

use crate::process::{Client, Process};
use crate::trouble::TEXT;

const JOBS: &str = "/services/data/v62.0/jobs/ingest";

/// Creates until one fails as it must; gives the names of those that were acknowledged.
fn fill(client: &Client, first: usize) -> Vec<String> {
    let mut kept = Vec::new();
    for number in first..first + 20_000 {
        let name = format!("Full{number:05}");
        let got = client.create(&name);
        if got.status == 201 {
            kept.push(name);
            continue;
        }
        assert_eq!(got.status, 503, "{}", got.body);
        assert!(got.body.contains(TEXT) && got.body.contains("UNKNOWN_EXCEPTION"), "{}", got.body);
        return kept;
    }
    panic!("the disk does not fill");
}

/// Creates some, which must succeed.
fn create(client: &Client, first: usize, count: usize) -> Vec<String> {
    let names = (first..first + count).map(|number| format!("Full{number:05}"));
    names.inspect(|name| assert_eq!(client.create(name).status, 201, "{name}")).collect()
}

/// A bulk job of so many contacts, up to where it is to be worked on; `None` when that cannot be kept.
fn start_job(client: &Client, rows: usize) -> Option<String> {
    let made = client.json("POST", JOBS, r#"{"object":"Contact","operation":"insert"}"#);
    let made: Value = serde_json::from_str(&made.body).expect("JSON");
    let job = format!("{JOBS}/{}", made["id"].as_str()?);
    let rows: String = (0..rows).map(|row| format!("Bulk{row:05},{}\n", "y".repeat(1000))).collect();
    let content = format!("LastName,Description\n{rows}");
    let sent = client.ask("PUT", &format!("{job}/batches"), &[("content-type", "text/csv")], &content);
    if sent.status != 201 {
        return None;
    }
    let closed = client.json("PATCH", &job, r#"{"state":"UploadComplete"}"#);
    (closed.status == 200).then_some(job)
}

fn state(client: &Client, job: &str) -> Option<String> {
    let got = client.json("GET", job, "");
    let job: Value = serde_json::from_str(&got.body).expect("JSON");
    job["state"].as_str().map(str::to_owned)
}

/// The disk fills, has room, fills in the middle of a bulk job, and has room again; then the process ends and another begins.
fn fills_and_has_room(
    process: Process,
    file: &Path,
    mut fill_up: impl FnMut(&Process),
    mut make_room: impl FnMut(&Process),
) {
    let client = &process.client;
    let job = start_job(client, 3000);
    fill_up(&process);
    let mut kept = fill(client, 0);
    // Whatever is told of the job now holds for ever.
    let told = job.as_ref().and_then(|job| state(client, job));
    make_room(&process);
    kept.extend(create(client, 30_000, 100));
    process.stop();

    let process = Process::start(file);
    assert_eq!(process.client.names("Full"), kept);
    if let Some(job) = job {
        let end = loop {
            match state(&process.client, &job).as_deref() {
                Some("UploadComplete" | "InProgress") => {}
                end => break end.map(str::to_owned),
            }
        };
        assert!(told.as_deref() != Some("Failed") || end == told, "{told:?}, then {end:?}");
        if end.as_deref() == Some("JobComplete") {
            assert_eq!(process.client.names("Bulk").len(), 3000);
        }
    }
    process.stop();
}

/// A limit on the size of files stands in for the disk: a write over it fails, in the middle of a commit. It must not end the
/// process either, as the signal SIGXFSZ would.
#[test]
fn what_is_acknowledged_beside_a_full_disk_is_kept() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no prlimit");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    Process::start(&file).stop();
    let raise = |process: &Process, limit: &str| {
        let limit = format!("--fsize={limit}:");
        let done = Command::new("prlimit").args(["--pid", &process.child.id().to_string(), &limit]).status();
        assert!(done.expect("prlimit").success());
    };
    let size = fs::metadata(&file).expect("a file").len();
    let process = Process::limited(&file, (size + 4_000_000) / 512);
    fills_and_has_room(process, &file, |_| {}, |process| raise(process, "unlimited"));
}

/// A file system of a few megabytes, unmounted when the test is over.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(place: PathBuf, megabytes: usize) -> Option<SmallDisk> {
        fs::create_dir(&place).expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(&place)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(SmallDisk(place))
    }

    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).expect("a file");
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).expect("a file");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn what_is_acknowledged_on_a_small_disk_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = SmallDisk::mount(folder.path().join("disk"), 64) else {
        eprintln!("SKIPPED: no file system can be mounted here");
        return;
    };
    let file = disk.0.join("org.db");
    let process = Process::start(&file);
    fills_and_has_room(process, &file, |_| disk.fill(), |_| disk.make_room());
}

/// The disk is full when the first bulk job comes: later, and after a restart, there are bulk jobs all the same.
#[test]
fn a_first_bulk_job_on_a_full_disk_leaves_nothing_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = SmallDisk::mount(folder.path().join("disk"), 16) else {
        eprintln!("SKIPPED: no file system can be mounted here");
        return;
    };
    let file = disk.0.join("org.db");
    let process = Process::start(&file);
    disk.fill();
    fill(&process.client, 0);
    let got = process.client.json("POST", JOBS, r#"{"object":"Contact","operation":"insert"}"#);
    assert_eq!(got.status, 503, "{}", got.body);
    process.stop();
    disk.make_room();
    let process = Process::start(&file);
    let job = start_job(&process.client, 10).expect("a job");
    while state(&process.client, &job).as_deref() != Some("JobComplete") {}
    process.stop();
}

/// The same by a limit that SQLite has itself, so that it runs everywhere: a statement fails in the middle of a list of
/// records, and all of the call is undone.
#[test]
fn a_call_in_which_the_store_fills_is_undone_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let server =
        Server::builder().without_https().database(folder.path().join("org.db")).start().expect("a server");
    let client = Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token"));
    create(&client, 30_000, 1);
    let limit = |pages: u32| {
        let state = server.world().lock();
        let store = &state.orgs.first().expect("the org").store;
        store.connection().execute_batch(&format!("PRAGMA max_page_count = {pages}")).expect("a limit");
    };
    limit(1);
    let record = |number: usize| {
        let long = "z".repeat(30_000);
        format!(r#"{{"attributes":{{"type":"Contact"}},"LastName":"List{number}","Description":"{long}"}}"#)
    };
    let records: Vec<String> = (0..50).map(record).collect();
    let body = format!(r#"{{"allOrNone":false,"records":[{}]}}"#, records.join(","));
    let got = client.json("POST", "/services/data/v62.0/composite/sobjects", &body);
    assert_eq!(got.status, 503, "{}", got.body);
    assert_eq!(client.names("List"), [""; 0]);
    limit(u32::MAX);
    let got = client.json("POST", "/services/data/v62.0/composite/sobjects", &body);
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(client.names("List").len(), 50);
    server.stop();
}
