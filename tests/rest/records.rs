use crate::harness::{JSON, Rig};

#[test]
fn a_record_is_created_read_changed_and_deleted() {
    let rig = Rig::new();
    let created = rig.post(
        "v59.0/sobjects/Account",
        r#"{"Name":"Acme","NumberOfEmployees":"12","AnnualRevenue":350000000}"#,
    );
    assert_eq!(created.status, 201);
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(created.body, format!(r#"{{"id":"{id}","success":true,"errors":[]}}"#));
    assert_eq!(created.header("location"), Some(&*format!("/services/data/v59.0/sobjects/Account/{id}")));
    assert_eq!(created.header("content-type"), Some("application/json;charset=UTF-8"));

    let path = format!("v59.0/sobjects/Account/{id}");
    let got =
        rig.get(&format!("{path}?fields=Name,annualrevenue,NumberOfEmployees,CreatedDate,BillingAddress"));
    assert_eq!(
        got.body,
        format!(
            r#"{{"attributes":{{"type":"Account","url":"/services/data/v59.0/sobjects/Account/{id}"}},"Name":"Acme","AnnualRevenue":3.5E8,"NumberOfEmployees":12,"CreatedDate":"2026-01-01T00:00:01.000+0000","BillingAddress":null,"Id":"{id}"}}"#
        )
    );

    let changed = rig.patch(&path, r#"{"name":"Acme Inc","BillingCity":"Rome","BillingLatitude":41.9}"#);
    assert_eq!((changed.status, &*changed.body), (204, ""));
    assert_eq!(changed.header("content-type"), None);
    let whole = rig.get(&path).json();
    assert_eq!(whole["Name"], "Acme Inc");
    assert_eq!(whole["BillingAddress"]["city"], "Rome");
    assert_eq!(whole["BillingAddress"]["street"], serde_json::Value::Null);
    let keys: Vec<_> = whole.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(&keys[..3], ["attributes", "Id", "IsDeleted"]);

    assert_eq!(rig.patch(&path, "{}").status, 204);
    assert_eq!(rig.delete(&path).status, 204);
    // To reading, a deleted record is none; a condition makes no difference to writing.
    let none = r#"404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
    for gone in [rig.get(&path), rig.get(&format!("{path}?fields=Name"))] {
        assert_eq!(gone.told(), none);
    }
    let conditions = &[("content-type", "application/json"), ("if-match", "*")];
    let conditional = rig.ask("PATCH", &path, conditions, r#"{"Name":"x"}"#);
    for gone in [rig.patch(&path, r#"{"Name":"x"}"#), conditional, rig.delete(&path)] {
        assert_eq!(
            gone.told(),
            r#"404 [{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}]"#
        );
    }
}

#[test]
fn names_may_be_in_any_case_and_ids_short() {
    let rig = Rig::new();
    let id = rig.create("account", r#"{"NAME":"Acme","attributes":{"type":"account"}}"#);
    let got = rig.get(&format!("v59.0/sobjects/aCCount/{}/?fields=name", &id[..15]));
    assert_eq!(got.json()["Name"], "Acme");
    assert_eq!(got.json()["attributes"]["type"], "Account");
    let lower = rig.get(&format!("v59.0/sobjects/Account/{}?fields=Name", id.to_lowercase()));
    assert_eq!(lower.json()["Id"], *id);
}

#[test]
fn texts_are_read_as_the_fields_type() {
    let rig = Rig::new();
    let body = r#"{"LastName":"Doe","Phone":5551234,"Title":"","Birthdate":"1980-02-29"}"#;
    let id = rig.create("Contact", body);
    let got = rig.get(&format!("v59.0/sobjects/Contact/{id}?fields=Name,Phone,Title,Birthdate"));
    let got = got.json();
    assert_eq!(got["Phone"], "5551234");
    assert_eq!(got["Title"], serde_json::Value::Null);
    assert_eq!(got["Birthdate"], "1980-02-29");
    let body = r#"{"LastName":"Doe","Company":"Acme","HasOptedOutOfEmail":"true","DoNotCall":"false"}"#;
    let id = rig.create("Lead", body);
    let got = rig.get(&format!("v59.0/sobjects/Lead/{id}?fields=HasOptedOutOfEmail,DoNotCall")).json();
    assert_eq!((&got["HasOptedOutOfEmail"], &got["DoNotCall"]), (&true.into(), &false.into()));
}

#[test]
fn a_post_may_stand_for_another_method() {
    let rig = Rig::new();
    let id = rig.create("Account", r#"{"Name":"Acme"}"#);
    let path = format!("v59.0/sobjects/Account/{id}");
    assert_eq!(rig.post(&format!("{path}?_HttpMethod=PATCH"), r#"{"Name":"Other"}"#).status, 204);
    assert_eq!(rig.get(&path).json()["Name"], "Other");
    let by_header = [JSON[0], ("x-http-method-override", "DELETE")];
    assert_eq!(rig.ask("POST", &path, &by_header, "").status, 204);
    assert_eq!(rig.get(&path).status, 404);
}

#[test]
fn head_is_a_get() {
    let rig = Rig::new();
    let id = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    let head = rig.ask("HEAD", &format!("v59.0/sobjects/Contact/{id}"), &[], "");
    assert_eq!(head.status, 200);
    assert_eq!(rig.ask("HEAD", "v59.0/sobjects/Contact/003000000000000AAA", &[], "").status, 404);
}

#[test]
fn xml_both_ways() {
    let rig = Rig::new();
    let xml = [("content-type", "application/xml; charset=UTF-8"), ("accept", "application/xml")];
    let body = "<Account><Name>A &amp; B</Name></Account>";
    let created = rig.ask("POST", "v59.0/sobjects/Account", &xml, body);
    assert_eq!(created.header("content-type"), Some("application/xml;charset=UTF-8"));
    let id = rig.query("SELECT Id FROM Account WHERE Name LIKE 'A &%'").json()["records"][0]["Id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        created.body,
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Result><id>{id}</id><success>true</success></Result>"#
        )
    );
    let path = format!("v59.0/sobjects/Account/{id}.xml?fields=Name,Phone,CreatedDate");
    assert_eq!(
        rig.get(&path).body,
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Account xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" type="Account" url="/services/data/v59.0/sobjects/Account/{id}"><Name>A &amp; B</Name><Phone xsi:nil="true"/><CreatedDate>2026-01-01T00:00:01.000Z</CreatedDate><Id>{id}</Id></Account>"#
        )
    );
    let error = rig.ask("GET", "v59.0/sobjects/Account/001000000000000AAA", &xml[1..], "");
    assert_eq!(
        error.body,
        r#"<?xml version="1.0" encoding="UTF-8"?><Errors><Error><errorCode>NOT_FOUND</errorCode><message>The requested resource does not exist</message></Error></Errors>"#
    );
}

#[test]
fn a_file_has_its_length_and_must_be_base64() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let body = |body: &str| format!(r#"{{"ParentId":"{account}","Name":"a.txt","Body":"{body}"}}"#);
    let id = rig.create("Attachment", &body("aGVsbG8="));
    let path = format!("v59.0/sobjects/Attachment/{id}");
    assert_eq!(rig.get(&format!("{path}?fields=BodyLength")).json()["BodyLength"], 5);
    assert_eq!(rig.patch(&path, r#"{"Body":"aGk="}"#).status, 204);
    assert_eq!(rig.get(&format!("{path}?fields=BodyLength")).json()["BodyLength"], 2);
    assert_eq!(rig.get(&format!("{path}/Body")).body, "hi");
    let got = rig.post("v59.0/sobjects/Attachment", &body("no base64!"));
    assert_eq!((got.status, &got.json()[0]["errorCode"]), (400, &"JSON_PARSER_ERROR".into()));
    let message = got.json()[0]["message"].clone();
    assert!(
        message.as_str().is_some_and(|text| text.starts_with("Cannot deserialize instance of base64")),
        "{message}"
    );
}

#[test]
fn cases_are_numbered() {
    let rig = Rig::new();
    let numbers: Vec<_> = (0..2)
        .map(|_| {
            let id = rig.create("Case", r#"{"Subject":"Help"}"#);
            rig.get(&format!("v59.0/sobjects/Case/{id}?fields=CaseNumber")).json()["CaseNumber"].clone()
        })
        .collect();
    assert_eq!(numbers, ["00001000", "00001001"]);
}
