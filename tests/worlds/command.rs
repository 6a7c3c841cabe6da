//! The same from a shell.

use std::process::Command;

use serde_json::{Value, json};

use super::client::{Emulator, To};

/// Runs the command against the server; gives what it printed.
fn run(emulator: &Emulator, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_fauxforce"))
        .args(arguments)
        .env_remove("FAUXFORCE_WORLD")
        .env("FAUXFORCE_URL", &emulator.server.url)
        .output()
        .expect("a process");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn json_of(emulator: &Emulator, arguments: &[&str]) -> Value {
    let said = run(emulator, arguments).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said}"))
}

#[test]
fn worlds_are_made_put_back_and_ended() {
    let emulator = Emulator::start();
    let facts = json_of(&emulator, &["world", "fork", "shell", "--ttl", "600"]);
    let to = To::url(facts["url"].as_str().expect("a URL"));
    let own = ["--world", "shell"];
    let names = "SELECT Id FROM Account WHERE Name = 'One'";
    run(&emulator, &[&["world", "checkpoint", "at first"][..], &own].concat()).expect("a checkpoint");
    emulator.create(&to, "Account", json!({"Name": "One"}));
    run(&emulator, &[&["world", "restore", "at first"][..], &own].concat()).expect("it is as it was");
    assert_eq!(emulator.count(&to, names), 0);
    emulator.create(&to, "Account", json!({"Name": "One"}));
    run(&emulator, &[&["world", "reset"][..], &own].concat()).expect("it is as it was made");
    assert_eq!(emulator.count(&to, names), 0);
    assert_eq!(json_of(&emulator, &["world", "show", "shell"])["ttl"], json!(600));
    assert_eq!(json_of(&emulator, &["world", "list"])["worlds"].as_array().map(Vec::len), Some(2));
    let unnamed = json_of(&emulator, &["world", "fork", "--from", "shell", "--no-port"]);
    assert_eq!(
        (&unnamed["name"], unnamed["url"].as_str().map(|url| url.contains("w1.localhost"))),
        (&json!("w1"), Some(true))
    );
    run(&emulator, &["world", "end", "shell"]).expect("it has ended");
    let refused = run(&emulator, &["world", "end", "shell"]).expect_err("there is none");
    assert!(refused.starts_with("error: there is no world shell"), "{refused}");
    assert!(
        run(&emulator, &["world", "reset", "--url", "http://127.0.0.1:1"])
            .is_err_and(|error| error.contains("is the server running?"))
    );
}

#[test]
fn the_clock_is_read_and_changed() {
    let emulator = Emulator::start();
    assert_eq!(json_of(&emulator, &["clock"])["now"], json!("2026-01-01T00:00:01Z"));
    let clock =
        json_of(&emulator, &["clock", "--now", "2026-03-01T00:00:00Z", "--advance", "36h", "--step", "2s"]);
    assert_eq!(clock, json!({"now": "2026-03-02T12:00:00Z", "frozen": true, "step": "2s"}));
    assert_eq!(json_of(&emulator, &["clock", "--advance", "-12h"])["now"], json!("2026-03-02T00:00:00Z"));
    assert_eq!(json_of(&emulator, &["clock", "--run"])["frozen"], json!(false));
    assert_eq!(json_of(&emulator, &["clock", "--freeze"])["step"], json!("0s"));
    assert!(
        run(&emulator, &["clock", "--advance", "soon"]).is_err_and(|error| error.contains("is no duration"))
    );
}
