//! Accounts and contacts as people: person accounts, the recycle bin.

use crate::harness::Rig;
use crate::seed::seed_with;
use serde_json::Value;

/// What was asked and told, for one snapshot.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn add(&mut self, what: &str, told: String) {
        self.0.push(format!("# {what}\n{told}"));
    }

    fn keep(&self, name: &str) {
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, self.0.join("\n\n"));
        });
    }
}

/// The default seed with another `org.json`.
fn rig_with(change: impl Fn(String) -> String) -> Rig {
    Rig::of(&seed_with(change, &[]))
}

/// The records of a query, one a line, without their addresses.
fn records(rig: &Rig, soql: &str) -> String {
    records_of(rig.query(soql).json())
}

fn records_of(mut answer: Value) -> String {
    let lines = answer["records"].as_array_mut().expect("records").iter_mut().map(|record| {
        record.as_object_mut().expect("a record").shift_remove("attributes");
        record.to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn person_accounts() {
    let rig = rig_with(|org| org.replace(r#"["Communities"]"#, r#"["Communities", "PersonAccounts"]"#));
    let mut log = Log::default();
    let persons = "SELECT Name, FirstName, LastName, PersonEmail, IsPersonAccount, RecordType.DeveloperName, \
                   PersonContactId, External_Id__pc, PersonContact.Email FROM Account WHERE IsPersonAccount = true";
    let contacts = "SELECT Id, Name, Email, IsPersonAccount, External_Id__c, Account.Name FROM Contact";
    log.add(
        "record types",
        records(
            &rig,
            "SELECT Name, DeveloperName, IsPersonType FROM RecordType WHERE SobjectType = 'Account'",
        ),
    );
    let account = rig.create(
        "Account",
        r#"{"FirstName":"Jo","LastName":"Doe","PersonEmail":"jo@example.com","External_Id__pc":"P1"}"#,
    );
    log.add("person accounts", records(&rig, persons));
    log.add("contacts", records(&rig, contacts));
    let path = format!("v59.0/sobjects/Account/{account}");
    for body in [r#"{"Name":"Jo"}"#, r#"{"LastName":null}"#, r#"{"PersonEmail":"x"}"#] {
        log.add(body, rig.patch(&path, body).told());
    }
    let business = rig.create("Account", r#"{"Name":"Acme"}"#);
    let business = rig.patch(&format!("v59.0/sobjects/Account/{business}"), r#"{"LastName":"Doe"}"#);
    log.add("a last name for a business account", business.told());
    let by_key = "v59.0/sobjects/Account/External_Id__pc/P1";
    log.add("upsert by the contact's key", rig.patch(by_key, r#"{"PersonEmail":"max@example.com"}"#).told());
    let contact = rig.query("SELECT Id FROM Contact WHERE IsPersonAccount = true").json();
    let contact = format!("v59.0/sobjects/Contact/{}", contact["records"][0]["Id"].as_str().expect("an id"));
    log.add("a name through the contact", rig.patch(&contact, r#"{"FirstName":"Max"}"#).told());
    log.add("person accounts", records(&rig, persons));
    log.add("the contact cannot go", rig.delete(&contact).told());
    log.add("but the account", rig.delete(&path).told());
    log.add("contacts", records(&rig, contacts));
    let describe = rig.get("v59.0/sobjects/Account/describe").json();
    let infos = describe["recordTypeInfos"].as_array().expect("record types").iter();
    let infos = infos.map(|info| format!("{} {}", info["developerName"], info["defaultRecordTypeMapping"]));
    log.add("described record types", infos.collect::<Vec<_>>().join("\n"));
    log.keep("rest_person_accounts");
}

#[test]
fn deleted_records() {
    let rig = Rig::new();
    let mut log = Log::default();
    let account = rig.create("Account", r#"{"Name":"Whole"}"#);
    let boss = rig.create("Contact", &format!(r#"{{"LastName":"Boss","AccountId":"{account}"}}"#));
    rig.create("Contact", &format!(r#"{{"LastName":"Doe","ReportsToId":"{boss}"}}"#));
    rig.delete(&format!("v59.0/sobjects/Account/{account}"));
    let soql = "SELECT Name, IsDeleted, AccountId, ReportsToId, MasterRecordId FROM Contact ORDER BY Name";
    log.add("live", records(&rig, soql));
    let all = rig.get(&format!("v59.0/queryAll?q={}", crate::harness::encoded(soql)));
    log.add("all", records_of(all.json()));
    log.add("a deleted record", rig.get(&format!("v59.0/sobjects/Contact/{boss}")).told());
    log.add("deleted again", rig.delete(&format!("v59.0/sobjects/Contact/{boss}")).told());
    log.keep("rest_deleted_records");
}

#[test]
fn states_and_countries() {
    let rig =
        rig_with(|org| org.replace(r#"["Communities"]"#, r#"["Communities", "StateAndCountryPicklist"]"#));
    let mut log = Log::default();
    let contact =
        rig.create("Contact", r#"{"LastName":"Doe","MailingCountry":"Canada","MailingStateCode":"ON"}"#);
    let path = format!("v59.0/sobjects/Contact/{contact}");
    let soql = "SELECT MailingCountry, MailingCountryCode, MailingState, MailingStateCode, MailingAddress, \
                toLabel(MailingStateCode) label FROM Contact WHERE MailingStateCode = 'ON'";
    log.add("the address", records(&rig, soql));
    for body in [
        r#"{"MailingCountry":"Atlantis"}"#,
        r#"{"MailingCountryCode":"FR"}"#,
        r#"{"MailingCountry":null}"#,
        r#"{"MailingState":"Texas"}"#,
        r#"{"MailingStateCode":"QQ"}"#,
        r#"{"MailingCountryCode":"FR","MailingState":null}"#,
    ] {
        log.add(body, rig.patch(&path, body).told());
    }
    let describe = rig.get("v59.0/sobjects/Contact/describe").json();
    let field = |name: &str| {
        let mut field =
            describe["fields"].as_array().expect("fields").iter().find(|f| f["name"] == name).cloned();
        let field = field.as_mut().expect("the field");
        field["picklistValues"].as_array_mut().expect("values").truncate(2);
        serde_json::to_string_pretty(field).expect("JSON")
    };
    log.add("the state's code, described", field("MailingStateCode"));
    log.add("the country's code, described", field("MailingCountryCode"));
    log.keep("rest_states_and_countries");
}

#[test]
fn duplicates() {
    let rig = rig_with(|org| {
        let rules = r#""duplicateRules": [{ "fullName": "Contact.Standard_Contact_Duplicate_Rule", "isActive": true }], "#;
        org.replace(r#""settings": {"#, &format!(r#"{rules}"settings": {{"#))
    });
    let mut log = Log::default();
    let body = r#"{"FirstName":"Jo","LastName":"Doe","Email":"jo@example.com"}"#;
    let save = |headers: &[(&str, &str)]| {
        let headers = [&[("content-type", "application/json")], headers].concat();
        rig.ask("POST", "v59.0/sobjects/Contact", &headers, body).told()
    };
    log.add("the first", save(&[]));
    log.add("the second", save(&[]));
    let details = "allowSave=false; includeRecordDetails=true";
    log.add("with details", save(&[("sforce-duplicate-rule-header", details)]));
    let xml = [("content-type", "application/json"), ("accept", "application/xml")];
    log.add("as XML", rig.ask("POST", "v59.0/sobjects/Contact", &xml, body).told());
    log.add("allowed", save(&[("sforce-duplicate-rule-header", "allowSave=true")]));
    for soql in [
        "SELECT Name, RecordCount, DuplicateRule.DeveloperName, (SELECT Name, RecordId FROM DuplicateRecordItems) \
         FROM DuplicateRecordSet",
        "SELECT DeveloperName, MasterLabel, SobjectType, IsActive FROM DuplicateRule",
        "SELECT DeveloperName, MatchEngine, RuleStatus, BooleanFilter FROM MatchingRule WHERE SobjectType = 'Lead'",
        "SELECT SortOrder, Field, MatchingMethod, BlankValueBehavior FROM MatchingRuleItem \
         WHERE MatchingRule.SobjectType = 'Lead' ORDER BY SortOrder LIMIT 3",
    ] {
        log.add(soql, records(&rig, soql));
    }
    log.keep("rest_duplicates");
}

#[test]
fn contacts_without_account_are_private() {
    let rig = Rig::new();
    let private = rig.create("Contact", r#"{"LastName":"Private"}"#);
    assert_eq!(records(&rig, "SELECT LastName FROM Contact"), r#"{"LastName":"Private"}"#);
    rig.log_in(crate::harness::TOKEN, "integration@fauxforce.test");
    rig.create("Contact", r#"{"LastName":"Own"}"#);
    assert_eq!(records(&rig, "SELECT LastName FROM Contact"), r#"{"LastName":"Own"}"#);
    assert_eq!(rig.get(&format!("v59.0/sobjects/Contact/{private}")).status, 404);
}
