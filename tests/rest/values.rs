//! Values as their fields take them, on every way in.

use serde_json::{Value, json};

use super::jobs::step;
use crate::harness::{Got, JSON, Rig};
use crate::seed::seed_with;

const FIELDS: [(&str, &str); 9] = [
    ("Mail__c", "<type>Email</type>"),
    ("Money__c", "<type>Currency</type><precision>18</precision><scale>2</scale>"),
    ("Share__c", "<type>Percent</type><precision>5</precision><scale>2</scale>"),
    ("Number__c", "<type>Number</type><precision>18</precision><scale>2</scale>"),
    ("Day__c", "<type>Date</type>"),
    ("Moment__c", "<type>DateTime</type>"),
    ("Clock__c", "<type>Time</type>"),
    ("Flag__c", "<type>Checkbox</type><defaultValue>false</defaultValue>"),
    (
        "Boss__c",
        "<type>Lookup</type><referenceTo>Contact</referenceTo><relationshipName>Minions</relationshipName>",
    ),
];

/// An org with person accounts, whose contacts have a custom field of every type.
fn rig() -> Rig {
    let fields = FIELDS.map(|(name, rest)| {
        let path = format!("force-app/main/default/objects/Contact/fields/{name}.field-meta.xml");
        let label = name.trim_end_matches("__c");
        let text = format!(
            "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>{name}</fullName>\
             <label>{label}</label>{rest}</CustomField>"
        );
        (path, text)
    });
    let fields: Vec<_> = fields.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let people = |org: String| org.replace(r#"["Communities"]"#, r#"["Communities", "PersonAccounts"]"#);
    Rig::of(&seed_with(people, &fields))
}

/// What an object says in its field.
fn stored(rig: &Rig, object: &str, id: &str, field: &str) -> Value {
    rig.get(&format!("v62.0/sobjects/{object}/{id}?fields={field}")).json()[field].clone()
}

#[test]
fn email_addresses_are_kept_in_lower_case_and_without_label() {
    let rig = rig();
    let person = rig.query("SELECT Id FROM RecordType WHERE DeveloperName = 'PersonAccount'").json();
    let person = person["records"][0]["Id"].clone();
    let rows = [
        ("Contact", "Email", json!({ "LastName": "Doe" })),
        ("Contact", "Mail__c", json!({ "LastName": "Doe" })),
        ("Lead", "Email", json!({ "LastName": "Doe", "Company": "Acme" })),
        ("Account", "PersonEmail", json!({ "LastName": "Doe", "RecordTypeId": person })),
    ];
    for (object, field, more) in rows {
        for (sent, kept) in [
            ("Up.Case@Example.COM", "up.case@example.com"),
            ("Foo@x.com (Label)", "foo@x.com"),
            ("  foo@x.com(A B)  ", "foo@x.com"),
            ("ÄRGER@Example.com", "ärger@example.com"),
        ] {
            let mut body = more.clone();
            body[field] = sent.into();
            let id = rig.create(object, &body.to_string());
            assert_eq!(stored(&rig, object, &id, field), kept, "{object}.{field} {sent}");
            assert_eq!(
                rig.query(&format!("SELECT Id FROM {object} WHERE {field} = 'FOO@x.com' AND Id = '{id}'"))
                    .json()["totalSize"],
                i32::from(kept == "foo@x.com"),
                "queries do not look at case"
            );
            let changed = json!({ field: "New@Example.com (x)" }).to_string();
            assert_eq!(rig.patch(&format!("v62.0/sobjects/{object}/{id}"), &changed).status, 204);
            assert_eq!(stored(&rig, object, &id, field), "new@example.com", "{object}.{field}");
        }
        for bad in ["foo@x", "Foo <foo@x.com>", "foo@x.com (Label", "(Label)"] {
            let mut body = more.clone();
            body[field] = bad.into();
            let refused = rig.post(&format!("v62.0/sobjects/{object}"), &body.to_string()).json();
            assert_eq!(refused[0]["errorCode"], "INVALID_EMAIL_ADDRESS", "{refused}");
            let message = refused[0]["message"].as_str().expect("a message");
            assert!(message.ends_with(&format!("invalid email address: {bad}")), "{message}");
        }
    }
    let contact =
        rig.query("SELECT PersonContactId FROM Account WHERE PersonEmail = 'new@example.com' LIMIT 1");
    let contact = contact.json()["records"][0]["PersonContactId"].clone();
    assert_eq!(stored(&rig, "Contact", contact.as_str().expect("an id"), "Email"), "new@example.com");
}

#[test]
fn a_user_has_an_address_in_lower_case() {
    let rig = Rig::new();
    let profile = rig.query("SELECT Id FROM Profile WHERE Name = 'Standard User'").json();
    let user = json!({
        "Username": "Up.Case@Example.COM", "LastName": "Doe", "Email": "Up.Case@Example.COM (Doe)", "Alias": "doe",
        "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "de_DE", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de", "ProfileId": profile["records"][0]["Id"],
    });
    let id = rig.create("User", &user.to_string());
    assert_eq!(stored(&rig, "User", &id, "Email"), "up.case@example.com");
    // The address that waits for its verification is the same already: nothing changes.
    let same = r#"{"Email":"UP.CASE@example.com"}"#;
    assert_eq!(rig.patch(&format!("v62.0/sobjects/User/{id}"), same).status, 204);
    assert_eq!(stored(&rig, "User", &id, "Email"), "up.case@example.com");
}

#[test]
fn json_names_the_type_of_the_field() {
    let rig = rig();
    for (object, field, kind) in [
        ("Contact", "Money__c", "currency"),
        ("Contact", "Share__c", "percent"),
        ("Contact", "Number__c", "double"),
        ("Contact", "Day__c", "date"),
        ("Contact", "Moment__c", "datetime"),
        ("Contact", "Clock__c", "time"),
        ("Contact", "Flag__c", "boolean"),
        ("Account", "NumberOfEmployees", "int"),
        ("Account", "AnnualRevenue", "currency"),
        ("Opportunity", "Probability", "percent"),
        ("Contact", "MailingLatitude", "double"),
    ] {
        let got = rig.post(&format!("v62.0/sobjects/{object}"), &format!(r#"{{"{field}":"much"}}"#));
        let message = format!(
            "Cannot deserialize instance of {kind} from VALUE_STRING value much or request may be missing a required \
             field at [line:1, column:2]"
        );
        assert_eq!(
            got.told(),
            format!(r#"400 [{{"message":"{message}","errorCode":"JSON_PARSER_ERROR"}}]"#),
            "{object}.{field}"
        );
    }
}

/// Bulk API 2.0: the rows of `failedResults` of one job.
fn failed(rig: &Rig, job: &Value, csv: &str) -> Vec<String> {
    let made = rig.post("v62.0/jobs/ingest", &job.to_string()).json();
    let path = format!("v62.0/jobs/ingest/{}", made["id"].as_str().unwrap_or_else(|| panic!("{made}")));
    assert_eq!(rig.ask("PUT", &format!("{path}/batches"), &[("content-type", "text/csv")], csv).status, 201);
    assert_eq!(rig.patch(&path, r#"{"state":"UploadComplete"}"#).status, 200);
    while step(rig) {}
    let failed = rig.get(&format!("{path}/failedResults"));
    assert_eq!(failed.status, 200, "{}", rig.get(&path).body);
    failed.body.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn csv_names_the_column_and_the_type_of_xml_schema() {
    let rig = rig();
    for (object, field, kind) in [
        ("Contact", "Money__c", "double"),
        ("Contact", "Share__c", "double"),
        ("Contact", "Number__c", "double"),
        ("Contact", "Day__c", "date"),
        ("Contact", "Moment__c", "dateTime"),
        ("Contact", "Clock__c", "time"),
        ("Contact", "Flag__c", "boolean"),
        ("Account", "NumberOfEmployees", "int"),
    ] {
        let job = json!({ "object": object, "operation": "insert" });
        let name = if object == "Contact" { "LastName" } else { "Name" };
        let told = failed(&rig, &job, &format!("{name},{field}\nDoe,31/12/1999\n"));
        let message = format!(
            "\"\",\"INVALID_FIELD:Failed to deserialize field at col 1. Due to, '31/12/1999' is not a valid value for \
             the type xsd:{kind}:{field} --\",\"Doe\",\"31/12/1999\""
        );
        assert_eq!(told, [message], "{object}.{field}");
    }
    // Columns are counted from 0, whichever operation it is.
    let id = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    let job = json!({ "object": "Contact", "operation": "update" });
    let told = failed(&rig, &job, &format!("Birthdate,Id,LastName\n1.1.1999,{id},\n,,x\n"));
    assert_eq!(told.len(), 2);
    assert!(
        told[0]
            .contains("at col 0. Due to, '1.1.1999' is not a valid value for the type xsd:date:Birthdate --")
    );
    assert!(told[1].contains("\"MISSING_ARGUMENT:Id not specified in an update call:--\""), "{}", told[1]);
}

#[test]
fn ids_in_every_place() {
    let rig = rig();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let wrong_sum = format!("{}ZZZ", &account[..15]);
    let told = |got: Got| {
        let error = got.json()[0].clone();
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", got.status, text("errorCode"), text("message"), error["fields"])
    };
    // In the URL.
    for method in ["GET", "PATCH", "DELETE"] {
        for id in ["001AAAAAAAAAAAA", &wrong_sum, "001aaaaaaaaaaaaAAA"] {
            let got = rig.ask(method, &format!("v62.0/sobjects/Account/{id}"), JSON, "{}");
            let message = format!("400 MALFORMED_ID Account ID: id value of incorrect type: {id} [\"Id\"]");
            assert_eq!(told(got), message, "{method}");
        }
    }
    let related = rig.get("v62.0/sobjects/Account/001AAAAAAAAAAAA/Owner");
    assert_eq!(
        told(related),
        "400 MALFORMED_ID Account ID: id value of incorrect type: 001AAAAAAAAAAAA [\"Id\"]"
    );
    // In a field.
    let field = |name: &str, id: &str| {
        rig.post("v62.0/sobjects/Contact", &json!({ "LastName": "Doe", name: id }).to_string())
    };
    for id in ["001AAAAAAAAAAAA", "nonsense", &wrong_sum] {
        let message =
            format!("400 MALFORMED_ID Account ID: id value of incorrect type: {id} [\"AccountId\"]");
        assert_eq!(told(field("AccountId", id)), message);
    }
    assert_eq!(
        told(field("Boss__c", "003AAAAAAAAAAAA")),
        "400 MALFORMED_ID Boss: id value of incorrect type: 003AAAAAAAAAAAA [\"Boss__c\"]"
    );
    // What no org has is only missing.
    assert_eq!(
        told(field("AccountId", "001000000000zzz")),
        "400 INVALID_CROSS_REFERENCE_KEY invalid cross reference id []"
    );
    // In lists.
    let ids = format!("{wrong_sum},001AAAAAAAAAAAA,nonsense");
    let deleted = rig.delete(&format!("v62.0/composite/sobjects?ids={ids}")).json();
    let messages: Vec<_> =
        deleted.as_array().expect("results").iter().map(|one| one["errors"][0]["message"].clone()).collect();
    let wrong_sum = format!("malformed id {wrong_sum}");
    assert_eq!(
        messages,
        [&*wrong_sum, "Account ID: id value of incorrect type: 001AAAAAAAAAAAA", "bad id nonsense"]
    );
    let job = json!({ "object": "Account", "operation": "delete" });
    let told = failed(&rig, &job, "Id\n001AAAAAAAAAAAA\n001\n");
    assert!(told[0].contains("MALFORMED_ID:Account ID: id value of incorrect type: 001AAAAAAAAAAAA:Id --"));
    assert!(told[1].contains("MALFORMED_ID:bad id 001:--"), "{}", told[1]);
}

/// A field that is there and cannot be written is not said to be missing.
#[test]
fn fields_that_nobody_writes() {
    let rig = Rig::new();
    let message = |field: &str| {
        format!(
            "Unable to create/update fields: {field}. Please check the security settings of this field and verify that \
             it is read/write for your profile or permission set."
        )
    };
    for (object, field, body) in [
        ("Case", "IsClosed", json!({ "IsClosed": true })),
        ("Contact", "Name", json!({ "LastName": "x", "Name": "x" })),
        ("Account", "CreatedDate", json!({ "Name": "x", "CreatedDate": "2020-01-01T00:00:00Z" })),
    ] {
        let refused = rig.post(&format!("v62.0/sobjects/{object}"), &body.to_string());
        let error = refused.json()[0].clone();
        assert_eq!(error["errorCode"], "INVALID_FIELD_FOR_INSERT_UPDATE", "{error}");
        assert_eq!(error["message"], message(field));
        assert_eq!(error["fields"], json!([field]));
    }
}

/// Of every field that describe says nobody creates or updates.
#[test]
fn no_field_of_a_describe_is_said_to_be_missing() {
    let rig = Rig::new();
    let sent = |kind: &str| match kind {
        "boolean" => json!(true),
        "int" | "double" | "currency" | "percent" => json!(1),
        "date" => json!("2020-01-01"),
        "datetime" => json!("2020-01-01T00:00:00Z"),
        "reference" => json!("005000000000001AAA"),
        "address" | "location" => json!({}),
        _ => json!("x"),
    };
    for object in ["Account", "Case", "Contact", "Event", "Lead", "Opportunity", "Task", "User"] {
        let found = rig.query(&format!("SELECT Id FROM {object} LIMIT 1")).json();
        let id = found["records"][0]["Id"].as_str().unwrap_or_default().to_owned();
        let described = rig.get(&format!("v62.0/sobjects/{object}/describe")).json();
        for field in described["fields"].as_array().expect("fields") {
            let (name, kind) =
                (field["name"].as_str().expect("a name"), field["type"].as_str().expect("a type"));
            let body = json!({ name: sent(kind) }).to_string();
            let mut refused = Vec::new();
            if field["createable"] == false && name != "Id" {
                refused.push(rig.post(&format!("v62.0/sobjects/{object}"), &body));
            }
            if field["updateable"] == false && name != "Id" && !id.is_empty() {
                refused.push(rig.patch(&format!("v62.0/sobjects/{object}/{id}"), &body));
            }
            for refused in refused {
                let error = refused.json()[0].clone();
                assert_ne!(error["errorCode"], "INVALID_FIELD", "{object}.{name}: {error}");
            }
        }
    }
}
