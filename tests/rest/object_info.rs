//! Objects as User Interface API tells of them.

use serde_json::{Value, json};

use crate::harness::{Got, Rig};
use crate::seed::seed_with;

const BASE: &str = "v62.0/ui-api/object-info";
const MASTER: &str = "012000000000000AAA";

fn of(rig: &Rig, path: &str) -> Got {
    let got = rig.get(&format!("{BASE}/{path}"));
    assert_eq!(got.status, 200, "{}", got.body);
    got
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// What a reader can take in: some fields of an object, and one of its children.
fn shape(mut info: Value, fields: &[&str]) -> Value {
    let chosen: Value = fields.iter().map(|name| info["fields"][name].clone()).collect();
    info["fields"] = json!({ "count": keys(&info["fields"]).len(), "chosen": chosen });
    let children = info["childRelationships"].as_array().expect("children").clone();
    info["childRelationships"] = json!({ "count": children.len(), "first": children.first() });
    info
}

#[test]
fn an_object_is_told_as_recorded() {
    let rig = Rig::new();
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        let contact = shape(of(&rig, "contact").json(), &["Id", "Name", "LastName", "MailingStreet", "AccountId"]);
        insta::assert_json_snapshot!("object_info_contact", contact);
        let account = shape(of(&rig, "Account").json(), &["Name", "BillingAddress", "AnnualRevenue", "Type"]);
        insta::assert_json_snapshot!("object_info_account", account);
        let user = shape(of(&rig, "User").json(), &["AboutMe", "DelegatedApproverId", "Username"]);
        insta::assert_json_snapshot!("object_info_user", user);
    });
}

#[test]
fn keys_come_with_versions() {
    let rig = Rig::new();
    let at = |version: &str| rig.get(&format!("v{version}/ui-api/object-info/Case"));
    let (old, new) = (at("41.0").json(), at("62.0").json());
    let added: Vec<_> = keys(&new).into_iter().filter(|key| old.get(key).is_none()).collect();
    assert_eq!(
        added,
        ["associateEntityType", "associateParentEntity", "compactLayoutable", "searchLayoutable"]
    );
    let field = |info: &Value| keys(&info["fields"]["Status"]).len();
    assert_eq!(field(&new) - field(&old), 3);
    for (version, path, status) in [
        ("40.0", "Case", 404),
        ("41.0", "", 404),
        ("42.0", "", 200),
        ("48.0", "batch/Case", 404),
        ("49.0", "batch/Case", 200),
    ] {
        let got = rig.get(&format!("v{version}/ui-api/object-info/{path}"));
        assert_eq!(got.status, status, "{version} {path}: {}", got.body);
        assert!(got.header("x-fauxforce-gap").is_none());
    }
}

#[test]
fn the_directory_has_what_the_user_may_read() {
    let rig = Rig::new();
    let told = rig.get(BASE).json();
    assert_eq!(keys(&told), ["objects"]);
    assert_eq!(
        told["objects"]["User"],
        json!({
            "apiName": "User", "keyPrefix": "005", "label": "User", "labelPlural": "People",
            "nameFields": ["FirstName", "LastName", "Name"],
            "objectInfoUrl": "/services/data/v62.0/ui-api/object-info/User",
        })
    );
    assert!(told["objects"]["UserRole"].is_null());
    for name in keys(&told["objects"]) {
        assert_eq!(of(&rig, name).json()["apiName"], *name);
    }
}

#[test]
fn texts_are_encoded_unless_asked_otherwise() {
    let rig = Rig::new();
    let label = |got: Got| got.json()["fields"]["AssistantName"]["label"].clone();
    assert_eq!(label(of(&rig, "Contact")), "Assistant&#39;s Name");
    let raw = [("x-chatter-entity-encoding", "false")];
    assert_eq!(label(rig.ask("GET", &format!("{BASE}/Contact"), &raw, "")), "Assistant's Name");
    let me = rig.get("v62.0/chatter/users/me").json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        rig.patch(&format!("v62.0/sobjects/User/{me}"), r#"{"CompanyName":"A & B <C> \"d\" \\"}"#).status,
        204
    );
    let company = |headers: &[(&str, &str)]| {
        rig.ask("GET", "v62.0/chatter/users/me", headers, "").json()["companyName"].clone()
    };
    assert_eq!(company(&[]), "A &amp; B &lt;C&gt; &quot;d&quot; &#92;");
    assert_eq!(company(&raw), r#"A & B <C> "d" \"#);
}

#[test]
fn what_the_user_may_is_told() {
    let rig = Rig::new();
    let permission = |may: bool| {
        rig.log_in(
            crate::harness::TOKEN,
            if may { "admin@fauxforce.test" } else { "readonly.owner@fauxforce.test" },
        );
        let told = of(&rig, "Account").json();
        [&told["createable"], &told["updateable"], &told["deletable"], &told["queryable"]]
            .map(|flag| flag == true)
    };
    assert_eq!(permission(true), [true; 4]);
    assert_eq!(permission(false), [false, false, false, true]);
    let seed = seed_with(|org| org.replace("\"features\": [", "\"features\": [\"PersonAccounts\", "), &[]);
    let account = of(&Rig::of(&seed), "Account").json();
    assert_eq!(account["nameFields"], json!(["FirstName", "LastName", "Name"]));
    let default = account["defaultRecordTypeId"].as_str().expect("a default record type");
    assert_ne!(default, MASTER);
    let info = &account["recordTypeInfos"][default];
    assert_eq!(info["defaultRecordTypeMapping"], true);
    assert_eq!(keys(info), ["available", "defaultRecordTypeMapping", "master", "name", "recordTypeId"]);
    assert_eq!(account["fields"]["PersonMailingCity"]["compoundComponentName"], "City");
}

#[test]
fn a_batch_has_a_status_each() {
    let rig = Rig::new();
    let told = of(&rig, "batch/Account,Nothing__c,UserRole,contact").json();
    let results = told["results"].as_array().expect("results");
    let statuses: Vec<_> =
        results.iter().map(|result| result["statusCode"].as_i64().expect("a status")).collect();
    assert_eq!(statuses, [200, 403, 400, 200]);
    assert_eq!(results[0]["result"], of(&rig, "Account").json());
    assert_eq!(
        results[1]["result"],
        json!([{
            "errorCode": "FORBIDDEN",
            "message": "You don&#39;t have access to this record. Ask your administrator for help or to request access.",
        }])
    );
    assert_eq!(results[2]["result"][0]["errorCode"], "INVALID_TYPE");
}

#[test]
fn an_answer_is_sent_once() {
    let rig = Rig::new();
    let first = of(&rig, "Account");
    let tag = first.header("etag").expect("an entity tag").to_owned();
    let again = |tag: &str| rig.ask("GET", &format!("{BASE}/Account"), &[("if-none-match", tag)], "");
    assert_eq!(again(&tag).told(), "304 ");
    assert_eq!(again(&tag).header("etag"), Some(&*tag));
    assert_eq!(again("\"other\"").body, first.body);
    let hash = first.json()["eTag"].as_str().expect("eTag").to_owned();
    assert!(hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    rig.log_in(crate::harness::TOKEN, "readonly.owner@fauxforce.test");
    assert_ne!(of(&rig, "Account").json()["eTag"], hash.as_str());
}

#[test]
fn picklists_have_values() {
    let rig = Rig::new();
    let all = of(&rig, &format!("Opportunity/picklist-values/{MASTER}")).json();
    assert_eq!(keys(&all), ["eTag", "picklistFieldValues"]);
    assert_eq!(
        keys(&all["picklistFieldValues"]),
        ["ForecastCategory", "ForecastCategoryName", "LeadSource", "StageName", "Type"]
    );
    let one = of(&rig, &format!("opportunity/picklist-values/{}/stagename", &MASTER[..15])).json();
    assert_eq!(one, all["picklistFieldValues"]["StageName"]);
    assert_eq!(
        one["values"][8],
        json!({
            "attributes": {
                "closed": true, "defaultProbability": 100.0, "forecastCategoryName": "Closed",
                "picklistAtrributesValueType": "OpportunityStage", "won": true,
            },
            "label": "Closed Won", "validFor": [], "value": "Closed Won",
        })
    );
    let status = of(&rig, &format!("Case/picklist-values/{MASTER}/Status")).json();
    assert_eq!(status["defaultValue"]["value"], "New");
    assert_eq!(
        status["url"],
        format!("/services/data/v62.0/ui-api/object-info/Case/picklist-values/{MASTER}/Status")
    );
    for path in [
        format!("Account/picklist-values/{MASTER}/Name"),
        format!("Account/picklist-values/{MASTER}/TypeFoo"),
        "Account/picklist-values/012000000000001AAA".to_owned(),
        "Account/picklist-values/nonsense".to_owned(),
    ] {
        let got = rig.get(&format!("{BASE}/{path}"));
        assert_eq!(
            got.told(),
            r#"404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#
        );
        assert!(got.header("x-fauxforce-gap").is_none(), "{path}");
    }
}

#[test]
fn a_picklist_can_depend_on_another() {
    let seed =
        seed_with(|org| org.replace("\"features\": [", "\"features\": [\"StateAndCountryPicklist\", "), &[]);
    let rig = Rig::of(&seed);
    let info = of(&rig, "Contact").json();
    assert_eq!(
        info["dependentFields"],
        json!({ "MailingCountryCode": { "MailingStateCode": {} }, "OtherCountryCode": { "OtherStateCode": {} } })
    );
    let state = &info["fields"]["MailingStateCode"];
    assert_eq!(
        (&state["controllerName"], &state["controllingFields"]),
        (&json!("MailingCountryCode"), &json!(["MailingCountryCode"]))
    );
    let states = of(&rig, &format!("Contact/picklist-values/{MASTER}/MailingStateCode")).json();
    let texas = states["values"].as_array().expect("states").iter().find(|state| state["label"] == "Texas");
    let country = &states["controllerValues"]["US"];
    assert!(country.is_number());
    assert_eq!(texas.expect("Texas")["validFor"], json!([country]));
}
