//! The database file: one process at a time, for its owner alone, and noticed when it goes.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fauxforce::{Server, StartError};

use crate::process::{Client, Process, command};
use crate::trouble::TEXT;

fn start(file: &Path) -> Result<Server, StartError> {
    Server::builder().without_https().database(file).start()
}

fn client(server: &Server) -> Client {
    Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token"))
}

#[test]
fn the_second_process_is_told_so_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let first = Process::start(&file);
    let mut second = command()
        .args(["serve", "--port", "0", "--db"])
        .arg(&file)
        .arg("--ca-dir")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let limit = Instant::now() + Duration::from_secs(20);
    while second.try_wait().expect("a state").is_none() {
        if Instant::now() > limit {
            second.kill().expect("an end");
        }
        std::thread::yield_now();
    }
    let second = second.wait_with_output().expect("an end");
    assert_eq!(second.status.code(), Some(2));
    let told = String::from_utf8(second.stderr).expect("text");
    let expected = format!(
        "error: {} is in use by another fauxforce; stop that one, or name another file\n",
        file.display()
    );
    assert_eq!(told, expected);
    assert_eq!(first.client.create("First").status, 201);
    drop(first);
    // The lock of a process that was killed is gone with it.
    let third = Process::start(&file);
    assert_eq!(third.client.names("First"), ["First"]);
}

#[cfg(unix)]
#[test]
fn another_name_of_the_file_is_the_same_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("org.db"), folder.path().join("link.db"));
    let server = start(&file).expect("a server");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    assert!(start(&link).is_err_and(|error| error.to_string().contains("in use")));
    server.stop();
    start(&link).expect("a server").stop();
}

/// Other programs may read while a server runs, and nothing is lost when they close the file.
#[test]
fn others_may_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let process = Process::start(&file);
    let mut before = 0;
    for name in ["Read1", "Read2"] {
        assert_eq!(process.client.create(name).status, 201);
        let other = rusqlite::Connection::open_with_flags(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
        let count = |file: rusqlite::Connection| {
            file.query_row("SELECT count(*) FROM Contact", [], |row| row.get::<_, i64>(0)).expect("a count")
        };
        let now = count(other.expect("the file"));
        assert!(now > before, "{now} contacts, {before} before");
        before = now;
    }
    assert_eq!(process.client.names("Read"), ["Read1", "Read2"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_goes_is_noticed() {
    for gone in ["org.db", "org.db-wal"] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("org.db");
        let server = start(&file).expect("a server");
        let client = client(&server);
        assert_eq!(client.create("Before").status, 201);
        let moved = folder.path().join("moved");
        fs::rename(folder.path().join(gone), &moved).expect("a move");
        let got = client.create("After");
        assert_eq!(got.status, 503, "{}", got.body);
        assert!(got.body.contains(TEXT), "{}", got.body);
        assert_eq!(client.names("Before"), ["Before"], "reading goes on");
        // It is back: so are the records.
        fs::rename(&moved, folder.path().join(gone)).expect("a move");
        assert_eq!(client.create("Again").status, 201);
        server.stop();
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let server = start(&file).expect("a server");
    let client = client(&server);
    fs::remove_file(&file).expect("a file");
    fs::write(&file, "another").expect("a file");
    assert_eq!(client.create("After").status, 503);
    server.stop();
    assert_eq!(fs::read_to_string(&file).expect("text"), "another");
}

#[cfg(unix)]
#[test]
fn files_with_secrets_are_their_owners() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let process = Process::start(&file);
    let data = process.home.path().join("fauxforce");
    let keys = fs::read_dir(&data).expect("a folder").map(|entry| entry.expect("an entry").path());
    let keys: Vec<_> =
        keys.filter(|path| path.extension().is_some_and(|extension| extension == "key")).collect();
    assert!(keys.iter().any(|path| path.ends_with("jwt.key")), "{keys:?}");
    let beside = ["", "-wal", "-shm", ".lock"].map(|suffix| folder.path().join(format!("org.db{suffix}")));
    let ready = process.home.path().join("ready.json");
    for path in keys.iter().chain(&beside).chain([&ready]) {
        let mode =
            fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}")).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path:?}");
    }
}

/// SQLite takes some short files for new databases.
#[test]
fn what_is_no_database_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let contents =
        [b"x".to_vec(), vec![0], vec![0; 100], b"SQLite format 3\0".to_vec(), vec![0; 511], vec![b'a'; 5000]];
    for content in contents {
        fs::write(&file, &content).expect("a file");
        let told = start(&file).err().expect("an error").to_string();
        assert!(told.contains("is not a fauxforce database"), "{told}");
        assert_eq!(fs::read(&file).expect("a file"), content);
    }
    fs::write(&file, "").expect("a file");
    start(&file).expect("an empty file is a new one").stop();
}
