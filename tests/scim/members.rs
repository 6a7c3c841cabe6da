//! Groups and their members.

use serde_json::{Value, json};

use crate::{Told, patch};

#[test]
fn members_come_and_go() {
    let mut told = Told::new();
    let group = told.record("Group", json!({ "Name": "Team", "Type": "Regular" }));
    let path = format!("v2/Groups/{group}");
    let user = |name: &str| {
        let more = json!({ "userName": format!("{name}@example.com"), "nickName": name });
        told.made("Standard User", more).rsplit('/').next().expect("an id").to_owned()
    };
    let (one, other) = (user("one"), user("other"));
    told.ask(
        "one joins",
        "PATCH",
        &path,
        patch(json!([{ "op": "add", "path": "members", "value": [{ "value": one }] }])),
    );
    let nested = json!([{ "op": "add", "path": "members", "value": { "members": [{ "value": other }] } }]);
    told.ask("another, as a client of Salesforce says it", "PATCH", &path, patch(nested));
    let gone = json!([{ "op": "remove", "path": format!("members[value eq \"{one}\"]") }]);
    told.ask("one leaves", "PATCH", &path, patch(gone));
    told.ask("all others", "PUT", &path, json!({ "displayName": "Crew", "members": [{ "value": one }] }));
    told.ask("the group", "GET", &path, Value::Null);
    told.ask(
        "groups of a user",
        "GET",
        &format!("v2/Groups?filter=members eq \"{one}\"&attributes=displayName"),
        Value::Null,
    );
    told.ask(
        "users of a group",
        "GET",
        &format!("v2/Users?filter=groups.value eq \"{group}\"&attributes=groups"),
        Value::Null,
    );
    let leave = json!([{ "op": "remove", "path": "groups" }]);
    told.ask("a user leaves all", "PATCH", &format!("v2/Users/{one}?attributes=groups"), patch(leave));
    told.ask(
        "no user",
        "PATCH",
        &path,
        patch(json!([{ "op": "add", "path": "members", "value": [{ "value": "005000000000zzzAAA" }] }])),
    );
    told.ask("groups are not made here", "POST", "v2/Groups", json!({ "displayName": "New" }));
    let queue = told.record("Group", json!({ "Name": "Queue", "Type": "Queue" }));
    told.ask("a queue is no group", "GET", &format!("v2/Groups/{queue}"), Value::Null);
    told.snapshot("scim_groups");
}
