//! Worlds of a server with a database file: forks are in memory, and the file is nobody's but the main world's.

use std::fs;
use std::path::Path;

use fauxforce::Server;
use serde_json::json;

use super::client::{Emulator, To};

fn server(file: &Path) -> Emulator {
    Emulator::of(Server::builder().database(file).deterministic())
}

/// The file and its log.
fn bytes(file: &Path) -> (Vec<u8>, Vec<u8>) {
    let log = file.with_extension("db-wal");
    (fs::read(file).expect("the file"), fs::read(log).unwrap_or_default())
}

#[test]
fn a_fork_never_writes_to_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("org.db");
    let emulator = server(&file);
    emulator.create(&emulator.main(), "Account", json!({"Name": "In the file"}));
    let before = bytes(&file);
    let fork = To::url(emulator.fork(json!({}))["url"].as_str().expect("a URL"));
    assert_eq!(emulator.count(&fork, "SELECT Id FROM Account WHERE Name = 'In the file'"), 1);
    emulator.create(&fork, "Account", json!({"Name": "In memory"}));
    emulator.send(&fork, "POST", "/_fauxforce/reset", None).with(204);
    emulator.create(&fork, "Account", json!({"Name": "In memory"}));
    assert!(before == bytes(&file), "the file has changed");
}

#[test]
fn a_world_in_a_file_is_put_back_in_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("org.db");
    let names = "SELECT Id FROM Account WHERE Name IN ('Kept', 'Gone')";
    {
        let emulator = server(&file);
        let main = emulator.main();
        emulator.create(&main, "Account", json!({"Name": "Kept"}));
        emulator.put(&main, "/_fauxforce/checkpoints/one", json!({})).with(201);
        emulator.create(&main, "Account", json!({"Name": "Gone"}));
        emulator.send(&main, "POST", "/_fauxforce/checkpoints/one/restore", None).with(204);
        assert_eq!(emulator.count(&main, names), 1);
        // It goes on.
        emulator.create(&main, "Account", json!({"Name": "Gone"}));
        assert_eq!(emulator.count(&main, names), 2);
        emulator.send(&main, "POST", "/_fauxforce/checkpoints/one/restore", None).with(204);
    }
    let emulator = server(&file);
    assert_eq!(emulator.count(&emulator.main(), names), 1);
    emulator.create(&emulator.main(), "Account", json!({"Name": "Gone"}));
    emulator.send(&emulator.main(), "POST", "/_fauxforce/reset", None).with(204);
    assert_eq!(emulator.count(&emulator.main(), names), 1);
}
