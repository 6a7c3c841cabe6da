use crate::harness::Rig;

#[test]
fn limits_count_calls() {
    let rig = Rig::new();
    let got = rig.get("v59.0/limits/");
    assert_eq!(got.json()["DailyApiRequests"], serde_json::json!({"Max": 15000, "Remaining": 14999}));
    assert_eq!(got.json()["PermissionSets"]["CreateCustom"]["Max"], 1000);
    let keys: Vec<_> = got.json().as_object().expect("an object").keys().cloned().collect();
    assert!(keys.is_sorted());
}

#[test]
fn records_are_counted() {
    let rig = Rig::new();
    let id = rig.create("Contact", r#"{"LastName":"A"}"#);
    rig.create("Contact", r#"{"LastName":"B"}"#);
    rig.delete(&format!("v59.0/sobjects/Contact/{id}"));
    assert_eq!(
        rig.get("v59.0/limits/recordCount?sObjects=Nothing,opportunity,Contact").body,
        r#"{"sObjects":[{"count":1,"name":"Contact"},{"count":0,"name":"Opportunity"}]}"#
    );
    let all = rig.get("v59.0/limits/recordCount").json();
    assert!(all["sObjects"].as_array().is_some_and(|counts| counts.len() > 50));
}

#[test]
fn what_was_viewed_lately() {
    let rig = Rig::new();
    let ids = ["A", "B"].map(|name| rig.create("Account", &format!(r#"{{"Name":"{name}"}}"#)));
    rig.get(&format!("v59.0/sobjects/Account/{}", ids[0]));
    rig.ask("GET", &format!("v59.0/sobjects/Account/{}", ids[1]), &[("sforce-mru", "updateMru=false")], "");
    let got = rig.get("v59.0/recent").json();
    assert_eq!(got[0]["Id"], *ids[0]);
    assert_eq!(got[0]["Name"], "A");
    assert_eq!(got[0]["attributes"]["type"], "Account");
    assert_eq!(got[1]["Id"], *ids[1]);
    assert_eq!(rig.get("v59.0/recent?limit=1").json().as_array().map(Vec::len), Some(1));
    rig.delete(&format!("v59.0/sobjects/Account/{}", ids[0]));
    assert_eq!(rig.get("v59.0/recent").json().as_array().map(Vec::len), Some(1));
    let contact = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    rig.query(&format!("SELECT Id FROM Account WHERE Id = '{}' FOR VIEW", ids[1]));
    let got = rig.get("v59.0/recent").json();
    assert_eq!((&got[0]["Id"], &got[1]["Id"]), (&ids[1].clone().into(), &contact.into()));
}

#[test]
fn what_has_changed_and_gone() {
    let rig = Rig::new();
    let ids = ["A", "B"].map(|name| rig.create("Contact", &format!(r#"{{"LastName":"{name}"}}"#)));
    rig.delete(&format!("v59.0/sobjects/Contact/{}", ids[1]));
    // Two minutes pass: what has happened in this minute is not covered yet.
    (0..120).for_each(|_| drop(rig.get("v59.0/recent")));
    let span = "start=2025-12-31T00:00:00Z&end=2026-01-02T00:00:00%2B00:00";
    let updated = rig.get(&format!("v59.0/sobjects/Contact/updated/?{span}"));
    assert_eq!(
        updated.body,
        format!(r#"{{"ids":["{}"],"latestDateCovered":"2026-01-01T00:02:00.000+0000"}}"#, ids[0])
    );
    let deleted = rig.get(&format!("v59.0/sobjects/Contact/deleted?{span}"));
    assert_eq!(
        deleted.body,
        format!(
            r#"{{"deletedRecords":[{{"id":"{}","deletedDate":"2026-01-01T00:00:03.000+0000"}}],"earliestDateAvailable":"2025-12-17T00:02:00.000+0000","latestDateCovered":"2026-01-01T00:02:00.000+0000"}}"#,
            ids[1]
        )
    );
}

#[test]
fn what_an_object_is() {
    let rig = Rig::new();
    let id = rig.create("Account", r#"{"Name":"A"}"#);
    rig.create("Contact", r#"{"LastName":"B"}"#);
    let got = rig.get("v59.0/sobjects/account/").json();
    assert_eq!(got["objectDescribe"]["name"], "Account");
    assert_eq!(got["recentItems"].as_array().map(Vec::len), Some(1));
    assert_eq!(got["recentItems"][0]["Id"], *id);
}

#[test]
fn the_menus_of_apps() {
    let rig = Rig::new();
    assert_eq!(
        rig.get("v59.0/appMenu").body,
        r#"{"AppSwitcher":"/services/data/v59.0/appMenu/AppSwitcher","Salesforce1":"/services/data/v59.0/appMenu/Salesforce1","NetworkTabs":"/services/data/v59.0/appMenu/NetworkTabs"}"#
    );
    assert_eq!(
        rig.get("v59.0/appMenu/AppSwitcher/").body,
        r#"{"appMenuItems":[{"type":"Tabset","content":null,"icons":null,"colors":null,"label":"Sales","url":"/home/home.jsp?tsid=02uFf0000000001"}]}"#
    );
    let mobile = rig.get("v59.0/appMenu/Salesforce1").json();
    assert_eq!(
        (&mobile["appMenuItems"][1]["label"], &mobile["appMenuItems"][1]["url"]),
        (&"Today".into(), &"/myDay".into())
    );
    for (path, gap) in
        [("v59.0/appMenu/Nothing", None), ("v59.0/appMenu/NetworkTabs", Some("GET /appMenu/NetworkTabs"))]
    {
        let got = rig.get(path);
        assert_eq!((got.status, got.header("x-fauxforce-gap")), (404, gap), "{path}");
    }
}
