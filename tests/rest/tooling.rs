//! The Tooling API's query, and the lists of actions.

use crate::harness::{Got, JSON, Rig, encoded};

fn tooling(rig: &Rig, soql: &str) -> Got {
    rig.get(&format!("v59.0/tooling/query/?q={}", encoded(soql)))
}

#[test]
fn rows_come_in_its_own_wrapping() {
    let rig = Rig::new();
    let got = tooling(&rig, "SELECT Id, Name FROM Profile WHERE Name = 'System Administrator'");
    let id = got.json()["records"][0]["Id"].as_str().expect("an id").to_owned();
    assert_eq!(
        got.body,
        format!(
            r#"{{"size":1,"totalSize":1,"done":true,"queryLocator":null,"entityTypeName":"Profile","records":[{{"attributes":{{"type":"Profile","url":"/services/data/v59.0/tooling/sobjects/Profile/{id}"}},"Id":"{id}","Name":"System Administrator"}}]}}"#
        )
    );
    assert_eq!(
        tooling(&rig, "SELECT Id FROM ApexClass").body,
        r#"{"size":0,"totalSize":0,"done":true,"queryLocator":null,"entityTypeName":"ApexClass","records":[]}"#
    );
    let columns =
        rig.get(&format!("v59.0/tooling/query?columns=true&q={}", encoded("SELECT Id FROM Profile")));
    assert_eq!(columns.json()["entityName"], "Profile");
}

#[test]
fn long_results_come_in_pages() {
    let rig = Rig::new();
    for count in 0..21 {
        let records: Vec<_> = (0..100)
            .map(|n| format!(r#"{{"attributes":{{"type":"Group"}},"Name":"Group {count} {n}","DeveloperName":"G{count}_{n}","Type":"Regular"}}"#))
            .collect();
        let body = format!(r#"{{"allOrNone":true,"records":[{}]}}"#, records.join(","));
        let saved = rig.ask("POST", "v59.0/composite/sobjects", JSON, body).json();
        assert_eq!(saved[0]["success"], true, "{}", saved[0]);
    }
    let first = tooling(&rig, "SELECT Name FROM Group WHERE Name LIKE 'Group %'").json();
    assert_eq!((&first["size"], &first["done"]), (&2100.into(), &false.into()));
    assert_eq!(first["records"].as_array().map(Vec::len), Some(2000));
    let next = first["nextRecordsUrl"].as_str().expect("a path");
    assert!(next.starts_with("/services/data/v59.0/tooling/query/01g") && next.ends_with("-2000"), "{next}");
    let last = rig.get(next.trim_start_matches("/services/data/")).json();
    assert_eq!((&last["done"], last["records"].as_array().map(Vec::len)), (&true.into(), Some(100)));
    let lost = rig.get("v59.0/tooling/query/01g000000000001AAA-2000");
    assert_eq!((lost.status, &lost.json()[0]["errorCode"]), (400, &"INVALID_QUERY_LOCATOR".into()));
}

#[test]
fn what_it_has_not() {
    let rig = Rig::new();
    let data = tooling(&rig, "SELECT Id FROM Account");
    assert_eq!((data.status, &data.json()[0]["errorCode"]), (400, &"INVALID_TYPE".into()));
    assert!(data.header("x-fauxforce-gap").is_none());
    assert!(tooling(&rig, "SELECT Id FROM ValidationRule").header("x-fauxforce-gap").is_some());
    let query = "v59.0/query?q=SELECT+RecordId+FROM+UserRecordAccess";
    let worked_out = rig.get(query);
    assert_eq!((worked_out.status, &worked_out.json()[0]["errorCode"]), (400, &"INVALID_TYPE".into()));
    assert_eq!(worked_out.header("x-fauxforce-gap"), Some("SOQL over UserRecordAccess"));
    let wrong = tooling(&rig, "SELECT Nothing FROM Profile");
    assert_eq!((wrong.status, &wrong.json()[0]["errorCode"]), (400, &"INVALID_FIELD".into()));
    assert!(wrong.header("x-fauxforce-gap").is_none());
    assert!(rig.get("v59.0/tooling/sobjects").header("x-fauxforce-gap").is_some());
}

#[test]
fn no_actions_of_its_own() {
    let rig = Rig::new();
    assert_eq!(
        rig.get("v59.0/actions").body,
        r#"{"standard":"/services/data/v59.0/actions/standard","custom":"/services/data/v59.0/actions/custom"}"#
    );
    assert_eq!(rig.get("v59.0/actions/custom").json()["flow"], "/services/data/v59.0/actions/custom/flow");
    for kind in ["apex", "flow"] {
        assert_eq!(rig.get(&format!("v59.0/actions/custom/{kind}")).body, r#"{"actions":[]}"#);
    }
    for path in ["actions/standard", "actions/custom/quickAction", "actions/custom/flow/Mine"] {
        let got = rig.get(&format!("v59.0/{path}"));
        assert_eq!(got.status, 404);
        assert!(got.header("x-fauxforce-gap").is_some(), "{path}");
    }
}
