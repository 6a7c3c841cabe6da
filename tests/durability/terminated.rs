//! SIGTERM in the middle of a call that changes many records leaves all of its changes, or none.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{Client, Process};

/// An account is deleted with so many contacts.
const CONTACTS: usize = 4000;
/// A call of the world that is answered later than this has had to wait.
const AT_ONCE: Duration = Duration::from_millis(5);

fn made(client: &Client, path: &str, body: &Value) -> Value {
    let got = client.json("POST", &format!("/services/data/v62.0/{path}"), &body.to_string());
    assert!(matches!(got.status, 200 | 201), "{}", got.body);
    serde_json::from_str(&got.body).expect("JSON")
}

/// Makes an account with contacts. Gives its path.
fn account(client: &Client) -> String {
    let account = made(client, "sobjects/Account", &json!({"Name": "Acme"}));
    let account = account["id"].as_str().expect("an id");
    for first in (0..CONTACTS).step_by(200) {
        let contact = |number| {
            let name = format!("Leaf {number:04}");
            json!({"attributes": {"type": "Contact"}, "LastName": name, "AccountId": account})
        };
        let records: Vec<Value> = (first..first + 200).map(contact).collect();
        let saved = made(client, "composite/sobjects", &json!({"allOrNone": true, "records": records}));
        assert_eq!(saved[0]["success"], true, "{saved}");
    }
    format!("/services/data/v62.0/sobjects/Account/{account}")
}

/// Whether nobody holds the lock the world.
fn answers_at_once(url: &str) -> bool {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(AT_ONCE)).expect("a socket");
    stream.write_all(b"GET /services/data HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
    stream.read(&mut [0]).is_ok()
}

#[test]
fn a_deletion_that_is_interrupted_is_done_or_undone() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("org.db");
    let process = Process::start(&file);
    let account = account(&process.client);
    let deleted = thread::scope(|scope| {
        let deletion = scope.spawn(|| process.client.json("DELETE", &account, ""));
        while answers_at_once(&process.client.url) && !deletion.is_finished() {}
        process.terminate();
        deletion.join().expect("an answer")
    });
    process.wait();
    let again = Process::start(&file);
    let left = if deleted.status == 204 { (404, 0) } else { (200, CONTACTS) };
    let found = (again.client.json("GET", &account, "").status, again.client.names("Leaf").len());
    assert_eq!(found, left, "the deletion was answered {}: {}", deleted.status, deleted.body);
}
