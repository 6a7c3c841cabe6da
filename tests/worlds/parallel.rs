//! Many worlds at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use super::client::{Emulator, To, user};

#[test]
fn two_hundred_worlds_are_provisioned_side_by_side_with_the_same_usernames() {
    let emulator = Emulator::start();
    let query = "query?q=SELECT+Id+FROM+Profile+WHERE+Name='Standard+User'";
    let profile = emulator.rest(&emulator.main(), "GET", query, None).json();
    let profile = profile["records"][0]["Id"].as_str().expect("an id");
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < 200 {
                    let facts = emulator.fork(json!({}));
                    let to = To::url(facts["url"].as_str().expect("a URL"));
                    emulator.create(&to, "User", user("grace", profile));
                    let host = emulator.main().with("host", facts["host"].as_str().expect("a host"));
                    emulator.create(&host, "User", user("bob", profile));
                    let found = "SELECT Id FROM User WHERE Username IN ('grace@acme.test', 'bob@acme.test')";
                    assert_eq!(
                        emulator.count(&emulator.by_header(facts["name"].as_str().expect("a name")), found),
                        2
                    );
                }
            });
        }
    });
    let listed = emulator.get(&emulator.main(), "/_fauxforce/worlds").json();
    assert_eq!(listed["worlds"].as_array().map(Vec::len), Some(201));
    assert_eq!(emulator.count(&emulator.main(), "SELECT Id FROM User WHERE Username LIKE '%@acme.test'"), 0);
}
