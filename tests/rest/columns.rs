//! `columns=true`: what the columns of a query are.

use serde_json::Value;

use crate::harness::{Got, Rig, encoded};

fn columns(rig: &Rig, soql: &str) -> Got {
    rig.get(&format!("v59.0/query?q={}&columns=true", encoded(soql)))
}

#[test]
fn as_the_real_service_has_them() {
    let rig = Rig::new();
    let queries = [
        "select id, name FROM Contact",
        "SELECT Name, (SELECT LastName FROM Contacts) FROM Account",
        "SELECT AccountId, COUNT(Id) FROM Contact GROUP BY AccountId",
        "SELECT Account.Owner.Name, External_Id__c, IsEmailBounced, MailingAddress FROM Contact",
        "SELECT owner.name FROM Account",
        "SELECT Industry, COUNT(Id) total, MAX(NumberOfEmployees) FROM Account GROUP BY Industry",
        "SELECT COUNT() FROM Account",
    ];
    let all: Vec<Value> = queries.iter().map(|soql| columns(&rig, soql).json()).collect();
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_json_snapshot!("query_columns", all);
    });
}

#[test]
fn a_query_that_cannot_be_run_has_none() {
    let rig = Rig::new();
    let refused = columns(&rig, "SELECT Nothing FROM Contact");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()[0]["errorCode"], "INVALID_FIELD");
    assert_eq!(rig.get("v59.0/query?columns=true").status, 400);
    let rows = rig.get(&format!("v59.0/query?q={}&columns=false", encoded("SELECT Id FROM Account")));
    assert!(rows.json()["records"].is_array());
}

#[test]
fn in_xml_too() {
    let rig = Rig::new();
    let path = format!("v59.0/query?columns=true&q={}", encoded("SELECT Owner.Name FROM Account"));
    let got = rig.ask("GET", &path, &[("accept", "application/xml")], "");
    assert!(got.body.contains("<columnMetadata><aggregate>false</aggregate>"), "{}", got.body);
    assert!(got.body.contains("<joinColumns><aggregate>false</aggregate>"), "{}", got.body);
}
