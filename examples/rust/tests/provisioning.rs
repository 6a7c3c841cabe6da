//! One server for all tests of the file, a world for each.

use std::sync::OnceLock;

use fauxforce::{Server, World};
use serde_json::{Value, json};

fn world() -> World {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let server = SERVER.get_or_init(|| Server::builder().deterministic().start().expect("a server"));
    server.main().fork().expect("a world")
}

fn create(world: &World, object: &str, fields: &Value) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let token = world.ready.first.access_token.as_deref().unwrap_or_default();
    let url = format!("{}/services/data/v60.0/sobjects/{object}", world.url());
    let request = agent.post(&url).header("authorization", format!("Bearer {token}"));
    let mut answer = request.send_json(fields).expect("an answer");
    (answer.status().as_u16(), answer.body_mut().read_json().expect("JSON"))
}

#[test]
fn a_customer_is_made() {
    let (status, made) = create(&world(), "Account", &json!({ "Name": "Hopper" }));
    assert_eq!(status, 201);
    insta::assert_snapshot!(made["success"], @"true");
}

#[test]
fn a_contact_needs_a_name() {
    let (status, told) = create(&world(), "Contact", &json!({}));
    assert_eq!((status, &told[0]["errorCode"]), (400, &json!("REQUIRED_FIELD_MISSING")));
}
