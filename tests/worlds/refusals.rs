//! What is refused says what to do.

use std::net::TcpListener;

use fauxforce::Server;
use serde_json::{Value, json};

use super::client::{Answer, Emulator};

fn ask(emulator: &Emulator, wish: Value) -> Answer {
    emulator.post(&emulator.main(), "/_fauxforce/worlds", wish)
}

#[test]
fn a_world_that_cannot_be_is_refused_in_a_sentence() {
    let emulator = Emulator::start();
    emulator.fork(json!({"name": "taken"}));
    emulator.put(&emulator.main(), "/_fauxforce/checkpoints/taken", json!({})).with(201);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    for (wish, status, sentence) in [
        (json!({"name": "taken"}), 409, "there is a world taken already"),
        (json!({"name": "main"}), 409, "there is a world main already"),
        (json!({"name": "fauxforce"}), 409, "fauxforce is the My Domain of an org"),
        (json!({"name": "Upper"}), 400, "is no name for a world"),
        (json!({"name": "a.b"}), 400, "is no name for a world"),
        (json!({"name": ""}), 400, "is no name for a world"),
        (json!({"from": "nowhere"}), 404, "neither a world nor a checkpoint nowhere"),
        (json!({"from": "taken"}), 409, "taken is a world and a checkpoint"),
        (json!({"from": "main", "seed": {"org": {}}}), 400, "leave from or seed out"),
        (json!({"port": port}), 409, "is already in use"),
        (json!({"port": 0}), 400, "port is true, false or a number"),
        (json!({"port": "yes"}), 400, "port is true, false or a number"),
        (json!({"ttl": -1}), 400, "send {"),
        (json!({"nmae": "x"}), 400, "unknown field `nmae`"),
        (json!([]), 400, "send {"),
    ] {
        let refused = ask(&emulator, wish.clone()).with(status);
        assert!(refused.text("error").contains(sentence), "{wish}: {}", refused.body);
    }
    // Nothing is left of what was refused.
    let listed = emulator.get(&emulator.main(), "/_fauxforce/worlds").json();
    assert_eq!(listed["worlds"].as_array().map(Vec::len), Some(2));
    let main = emulator.delete(&emulator.main(), "/_fauxforce/worlds/main").with(409);
    assert!(main.text("error").starts_with("main cannot be ended"));
}

#[test]
fn an_unknown_world_and_an_unknown_path_are_told_of() {
    let emulator = Emulator::start();
    for to in [
        emulator.by_header("nobody"),
        emulator.at_host("nobody.localhost"),
        emulator.at_host("fauxforce.nobody.localhost").with("x-fauxforce-world", "nobody"),
    ] {
        for path in ["/services/data", "/_fauxforce/clock", "/"] {
            let refused = emulator.get(&to, path).with(404);
            assert!(refused.text("error").contains("POST /_fauxforce/worlds"), "{}", refused.body);
        }
    }
    let main = emulator.main();
    let unknown = emulator.get(&main, "/_fauxforce/nothing").with(404).text("error");
    assert!(unknown.contains("worlds, ") && unknown.contains("clock, "), "{unknown}");
    let wrong = emulator.send(&main, "PATCH", "/_fauxforce/clock", None).with(405).text("error");
    assert!(wrong.contains("PUT"), "{wrong}");
}

#[test]
fn ports_for_worlds_come_from_the_range() {
    // A range of one port that is free now.
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let emulator = Emulator::of(Server::builder().deterministic().world_ports(port..=port));
    let first = emulator.fork(json!({"name": "first"}));
    assert_eq!(first["url"], json!(format!("http://127.0.0.1:{port}")));
    let refused = ask(&emulator, json!({})).with(409);
    assert!(refused.text("error").contains("--world-ports"), "{}", refused.body);
    emulator.fork(json!({"port": false}));
    emulator.delete(&emulator.main(), "/_fauxforce/worlds/first").with(204);
    assert_eq!(emulator.fork(json!({}))["url"], first["url"]);
}
