//! Waiting: for rows, mails, requests and silence.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Emulator, To};

fn wait(emulator: &Emulator, to: &To, query: &str) -> super::client::Answer {
    emulator.get(to, &format!("/_fauxforce/wait?{query}"))
}

const ACME: &str = "soql=SELECT+Name,Owner.Username+FROM+Account+WHERE+Name='Later'";

#[test]
fn for_rows_that_come_later() {
    let emulator = Emulator::start();
    let main = emulator.main();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| wait(&emulator, &main, &format!("{ACME}&timeout=60s")).with(200).json());
        // While somebody waits, others are served.
        emulator.rest(&main, "GET", "limits", None).with(200);
        emulator.create(&main, "Account", json!({"Name": "Sooner"}));
        emulator.create(&main, "Account", json!({"Name": "Later"}));
        let found = waiting.join().expect("an answer");
        assert_eq!(
            found,
            json!({"totalSize": 1, "records": [{"Name": "Later", "Owner": {"Username": "admin@fauxforce.test"}}]})
        );
    });
    // What is there already is told at once.
    assert_eq!(wait(&emulator, &main, ACME).with(200).json()["totalSize"], 1);
}

#[test]
fn in_vain() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let got = wait(&emulator, &main, &format!("{ACME}&timeout=20ms")).with(408).json();
    assert_eq!(got["error"], "it did not come within 20ms; what there is stands beside this");
    assert_eq!(got["records"], json!([]));
    emulator.rest(&main, "GET", "limits", None).with(200);
    let got = wait(&emulator, &main, "request=/nowhere&timeout=10ms").with(408).json();
    assert_eq!(got["lastPath"], "/services/data/v62.0/limits");
    assert_eq!(
        wait(&emulator, &main, "mail=no@acme.test&timeout=10ms").with(408).json()["mailsTo"],
        json!([])
    );
}

#[test]
fn for_a_request_a_mail_and_silence() {
    let emulator = Emulator::start();
    let main = emulator.main();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            wait(&emulator, &main, "request=sobjects/Account&method=POST&status=201&timeout=60s")
                .with(200)
                .json()
        });
        emulator.rest(&main, "POST", "sobjects/Account", Some(&json!({}))).with(400);
        emulator.create(&main, "Account", json!({"Name": "Acme"}));
        let found = waiting.join().expect("an answer");
        assert_eq!(found["request"]["saves"][0]["sent"]["Name"], "Acme");
    });
    let user = emulator.rest(&main, "GET", "query?q=SELECT+Id+FROM+User+WHERE+Alias='ivy'", None).json();
    let path = format!("sobjects/User/{}/password", user["records"][0]["Id"].as_str().expect("an id"));
    thread::scope(|scope| {
        let waiting = scope
            .spawn(|| wait(&emulator, &main, "mail=INTEGRATION@fauxforce.test&timeout=60s").with(200).json());
        emulator.rest(&main, "DELETE", &path, None).with(200);
        assert_eq!(waiting.join().expect("an answer")["mail"]["to"], "integration@fauxforce.test");
    });
    let begun = Instant::now();
    emulator.rest(&main, "GET", "limits", None).with(200);
    wait(&emulator, &main, "idle=50ms").with(200);
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let emulator = Emulator::start();
    let main = emulator.main();
    for (query, words) in [
        ("", "say what to wait for by one of soql, mail, request and idle"),
        ("mail=a@b.c&idle=1s", "say what to wait for by one of"),
        ("mail=a@b.c&status=201", "say what to wait for by one of"),
        ("idle=soon", "\"soon\" is no duration"),
        ("idle=1s&timeout=2h", "nobody waits for longer than 10m"),
        ("soql=SELECT+Nothing+FROM+Account", "the query cannot be run: INVALID_FIELD: "),
        ("colour=red", "there is no parameter colour"),
    ] {
        let got = wait(&emulator, &main, query).with(400);
        assert!(got.text("error").starts_with(words), "{}", got.body);
    }
}

/// Waits hold no thread: hundreds may wait, and all are told. A server that stops does not wait for them.
#[test]
fn hundreds_wait_and_a_stop_ends_them() {
    let emulator = Emulator::start();
    let main = emulator.main();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..200)
            .map(|_| scope.spawn(|| wait(&emulator, &main, &format!("{ACME}&timeout=60s")).status))
            .collect();
        emulator.create(&main, "Account", json!({"Name": "Later"}));
        assert!(waiting.into_iter().all(|waiting| waiting.join().expect("an answer") == 200));
    });
    let base = main.base.clone();
    let waiting = thread::spawn(move || {
        let to = To::url(&base);
        super::client::send(
            &super::client::agent(),
            &to,
            "GET",
            "/_fauxforce/wait?mail=a@b.c&timeout=10m",
            None,
        )
        .status
    });
    // It has begun to wait, or will be refused.
    emulator.rest(&main, "GET", "limits", None).with(200);
    let begun = Instant::now();
    emulator.server.stop();
    assert!(begun.elapsed() < Duration::from_secs(20));
    drop(waiting);
}
