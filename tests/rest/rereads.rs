//! What is read again is what stands: an emulator that remembers records must notice whoever changes them.

use serde_json::{Value, json};

use crate::harness::{JSON, Rig};

fn call(rig: &Rig, method: &str, path: &str, body: Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    serde_json::from_str(&rig.ask(method, path, JSON, body).body).unwrap_or_default()
}

fn account(rig: &Rig) -> String {
    let made = call(rig, "POST", "v62.0/sobjects/Account", json!({"Name": "First"}));
    made["id"].as_str().expect("an id").to_owned()
}

fn name(rig: &Rig, id: &str) -> Value {
    call(rig, "GET", &format!("v62.0/sobjects/Account/{id}"), Value::Null)["Name"].clone()
}

#[test]
fn after_an_update() {
    let rig = Rig::new();
    let id = account(&rig);
    assert_eq!(name(&rig, &id), "First");
    call(&rig, "PATCH", &format!("v62.0/sobjects/Account/{id}"), json!({"Name": "Second"}));
    assert_eq!(name(&rig, &id), "Second");
}

#[test]
fn in_a_composite_and_after_its_roll_back() {
    let rig = Rig::new();
    let id = account(&rig);
    assert_eq!(name(&rig, &id), "First");
    let at = format!("/services/data/v62.0/sobjects/Account/{id}");
    let answer = call(
        &rig,
        "POST",
        "v62.0/composite",
        json!({"allOrNone": true, "compositeRequest": [
            {"method": "PATCH", "url": at, "referenceId": "change", "body": {"Name": "Second"}},
            {"method": "GET", "url": at, "referenceId": "look"},
            {"method": "GET", "url": "/services/data/v62.0/sobjects/Account/001000000000001AAA", "referenceId": "stumble"},
        ]}),
    );
    assert_eq!(answer["compositeResponse"][2]["httpStatusCode"], 404);
    assert_eq!(name(&rig, &id), "First");
}

#[test]
fn after_a_delete_and_of_what_refers_to_it() {
    let rig = Rig::new();
    let id = account(&rig);
    let contact = |last: &str| json!({"LastName": last, "AccountId": id});
    let made = call(&rig, "POST", "v62.0/sobjects/Contact", contact("Reference"));
    assert_eq!(made["success"], true);
    assert_eq!(name(&rig, &id), "First");
    call(&rig, "DELETE", &format!("v62.0/sobjects/Account/{id}"), Value::Null);
    let gone = call(&rig, "GET", &format!("v62.0/sobjects/Account/{id}"), Value::Null);
    assert_eq!(gone[0]["errorCode"], "NOT_FOUND");
    let refused = call(&rig, "POST", "v62.0/sobjects/Contact", contact("Orphan"));
    assert_eq!(refused[0]["errorCode"], "ENTITY_IS_DELETED");
}

#[test]
fn after_a_save_of_several_of_which_one_fails() {
    let rig = Rig::new();
    let (one, other) = (account(&rig), account(&rig));
    assert_eq!([name(&rig, &one), name(&rig, &other)], ["First", "First"]);
    let records = json!([
        {"attributes": {"type": "Account"}, "Id": one, "Name": "Second"},
        {"attributes": {"type": "Account"}, "Id": other, "Name": null},
    ]);
    let all = |all_or_none: bool| {
        call(&rig, "PATCH", "v62.0/composite/sobjects", json!({"allOrNone": all_or_none, "records": records}))
    };
    all(true);
    assert_eq!([name(&rig, &one), name(&rig, &other)], ["First", "First"]);
    all(false);
    assert_eq!([name(&rig, &one), name(&rig, &other)], ["Second", "First"]);
}
