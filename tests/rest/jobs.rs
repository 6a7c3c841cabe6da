//! Bulk API 2.0: records in.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{JSON, Rig};

const JOBS: &str = "v62.0/jobs/ingest";
const CSV: &[(&str, &str)] = &[("content-type", "text/csv")];

/// Does the next step of the work in the background; false when there is none.
pub fn step(rig: &Rig) -> bool {
    fauxforce::job::step(&rig.world.lock())
}

pub fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Makes a job, and gives its path.
fn open(rig: &Rig, settings: &str) -> String {
    let made = rig.post(JOBS, settings);
    assert_eq!(made.status, 200, "{}", made.told());
    format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"))
}

fn upload(rig: &Rig, job: &str, csv: &str) {
    let uploaded = rig.ask("PUT", &format!("{job}/batches"), CSV, csv);
    assert_eq!((uploaded.status, &*uploaded.body), (201, ""), "{job}");
}

fn close(rig: &Rig, job: &str) {
    let closed = rig.patch(job, r#"{"state":"UploadComplete"}"#);
    assert_eq!(closed.json()["state"], "UploadComplete", "{}", closed.told());
}

/// A job from its making to its end; gives its path.
fn run(rig: &Rig, settings: &str, csv: &str) -> String {
    let job = open(rig, settings);
    upload(rig, &job, csv);
    close(rig, &job);
    while step(rig) {}
    job
}

/// What a job says at its end, and its three files.
fn told(rig: &Rig, job: &str) -> String {
    let mut text = rig.get(job).told() + "\n";
    for file in ["successfulResults", "failedResults/", "unprocessedrecords"] {
        let got = rig.get(&format!("{job}/{file}"));
        assert_eq!(got.header("content-type"), Some("text/csv"));
        write!(text, "--- {file}\n{}", got.body.replace('\r', "\\r")).expect("a text");
    }
    text
}

fn info(rig: &Rig, job: &str) -> Value {
    rig.get(job).json()
}

#[test]
fn a_job_goes_through_its_states() {
    let rig = Rig::new();
    let made = rig.post(JOBS, r#"{"object":"contact","operation":"insert"}"#);
    let mut text = format!("{}\n", made.told());
    let job = format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(info(&rig, &job)["state"], "Open");
    let rows: String = (0..450).map(|row| format!("Doe{row},\n")).collect();
    upload(&rig, &job, &format!("LastName,Email\n{rows}Bad,nonsense\n"));
    assert!(!step(&rig), "nothing happens before the job is closed");
    writeln!(text, "{}", rig.patch(&job, r#"{"state":"UploadComplete"}"#).told()).expect("a text");
    let mut seen = Vec::new();
    loop {
        let info = info(&rig, &job);
        seen.push(format!("{} {}", info["state"], info["numberRecordsProcessed"]));
        if !step(&rig) {
            break;
        }
    }
    assert_eq!(
        seen,
        [r#""UploadComplete" 0"#, r#""InProgress" 200"#, r#""InProgress" 400"#, r#""JobComplete" 451"#]
    );
    writeln!(text, "{}", rig.get(&job).told()).expect("a text");
    writeln!(text, "{}", rig.get(&format!("{job}/failedResults")).body).expect("a text");
    let saved = rig.get(&format!("{job}/successfulResults")).body;
    assert_eq!(saved.lines().count(), 451);
    writeln!(text, "{}", saved.lines().take(2).collect::<Vec<_>>().join("\n")).expect("a text");
    assert_eq!(rig.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'").json()["totalSize"], 450);
    assert_eq!(rig.delete(&job).status, 204);
    assert_eq!(rig.get(&job).status, 404);
    snapshot("bulk2_states", &text);
}

#[test]
fn every_operation() {
    let rig = Rig::new();
    let job = run(
        &rig,
        r#"{"object":"Account","operation":"upsert","externalIdFieldName":"external_id__c"}"#,
        "External_Id__c,Name,Phone\na,Acme,1\nb,\"Bolt, \"\"Inc\"\"\",2\n,None,3\n",
    );
    let mut text = format!("# upsert\n{}", told(&rig, &job));
    let job = run(
        &rig,
        r#"{"object":"Account","operation":"upsert","externalIdFieldName":"External_Id__c","columnDelimiter":"PIPE","lineEnding":"CRLF"}"#,
        "External_Id__c|Phone|Website\r\na|#N/A|x.test\r\nb||\r\n",
    );
    write!(text, "# upsert again, other CSV\n{}", told(&rig, &job)).expect("a text");
    let found =
        rig.query("SELECT Name, Phone, Website FROM Account WHERE External_Id__c != null ORDER BY Name");
    writeln!(text, "{}", found.body).expect("a text");
    let job = run(
        &rig,
        r#"{"object":"Contact","operation":"insert"}"#,
        "LastName,Account.External_Id__c,Title,Birthdate\nDoe,a,1,1980-02-29\nRoe,nobody,0,\nPoe,,true,29.2.1980\nShort\n",
    );
    write!(text, "# insert with a parent's key\n{}", told(&rig, &job)).expect("a text");
    let id = rig.query("SELECT Id FROM Contact WHERE LastName = 'Doe'").json()["records"][0]["Id"].clone();
    let id = id.as_str().expect("an id");
    let job = run(
        &rig,
        r#"{"object":"Contact","operation":"update"}"#,
        &format!("Id,Title\n{id},Dr\n003000000000zzzAAA,x\nnonsense,x\n,x\n"),
    );
    write!(text, "# update\n{}", told(&rig, &job)).expect("a text");
    let account = rig.query("SELECT Id FROM Account LIMIT 1").json()["records"][0]["Id"].clone();
    let job = run(
        &rig,
        r#"{"object":"Contact","operation":"delete"}"#,
        &format!("id\n{id}\n{}\n", account.as_str().expect("an id")),
    );
    write!(text, "# delete\n{}", told(&rig, &job)).expect("a text");
    snapshot("bulk2_operations", &text);
}

#[test]
fn a_bad_csv_fails_the_job() {
    let rig = Rig::new();
    let insert = r#"{"object":"Contact","operation":"insert"}"#;
    let mut text = String::new();
    for (what, settings, csv) in [
        ("an unknown column", insert, "LastName,Nope\nDoe,1\n"),
        ("an unknown relationship", insert, "LastName,Nope.Id\nDoe,1\n"),
        ("a type that is not needed", insert, "LastName,Account:Account.External_Id__c\nDoe,1\n"),
        ("a byte order mark", insert, "\u{feff}LastName\nDoe\n"),
        ("CRLF in a job of LF", insert, "LastName\r\nDoe\r\n"),
        (
            "LF in a job of CRLF",
            r#"{"object":"Contact","operation":"insert","lineEnding":"CRLF"}"#,
            "LastName\nDoe\n",
        ),
        ("an update without ids", r#"{"object":"Contact","operation":"update"}"#, "LastName\nDoe\n"),
        (
            "a delete with more than ids",
            r#"{"object":"Contact","operation":"delete"}"#,
            "Id,LastName\n,Doe\n",
        ),
        (
            "an upsert without keys",
            r#"{"object":"Contact","operation":"upsert","externalIdFieldName":"External_Id__c"}"#,
            "LastName\nDoe\n",
        ),
        ("a record with more values than columns", insert, "LastName\nDoe\nRoe,1\n"),
        ("a quote that stays open", insert, "LastName\nDoe\n\"Roe\n"),
        ("a header only", insert, "LastName\n"),
        ("nothing", insert, ""),
    ] {
        let job = run(&rig, settings, csv);
        let info = info(&rig, &job);
        let left = rig.get(&format!("{job}/unprocessedrecords")).body;
        writeln!(text, "{what}\n    {} {}\n    left: {left:?}", info["state"], info["errorMessage"])
            .expect("a text");
    }
    snapshot("bulk2_bad_csv", &text);
}

#[test]
fn records_of_a_csv_have_bounds() {
    let rig = Rig::new();
    let insert = r#"{"object":"Contact","operation":"insert"}"#;
    let end = |csv: &str| {
        let job = run(&rig, insert, csv);
        let info = info(&rig, &job);
        (info["state"].as_str().map(str::to_owned), info["errorMessage"].as_str().map(str::to_owned))
    };
    let failed =
        |why: &str| (Some("Failed".to_owned()), Some(format!("InvalidBatch : Failed to parse CSV: {why}")));
    let longest = "ä".repeat(32_000);
    assert_eq!(end(&format!("LastName,Description\nDoe,{longest}\n")).0.as_deref(), Some("JobComplete"));
    assert_eq!(
        end(&format!("LastName,Description\nDoe,{longest}x\n")),
        failed("Exceeded max field size: 32001")
    );
    let names = ["LastName", "FirstName", "Description", "Title", "Department", "Email", "Phone"];
    let more = ["Fax", "MobilePhone", "MailingStreet", "MailingCity", "OtherStreet", "OtherCity"];
    let header = [&names[..], &more[..]].concat();
    let row = vec!["x".repeat(32_000); header.len()].join(",");
    assert_eq!(
        end(&format!("{}\n{row}\n", header.join(","))),
        failed(
            "Exceeded max length for one record: 416000. Max length for one record should be less than or equal to 400000"
        )
    );
    let wide = vec!["LastName"; 5001].join(",");
    assert_eq!(end(&format!("{wide}\n")), failed("Exceeded max number of columns per record : 5000"));
}

#[test]
fn steps_have_the_time_of_a_call() {
    const TOO_LONG: &str = "running for too long";
    let rig = Rig::new();
    let hurried_to_the_end = |job: &str| {
        rig.world.lock().settings.call_timeout = Duration::ZERO;
        while step(&rig) {}
        rig.world.lock().settings.call_timeout = Duration::from_secs(120);
        info(&rig, job)
    };
    let made = rig.post("v62.0/jobs/query", r#"{"operation":"query","query":"SELECT Id FROM Account"}"#);
    let job = format!("v62.0/jobs/query/{}", made.json()["id"].as_str().expect("an id"));
    let query = hurried_to_the_end(&job);
    let why =
        format!("InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query request was {TOO_LONG}.");
    assert_eq!((&query["state"], &query["errorMessage"]), (&"Failed".into(), &why.into()));

    let account = rig.create("Account", r#"{"Name":"Stays"}"#);
    let job = open(&rig, r#"{"object":"Account","operation":"delete"}"#);
    upload(&rig, &job, &format!("Id\n{account}\n"));
    close(&rig, &job);
    let deletion = hurried_to_the_end(&job);
    let why = format!("Timeout : Your request was {TOO_LONG}, and has been stopped.");
    assert_eq!((&deletion["state"], &deletion["errorMessage"]), (&"Failed".into(), &why.into()));
    assert_eq!(deletion["numberRecordsProcessed"], 0);
    assert_eq!(rig.get(&format!("v62.0/sobjects/Account/{account}")).status, 200);
    // The next job has its time.
    let job = run(&rig, r#"{"object":"Account","operation":"delete"}"#, &format!("Id\n{account}\n"));
    assert_eq!(info(&rig, &job)["state"], "JobComplete");
}

#[test]
fn a_job_may_end_early() {
    let rig = Rig::new();
    let job = open(&rig, r#"{"object":"Contact","operation":"insert"}"#);
    let rows: String = (0..500).map(|row| format!("Doe{row}\n")).collect();
    upload(&rig, &job, &format!("LastName\n{rows}"));
    close(&rig, &job);
    assert!(step(&rig));
    let aborted = rig.patch(&job, r#"{"state":"Aborted"}"#);
    assert_eq!(aborted.json()["state"], "Aborted");
    assert!(!step(&rig));
    assert_eq!(info(&rig, &job)["numberRecordsProcessed"], 200);
    assert_eq!(rig.get(&format!("{job}/successfulResults")).body.lines().count(), 201);
    let left = rig.get(&format!("{job}/unprocessedRecords")).body;
    assert_eq!(left.lines().count(), 301);
    assert!(left.starts_with("LastName\nDoe200\n"));
    assert_eq!(rig.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Doe%'").json()["totalSize"], 200);
}

#[test]
fn what_a_job_refuses() {
    let rig = Rig::new();
    let mut text = String::new();
    let mut ask = |what: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let got = rig.ask(method, path, headers, body);
        writeln!(text, "{what}\n    {}", got.told()).expect("a text");
    };
    let insert = r#"{"object":"Contact","operation":"insert"}"#;
    for (what, settings) in [
        ("no object", r#"{"operation":"insert"}"#),
        ("an unknown object", r#"{"object":"Nope","operation":"insert"}"#),
        ("no operation", r#"{"object":"Contact"}"#),
        ("an unknown operation", r#"{"object":"Contact","operation":"merge"}"#),
        ("a query", r#"{"object":"Contact","operation":"query"}"#),
        ("an unknown line ending", r#"{"object":"Contact","operation":"insert","lineEnding":"CR"}"#),
        ("XML", r#"{"object":"Contact","operation":"insert","contentType":"XML"}"#),
        ("upsert by nothing", r#"{"object":"Contact","operation":"upsert"}"#),
        ("upsert by no key", r#"{"object":"Contact","operation":"upsert","externalIdFieldName":"Phone"}"#),
        ("hard delete without the permission", r#"{"object":"Contact","operation":"hardDelete"}"#),
        ("no JSON", "x"),
    ] {
        ask(what, "POST", JOBS, JSON, settings);
    }
    ask("too old", "POST", "v40.0/jobs/ingest", JSON, insert);
    let job = open(&rig, insert);
    let data = format!("{job}/batches");
    ask("an unknown job", "GET", "v62.0/jobs/ingest/750000000000zzzAAA", &[], "");
    ask("no job", "GET", "v62.0/jobs/ingest/nonsense", &[], "");
    ask("a job as a query", "GET", &job.replace("ingest", "query"), &[], "");
    ask("data that is no CSV", "PUT", &data, JSON, "{}");
    ask("an unknown state", "PATCH", &job, JSON, r#"{"state":"Open"}"#);
    ask("no state", "PATCH", &job, JSON, "{}");
    ask("results of an open job", "GET", &format!("{job}/failedResults"), &[], "");
    ask("an unknown file", "GET", &format!("{job}/nope"), &[], "");
    ask("an open job goes", "DELETE", &job, &[], "");
    upload(&rig, &job, "LastName\nDoe\n");
    ask("data twice", "PUT", &data, CSV, "LastName\nDoe\n");
    close(&rig, &job);
    ask("data after the end", "PUT", &data, CSV, "LastName\nDoe\n");
    while step(&rig) {}
    ask("closed twice", "PATCH", &job, JSON, r#"{"state":"UploadComplete"}"#);
    ask("aborted after the end", "PATCH", &job, JSON, r#"{"state":"Aborted"}"#);
    snapshot("bulk2_refusals", &text);
}

#[test]
fn a_job_may_come_with_its_data() {
    let rig = Rig::new();
    let body = "--B\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n\
        {\"object\":\"Contact\",\"operation\":\"insert\"}\r\n--B\r\nContent-Type: text/csv\r\n\
        Content-Disposition: form-data; name=\"content\"; filename=\"content\"\r\n\r\nLastName\nDoe\nRoe\n\r\n--B--\r\n";
    let media_type = [("content-type", "multipart/form-data; boundary=\"B\"")];
    let made = rig.ask("POST", JOBS, &media_type, body);
    assert_eq!(made.json()["state"], "UploadComplete", "{}", made.told());
    while step(&rig) {}
    let job = format!("{JOBS}/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(info(&rig, &job)["numberRecordsProcessed"], 2);
    let half = rig.ask("POST", JOBS, &media_type, &*body.replace("name=\"content\"", "name=\"x\""));
    assert_eq!(half.json()[0]["errorCode"], "INVALIDJOB");
}

#[test]
fn what_is_no_text_is_told_as_it_was_saved() {
    let rig = Rig::new();
    let job = open(&rig, r#"{"object":"Contact","operation":"insert"}"#);
    let data = b"LastName\nM\xfcller\n".to_vec();
    assert_eq!(rig.ask("PUT", &format!("{job}/batches"), &[("content-type", "text/csv")], data).status, 201);
    close(&rig, &job);
    while step(&rig) {}
    let saved = rig.get(&format!("{job}/successfulResults")).body;
    assert!(saved.ends_with("\"true\",\"M\u{fffd}ller\"\n"), "{saved}");
}

#[test]
fn jobs_are_listed() {
    let rig = Rig::new();
    run(&rig, r#"{"object":"Contact","operation":"insert"}"#, "LastName\nDoe\n");
    open(&rig, r#"{"object":"Account","operation":"insert"}"#);
    let all = rig.get("v62.0/jobs/ingest?jobType=V2Ingest");
    snapshot("bulk2_list", &all.told());
    assert_eq!(rig.get("v62.0/jobs/ingest?jobType=Classic").json()["records"], Value::Array(Vec::new()));
    for (filter, count) in [
        ("isPkChunkingEnabled=true", 0),
        ("isPkChunkingEnabled=false", 2),
        ("concurrencyMode=parallel", 2),
        ("concurrencyMode=serial", 0),
    ] {
        let found = rig.get(&format!("v62.0/jobs/ingest?{filter}")).json();
        assert_eq!(found["records"].as_array().map(Vec::len), Some(count), "{filter}");
    }
    let first = all.json()["records"][0]["id"].as_str().expect("an id").to_owned();
    let rest = rig.get(&format!("v62.0/jobs/ingest?queryLocator={first}")).json();
    assert_eq!(rest["records"].as_array().map(Vec::len), Some(1));
}

/// Text that is uploaded comes back as it was, whatever is in it.
mod comes_back {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
        #[test]
        fn as_it_was(values in prop::collection::vec("[a-z\"|, é\n]{0,12}", 1..6)) {
            let rig = Rig::new();
            let mut csv = "LastName,Description\n".to_owned();
            for (row, value) in values.iter().enumerate() {
                csv += &format!("P{row},\"{}\"\n", value.replace('"', "\"\""));
            }
            let job = run(&rig, r#"{"object":"Contact","operation":"insert"}"#, &csv);
            prop_assert_eq!(&info(&rig, &job)["state"], "JobComplete");
            let saved = rig.get(&format!("{job}/successfulResults")).body;
            let mut lines = saved.splitn(2, '\n');
            prop_assert_eq!(lines.next(), Some("\"sf__Id\",\"sf__Created\",LastName,Description"));
            for (row, value) in values.iter().enumerate() {
                let ending = format!("\"true\",\"P{row}\",\"{}\"\n", value.replace('"', "\"\""));
                prop_assert!(saved.contains(&ending), "{saved} {ending}");
            }
        }
    }
}

#[test]
fn the_last_line_may_lack_its_end() {
    let rig = Rig::new();
    let job = run(&rig, r#"{"object":"Contact","operation":"insert"}"#, "LastName\nOne\nTwo");
    assert_eq!(info(&rig, &job)["numberRecordsProcessed"], 2);
    for name in ["One", "Two"] {
        let saved = rig.query(&format!("SELECT Id FROM Contact WHERE LastName = '{name}'"));
        assert_eq!(saved.json()["totalSize"], 1, "{name}");
    }
}

/// What the user lacks is told when the job is made, as what the object lacks.
#[test]
fn a_job_for_what_the_user_may_not() {
    let rig = Rig::new();
    rig.log_in("reader", "readonly.owner@fauxforce.test");
    let headers = [("authorization", "Bearer reader"), ("content-type", "application/json")];
    for (operation, missing) in
        [("insert", "create"), ("update", "update"), ("upsert", "create/update"), ("delete", "delete")]
    {
        let body = format!(
            r#"{{"object":"Account","operation":"{operation}","externalIdFieldName":"External_Id__c"}}"#
        );
        let refused = rig.ask("POST", "v62.0/jobs/ingest", &headers, body.clone());
        assert_eq!(
            refused.told(),
            format!(
                r#"400 [{{"errorCode":"INVALIDJOB","message":"InvalidJob : No {missing} access for object:Account"}}]"#
            )
        );
        assert_eq!(rig.post("v62.0/jobs/ingest", &body).status, 200, "{operation} by an administrator");
    }
}
