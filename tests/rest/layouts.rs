//! Layouts, list views, tabs, the theme, and how queries would be run.

use serde_json::{Value, json};

use crate::harness::{Rig, encoded};

#[test]
fn layouts_are_told_in_json() {
    let rig = Rig::new();
    let got = rig.get("v62.0/sobjects/Contact/describe/layouts").json();
    let mapping = &got["recordTypeMappings"][0];
    assert_eq!(mapping["recordTypeId"], "012000000000000AAA");
    assert_eq!(
        mapping["urls"]["layout"],
        "/services/data/v62.0/sobjects/Contact/describe/layouts/012000000000000AAA"
    );
    assert_eq!(got["recordTypeSelectorRequired"], json!([false]));
    let layout = &got["layouts"][0];
    assert_eq!(layout["id"], mapping["layoutId"]);
    let items: Vec<Value> = layout["detailLayoutSections"][0]["layoutRows"]
        .as_array()
        .expect("rows")
        .iter()
        .flat_map(|row| row["layoutItems"].as_array().cloned().unwrap_or_default())
        .collect();
    let last_name = items.iter().find(|item| item["label"] == "Last Name").expect("the last name");
    assert_eq!(last_name["required"], true);
    assert_eq!(last_name["layoutComponents"][0]["details"]["name"], "LastName");
    let one = rig.get("v62.0/sobjects/Contact/describe/layouts/012000000000000AAA").json();
    assert_eq!(one["id"], layout["id"]);
    let named = rig.get("v62.0/sobjects/User/describe/namedLayouts/UserAlt");
    assert_eq!((named.status, named.json()["layouts"].as_array().map(Vec::len)), (200, Some(1)));
    for absent in [
        "Contact/describe/layouts/012000000000001AAA",
        "User/describe/namedLayouts/Nope",
        "Account/describe/namedLayouts/UserAlt",
        "Nope/describe/layouts",
        "GroupMember/describe/layouts",
    ] {
        let got = rig.get(&format!("v62.0/sobjects/{absent}"));
        assert_eq!((got.status, got.header("x-fauxforce-gap")), (404, None), "{absent}");
    }
    let approval = rig.get("v62.0/sobjects/Account/describe/approvalLayouts");
    assert_eq!(approval.body, r#"{"approvalLayouts":[]}"#);
}

#[test]
fn compact_layouts_have_the_name() {
    let rig = Rig::new();
    let got = rig.get("v62.0/sobjects/Account/describe/compactLayouts").json();
    assert_eq!(got["compactLayouts"][0]["name"], "SYSTEM");
    assert_eq!(got["compactLayouts"][0]["fieldItems"][0]["layoutComponents"][0]["value"], "Name");
    assert_eq!(
        got["urls"]["primary"],
        "/services/data/v62.0/sobjects/Account/describe/compactLayouts/primary"
    );
    let primary = rig.get("v62.0/sobjects/Account/describe/compactLayouts/primary").json();
    assert_eq!(primary, got["compactLayouts"][0]);
    let several = rig.get("v62.0/compactLayouts?q=Account,user").json();
    assert_eq!(several["Account"], primary);
    assert_eq!(several["User"]["objectType"], "User");
    assert_eq!(rig.get("v62.0/compactLayouts?q=Nope").status, 404);
}

#[test]
fn list_views_list_records() {
    let rig = Rig::new();
    rig.create("Lead", r#"{"LastName":"Doe","Company":"Acme","Status":"Open - Not Contacted"}"#);
    rig.create("Lead", r#"{"LastName":"Roe","Company":"Beta"}"#);
    let got = rig.get("v62.0/sobjects/Lead/listviews").json();
    let names: Vec<&Value> = (0..2).map(|place| &got["listviews"][place]["developerName"]).collect();
    assert_eq!(names, ["AllLeads", "MyLeads"]);
    assert_eq!((&got["size"], &got["done"]), (&2.into(), &true.into()));
    let all = &got["listviews"][0];
    let path =
        |url: &str| all[url].as_str().expect("a path").trim_start_matches("/services/data/").to_owned();
    assert_eq!(rig.get(&path("url")).json(), *all);
    let described = rig.get(&path("describeUrl")).json();
    assert_eq!(described["columns"][0]["fieldNameOrPath"], "Name");
    let query = described["query"].as_str().expect("a query");
    assert_eq!(rig.query(query).json()["totalSize"], 2);
    let results = rig.get(&path("resultsUrl")).json();
    assert_eq!(results["size"], 2);
    assert_eq!(results["records"][0]["columns"][0], json!({"fieldNameOrPath": "Name", "value": "Doe"}));
    let page = rig.get(&format!("{}?limit=1&offset=1", path("resultsUrl"))).json();
    assert_eq!(page["records"][0]["columns"][0]["value"], "Roe");
    assert_eq!(rig.get("v62.0/sobjects/Lead/listviews/00B000000000000AAA").status, 404);
}

#[test]
fn tabs_and_theme_name_the_objects() {
    let rig = Rig::new();
    let tabs = rig.get("v62.0/tabs").json();
    let account =
        tabs.as_array().expect("tabs").iter().find(|tab| tab["sobjectName"] == "Account").expect("a tab");
    assert_eq!(account["name"], "standard-Account");
    assert!(account["url"].as_str().is_some_and(|url| url.ends_with("/001/o")), "{account}");
    let theme = rig.get("v62.0/theme").json();
    let names: Vec<&Value> =
        theme["themeItems"].as_array().expect("items").iter().map(|item| &item["name"]).collect();
    assert!(names.contains(&&json!("Contact")), "{names:?}");
}

#[test]
fn queries_are_explained() {
    let rig = Rig::new();
    rig.create("Contact", r#"{"LastName":"Doe","External_Id__c":"x"}"#);
    rig.create("Contact", r#"{"LastName":"Roe"}"#);
    let explain = |soql: &str| rig.get(&format!("v62.0/query?explain={}", encoded(soql)));
    let scan = explain("SELECT Id FROM Contact WHERE Title = 'Dr'").json();
    assert_eq!(scan["plans"].as_array().map(Vec::len), Some(1));
    assert_eq!(scan["plans"][0]["leadingOperationType"], "TableScan");
    assert_eq!(scan["plans"][0]["sobjectCardinality"], 2);
    assert_eq!(scan["plans"][0]["notes"][0]["fields"], json!(["Title"]));
    assert_eq!(scan["sourceQuery"], "SELECT Id FROM Contact WHERE Title = 'Dr'");
    let index = explain("SELECT Id FROM Contact WHERE External_Id__c = 'x'").json();
    assert_eq!(index["plans"][0]["leadingOperationType"], "Index");
    assert_eq!(index["plans"][0]["fields"], json!(["External_Id__c"]));
    assert_eq!(
        (&index["plans"][0]["cardinality"], &index["plans"][0]["sobjectType"]),
        (&1.into(), &"Contact".into())
    );
    assert_eq!(index["plans"][1]["leadingOperationType"], "TableScan");
    assert_eq!(explain("SELECT Nope FROM Contact").json()[0]["errorCode"], "INVALID_FIELD");
}

#[test]
fn limits_of_a_version() {
    let rig = Rig::new();
    let names = |version: u32| {
        let limits = rig.get(&format!("v{version}.0/limits")).json();
        limits.as_object().expect("limits").keys().cloned().collect::<Vec<_>>()
    };
    let has = |version: u32, name: &str| names(version).contains(&name.to_owned());
    assert!(has(66, "DailyBulkApiBatches") && !has(66, "DailyBulkApiRequests"));
    assert!(!has(35, "DailyBulkApiBatches") && has(35, "DailyBulkApiRequests"));
    for name in [
        "MaxContentDocumentsLimit",
        "DailyApexCursorLimit",
        "ScheduledFlowRunLimit",
        "ContentPublicationLimit",
    ] {
        assert!(has(66, name), "{name}");
    }
    assert!(names(66).is_sorted());
}
