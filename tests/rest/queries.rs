use crate::harness::{Rig, encoded};

#[test]
fn a_query_is_answered_whole() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let contact = rig.create("Contact", &format!(r#"{{"LastName":"Doe","AccountId":"{account}"}}"#));
    let got = rig.query("SELECT id, account.name FROM contact");
    assert_eq!(
        got.body,
        format!(
            r#"{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"Contact","url":"/services/data/v59.0/sobjects/Contact/{contact}"}},"Id":"{contact}","Account":{{"attributes":{{"type":"Account","url":"/services/data/v59.0/sobjects/Account/{account}"}},"Name":"Acme"}}}}]}}"#
        )
    );
    let got = rig.query("SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Acme'");
    assert_eq!(got.json()["records"][0]["Contacts"]["totalSize"], 1);
    assert_eq!(got.json()["records"][0]["Contacts"]["records"][0]["LastName"], "Doe");
    let got = rig.query("SELECT COUNT(Id) FROM Contact");
    assert_eq!(
        got.body,
        r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"AggregateResult"},"expr0":1}]}"#
    );
    assert_eq!(rig.query("SELECT COUNT() FROM Contact").body, r#"{"totalSize":1,"done":true,"records":[]}"#);
    let xml = rig.ask(
        "GET",
        &format!("v59.0/query/?q={}", encoded("SELECT LastName FROM Contact")),
        &[("accept", "application/xml")],
        "",
    );
    assert_eq!(
        xml.body,
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><QueryResult><done>true</done><records type="Contact" url="/services/data/v59.0/sobjects/Contact/{contact}"><LastName>Doe</LastName></records><totalSize>1</totalSize></QueryResult>"#
        )
    );
}

#[test]
fn deleted_records_only_with_query_all() {
    let rig = Rig::new();
    let id = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    rig.delete(&format!("v59.0/sobjects/Contact/{id}"));
    let soql = encoded("SELECT Id, IsDeleted FROM Contact");
    assert_eq!(rig.get(&format!("v59.0/query?q={soql}")).json()["totalSize"], 0);
    let all = rig.get(&format!("v59.0/queryAll?q={soql}")).json();
    assert_eq!(all["records"][0]["IsDeleted"], true);
}

#[test]
fn large_results_come_in_pages() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    for n in 0..450 {
        rig.create("Contact", &format!(r#"{{"LastName":"Doe {n}","AccountId":"{account}"}}"#));
    }
    let options = [("sforce-query-options", "batchSize=200")];
    let path = format!("v59.0/query?q={}", encoded("SELECT LastName FROM Contact ORDER BY Id"));
    let mut page = rig.ask("GET", &path, &options, "").json();
    let mut names = Vec::new();
    let mut sizes = Vec::new();
    loop {
        assert_eq!(page["totalSize"], 450);
        let records = page["records"].as_array().expect("a list");
        sizes.push(records.len());
        names.extend(records.iter().map(|record| record["LastName"].as_str().expect("a name").to_owned()));
        let Some(next) = page.get("nextRecordsUrl") else { break };
        assert_eq!(page["done"], false);
        let next = next.as_str().expect("a path").trim_start_matches("/services/data/").to_owned();
        assert!(
            next.starts_with("v59.0/query/01g") && next.ends_with(&format!("-{}", names.len())),
            "{next}"
        );
        assert_eq!(rig.get(&next.replace("/query/", "/queryAll/")).status, 200);
        page = rig.get(&next).json();
    }
    assert_eq!(page["done"], true);
    assert_eq!(sizes, [200, 200, 50]);
    assert!(
        names.iter().map(String::as_str).eq((0..450)
            .map(|n| format!("Doe {n}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str))
    );
    let bound = rig.ask("GET", &path, &[("sforce-query-options", "batchSize=1")], "").json();
    assert_eq!(bound["records"].as_array().map(Vec::len), Some(200));

    let path = format!(
        "v59.0/query?q={}",
        encoded("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Acme'")
    );
    let children = rig.ask("GET", &path, &options, "").json()["records"][0]["Contacts"].clone();
    assert_eq!(children["totalSize"], 450);
    assert_eq!(children["done"], false);
    let next =
        children["nextRecordsUrl"].as_str().expect("a path").trim_start_matches("/services/data/").to_owned();
    assert_eq!(rig.get(&next).json()["records"].as_array().map(Vec::len), Some(200));
}

#[test]
fn a_page_shows_the_records_as_they_are_when_it_is_asked_for() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let ids: Vec<_> = (0..450)
        .map(|n| rig.create("Contact", &format!(r#"{{"LastName":"Doe {n}","AccountId":"{account}"}}"#)))
        .collect();
    let next = |answer: &serde_json::Value| {
        answer["nextRecordsUrl"].as_str().expect("a path").trim_start_matches("/services/data/").to_owned()
    };
    let options = [("sforce-query-options", "batchSize=200")];
    let ask = |soql: &str| rig.ask("GET", &format!("v59.0/query?q={}", encoded(soql)), &options, "").json();
    let own =
        ask("SELECT LastName, Account.Name FROM Contact WHERE LastName LIKE 'Doe%' ORDER BY Id LIMIT 440");
    let accounts = "SELECT Name, (SELECT Account.Name, LastName FROM Contacts ORDER BY Id) FROM Account WHERE Name = 'Acme'";
    let children = ask(accounts)["records"][0]["Contacts"].clone();
    assert_eq!(rig.ask("DELETE", &format!("v59.0/sobjects/Contact/{}", ids[210]), &[], "").status, 204);
    let change = r#"{"LastName":"Roe"}"#;
    assert_eq!(rig.ask("PATCH", &format!("v59.0/sobjects/Contact/{}", ids[200]), &[], change).status, 204);
    for (first, rows) in [(own, 440), (children, 450)] {
        let page = rig.get(&next(&first)).json();
        assert_eq!(page["totalSize"], rows);
        let records = page["records"].as_array().expect("a list");
        assert_eq!(records.len(), 199);
        let names: Vec<_> =
            records.iter().map(|record| record["LastName"].as_str().expect("a name")).collect();
        assert_eq!((names[0], names[9], names[10], names[198]), ("Roe", "Doe 209", "Doe 211", "Doe 399"));
        assert!(records.iter().all(|record| record["Account"]["Name"] == "Acme"), "{page}");
        let last = rig.get(&next(&page)).json();
        assert_eq!(last["done"], true);
        assert_eq!(last["records"].as_array().map(Vec::len), Some(rows - 400));
    }
}

#[test]
fn a_user_has_ten_locators() {
    let rig = Rig::new();
    for n in 0..201 {
        rig.create("Contact", &format!(r#"{{"LastName":"Doe {n}"}}"#));
    }
    let open = || {
        let path = format!("v59.0/query?q={}", encoded("SELECT Id FROM Contact"));
        let got = rig.ask("GET", &path, &[("sforce-query-options", "batchSize=200")], "").json();
        got["nextRecordsUrl"].as_str().expect("a path").trim_start_matches("/services/data/").to_owned()
    };
    let locators: Vec<_> = (0..11).map(|_| open()).collect();
    assert_eq!(
        rig.get(&locators[0]).told(),
        r#"400 [{"message":"invalid query locator","errorCode":"INVALID_QUERY_LOCATOR"}]"#
    );
    assert_eq!(rig.get(&locators[1]).status, 200);
}

#[test]
fn a_subtotal_of_a_checkbox_is_null() {
    let rig = Rig::new();
    let got = rig.query(
        "SELECT IsActive, COUNT(Id) n FROM User GROUP BY ROLLUP(IsActive) ORDER BY GROUPING(IsActive) DESC",
    );
    let records = &got.json()["records"];
    assert!(records[0]["IsActive"].is_null(), "{}", got.body);
    assert_eq!(records[1]["IsActive"], true, "{}", got.body);
}
