//! The Bulk API (1.0).

use std::fmt::Write as _;

use crate::emulator::{Emulator, Got, snapshot};

const XML: (&str, &str) = ("content-type", "application/xml; charset=UTF-8");
const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv; charset=UTF-8");
const JOBS: &str = "/services/async/62.0/job";

/// Answers, one under the other.
struct Told<'e> {
    emulator: &'e Emulator,
    text: String,
}

impl Told<'_> {
    fn call(&mut self, what: &str, method: &str, path: &str, header: (&str, &str), body: &str) -> Got {
        let got = self.emulator.ask(method, path, &[header, ("authorization", "")], body);
        writeln!(self.text, "# {what}\n{}\n", got.told()).expect("a text");
        got
    }
}

fn job_info(members: &[(&str, &str)]) -> String {
    let members: String = members.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!("<jobInfo xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">{members}</jobInfo>")
}

/// The text of the first element of a name.
fn element(got: &Got, name: &str) -> String {
    let (_, after) = got.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{name}: {got:?}"));
    after.split('<').next().unwrap_or_default().to_owned()
}

#[test]
fn the_assignment_rule_of_a_job_is_there() {
    let emulator = Emulator::deterministic();
    let make = |object: &str| {
        let info = job_info(&[
            ("operation", "insert"),
            ("object", object),
            ("assignmentRuleId", "01Q000000000001"),
            ("contentType", "CSV"),
        ]);
        emulator.ask("POST", JOBS, &[XML, ("authorization", "")], &info)
    };
    let refused = make("Lead");
    assert!(refused.body.contains("invalid assignment rule id: 01Q000000000001"), "{refused:?}");
    assert!(make("Contact").body.contains("<state>Open</state>"));
}

#[test]
fn csv_goes_in_and_comes_out() {
    let emulator = Emulator::deterministic();
    let mut told = Told { emulator: &emulator, text: String::new() };
    let upsert = job_info(&[
        ("operation", "upsert"),
        ("object", "contact"),
        ("externalIdFieldName", "external_id__c"),
        ("concurrencyMode", "Parallel"),
        ("contentType", "CSV"),
    ]);
    let made = told.call("make", "POST", JOBS, XML, &upsert);
    let job = format!("{JOBS}/{}", element(&made, "id"));
    told.call("no batches", "GET", &format!("{job}/batch"), XML, "");
    let csv = "External_Id__c,LastName,Email\na,Doe,\nb,Roe,x\n,Poe,\n";
    let added = told.call("add", "POST", &format!("{job}/batch"), CSV, csv);
    let batch = format!("{job}/batch/{}", element(&added, "id"));
    assert_eq!(added.location.as_deref(), Some(&*batch));
    assert!(told.text.contains("<state>Queued</state>"));
    told.call("look", "GET", &batch, XML, "");
    told.call("results", "GET", &format!("{batch}/result"), XML, "");
    told.call("what was sent", "GET", &format!("{batch}/request"), XML, "");
    told.call("again", "POST", &format!("{job}/batch"), CSV, "External_Id__c,Title\na,Dr\n");
    told.call("an unknown column", "POST", &format!("{job}/batch"), CSV, "External_Id__c,Nope\na,Dr\n");
    let list = told.call("list", "GET", &format!("{job}/batch"), XML, "");
    assert!(list.body.contains("InvalidBatch : Field name not found : Nope"));
    told.call("close", "POST", &job, XML, &job_info(&[("state", "Closed")]));
    told.call("close again", "POST", &job, XML, &job_info(&[("state", "Closed")]));
    told.call("add after the end", "POST", &format!("{job}/batch"), CSV, csv);
    told.call("look at the job", "GET", &job, XML, "");

    let query = job_info(&[("operation", "query"), ("object", "Contact"), ("contentType", "CSV")]);
    let made = told.call("query", "POST", JOBS, XML, &query);
    let job = format!("{JOBS}/{}", element(&made, "id"));
    for soql in [
        "SELECT LastName, Account.Name, Email FROM Contact WHERE External_Id__c = 'a'",
        "SELECT Id FROM Contact WHERE LastName = 'Nobody'",
    ] {
        let header = ("sforce-enable-pkchunking", "chunkSize=1000");
        let batch = told.call("ask", "POST", &format!("{job}/batch"), header, soql);
        let batch = format!("{job}/batch/{}", element(&batch, "id"));
        let results = told.call("results", "GET", &format!("{batch}/result"), XML, "");
        told.call("rows", "GET", &format!("{batch}/result/{}", element(&results, "result")), XML, "");
    }
    let wrong =
        told.call("of another object", "POST", &format!("{job}/batch"), CSV, "SELECT Id FROM Account");
    let wrong = format!("{job}/batch/{}", element(&wrong, "id"));
    told.call("why", "GET", &wrong, XML, "");
    told.call("no results", "GET", &format!("{wrong}/result"), XML, "");
    snapshot("bulk1_csv", &told.text);
}

#[test]
fn json_goes_in_and_comes_out() {
    let emulator = Emulator::deterministic();
    let mut told = Told { emulator: &emulator, text: String::new() };
    let id = |got: &Got| {
        let parsed: serde_json::Value = serde_json::from_str(&got.body).expect("JSON");
        parsed["id"].as_str().expect("an id").to_owned()
    };
    let made = told.call(
        "make",
        "POST",
        JOBS,
        JSON,
        r#"{"operation":"insert","object":"Contact","contentType":"JSON"}"#,
    );
    let job = format!("{JOBS}/{}", id(&made));
    let records = r#"[{"LastName":"Doe","Email":null},{"FirstName":"x"},
        {"LastName":"Roe","Account":{"Name":"Acme Customers"},"attributes":{"type":"Contact"}}]"#;
    let batch = told.call("add", "POST", &format!("{job}/batch"), JSON, records);
    let batch = format!("{job}/batch/{}", id(&batch));
    told.call("look", "GET", &batch, JSON, "");
    told.call("results", "GET", &format!("{batch}/result"), JSON, "");
    told.call("list", "GET", &format!("{job}/batch"), JSON, "");
    for (what, body) in [("no list", "{}"), ("no JSON", "x"), ("an unknown field", r#"[{"Nope":1}]"#)] {
        let bad = told.call(what, "POST", &format!("{job}/batch"), JSON, body);
        told.call("why", "GET", &format!("{job}/batch/{}", id(&bad)), JSON, "");
    }
    told.call("close", "POST", &job, JSON, r#"{"state":"Closed"}"#);
    let made = told.call(
        "query",
        "POST",
        JOBS,
        JSON,
        r#"{"operation":"query","object":"Contact","contentType":"JSON"}"#,
    );
    let job = format!("{JOBS}/{}", id(&made));
    let soql = "SELECT LastName, CreatedDate, Account.Name, IsEmailBounced FROM Contact ORDER BY LastName";
    let batch = told.call("ask", "POST", &format!("{job}/batch"), JSON, soql);
    let batch = format!("{job}/batch/{}", id(&batch));
    let results = told.call("results", "GET", &format!("{batch}/result"), JSON, "");
    let results: Vec<String> = serde_json::from_str(&results.body).expect("a list");
    told.call("rows", "GET", &format!("{batch}/result/{}", results.concat()), JSON, "");
    told.call("other rows", "GET", &format!("{batch}/result/752000000000zzz"), JSON, "");
    snapshot("bulk1_json", &told.text);
}

#[test]
fn xml_goes_in_and_comes_out() {
    let emulator = Emulator::deterministic();
    let mut told = Told { emulator: &emulator, text: String::new() };
    let made =
        told.call("make", "POST", JOBS, XML, &job_info(&[("operation", "insert"), ("object", "Contact")]));
    let job = format!("{JOBS}/{}", element(&made, "id"));
    let records = r#"<?xml version="1.0" encoding="UTF-8"?>
        <sObjects xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <sObject><LastName>D &amp; E</LastName><Email xsi:nil="true"/></sObject>
          <sObject><LastName>Roe</LastName><Account><sObject><Name>Acme Customers</Name></sObject></Account></sObject>
          <sObject><FirstName>x</FirstName></sObject>
        </sObjects>"#;
    let batch = told.call("add", "POST", &format!("{job}/batch"), XML, records);
    told.call("results", "GET", &format!("{job}/batch/{}/result", element(&batch, "id")), XML, "");
    let bad = told.call("no XML", "POST", &format!("{job}/batch"), XML, "<sObjects>");
    told.call("why", "GET", &format!("{job}/batch/{}", element(&bad, "id")), XML, "");
    told.call("CSV", "POST", &format!("{job}/batch"), CSV, "LastName\nx\n");
    let made =
        told.call("query", "POST", JOBS, XML, &job_info(&[("operation", "query"), ("object", "Contact")]));
    let job = format!("{JOBS}/{}", element(&made, "id"));
    let soql = "SELECT Id, LastName, Email, Account.Name FROM Contact ORDER BY LastName";
    let batch = told.call("ask", "POST", &format!("{job}/batch"), XML, soql);
    let batch = format!("{job}/batch/{}", element(&batch, "id"));
    let results = told.call("results", "GET", &format!("{batch}/result"), XML, "");
    told.call("rows", "GET", &format!("{batch}/result/{}", element(&results, "result")), XML, "");
    snapshot("bulk1_xml", &told.text);
}

#[test]
fn what_is_refused() {
    let emulator = Emulator::deterministic();
    let mut told = Told { emulator: &emulator, text: String::new() };
    let info = |members: &[(&str, &str)]| job_info(members);
    told.call("no session", "POST", JOBS, ("x-sfdc-session", ""), "");
    told.call("a bad session", "POST", JOBS, ("x-sfdc-session", "x"), "");
    let session = [JSON, ("x-sfdc-session", "x"), ("authorization", "")];
    let got = emulator.ask("POST", JOBS, &session, "{}");
    writeln!(told.text, "# a bad session, in JSON\n{}\n", got.told()).expect("a text");
    told.call("a version to come", "POST", "/services/async/99.0/job", XML, "");
    told.call("no XML", "POST", JOBS, XML, "<jobInfo>");
    told.call("another root", "POST", JOBS, XML, "<x/>");
    told.call("no JSON", "POST", JOBS, JSON, "x");
    told.call("no operation", "POST", JOBS, XML, &info(&[("object", "Contact")]));
    told.call(
        "an unknown operation",
        "POST",
        JOBS,
        XML,
        &info(&[("object", "Contact"), ("operation", "merge")]),
    );
    told.call("an unknown object", "POST", JOBS, XML, &info(&[("object", "Nope"), ("operation", "insert")]));
    told.call(
        "upsert by nothing",
        "POST",
        JOBS,
        XML,
        &info(&[("object", "Contact"), ("operation", "upsert")]),
    );
    for kind in ["YAML", "ZIP_CSV"] {
        let made = info(&[("object", "Contact"), ("operation", "insert"), ("contentType", kind)]);
        told.call(kind, "POST", JOBS, XML, &made);
    }
    let gaps = emulator.ask("GET", "/_fauxforce/gaps", &[], "").body;
    assert!(gaps.contains("Bulk API ZIP_CSV") && !gaps.contains("YAML"), "{gaps}");
    let hard = info(&[("object", "Contact"), ("operation", "hardDelete")]);
    told.call("hard delete without the permission", "POST", JOBS, XML, &hard);
    told.call("an unknown job", "GET", &format!("{JOBS}/750000000000zzzAAA"), XML, "");
    let made = emulator.ask("POST", JOBS, &[XML], &info(&[("object", "Contact"), ("operation", "insert")]));
    let job = format!("{JOBS}/{}", element(&made, "id"));
    told.call("an unknown batch", "GET", &format!("{job}/batch/751000000000zzzAAA"), XML, "");
    told.call("an unknown state", "POST", &job, XML, &info(&[("state", "Done")]));
    told.call("abort", "POST", &job, XML, &info(&[("state", "Aborted")]));
    told.call("close what is aborted", "POST", &job, XML, &info(&[("state", "Closed")]));
    told.call("a wrong method", "DELETE", &job, XML, "");
    snapshot("bulk1_refusals", &told.text);
}

#[test]
fn a_batch_of_too_many_records_is_refused_whole() {
    let emulator = Emulator::deterministic();
    let rows = |row: &str, separator: &str| vec![row; 10_001].join(separator);
    let xml = format!("<sObjects>{}</sObjects>", rows("<sObject><LastName>Many</LastName></sObject>", ""));
    for (kind, header, data) in [
        ("CSV", CSV, format!("LastName\n{}\n", rows("Many", "\n"))),
        ("JSON", JSON, format!("[{}]", rows(r#"{"LastName":"Many"}"#, ","))),
        ("XML", XML, xml),
    ] {
        let settings = [("operation", "insert"), ("object", "Contact"), ("contentType", kind)];
        let made = emulator.ask("POST", JOBS, &[XML], &job_info(&settings));
        let job = format!("{JOBS}/{}", element(&made, "id"));
        assert_eq!(emulator.ask("POST", &format!("{job}/batch"), &[header], &data).status, 201, "{kind}");
        let batches = emulator.ask("GET", &format!("{job}/batch"), &[XML], "").body;
        assert!(batches.contains("Records to be processed exceeded the limit of 10000"), "{kind}: {batches}");
    }
    let found = "/services/data/v62.0/query?q=SELECT+COUNT()+FROM+Contact+WHERE+LastName='Many'";
    assert_eq!(emulator.json("GET", found, "")["totalSize"], 0);
}

#[test]
fn a_jobs_version_knows_its_fields() {
    let emulator = Emulator::deterministic();
    let queried = |version: u32| {
        let jobs = format!("/services/async/{version}.0/job");
        let query = job_info(&[("operation", "query"), ("object", "User"), ("contentType", "CSV")]);
        let made = emulator.ask("POST", &jobs, &[XML, ("authorization", "")], &query);
        let job = format!("{jobs}/{}", element(&made, "id"));
        let soql = "SELECT StartDay FROM User LIMIT 1";
        let batch = emulator.ask("POST", &format!("{job}/batch"), &[CSV, ("authorization", "")], soql);
        let batch = format!("{job}/batch/{}", element(&batch, "id"));
        emulator.ask("GET", &batch, &[XML, ("authorization", "")], "").body
    };
    assert!(
        queried(57).contains("StartDay") && queried(57).contains("<state>Failed</state>"),
        "{}",
        queried(57)
    );
    assert!(queried(60).contains("<state>Completed</state>"), "{}", queried(60));
}
