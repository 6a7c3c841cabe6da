//! Worlds of a server with a database file: forks are in memory, and the file is nobody's but the main world's.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use fauxforce::Server;
use serde_json::{Value, json};

use super::client::{Emulator, To, agent, send};

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

#[test]
fn a_process_that_is_killed_while_worlds_are_made_leaves_the_file_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let (file, ready) = (directory.path().join("org.db"), directory.path().join("ready.json"));
    let mut answered = 0;
    for round in 0..3 {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fauxforce"))
            .args(["serve", "--port", "0", "--log", "error", "--ready-file"])
            .arg(&ready)
            .arg("--db")
            .arg(&file)
            .arg("--ca-dir")
            .arg(directory.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        let facts: Value = loop {
            match fs::read(&ready) {
                Ok(text) => break serde_json::from_slice(&text).expect("JSON"),
                Err(_) => thread::yield_now(),
            }
        };
        let main = To::url(facts["url"].as_str().expect("a URL"));
        let bearer = format!("Bearer {}", facts["accessToken"].as_str().expect("a session"));
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        // The last one is cut off.
                        _ = agent().post(format!("{}/_fauxforce/worlds", main.base)).send_empty();
                    }
                });
            }
            let to = main.clone().with("authorization", &bearer);
            for number in 0..40 {
                let account = json!({"Name": format!("Round {round} {number}")});
                let path = "/services/data/v62.0/sobjects/Account";
                send(&agent(), &to, "POST", path, Some(&account)).with(201);
                answered += 1;
            }
            process.kill().expect("a killed process");
            is_over.store(true, Ordering::Relaxed);
        });
        process.wait().expect("its end");
        fs::remove_file(&ready).expect("the ready file goes");
        // Opening it checks it.
        let emulator = server(&file);
        assert_eq!(
            emulator.count(&emulator.main(), "SELECT Id FROM Account WHERE Name LIKE 'Round%'"),
            answered
        );
    }
}
