//! The Bulk API (1.0) as tools that load data meet it: what a job is refused for, and what is said of single rows.

use serde_json::{Value, json};

use crate::emulator::{Emulator, Got};

const XML: (&str, &str) = ("content-type", "application/xml; charset=UTF-8");
const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv; charset=UTF-8");
const JOBS: &str = "/services/async/62.0/job";

/// Makes a job; gives its path.
fn job(emulator: &Emulator, info: &Value) -> String {
    let made = emulator.json("POST", JOBS, &info.to_string());
    format!("{JOBS}/{}", made["id"].as_str().unwrap_or_else(|| panic!("{made}")))
}

/// Adds a batch to a job that is made for it; gives the batch's path.
fn batch(emulator: &Emulator, info: &Value, header: (&str, &str), data: &str) -> String {
    let job = job(emulator, info);
    let added = emulator.ask("POST", &format!("{job}/batch"), &[header], data);
    assert_eq!(added.status, 201, "{added:?}");
    added.location.expect("a path")
}

/// What became of the rows of a CSV.
fn results(emulator: &Emulator, info: &Value, data: &str) -> Vec<String> {
    let path = batch(emulator, info, CSV, data);
    let got = emulator.ask("GET", &format!("{path}/result"), &[], "");
    assert_eq!(got.status, 200, "{got:?}");
    got.body.lines().skip(1).map(str::to_owned).collect()
}

/// Why a batch has failed.
fn state(emulator: &Emulator, info: &Value, header: (&str, &str), data: &str) -> String {
    let path = batch(emulator, info, header, data);
    let got = emulator.ask("GET", &path, &[], "").body;
    let state = got
        .split_once("<stateMessage>")
        .or_else(|| got.split_once("\"stateMessage\":\""))
        .unwrap_or_else(|| panic!("{got}"));
    state.1.split(['<', '"']).next().unwrap_or_default().replace("&apos;", "'").replace("&#39;", "'")
}

fn refusal(got: &Got) -> (u16, String, String) {
    let body: Value = serde_json::from_str(&got.body).unwrap_or_else(|_| panic!("{got:?}"));
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (got.status, text("exceptionCode"), text("exceptionMessage"))
}

#[test]
fn a_row_names_the_column_that_cannot_be_read() {
    let emulator = Emulator::deterministic();
    for (object, required, field, kind) in [
        ("Contact", "LastName", "Birthdate", "date"),
        ("Lead", "LastName", "DoNotCall", "boolean"),
        ("Contact", "LastName", "MailingLatitude", "double"),
        ("Account", "Name", "AnnualRevenue", "double"),
        ("Account", "Name", "NumberOfEmployees", "int"),
        ("Opportunity", "Name", "Probability", "double"),
        ("Event", "Subject", "ActivityDateTime", "dateTime"),
    ] {
        let info = json!({ "operation": "insert", "object": object, "contentType": "CSV" });
        let told = results(&emulator, &info, &format!("{required},{field}\nDoe,31/12/1999\n"));
        let row = format!(
            "\"\",\"false\",\"false\",\"INVALID_FIELD:Failed to deserialize field at col 1. Due to, '31/12/1999' is not a \
             valid value for the type xsd:{kind}:{field} --\""
        );
        assert_eq!(told, [row], "{object}.{field}");
    }
}

#[test]
fn a_row_without_id_is_not_updated() {
    let emulator = Emulator::deterministic();
    let row = "\"\",\"false\",\"false\",\"MISSING_ARGUMENT:Id not specified in an update call:--\"";
    let info = json!({ "operation": "update", "object": "Contact", "contentType": "CSV" });
    assert_eq!(results(&emulator, &info, "Id,LastName\n,x\n"), [row]);
    for (kind, header, data) in [
        ("JSON", JSON, r#"[{"Id":"","LastName":"x"},{"LastName":"x"}]"#),
        ("XML", XML, "<sObjects><sObject><Id></Id><LastName>x</LastName></sObject></sObjects>"),
    ] {
        let info = json!({ "operation": "update", "object": "Contact", "contentType": kind });
        let path = batch(&emulator, &info, header, data);
        let got = emulator.ask("GET", &format!("{path}/result"), &[], "").body;
        assert!(got.contains("Id not specified in an update call"), "{got}");
    }
}

/// Who asks for what the object lacks is told when the job is made, not row by row.
#[test]
fn a_job_for_what_the_object_lacks() {
    let emulator = Emulator::deterministic();
    let rows = [
        ("GroupMember", "upsert", Some("create/update")),
        ("GroupMember", "update", Some("update")),
        ("GroupMember", "insert", None),
        ("GroupMember", "delete", None),
        ("User", "delete", Some("delete")),
        ("User", "upsert", None),
        ("UserRole", "upsert", None),
        ("LoginHistory", "insert", Some("create")),
        ("LoginHistory", "update", Some("update")),
        ("LoginHistory", "delete", Some("delete")),
        ("LoginHistory", "query", None),
        ("Organization", "upsert", Some("create/update")),
    ];
    for (object, operation, missing) in rows {
        let info = json!({
            "operation": operation, "object": object, "contentType": "CSV", "externalIdFieldName": "Id",
        });
        let made = emulator.ask("POST", JOBS, &[JSON], &info.to_string());
        let ingest = json!({ "operation": operation, "object": object, "externalIdFieldName": "Id" });
        let second = emulator.json("POST", "/services/data/v62.0/jobs/ingest", &ingest.to_string());
        let Some(missing) = missing else {
            assert_eq!(made.status, 201, "{object} {operation}: {made:?}");
            continue;
        };
        let message = format!("No {missing} access for object:{object}");
        assert_eq!(refusal(&made), (400, "InvalidJob".to_owned(), message.clone()));
        assert_eq!(second[0]["errorCode"], "INVALIDJOB", "{second}");
        assert_eq!(second[0]["message"], format!("InvalidJob : {message}"));
    }
}

#[test]
fn only_ids_are_deleted() {
    let emulator = Emulator::deterministic();
    let message = "InvalidBatch : The 'delete' batch must contain only ids";
    for (kind, header, data) in [
        ("CSV", CSV, "Id,LastName\n003000000000001,x\n"),
        ("JSON", JSON, r#"[{"Id":"003000000000001","LastName":"x"}]"#),
        (
            "XML",
            XML,
            "<sObjects><sObject><Id>003000000000001</Id><LastName>x</LastName></sObject></sObjects>",
        ),
    ] {
        let info = json!({ "operation": "delete", "object": "Contact", "contentType": kind });
        assert_eq!(state(&emulator, &info, header, data), message, "{kind}");
    }
}

#[test]
fn a_batch_without_data_or_records() {
    let emulator = Emulator::deterministic();
    for (operation, kind) in [("insert", "CSV"), ("update", "JSON"), ("delete", "XML"), ("query", "CSV")] {
        let info = json!({ "operation": operation, "object": "Contact", "contentType": kind });
        let job = job(&emulator, &info);
        let got = emulator.ask("POST", &format!("{job}/batch"), &[("accept", "application/json")], "");
        let told = (400, "ClientInputError".to_owned(), "Unable to find any data to create batch".to_owned());
        assert_eq!(refusal(&got), told, "{operation}");
    }
    for (kind, header, data) in [
        ("CSV", CSV, "LastName,FirstName\n"),
        ("CSV", CSV, "LastName"),
        ("JSON", JSON, "[]"),
        ("XML", XML, "<sObjects/>"),
    ] {
        let info = json!({ "operation": "insert", "object": "Contact", "contentType": kind });
        assert_eq!(state(&emulator, &info, header, data), "InvalidBatch : Records not found", "{kind}");
    }
}

#[test]
fn media_types_that_the_api_does_not_read() {
    let emulator = Emulator::deterministic();
    let info = json!({ "operation": "insert", "object": "Contact", "contentType": "CSV" });
    let job = job(&emulator, &info);
    for kind in ["text/plain", "application/octet-stream", "text/html; charset=UTF-8"] {
        let accept = ("accept", "application/json");
        let message = format!("Unsupported content type: {kind}");
        let told = (400, "UnsupportedContentType".to_owned(), message);
        let made = emulator.ask("POST", JOBS, &[("content-type", kind), accept], &info.to_string());
        assert_eq!(refusal(&made), told);
        let changed = emulator.ask("POST", &job, &[("content-type", kind), accept], r#"{"state":"Closed"}"#);
        assert_eq!(refusal(&changed), told);
        let headers = [("content-type", kind), accept];
        let added = emulator.ask("POST", &format!("{job}/batch"), &headers, "LastName\nDoe\n");
        assert_eq!(refusal(&added), told);
    }
    // One that the API reads, but not in this job.
    let got = emulator.ask("POST", &format!("{job}/batch"), &[JSON], "[]");
    assert_eq!(refusal(&got).1, "InvalidBatch");
}

/// Two tools rely on it.
#[test]
fn an_upsert_by_id_inserts_what_has_none() {
    let emulator = Emulator::deterministic();
    let made = emulator.json("POST", "/services/data/v62.0/sobjects/Contact", r#"{"LastName":"Doe"}"#);
    let id = made["id"].as_str().expect("an id");
    let info = json!({ "operation": "upsert", "object": "Contact", "contentType": "CSV", "externalIdFieldName": "Id" });
    let told = results(&emulator, &info, &format!("Id,LastName\n{id},Roe\n,New\n"));
    assert_eq!(told[0], format!("\"{id}\",\"true\",\"false\",\"\""));
    assert!(told[1].starts_with("\"003") && told[1].ends_with(",\"true\",\"true\",\"\""), "{}", told[1]);
    let told = results(&emulator, &info, "LastName\nOther\n");
    assert!(told[0].ends_with(",\"true\",\"true\",\"\""), "{told:?}");
    let info = json!({ "operation": "upsert", "object": "Contact", "contentType": "JSON", "externalIdFieldName": "Id" });
    let path = batch(&emulator, &info, JSON, r#"[{"LastName":"Third"}]"#);
    let got = emulator.json("GET", &format!("{path}/result"), "");
    assert_eq!((&got[0]["success"], &got[0]["created"]), (&true.into(), &true.into()));

    let job = emulator.json(
        "POST",
        "/services/data/v62.0/jobs/ingest",
        r#"{"operation":"upsert","object":"Contact","externalIdFieldName":"Id"}"#,
    );
    let path = format!("/services/data/v62.0/jobs/ingest/{}", job["id"].as_str().expect("an id"));
    assert_eq!(emulator.ask("PUT", &format!("{path}/batches"), &[CSV], "LastName\nFourth\n").status, 201);
    emulator.json("PATCH", &path, r#"{"state":"UploadComplete"}"#);
    let got = emulator.ask("GET", &format!("{path}/successfulResults"), &[], "").body;
    assert!(got.contains("\"true\",\"Fourth\""), "{got}");
}

/// Closing and aborting are answered with less, and data has a place only as long as it may be sent.
#[test]
fn what_is_told_of_a_job_of_the_second_api() {
    let emulator = Emulator::deterministic();
    let jobs = "/services/data/v62.0/jobs/ingest";
    let keys = |told: &Value| -> Vec<String> { told.as_object().expect("a job").keys().cloned().collect() };
    let make = || {
        let job = emulator.json("POST", jobs, r#"{"operation":"insert","object":"Contact"}"#);
        assert!(job["contentUrl"].is_string(), "{job}");
        format!("{jobs}/{}", job["id"].as_str().expect("an id"))
    };
    for (state, upload) in [("UploadComplete", true), ("Aborted", false)] {
        let path = make();
        assert!(emulator.json("GET", &path, "")["contentUrl"].is_string());
        if upload {
            emulator.ask("PUT", &format!("{path}/batches"), &[CSV], "LastName\nDoe\n");
        }
        let changed = emulator.json("PATCH", &path, &json!({ "state": state }).to_string());
        let expected = [
            "id",
            "operation",
            "object",
            "createdById",
            "createdDate",
            "systemModstamp",
            "state",
            "concurrencyMode",
            "contentType",
            "apiVersion",
        ];
        assert_eq!(keys(&changed), expected, "{state}");
        let got = emulator.json("GET", &path, "");
        assert!(got["contentUrl"].is_null() && got["lineEnding"] == "LF", "{got}");
    }
    let listed = emulator.json("GET", jobs, "");
    assert!(
        listed["records"].as_array().is_some_and(|all| all.iter().all(|job| job["contentUrl"].is_null()))
    );
}
