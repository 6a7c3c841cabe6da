//! The same from a Rust test.

use std::time::{Duration, Instant};

use fauxforce::{Fork, Server};
use serde_json::json;

use super::client::{Emulator, To};

#[test]
fn a_fork_per_case() {
    let emulator = Emulator::start();
    let main = emulator.server.main();
    let urls: Vec<_> = (0..3)
        .map(|number| {
            let world = main.fork().expect("a fork");
            let to = To::url(world.url());
            emulator.create(&to, "Account", json!({"Name": format!("Case {number}")}));
            assert_eq!(emulator.count(&to, "SELECT Id FROM Account WHERE Name LIKE 'Case%'"), 1);
            world.reset().expect("a reset");
            assert_eq!(emulator.count(&to, "SELECT Id FROM Account WHERE Name LIKE 'Case%'"), 0);
            world.url().to_owned()
        })
        .collect();
    // Dropped, they have ended.
    for url in urls {
        assert!(super::client::agent().get(format!("{url}/services/data")).call().is_err());
    }
    let listed = emulator.get(&emulator.main(), "/_fauxforce/worlds").json();
    assert_eq!(listed["worlds"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_world_that_the_api_has_ended_lets_go_of_its_orgs() {
    let emulator = Emulator::start();
    let world = emulator.server.main().fork().expect("a fork");
    assert!(!world.lock().orgs.is_empty());
    emulator.delete(&emulator.main(), &format!("/_fauxforce/worlds/{}", world.name())).with(204);
    let latest = Instant::now() + Duration::from_secs(30);
    while !world.lock().orgs.is_empty() {
        assert!(Instant::now() < latest, "they are still there");
        std::thread::yield_now();
    }
}

#[test]
fn a_world_that_has_been_ended_does_not_end_another_of_its_name() {
    let emulator = Emulator::start();
    let (main, path) = (emulator.main(), "/_fauxforce/worlds/same");
    let fork = Fork { name: Some("same".into()), ..Fork::default() };
    let world = emulator.server.main().fork_as(fork).expect("a fork");
    emulator.delete(&main, path).with(204);
    let facts = emulator.fork(json!({"name": "same"}));
    drop(world);
    assert_eq!(emulator.get(&main, path).with(200).json()["url"], facts["url"]);
}

#[test]
fn names_checkpoints_and_the_clock() {
    let server = Server::builder().deterministic().without_https().start().expect("a server");
    let main = server.main();
    assert_eq!((main.name(), main.url()), ("main", server.url.as_str()));
    main.checkpoint("begin").expect("a checkpoint");
    main.advance("7d").expect("a duration");
    let fork = Fork { name: Some("late".into()), ttl: Some(Duration::from_secs(60)), ..Fork::default() };
    let late = main.fork_as(fork.clone()).expect("a fork");
    let early = Fork { checkpoint: Some("begin".into()), no_port: true, ..Fork::default() };
    let early = main.fork_as(early).expect("a fork");
    assert_eq!(late.clock().now() - early.clock().now(), 7 * 24 * 3_600_000);
    assert!(early.url().starts_with("http://w1.localhost:"), "{}", early.url());
    let taken = main.fork_as(fork).map(|_| ()).expect_err("a name that is taken");
    assert!(taken.to_string().contains("late already"), "{taken}");
    late.set_now("2030-01-01T00:00:00Z").expect("a time");
    late.set_frozen(true).expect("a clock");
    late.set_step("2s").expect("a step");
    assert_eq!((late.clock().now(), late.clock().step()), (1_893_456_000_000, Some(2000)));
    main.restore("begin").expect("a checkpoint");
    assert_eq!(main.clock().now(), early.clock().now());
    assert!(main.restore("end").is_err() && main.advance("soon").is_err());
    drop(late);
    server.stop();
}
