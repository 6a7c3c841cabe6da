//! Bulk API 2.0: rows out.

use std::fmt::Write as _;

use super::jobs::{snapshot, step};
use crate::harness::{JSON, Rig};

const JOBS: &str = "v62.0/jobs/query";

fn open(rig: &Rig, soql: &str, more: &str) -> String {
    let body = format!(r#"{{"operation":"query","query":"{soql}"{more}}}"#);
    let made = rig.post(JOBS, &body);
    assert_eq!(made.status, 200, "{}", made.told());
    format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"))
}

fn accounts(rig: &Rig, count: usize) {
    for first in (0..count).step_by(200) {
        let records: Vec<_> = (first..count.min(first + 200))
            .map(|row| {
                format!(
                    r#"{{"attributes":{{"type":"Account"}},"Name":"Q{row:04}","NumberOfEmployees":{row}}}"#
                )
            })
            .collect();
        let made = rig.post("v62.0/composite/sobjects", &format!(r#"{{"records":[{}]}}"#, records.join(",")));
        assert_eq!(made.status, 200);
    }
}

#[test]
fn a_query_runs_in_the_background() {
    let rig = Rig::new();
    let mut text = String::new();
    let made =
        rig.post(JOBS, r#"{"operation":"query","query":"SELECT Id FROM Account","contentType":"CSV"}"#);
    writeln!(text, "{}", made.told()).expect("a text");
    let job = format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"));
    writeln!(text, "{}", rig.get(&format!("{job}/results")).told()).expect("a text");
    while step(&rig) {}
    writeln!(text, "{}", rig.get(&job).told()).expect("a text");
    let soql = "SELECT Name, CreatedDate, IsDeleted, AnnualRevenue, Owner.Name, Parent.Name, Phone FROM Account ORDER BY Name";
    let account = rig.create("Account", r#"{"Name":"A, \"B\"","AnnualRevenue":12.5,"Phone":""}"#);
    let job = open(&rig, soql, r#","columnDelimiter":"SEMICOLON","lineEnding":"CRLF""#);
    while step(&rig) {}
    let got = rig.get(&format!("{job}/results"));
    assert_eq!(got.header("sforce-locator"), Some("null"));
    assert_eq!(got.header("sforce-numberofrecords"), Some("4"));
    writeln!(text, "{}", got.body.replace('\r', "\\r")).expect("a text");
    rig.delete(&format!("v62.0/sobjects/Account/{account}"));
    let all =
        rig.post(JOBS, r#"{"operation":"queryAll","query":"SELECT Id FROM Account WHERE IsDeleted = true"}"#);
    while step(&rig) {}
    let all = rig.get(&format!("{JOBS}/{}/results", all.json()["id"].as_str().expect("an id")));
    assert_eq!(all.body, format!("\"Id\"\n\"{account}\"\n"));
    writeln!(text, "{}", rig.get(JOBS).told()).expect("a text");
    assert_eq!(rig.delete(&job).status, 204);
    snapshot("bulk2_query", &text);
}

#[test]
fn results_come_in_pages() {
    let rig = Rig::new();
    accounts(&rig, 2500);
    let job = open(&rig, "SELECT Name FROM Account WHERE Name LIKE 'Q%' ORDER BY Name", "");
    while step(&rig) {}
    let mut names = Vec::new();
    let mut locator = String::new();
    let mut pages = 0;
    while locator != "null" {
        let page = rig.get(&format!("{job}/results?maxRecords=700&locator={locator}"));
        assert_eq!(page.status, 200, "{}", page.body);
        let mut lines = page.body.lines();
        assert_eq!(lines.next(), Some("\"Name\""));
        let before = names.len();
        names.extend(lines.map(str::to_owned));
        let count: usize =
            page.header("sforce-numberofrecords").expect("a header").parse().expect("a number");
        assert_eq!(names.len() - before, count);
        locator = page.header("sforce-locator").expect("a header").to_owned();
        pages += 1;
    }
    assert_eq!(pages, 4);
    let expected: Vec<_> = (0..2500).map(|row| format!("\"Q{row:04}\"")).collect();
    assert_eq!(names, expected);
    for bad in ["x", "OTk5OTk", "!!"] {
        let got = rig.get(&format!("{job}/results?locator={bad}"));
        assert_eq!(got.json()[0]["errorCode"], "INVALID_QUERY_LOCATOR");
    }
    let starts = rig.get(&format!("{job}/resultPages?maxRecords=1000")).json();
    assert_eq!(starts["resultPages"].as_array().map(Vec::len), Some(3));
    assert_eq!(starts["done"], true);
}

#[test]
fn a_page_ends_behind_its_line_break() {
    let rig = Rig::new();
    accounts(&rig, 9);
    let soql = "SELECT Name FROM Account WHERE Name LIKE 'Q%' ORDER BY Name";
    for (ending, text) in [("LF", "\n"), ("CRLF", "\r\n")] {
        let job = open(&rig, soql, &format!(r#","lineEnding":"{ending}""#));
        while step(&rig) {}
        for (page, names) in [["Q0000", "Q0001", "Q0002", "Q0003"], ["Q0004", "Q0005", "Q0006", "Q0007"]]
            .into_iter()
            .enumerate()
        {
            let starts = rig.get(&format!("{job}/resultPages?maxRecords=4")).json();
            let path = starts["resultPages"][page]["resultUrl"].as_str().expect("a page");
            let path = path.trim_start_matches("/services/data/");
            let expected: String =
                ["Name"].iter().chain(&names).map(|name| format!("\"{name}\"{text}")).collect();
            assert_eq!(rig.get(&format!("{path}&maxRecords=4")).body, expected);
        }
    }
}

#[test]
fn what_bulk_cannot_query() {
    let rig = Rig::new();
    let mut text = String::new();
    for (what, soql) in [
        ("no query", ""),
        ("nonsense", "SELECT"),
        ("an unknown column", "SELECT Nope FROM Account"),
        ("an unknown object", "SELECT Id FROM Nope"),
        ("children", "SELECT Id, (SELECT Id FROM Contacts) FROM Account"),
        ("an address", "SELECT BillingAddress FROM Account"),
        ("a count", "SELECT COUNT() FROM Account"),
        ("groups", "SELECT COUNT(Id), Name FROM Account GROUP BY Name"),
        ("an offset", "SELECT Id FROM Account LIMIT 1 OFFSET 1"),
    ] {
        let made = rig.ask("POST", JOBS, JSON, format!(r#"{{"operation":"query","query":"{soql}"}}"#));
        let mut got = made.told();
        if made.status == 200 {
            while step(&rig) {}
            let info = rig.get(&format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"))).json();
            got = format!("{} {}", info["state"], info["errorMessage"]);
        }
        writeln!(text, "{what}\n    {got}").expect("a text");
    }
    snapshot("bulk2_query_refusals", &text);
}
