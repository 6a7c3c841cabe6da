//! What Bulk API 1.0 can be refused for, and why batches and jobs fail.

use serde_json::{Value, json};

use crate::scene::{CUSTOMER, STANDARD, Scenario};
use crate::surroundings::{Got, Surroundings};

const JOBS: &str = "/services/async/62.0/job";
const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv");

pub const SCENARIOS: &[Scenario] = &[
    ("bulk.invalid_session_id", |rig| rig.send("POST", JOBS, &[JSON, ("authorization", "Bearer x")], "{}")),
    ("bulk.no_session_id", |rig| rig.send("POST", JOBS, &[JSON, ("authorization", "")], "{}")),
    ("bulk.api_disabled", |rig| {
        let without =
            |org: String| org.replacen("\"permissions\": [\"ApiEnabled\"]", "\"permissions\": []", 1);
        let rig = &rig.only_on_an_emulator().seeded(without, &[]);
        rig.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
        rig.run_by("doe@example.com");
        make(rig, &json!({}))
    }),
    ("bulk.not_for_api", |rig| {
        let bearer = format!("Bearer {}", rig.token_of("admin@fauxforce.test", &[("scope", "openid")]));
        rig.send("POST", JOBS, &[JSON, ("authorization", &bearer)], "{}")
    }),
    ("bulk.expired_password", |rig| {
        let bearer = format!("Bearer {}", rig.session_with_expired_password());
        rig.send("POST", JOBS, &[JSON, ("authorization", &bearer)], "{}")
    }),
    ("bulk.spent_quota", |rig| {
        // Not in the org that others share: it would strike any of them.
        let rig = rig.only_on_an_emulator().seeded(|org| org, &[]);
        rig.only_on_an_emulator().plant(&json!({ "error": "REQUEST_LIMIT_EXCEEDED" }));
        make(&rig, &json!({}))
    }),
    ("bulk.wrong_version", |rig| rig.send("POST", "/services/async/99.0/job", &[JSON], "{}")),
    ("bulk.wrong_method", |rig| rig.send("DELETE", &job(rig, json!({})), &[JSON], "")),
    ("bulk.no_job", |rig| rig.send("GET", &format!("{JOBS}/750000000000zzzAAA"), &[JSON], "")),
    ("bulk.no_operation", |rig| make(rig, &json!({ "operation": null }))),
    ("bulk.unknown_operation", |rig| make(rig, &json!({ "operation": "merge" }))),
    ("bulk.no_object_named", |rig| make(rig, &json!({ "object": null }))),
    ("bulk.unknown_concurrency_mode", |rig| make(rig, &json!({ "concurrencyMode": "Sometimes" }))),
    ("bulk.no_state", |rig| change(rig, &job(rig, json!({})), json!({}))),
    ("bulk.unknown_state", |rig| change(rig, &job(rig, json!({})), json!({ "state": "Done" }))),
    ("bulk.unsupported_content_type", |rig| make(rig, &json!({ "contentType": "YAML" }))),
    ("bulk.no_object", |rig| make(rig, &json!({ "object": "Nope" }))),
    ("bulk.no_access", |rig| {
        make(rig, &json!({ "object": "GroupMember", "operation": "upsert", "externalIdFieldName": "Id" }))
    }),
    ("bulk.no_external_id", |rig| make(rig, &json!({ "operation": "upsert" }))),
    ("bulk.bad_external_id", |rig| {
        make(rig, &json!({ "operation": "upsert", "externalIdFieldName": "Phone" }))
    }),
    ("bulk.no_hard_delete", |rig| make(rig, &json!({ "operation": "hardDelete" }))),
    ("bulk.already", |rig| {
        let job = job(rig, json!({}));
        change(rig, &job, json!({ "state": "Closed" }));
        change(rig, &job, json!({ "state": "Closed" }))
    }),
    ("bulk.job_not_open", |rig| {
        let job = job(rig, json!({}));
        change(rig, &job, json!({ "state": "Closed" }));
        add(rig, &job, CSV, "LastName\nDoe\n")
    }),
    ("bulk.no_batch", |rig| {
        let job = job(rig, json!({}));
        rig.send("GET", &format!("{job}/batch/751000000000zzzAAA"), &[JSON], "")
    }),
    // The worker goes on while requests do.
    ("bulk.batch_not_completed", |rig| {
        let rig = &rig.only_on_an_emulator().on_the_machines_clock();
        let job = job(rig, json!({}));
        let rows = "Doe\n".repeat(10_000);
        let batch = element(&add(rig, &job, CSV, &format!("LastName\n{rows}")), "id");
        rig.send("GET", &format!("{job}/batch/{batch}/result"), &[JSON], "")
    }),
    ("bulk.batch_failed", |rig| {
        let job = job(rig, json!({}));
        let batch = element(&add(rig, &job, CSV, "Nope\nx\n"), "id");
        rig.send("GET", &format!("{job}/batch/{batch}/result"), &[JSON], "")
    }),
    ("bulk.no_result", |rig| {
        let job = job(rig, json!({ "operation": "query" }));
        let batch = element(&add(rig, &job, CSV, "SELECT Id FROM Contact"), "id");
        rig.send("GET", &format!("{job}/batch/{batch}/result/752000000000zzz"), &[JSON], "")
    }),
    ("bulk.wrong_content_type", |rig| add(rig, &job(rig, json!({})), JSON, "[]")),
    ("bulk.unsupported_media_type", |rig| {
        rig.send("POST", JOBS, &[("content-type", "text/plain"), ("accept", "application/json")], "{}")
    }),
    ("bulk.no_data", |rig| add(rig, &job(rig, json!({})), CSV, "")),
    ("bulk.too_large", |rig| {
        let job = job(rig, json!({}));
        let got = rig.announce(&format!("{job}/batch"), CSV.1, 11 << 20);
        let uncached = "no-cache,must-revalidate,max-age=0,no-store,private";
        assert_eq!(got.header("cache-control"), Some(uncached), "as all answers of this API");
        got
    }),
    ("bulk.bad_xml", |rig| rig.send("POST", JOBS, &[("content-type", "application/xml")], "<jobInfo>")),
    ("bulk.bad_json", |rig| rig.send("POST", JOBS, &[JSON], "x")),
    // Batches that fail.
    ("batch.no_field", |rig| fails(rig, json!({}), CSV, "Nope\nx\n")),
    ("batch.type_not_needed", |rig| fails(rig, json!({}), CSV, "LastName,Account:Account.Name\nDoe,A\n")),
    ("batch.no_records", |rig| fails(rig, json!({}), CSV, "LastName\n")),
    ("batch.only_ids", |rig| {
        fails(rig, json!({ "operation": "delete" }), CSV, "Id,LastName\n003000000000001AAA,x\n")
    }),
    ("batch.line_ending", |rig| {
        let made = rig.post("v59.0/jobs/ingest", r#"{"object":"Contact","operation":"insert"}"#).field("id");
        let job = format!("v59.0/jobs/ingest/{made}");
        rig.ask("PUT", &format!("{job}/batches"), &[CSV], "LastName\r\nDoe\r\n");
        rig.patch(&job, r#"{"state":"UploadComplete"}"#);
        rig.get(&job)
    }),
    ("batch.query", |rig| queries(rig, "SELECT Nope FROM Contact")),
    ("batch.compound_data", |rig| queries(rig, "SELECT MailingAddress FROM Contact")),
    ("batch.child_queries", |rig| {
        let about_accounts = json!({ "operation": "query", "object": "Account" });
        fails(rig, about_accounts, CSV, "SELECT Id, (SELECT Id FROM Contacts) FROM Account")
    }),
    ("batch.other_entity", |rig| queries(rig, "SELECT Id FROM Account")),
    ("batch.not_in_bulk", |rig| queries(rig, "SELECT COUNT() FROM Contact")),
    ("batch.too_many_records", |rig| {
        fails(rig, json!({}), CSV, &format!("LastName\n{}", "Doe\n".repeat(10_001)))
    }),
    ("batch.too_many_columns", |rig| {
        fails(rig, json!({}), CSV, &format!("LastName{}\nDoe\n", ",Title".repeat(5_000)))
    }),
    ("batch.field_too_long", |rig| {
        fails(rig, json!({}), CSV, &format!("LastName\n{}\n", "x".repeat(40_000)))
    }),
    ("batch.record_too_long", |rig| {
        let columns = "Description,".repeat(14);
        let values = format!("{},", "x".repeat(31_000)).repeat(14);
        fails(rig, json!({}), CSV, &format!("{columns}LastName\n{values}Doe\n"))
    }),
    ("batch.too_many_values", |rig| fails(rig, json!({}), CSV, "LastName\nDoe,Jo\n")),
    ("batch.open_quote", |rig| fails(rig, json!({}), CSV, "LastName\n\"Doe\n")),
    ("batch.unreadable", |rig| fails(rig, json!({ "contentType": "JSON" }), JSON, "{}")),
    ("batch.no_user", |rig| {
        // The worker goes on while requests do; a batch takes it longer than the request that deactivates its user.
        let rig = &rig.only_on_an_emulator().on_the_machines_clock();
        let user = rig.a_user(STANDARD, json!({}));
        let (admin, own) = (rig.session(), rig.token_of("jo@example.com", &[]));
        rig.use_session(&own);
        let job = job(rig, json!({}));
        let batch = element(&add(rig, &job, CSV, &format!("LastName\n{}", "Doe\n".repeat(10_000))), "id");
        rig.use_session(&admin);
        rig.updated("User", &user, json!({ "IsActive": false }));
        loop {
            let got = rig.send("GET", &format!("{job}/batch/{batch}"), &[JSON], "");
            if !["Queued", "InProgress"].contains(&element(&got, "state").as_str()) {
                return got;
            }
        }
    }),
    ("batch.no_object", |rig| {
        let label = "<label>Thing</label><pluralLabel>Things</pluralLabel><deploymentStatus>Deployed</deploymentStatus>\
                     <sharingModel>ReadWrite</sharingModel>";
        let name = "<nameField><label>Name</label><type>Text</type></nameField>";
        let object = format!(
            "<metadata xsi:type=\"CustomObject\"><fullName>Thing__c</fullName>{label}{name}</metadata>"
        );
        metadata(rig, &format!("<createMetadata>{object}</createMetadata>"));
        let made = rig.post("v59.0/jobs/ingest", r#"{"object":"Thing__c","operation":"insert"}"#).field("id");
        let job = format!("v59.0/jobs/ingest/{made}");
        rig.ask("PUT", &format!("{job}/batches"), &[CSV], "Name\nOne\n");
        metadata(
            rig,
            "<deleteMetadata><type>CustomObject</type><fullNames>Thing__c</fullNames></deleteMetadata>",
        );
        rig.patch(&job, r#"{"state":"UploadComplete"}"#);
        rig.get(&job)
    }),
];

/// A call of the Metadata API that succeeds.
fn metadata(rig: &Surroundings, call: &str) {
    let got = rig.metadata(call);
    assert!(got.body.contains("<success>true</success>"), "{}", got.body);
}

fn make(rig: &Surroundings, more: &Value) -> Got {
    let mut settings = json!({ "operation": "insert", "object": "Contact", "contentType": "CSV" });
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    rig.send("POST", JOBS, &[JSON], settings.to_string())
}

/// The path of a new job.
fn job(rig: &Surroundings, more: Value) -> String {
    format!("{JOBS}/{}", make(rig, &more).field("id"))
}

fn change(rig: &Surroundings, job: &str, settings: Value) -> Got {
    rig.send("POST", job, &[JSON], settings.to_string())
}

/// Adds a batch; the answer is in JSON.
fn add(rig: &Surroundings, job: &str, content_type: (&str, &str), data: &str) -> Got {
    rig.send("POST", &format!("{job}/batch"), &[content_type, ("accept", "application/json")], data)
}

/// What the state of a batch says.
fn fails(rig: &Surroundings, more: Value, content_type: (&str, &str), data: &str) -> Got {
    let job = job(rig, more);
    let added = add(rig, &job, content_type, data);
    let batch = element(&added, "id");
    rig.send("GET", &format!("{job}/batch/{batch}"), &[JSON], "")
}

fn queries(rig: &Surroundings, soql: &str) -> Got {
    fails(rig, json!({ "operation": "query" }), CSV, soql)
}

/// A member of an answer in JSON or in XML.
fn element(got: &Got, name: &str) -> String {
    if let Ok(Value::Object(members)) = serde_json::from_str(&got.body) {
        return members[name].as_str().unwrap_or_default().to_owned();
    }
    let found = got.body.split_once(&format!("<{name}>")).map_or("", |(_, after)| after);
    found.split('<').next().unwrap_or_default().to_owned()
}
