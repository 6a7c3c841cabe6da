//! Several operations in one call.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{JSON, Rig};

/// The answers to several calls, one under the other.
struct Told<'r> {
    rig: &'r Rig,
    text: String,
}

impl Told<'_> {
    fn call(&mut self, what: &str, method: &str, path: &str, body: &str) -> serde_json::Value {
        let got = self.rig.ask(method, path, JSON, body);
        writeln!(self.text, "# {what}\n{method} {path}\n{}\n", got.told()).expect("a text");
        serde_json::from_str(&got.body).unwrap_or_default()
    }

    fn snapshot(self, name: &str) {
        let settings = snapshots();
        settings.bind(|| insta::assert_snapshot!(name, self.text));
    }
}

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn told(rig: &Rig) -> Told<'_> {
    Told { rig, text: String::new() }
}

const COLLECTIONS: &str = "v62.0/composite/sobjects";

#[test]
fn collections_save_each_record_for_itself() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let created = told.call(
        "create: one is bad",
        "POST",
        COLLECTIONS,
        r#"{"records":[{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Contact"},"FirstName":"x"},
            {"attributes":{"type":"contact"},"LastName":"Doe","Account":{"Name":"Nobody"}},{"Name":"no type"},
            {"attributes":{"type":"Nope"}},{"attributes":{"type":"Account"},"Id":"001000000000001AAA","Name":"B"}]}"#,
    );
    let id = created[0]["id"].as_str().expect("an id").to_owned();
    told.call(
        "all or none",
        "POST",
        COLLECTIONS,
        r#"{"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"B"},{"attributes":{"type":"Account"}}]}"#,
    );
    told.call(
        "all or none, of no object",
        "POST",
        COLLECTIONS,
        r#"{"allOrNone":"true","records":[{"attributes":{"type":"Account"},"Name":"B"},{"attributes":{"type":"Nope"}}]}"#,
    );
    told.call(
        "update",
        "PATCH",
        COLLECTIONS,
        &format!(
            r#"{{"records":[{{"attributes":{{"type":"Account"}},"id":"{id}","Phone":"1"}},{{"attributes":{{"type":"Account"}},"Phone":"1"}},
                {{"attributes":{{"type":"Account"}},"Id":"001000000000zzzAAA","Phone":"1"}},{{"attributes":{{"type":"Account"}},"Id":"{id}","Name":null}}]}}"#
        ),
    );
    let upsert =
        |key: &str| format!(r#"{{"attributes":{{"type":"Account"}},"External_Id__c":"{key}","Name":"U"}}"#);
    told.call(
        "upsert",
        "PATCH",
        &format!("{COLLECTIONS}/Account/External_Id__c"),
        &format!(r#"{{"records":[{},{{"attributes":{{"type":"Account"}},"Name":"U"}}]}}"#, upsert("a")),
    );
    told.call(
        "upsert again, and twice the same",
        "PATCH",
        &format!("{COLLECTIONS}/Account/External_Id__c"),
        &format!(r#"{{"records":[{},{},{}]}}"#, upsert("a"), upsert("b"), upsert("B")),
    );
    told.call(
        "upsert by what is no key",
        "PATCH",
        &format!("{COLLECTIONS}/Account/Phone"),
        r#"{"records":[{}]}"#,
    );
    told.call(
        "retrieve",
        "GET",
        &format!("{COLLECTIONS}/Account?ids={id},001000000000zzzAAA,x&fields=Name,phone"),
        "",
    );
    told.call(
        "retrieve by a list",
        "POST",
        &format!("{COLLECTIONS}/Account"),
        &format!(r#"{{"ids":["{id}"],"fields":["Id","Name"]}}"#),
    );
    told.call("retrieve what is no field", "GET", &format!("{COLLECTIONS}/Account?ids={id}&fields=Nope"), "");
    told.call("delete", "DELETE", &format!("{COLLECTIONS}?ids={id},001RM000003oLrB000,{id}"), "");
    told.call("delete, all or none", "DELETE", &format!("{COLLECTIONS}?ids={id}&allOrNone=true"), "");
    told.snapshot("composite_collections");
    assert_eq!(rig.query("SELECT COUNT() FROM Account WHERE Name = 'B'").json()["totalSize"], 0);
}

#[test]
fn collections_have_limits() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let account = r#"{"attributes":{"type":"Account"},"Name":"A"}"#;
    let contact = r#"{"attributes":{"type":"Contact"},"LastName":"A"}"#;
    let list = |records: Vec<&str>| format!(r#"{{"records":[{}]}}"#, records.join(","));
    told.call("none", "POST", COLLECTIONS, r#"{"records":[]}"#);
    told.call("no list", "POST", COLLECTIONS, r#"{"records":{}}"#);
    told.call("no JSON", "POST", COLLECTIONS, r#"{"records":[}"#);
    told.call("no ids", "DELETE", COLLECTIONS, "");
    told.call("too old", "POST", "v41.0/composite/sobjects", "{}");
    let mixed: Vec<_> = (0..12).map(|place| if place % 2 == 0 { account } else { contact }).collect();
    told.call("chunks", "POST", COLLECTIONS, &list(mixed));
    let many = rig.post(COLLECTIONS, &list(vec![account; 201]));
    writeln!(told.text, "# 201 records\n{}", many.told()).expect("a text");
    told.snapshot("composite_collection_limits");
    assert_eq!(rig.post(COLLECTIONS, &list(vec![account; 200])).json().as_array().map(Vec::len), Some(200));
}

#[test]
fn subrequests_use_what_earlier_ones_answered() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let body = r#"{"compositeRequest":[
        {"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"account","body":{"Name":"A"}},
        {"method":"GET","url":"/services/data/v62.0/sobjects/Account/@{account.id}?fields=Name,Phone,OwnerId","referenceId":"read"},
        {"method":"POST","url":"/services/data/v59.0/sobjects/Contact","referenceId":"contact",
         "body":{"LastName":"of @{read.Name}","AccountId":"@{account.id}","Phone":"@{read.Phone}"}},
        {"method":"GET","url":"/services/data/v62.0/query?q=SELECT Name, Account.Name FROM Contact WHERE Id = '@{contact.id}'","referenceId":"found"},
        {"method":"PATCH","url":"/services/data/v62.0/sobjects/Contact/@{contact.id}","referenceId":"changed",
         "body":{"Title":"@{found.records[0].Account.Name}"},"httpHeaders":{"Sforce-Mru":"updateMru=false"}},
        {"method":"POST","url":"/services/data/v62.0/sobjects/Contact","referenceId":"bad","body":{"LastName":"x","Email":"x"}},
        {"method":"PATCH","url":"/services/data/v62.0/sobjects/Contact/@{bad.id}","referenceId":"halted","body":{"Title":"x"}},
        {"method":"PATCH","url":"/services/data/v62.0/composite/sobjects","referenceId":"list",
         "body":{"records":[{"attributes":{"type":"Contact"},"id":"@{contact.id}","Department":"@{halted.x}"}]}},
        {"method":"POST","url":"/services/data/v62.0/composite/sobjects","referenceId":"two",
         "body":{"records":[{"attributes":{"type":"Account"},"Name":"C"},{"attributes":{"type":"Account"},"Name":"D"}]}},
        {"method":"DELETE","url":"/services/data/v62.0/sobjects/Account/@{two[1].id}","referenceId":"gone"},
        {"method":"GET","url":"/services/data/v62.0/limits","referenceId":"limits"},
        {"method":"GET","url":"/nowhere","referenceId":"nowhere"},
        {"method":"PUT","url":"/services/data/v62.0/sobjects/Account","referenceId":"put"}]}"#;
    told.call("references", "POST", "v62.0/composite", body);
    told.call("before v52 null is no value", "POST", "v51.0/composite", &body.replace("v62.0", "v51.0"));
    told.call("the resources below", "GET", "v62.0/composite", "");
    told.snapshot("composite_subrequests");
}

#[test]
fn one_failure_undoes_all() {
    let rig = Rig::new();
    let mut told = told(&rig);
    told.call(
        "all or none",
        "POST",
        "v62.0/composite",
        r#"{"allOrNone":true,"compositeRequest":[
        {"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"a","body":{"Name":"Undone"}},
        {"method":"POST","url":"/services/data/v62.0/sobjects/Contact","referenceId":"b","body":{"LastName":"x","Email":"x"}},
        {"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"c","body":{"Name":"Undone"}}]}"#,
    );
    told.call(
        "a collection that fails in part",
        "POST",
        "v62.0/composite",
        r#"{"allOrNone":true,"compositeRequest":[
        {"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"a","body":{"Name":"Undone"}},
        {"method":"POST","url":"/services/data/v62.0/composite/sobjects","referenceId":"b","body":
         {"records":[{"attributes":{"type":"Account"},"Name":"Undone"},{"attributes":{"type":"Account"}}]}}]}"#,
    );
    told.snapshot("composite_rollback");
    assert_eq!(rig.query("SELECT COUNT() FROM Account WHERE Name = 'Undone'").json()["totalSize"], 0);
}

#[test]
fn whole_calls_are_refused() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let one = |id: &str, more: &str| {
        format!(r#"{{"method":"GET","url":"/services/data/v62.0/sobjects","referenceId":"{id}"{more}}}"#)
    };
    let all = |requests: &[String]| format!(r#"{{"compositeRequest":[{}]}}"#, requests.join(","));
    let query = |id: usize| {
        format!(
            r#"{{"method":"GET","url":"/services/data/v62.0/query?q=SELECT+Id+FROM+User","referenceId":"q{id}"}}"#
        )
    };
    let path = "v62.0/composite";
    told.call("an illegal id", "POST", path, &all(&[one("a-b", "")]));
    told.call("an id twice", "POST", path, &all(&[one("a", ""), one("a", "")]));
    told.call("a header of the whole", "POST", path, &all(&[one("a", r#","httpHeaders":{"accept":"x"}"#)]));
    told.call(
        "no method",
        "POST",
        path,
        r#"{"compositeRequest":[{"url":"/services/data/v62.0/sobjects","referenceId":"a"}]}"#,
    );
    told.call("a method in lower case", "POST", path, &all(&[one("a", "").replace("GET", "get")]));
    told.call("no object", "POST", path, r#"{"compositeRequest":[1]}"#);
    told.call("XML", "GET", "v62.0/composite.xml", "");
    let six: Vec<_> = (0..6).map(query).collect();
    told.call("six queries", "POST", path, &all(&six));
    let many: Vec<_> = (0..26).map(|id| one(&format!("r{id}"), "")).collect();
    let many = rig.post(path, &all(&many));
    writeln!(told.text, "# 26\n{}", many.told()).expect("a text");
    told.snapshot("composite_refused");
}

#[test]
fn a_batch_goes_on_unless_told_not_to() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let body = |halt: bool| {
        format!(
            r#"{{"haltOnError":{halt},"batchRequests":[
            {{"method":"POST","url":"v59.0/sobjects/Account","richInput":{{"Name":"A"}}}},
            {{"method":"Patch","url":"/services/data/v62.0/sobjects/Account/001000000000zzzAAA","richInput":{{"Name":"A"}}}},
            {{"method":"GET","url":"v62.0/limits/recordCount?sObjects=Account"}},
            {{"method":"GET","url":"v63.0/limits"}},{{"method":"GET","url":"v33.0/limits"}}]}}"#
        )
    };
    told.call("independent", "POST", "v62.0/composite/batch", &body(false));
    told.call("halted", "POST", "v62.0/composite/batch", &body(true));
    told.call("none", "POST", "v62.0/composite/batch", r#"{"batchRequests":[]}"#);
    told.snapshot("composite_batch");
}

#[test]
fn a_tree_is_saved_whole() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let path = "v62.0/composite/tree/Account/";
    let contact = |id: &str, email: &str| {
        format!(
            r#"{{"attributes":{{"type":"Contact","referenceId":"{id}"}},"LastName":"{id}","Email":"{email}"}}"#
        )
    };
    let tree = |contacts: &[String]| {
        format!(
            r#"{{"records":[{{"attributes":{{"type":"Account","referenceId":"ref1"}},"Name":"T1","Contacts":{{"records":[{}]}},
                "ChildAccounts":{{"records":[{{"attributes":{{"type":"Account","referenceId":"ref5"}},"Name":"T5"}}]}}}},
               {{"attributes":{{"type":"Account","referenceId":"ref2"}},"Name":"T2"}}]}}"#,
            contacts.join(",")
        )
    };
    told.call("saved", "POST", path, &tree(&[contact("ref3", "a@b.test"), contact("ref4", "c@d.test")]));
    let found = rig.query("SELECT Name, Account.Name FROM Contact WHERE Account.Name = 'T1' ORDER BY Name");
    writeln!(told.text, "# they belong together\n{}\n", found.told()).expect("a text");
    told.call("two are bad", "POST", path, &tree(&[contact("ref3", "123"), contact("ref4", "456")]));
    told.call("an id twice", "POST", path, &tree(&[contact("ref1", "a@b.test")]));
    told.call("no id", "POST", path, r#"{"records":[{"attributes":{"type":"Account"},"Name":"T1"}]}"#);
    told.call(
        "another object",
        "POST",
        path,
        r#"{"records":[{"attributes":{"type":"Contact","referenceId":"a"}}]}"#,
    );
    told.call("none", "POST", path, r#"{"records":[]}"#);
    let mut deep = String::new();
    for level in 0..6 {
        write!(
            deep,
            r#"{{"attributes":{{"type":"Account","referenceId":"r{level}"}},"Name":"x","ChildAccounts":{{"records":["#
        )
        .expect("a text");
    }
    let deep = format!(r#"{{"records":[{deep}{}]}}"#, "]}}".repeat(6));
    let got = rig.post(path, &deep);
    writeln!(told.text, "# six levels\n{}", got.told()).expect("a text");
    told.snapshot("composite_tree");
    assert_eq!(rig.query("SELECT COUNT() FROM Account WHERE Name LIKE 'T%'").json()["totalSize"], 3);
}

#[test]
fn graphs_stand_and_fall_alone() {
    let rig = Rig::new();
    let mut told = told(&rig);
    let graph = |id: &str, email: &str| {
        format!(
            r#"{{"graphId":"{id}","compositeRequest":[
            {{"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"a","body":{{"Name":"G"}}}},
            {{"method":"POST","url":"/services/data/v62.0/sobjects/Contact/","referenceId":"c","body":{{"LastName":"x","Email":"{email}","AccountId":"@{{a.id}}"}}}}]}}"#
        )
    };
    let all = |graphs: &[String]| format!(r#"{{"graphs":[{}]}}"#, graphs.join(","));
    let path = "v62.0/composite/graph";
    told.call("one fails", "POST", path, &all(&[graph("1", "a@b.test"), graph("2", "x")]));
    told.call("a query", "POST", path, &all(&[r#"{"graphId":"1","compositeRequest":[{"method":"GET","url":"/services/data/v62.0/query?q=x","referenceId":"a"}]}"#.to_owned()]));
    told.call("an illegal id", "POST", path, &all(&[graph("a.b", "a@b.test")]));
    told.call("an id twice", "POST", path, &all(&[graph("a", "a@b.test"), graph("a", "a@b.test")]));
    told.call("too old", "POST", "v49.0/composite/graph", &all(&[]));
    told.snapshot("composite_graph");
    assert_eq!(rig.query("SELECT COUNT() FROM Account WHERE Name = 'G'").json()["totalSize"], 1);

    let failing: Vec<_> = (0..17).map(|id| graph(&id.to_string(), "x")).collect();
    let halted = rig.post(path, &all(&failing)).json();
    let body = |place: usize| {
        halted["graphs"][place]["graphResponse"]["compositeResponse"][1]["body"][0]["errorCode"].clone()
    };
    assert_eq!((body(14), body(15)), ("INVALID_EMAIL_ADDRESS".into(), "PROCESSING_HALTED".into()));
    let too_many: Vec<_> = (0..76).map(|id| graph(&id.to_string(), "x")).collect();
    assert_eq!(rig.post(path, &all(&too_many)).json()[0]["errorCode"], "LIMIT_EXCEEDED");
}

/// A user's mails go out only if the user stays.
#[test]
fn mails_of_what_is_undone_are_not_sent() {
    let rig = Rig::new();
    let profile =
        rig.query("SELECT Id FROM Profile WHERE Name = 'Standard User'").json()["records"][0]["Id"].clone();
    let user = serde_json::json!({
        "Username": "undone@fauxforce.test", "LastName": "U", "Email": "undone@fauxforce.test", "Alias": "undone",
        "ProfileId": profile, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
    });
    let mails = || rig.world.lock().outbox.borrow().len();
    let before = mails();
    let call = |all_or_none: bool| {
        let body = serde_json::json!({"allOrNone": all_or_none, "compositeRequest": [
            {"method": "POST", "url": "/services/data/v62.0/sobjects/User", "referenceId": "u", "body": user},
            {"method": "DELETE", "url": "/services/data/v62.0/sobjects/User/x", "referenceId": "x"},
        ]});
        rig.post("v62.0/composite", &body.to_string()).json()
    };
    call(true);
    assert_eq!(mails(), before);
    let created = call(false);
    assert_eq!(created["compositeResponse"][0]["httpStatusCode"], 201, "{created}");
}

/// SOQL may be longer than the target of a request.
#[test]
fn a_subrequest_asks_as_much_as_soql_may() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let query = |length: usize| {
        let (head, tail) = (format!("SELECT Id FROM Account WHERE Id = '{account}' AND Name != '"), "'");
        format!("{head}{}{tail}", "x".repeat(length - head.len() - tail.len()))
    };
    for (length, status) in [(60_000, 200), (95_000, 200), (100_000, 200), (100_001, 400)] {
        let query = query(length).replace(' ', "+");
        let below = format!("v59.0/query?q={query}");
        let composite = json!({ "compositeRequest": [
            { "method": "GET", "url": format!("/services/data/{below}"), "referenceId": "q" },
        ] });
        let answer = rig.post("v59.0/composite", &composite.to_string()).json();
        assert_eq!(answer["compositeResponse"][0]["httpStatusCode"], status, "{length}");
        let batch = json!({ "batchRequests": [{ "method": "GET", "url": below }] });
        let answer = rig.post("v59.0/composite/batch", &batch.to_string()).json();
        assert_eq!(answer["results"][0]["statusCode"], status, "{length}");
        if status == 200 {
            assert_eq!(answer["results"][0]["result"]["records"][0]["Id"], account);
        } else {
            assert_eq!(
                answer["results"][0]["result"][0]["message"],
                "SOQL statements cannot be longer than 100000 characters."
            );
        }
    }
}

/// What was not saved has no id, and an upsert says whether it would have been new.
#[test]
fn results_of_what_was_not_saved() {
    let rig = Rig::new();
    let there = rig.create("Account", r#"{"Name":"Acme","External_Id__c":"there"}"#);
    let attributes = json!({ "type": "Account" });
    let update = json!({ "records": [
        { "attributes": attributes, "id": there, "Name": "" },
        { "attributes": attributes, "id": "001AAAAAAAAAAAA", "Name": "x" },
        { "attributes": attributes, "id": "", "Name": "x" },
        { "id": there, "Name": "x" },
        { "attributes": attributes, "id": there, "Name": "New" },
    ] });
    let answer = rig.patch("v62.0/composite/sobjects", &update.to_string()).json();
    let told: Vec<_> = answer
        .as_array()
        .expect("results")
        .iter()
        .map(|result| {
            let error = &result["errors"][0];
            (result.get("id").is_some(), error["statusCode"].as_str(), error["message"].as_str())
        })
        .collect();
    let nested =
        "Nested object for polymorphic foreign key must have an attributes field before any other fields.";
    assert_eq!(
        told,
        [
            (false, Some("REQUIRED_FIELD_MISSING"), Some("Required fields are missing: [Name]")),
            (false, Some("MALFORMED_ID"), Some("Account ID: id value of incorrect type: 001AAAAAAAAAAAA")),
            (false, Some("MISSING_ARGUMENT"), Some("Id not specified in an update call")),
            (false, Some("JSON_PARSER_ERROR"), Some(nested)),
            (true, None, None),
        ]
    );
    let record =
        |key: &str, name: &str| json!({ "attributes": attributes, "External_Id__c": key, "Name": name });
    let upsert = |all_or_none: bool, records: &[Value]| {
        let body = json!({ "allOrNone": all_or_none, "records": records }).to_string();
        let answer = rig.patch("v62.0/composite/sobjects/Account/External_Id__c", &body).json();
        let results = answer.as_array().expect("results").clone();
        results.into_iter().map(|one| (one["success"] == true, one["created"].clone())).collect::<Vec<_>>()
    };
    let no_key = json!({ "attributes": attributes, "Name": "x" });
    let no_attributes = json!({ "External_Id__c": "y", "Name": "x" });
    let bad = [record("new", ""), record("there", ""), no_key.clone()];
    let told = [(false, true.into()), (false, false.into()), (false, false.into())];
    assert_eq!(upsert(false, &bad), told);
    for broken in [no_key, no_attributes] {
        let rolled_back = [record("new", "New"), record("there", "There"), broken];
        assert_eq!(upsert(true, &rolled_back), told);
    }
    assert_eq!(rig.query("SELECT Id FROM Account WHERE External_Id__c = 'new'").json()["totalSize"], 0);
    let good = [record("new", "New"), record("there", "There")];
    assert_eq!(upsert(true, &good), [(true, true.into()), (true, false.into())]);
}
