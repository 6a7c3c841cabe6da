use serde_json::json;

use crate::harness::Rig;

#[test]
fn an_upsert_creates_then_updates() {
    let rig = Rig::new();
    let path = "v59.0/sobjects/Contact/External_Id__c/x%2F1";
    let created = rig.patch(path, r#"{"LastName":"Doe"}"#);
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(created.told(), format!(r#"201 {{"id":"{id}","success":true,"errors":[],"created":true}}"#));
    assert_eq!(created.header("location"), Some(&*format!("/services/data/v59.0/sobjects/Contact/{id}")));
    let updated = rig.patch(path, r#"{"LastName":"Roe"}"#);
    assert_eq!(updated.told(), format!(r#"200 {{"id":"{id}","success":true,"errors":[],"created":false}}"#));
    assert_eq!(updated.header("location"), created.header("location"));
    let got = rig.get(path).json();
    assert_eq!(got["LastName"], "Roe");
    assert_eq!(got["External_Id__c"], "x/1");
    assert_eq!(
        rig.get("v59.0/sobjects/Contact/external_id__c/X%2F1").json()["Id"],
        *id,
        "case does not count"
    );
    assert_eq!(rig.delete(path).status, 204);
    assert_eq!(
        rig.get(path).told(),
        r#"404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#
    );
}

#[test]
fn before_version_46_nothing_is_said_of_creation() {
    let rig = Rig::new();
    let path = "v45.0/sobjects/Contact/External_Id__c/1";
    let created = rig.patch(path, r#"{"LastName":"Doe"}"#);
    assert_eq!(created.status, 201);
    assert!(created.json().get("created").is_none());
    let updated = rig.patch(path, r#"{"LastName":"Roe"}"#);
    assert_eq!((updated.status, &*updated.body), (204, ""));
}

#[test]
fn several_matches_are_listed_and_nothing_is_written() {
    let rig = Rig::new();
    let ids = [1, 2]
        .map(|n| rig.create("Contact", &format!(r#"{{"LastName":"Doe {n}","Email":"a@example.com"}}"#)));
    let path = "v41.0/sobjects/Contact/Email/a@example.com";
    let expected = ids.map(|id| format!(r#""/services/data/v41.0/sobjects/Contact/{id}""#)).join(",");
    for got in [rig.get(path), rig.patch(path, r#"{"LastName":"x"}"#), rig.delete(path)] {
        assert_eq!(got.told(), format!("300 [{expected}]"));
    }
    assert_eq!(rig.query("SELECT Id FROM Contact WHERE LastName = 'x'").json()["totalSize"], 0);
}

#[test]
fn update_only_does_not_create() {
    let rig = Rig::new();
    let path = "v59.0/sobjects/Contact/External_Id__c/1?updateOnly=true";
    assert_eq!(rig.patch(path, r#"{"LastName":"Doe"}"#).status, 404);
    rig.create("Contact", r#"{"LastName":"Doe","External_Id__c":"1"}"#);
    assert_eq!(rig.patch(path, r#"{"LastName":"Roe"}"#).status, 200);
}

#[test]
fn id_may_stand_for_the_external_id() {
    let rig = Rig::new();
    let created = rig.post("v59.0/sobjects/Contact/Id", r#"{"LastName":"Doe"}"#);
    assert_eq!(created.status, 201);
    assert_eq!(created.json()["created"], true);
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("v59.0/sobjects/Contact/Id/{id}");
    assert_eq!(rig.patch(&path, r#"{"LastName":"Roe"}"#).json()["created"], false);
    assert_eq!(rig.get(&path).json()["LastName"], "Roe");
    let absent = "v59.0/sobjects/Contact/Id/003000000000000AAA";
    assert_eq!(rig.patch(absent, r#"{"LastName":"Roe"}"#).status, 404);
}

#[test]
fn records_of_one_call_do_not_share_an_external_id() {
    let rig = Rig::new();
    let record = |name: &str, key: &str| json!({ "attributes": { "type": "Contact" }, "LastName": name, "External_Id__c": key });
    let body = json!({ "records": [record("A", "x"), record("B", "X"), record("C", "y")] }).to_string();
    let got = rig.patch("v59.0/composite/sobjects/Contact/External_Id__c", &body).json();
    let error = |key: &str| {
        json!({
            "statusCode": "DUPLICATE_VALUE",
            "message": format!("Duplicate external id specified: {key}"),
            "fields": ["External_Id__c"],
        })
    };
    assert_eq!(got[0]["errors"], json!([error("x")]), "{got}");
    assert_eq!(got[1]["errors"], json!([error("X")]), "{got}");
    assert_eq!(got[2]["created"], true, "{got}");
    assert_eq!(rig.query("SELECT Id FROM Contact").json()["totalSize"], 1);
}

#[test]
fn the_key_of_a_missing_parent_is_named_whatever_its_type() {
    let rig = Rig::new();
    let got = rig.post("v59.0/sobjects/Contact", r#"{"LastName":"Doe","Account":{"External_Id__c":17}}"#);
    assert_eq!(
        got.told(),
        r#"400 [{"message":"Foreign key external ID: 17 not found for field External_Id__c in entity Account","errorCode":"INVALID_FIELD","fields":[]}]"#
    );
}
