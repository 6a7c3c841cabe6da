//! Tasks and events, as the history and the plans of what they are about.

use serde_json::{Value, json};

use crate::harness::{JSON, Rig};

fn subjects(rig: &Rig, list: &str, object: &str, id: &str) -> Vec<String> {
    let soql = format!(
        "SELECT Id, (SELECT Id, Subject, IsTask, Status, AccountId, Who.Name FROM {list} ORDER BY Subject) FROM {object} WHERE Id = '{id}'"
    );
    let got = rig.query(&soql);
    assert_eq!(got.status, 200, "{}", got.body);
    let rows = got.json()["records"][0][list]["records"].clone();
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| row["Subject"].as_str().expect("a subject").to_owned()).collect()
}

#[test]
fn activities_are_listed_by_what_they_are_about() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let contact = rig.create("Contact", &json!({"LastName": "Doe", "AccountId": account}).to_string());
    let make = |object: &str, body: Value| rig.create(object, &body.to_string());
    let open = make("Task", json!({"Subject": "open", "WhoId": contact}));
    make("Task", json!({"Subject": "done", "WhoId": contact, "Status": "Completed"}));
    make("Task", json!({"Subject": "urgent", "WhatId": account, "Priority": "High"}));
    make(
        "Event",
        json!({"Subject": "past", "WhoId": contact, "StartDateTime": "2025-01-01T10:00:00Z", "DurationInMinutes": 30}),
    );
    make(
        "Event",
        json!({"Subject": "future", "WhatId": account, "ActivityDateTime": "2030-01-01T10:00:00Z", "DurationInMinutes": 30}),
    );
    assert_eq!(subjects(&rig, "ActivityHistories", "Account", &account), ["done", "past"]);
    assert_eq!(subjects(&rig, "OpenActivities", "Account", &account), ["future", "open", "urgent"]);
    assert_eq!(subjects(&rig, "ActivityHistories", "Contact", &contact), ["done", "past"]);
    assert_eq!(subjects(&rig, "OpenActivities", "Contact", &contact), ["open"]);
    rig.patch(&format!("v59.0/sobjects/Task/{open}"), r#"{"Status":"Completed"}"#);
    assert_eq!(subjects(&rig, "ActivityHistories", "Contact", &contact), ["done", "open", "past"]);
    let task =
        rig.query("SELECT IsClosed, CompletedDateTime, AccountId FROM Task WHERE Subject = 'open'").json();
    assert_eq!(task["records"][0]["AccountId"], *account);
    assert!(task["records"][0]["CompletedDateTime"].is_string());
    let event = rig.query("SELECT EndDateTime, ActivityDate FROM Event WHERE Subject = 'future'").json();
    assert_eq!(event["records"][0]["EndDateTime"], "2030-01-01T10:30:00.000+0000");
    assert_eq!(event["records"][0]["ActivityDate"], "2030-01-01");
}

#[test]
fn an_attachment_may_be_empty() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let id = rig
        .create("Attachment", &json!({"ParentId": account, "Name": "nothing.txt", "Body": ""}).to_string());
    assert_eq!(rig.get(&format!("v59.0/sobjects/Attachment/{id}")).json()["BodyLength"], 0);
    let body = rig.get(&format!("v59.0/sobjects/Attachment/{id}/Body"));
    assert_eq!((body.status, body.body.as_str()), (200, ""));
    let none = rig.ask(
        "POST",
        "v59.0/sobjects/Attachment",
        JSON,
        format!(r#"{{"ParentId":"{account}","Name":"x"}}"#),
    );
    assert_eq!(none.json()[0]["errorCode"], "REQUIRED_FIELD_MISSING");
}
