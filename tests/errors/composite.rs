//! What composite calls can be refused for.

use serde_json::{Value, json};

use crate::scene::Scenario;
use crate::surroundings::{Got, Surroundings};

pub const SCENARIOS: &[Scenario] = &[
    // Lists of records.
    ("id_to_insert", |rig| create(rig, vec![json!({ "Id": "001000000000001AAA", "Name": "A" })])),
    ("rolled_back_with_others", |rig| {
        let records = [account("A"), typed("Account", json!({}))];
        list(rig, "POST", "", json!({ "allOrNone": true, "records": records }))
    }),
    ("not_specified", |rig| {
        let records = [account("A")];
        list(rig, "PATCH", "/Account/External_Id__c", json!({ "records": records }))
    }),
    ("shared_key", |rig| {
        let record = |name: &str| typed("Account", json!({ "Name": name, "External_Id__c": "1" }));
        let records = vec![record("A"), record("B")];
        list(rig, "PATCH", "/Account/External_Id__c", json!({ "records": records }))
    }),
    ("malformed_record_id", |rig| rig.delete("v59.0/composite/sobjects?ids=001000000000001ZZZ")),
    ("bad_record_id", |rig| rig.delete("v59.0/composite/sobjects?ids=nonsense")),
    ("mixed_dml", |rig| {
        let group = typed("Group", json!({ "Name": "Team", "Type": "Regular" }));
        create(
            &rig.only_on_an_emulator().with_settings("\"strictMixedDml\": true"),
            vec![account("A"), group],
        )
    }),
    ("too_many_runs", |rig| {
        let contact = typed("Contact", json!({ "LastName": "A" }));
        let runs = (0..11).map(|run| if run % 2 == 0 { account("A") } else { contact.clone() });
        create(rig, runs.collect())
    }),
    ("no_records", |rig| create(rig, vec![])),
    ("no_type", |rig| list(rig, "POST", "", json!({ "records": [{ "attributes": {}, "Name": "A" }] }))),
    ("no_attributes", |rig| list(rig, "POST", "", json!({ "records": [{ "Name": "A" }] }))),
    ("id_not_specified", |rig| list(rig, "PATCH", "", json!({ "records": [account("A")] }))),
    ("other_object", |rig| {
        let records = [typed("Contact", json!({ "LastName": "A", "External_Id__c": "1" }))];
        list(rig, "PATCH", "/Account/External_Id__c", json!({ "records": records }))
    }),
    ("no_fields_to_read", |rig| rig.get("v59.0/composite/sobjects/Account?ids=001000000000001AAA")),
    ("missing_member", |rig| {
        let request = json!({ "url": "/services/data/v59.0/sobjects", "referenceId": "a" });
        composite(rig, vec![request], false)
    }),
    // Subrequests.
    ("too_many_operations", |rig| {
        composite(rig, (0..26).map(|number| get(&format!("r{number}"))).collect(), false)
    }),
    ("rolled_back_subrequest", |rig| composite(rig, vec![post("a", "Account"), post("b", "Contact")], true)),
    ("illegal_reference_id", |rig| composite(rig, vec![get("a-b")], false)),
    ("duplicate_reference_id", |rig| composite(rig, vec![get("a"), get("a")], false)),
    ("no_subrequest_method", |rig| composite(rig, vec![with(get("a"), json!({ "method": "get" }))], false)),
    ("outer_header", |rig| {
        composite(rig, vec![with(get("a"), json!({ "httpHeaders": { "Accept": "text/plain" } }))], false)
    }),
    ("not_for_subrequests", |rig| {
        composite(rig, vec![with(get("a"), json!({ "url": "/services/data/v59.0/limits" }))], false)
    }),
    ("no_value", |rig| {
        let second = json!({ "url": "/services/data/v59.0/sobjects/Account/@{a.nope}" });
        composite(rig, vec![get("a"), with(get("b"), second)], false)
    }),
    ("null_reference", |rig| {
        let id = rig.made("Account", json!({ "Name": "A" }));
        let url = |path: &str| json!({ "url": format!("/services/data/v51.0/sobjects/Account/{path}") });
        let requests = [
            with(get("a"), url(&format!("{id}?fields=Phone"))),
            with(get("b"), url(&format!("{id}?fields=@{{a.Phone}}"))),
        ];
        rig.post("v51.0/composite", &json!({ "compositeRequest": requests }).to_string())
    }),
    // Batches.
    ("batch_halted", |rig| {
        let requests = [json!({ "method": "GET", "url": "v59.0/nothing" }), batched("v59.0/limits")];
        batch(rig, json!({ "haltOnError": true, "batchRequests": requests }))
    }),
    ("no_batch_requests", |rig| batch(rig, json!({ "batchRequests": [] }))),
    ("no_batch_method", |rig| {
        batch(rig, json!({ "batchRequests": [{ "method": "?", "url": "v59.0/limits" }] }))
    }),
    ("wrong_batch_version", |rig| batch(rig, json!({ "batchRequests": [batched("v60.0/limits")] }))),
    // Graphs.
    ("illegal_graph_id", |rig| graphs(rig, vec![graph("a.b")])),
    ("duplicate_graph_id", |rig| graphs(rig, vec![graph("a"), graph("a")])),
    ("too_many_failures", |rig| graphs(rig, (0..16).map(|number| graph(&number.to_string())).collect())),
    // Trees.
    ("no_reference_id", |rig| tree(rig, vec![account("A")])),
    ("duplicate_in_tree", |rig| tree(rig, vec![node("Account", "a"), node("Account", "a")])),
    ("no_tree", |rig| tree(rig, vec![])),
    ("tree_too_large", |rig| {
        let deep = (0..6).fold(node("Account", "r"), |below, level| {
            let mut above = node("Account", &format!("r{level}"));
            above["ChildAccounts"] = json!({ "records": [below] });
            above
        });
        tree(rig, vec![deep])
    }),
    ("other_type_in_tree", |rig| tree(rig, vec![node("Contact", "a")])),
];

/// As clients meet it.
#[test]
pub fn a_transaction_is_setup_or_is_not() {
    let group = with(post("group", "Group"), json!({ "body": { "Name": "Team", "Type": "Regular" } }));
    let both = [post("account", "Account"), group];
    let whole = json!({ "allOrNone": true, "compositeRequest": both });
    let message = "DML operation on setup object is not permitted after you have updated a non-setup object (or vice \
                   versa): Group, original object: Account";
    let error = json!([{ "message": message, "errorCode": "MIXED_DML_OPERATION", "fields": [] }]);
    let rig = &Surroundings::emulator().only_on_an_emulator().with_settings("\"strictMixedDml\": true");
    let got = rig.post("v59.0/composite", &whole.to_string()).json();
    assert_eq!(got["compositeResponse"][1]["body"], error);
    assert_eq!(got["compositeResponse"][0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert!(rig.ids("SELECT Id FROM Account WHERE Name = 'A'").is_empty());
    let graph = json!({ "graphs": [{ "graphId": "a", "compositeRequest": both }] });
    let got = rig.post("v59.0/composite/graph", &graph.to_string()).json();
    assert_eq!(got["graphs"][0]["graphResponse"]["compositeResponse"][1]["body"], error);
    // Each of its own is no transaction with the other.
    let each = with(whole.clone(), json!({ "allOrNone": false }));
    let got = rig.post("v59.0/composite", &each.to_string()).json();
    assert_eq!(got["compositeResponse"][1]["httpStatusCode"], 201, "{got}");
    // Deletions count, too.
    let ids = [rig.id("Account", "Name", "A"), rig.id("Group", "Name", "Team")].join(",");
    let got = rig.delete(&format!("v59.0/composite/sobjects?ids={ids}")).json();
    assert_eq!(
        (&got[0]["success"], &got[1]["errors"][0]["statusCode"]),
        (&true.into(), &error[0]["errorCode"])
    );
    let created = "<create><sObjects><type>Account</type><Name>B</Name></sObjects>\
                   <sObjects><type>Group</type><Name>C</Name><Type>Regular</Type></sObjects></create>";
    assert!(rig.soap(created).contains(&format!("<message>{message}</message>")));
    // Without the setting an org takes it all.
    let got = Surroundings::emulator().post("v59.0/composite", &whole.to_string()).json();
    assert_eq!(got["compositeResponse"][1]["httpStatusCode"], 201, "{got}");
}

fn with(mut whole: Value, more: Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    whole
}

fn typed(object: &str, fields: Value) -> Value {
    with(json!({ "attributes": { "type": object } }), fields)
}

fn account(name: &str) -> Value {
    typed("Account", json!({ "Name": name }))
}

fn create(rig: &Surroundings, records: Vec<Value>) -> Got {
    let records: Vec<_> = records
        .into_iter()
        .map(|record| if record["attributes"].is_null() { typed("Account", record) } else { record })
        .collect();
    list(rig, "POST", "", json!({ "records": records }))
}

fn list(rig: &Surroundings, method: &str, below: &str, body: Value) -> Got {
    rig.raw(method, &format!("v59.0/composite/sobjects{below}"), &body.to_string())
}

fn get(id: &str) -> Value {
    json!({ "method": "GET", "url": "/services/data/v59.0/sobjects", "referenceId": id })
}

/// An insert; of all objects an Account has enough with a name.
fn post(id: &str, object: &str) -> Value {
    let url = format!("/services/data/v59.0/sobjects/{object}");
    json!({ "method": "POST", "url": url, "referenceId": id, "body": { "Name": "A" } })
}

fn composite(rig: &Surroundings, requests: Vec<Value>, all_or_none: bool) -> Got {
    let body = json!({ "allOrNone": all_or_none, "compositeRequest": requests });
    rig.post("v59.0/composite", &body.to_string())
}

fn batched(url: &str) -> Value {
    json!({ "method": "GET", "url": url })
}

fn batch(rig: &Surroundings, body: Value) -> Got {
    rig.post("v59.0/composite/batch", &body.to_string())
}

/// A graph that fails.
fn graph(id: &str) -> Value {
    json!({ "graphId": id, "compositeRequest": [post("a", "Contact")] })
}

fn graphs(rig: &Surroundings, graphs: Vec<Value>) -> Got {
    rig.post("v59.0/composite/graph", &json!({ "graphs": graphs }).to_string())
}

fn node(object: &str, id: &str) -> Value {
    json!({ "attributes": { "type": object, "referenceId": id }, "Name": "A" })
}

fn tree(rig: &Surroundings, records: Vec<Value>) -> Got {
    rig.post("v59.0/composite/tree/Account", &json!({ "records": records }).to_string())
}
