//! Duplicate rules.

use fauxforce::dml::Outcome;
use fauxforce::model::duplicate::Duplicates;
use fauxforce::model::fault::Detail;
use fauxforce::model::id::Id;
use fauxforce::model::value::Value;

use crate::support::{Fields, Home, home, home_with, refused};

const STANDARD: &str = r#"[
    { "fullName": "Account.Standard_Account_Duplicate_Rule", "isActive": true },
    { "fullName": "Contact.Standard_Contact_Duplicate_Rule", "isActive": true },
    { "fullName": "Lead.Standard_Lead_Duplicate_Rule", "isActive": true }
]"#;

fn ruled(rules: &str) -> Home {
    home_with(|org| org.replace(r#""settings": {"#, &format!(r#""duplicateRules": {rules}, "settings": {{"#)))
}

fn jo(home: &Home, fields: Fields) -> Outcome {
    home.insert("Contact", &[&[("FirstName", "Jo"), ("LastName", "Doe")], fields].concat())
}

fn found(outcome: &Outcome) -> &Duplicates {
    match outcome.faults.first().and_then(|fault| fault.detail.as_deref()) {
        Some(Detail::Duplicates(found)) => found,
        other => panic!("{other:?}"),
    }
}

fn ids(found: &Duplicates) -> Vec<Id> {
    found.results.iter().flat_map(|result| &result.records).map(|found| found.id).collect()
}

#[test]
fn rules_are_off_until_switched_on() {
    let home = home();
    for _ in 0..2 {
        assert!(jo(&home, &[("Email", "jo@example.com")]).is_success());
    }
}

#[test]
fn a_duplicate_rule_stops_a_save() {
    let mut home = ruled(STANDARD);
    let first = jo(&home, &[("Email", "jo@example.com")]).id.expect("an id");
    let outcome = jo(&home, &[("Email", "JO@example.com")]);
    refused(&outcome, "DUPLICATES_DETECTED", "Use one of these records?", &[]);
    let told = found(&outcome);
    assert!(told.allow_save);
    assert_eq!((told.rule.as_str(), ids(told)), ("Standard_Contact_Duplicate_Rule", vec![first]));
    assert!(jo(&home, &[("Email", "other@example.com")]).is_success());
    // An account and a lead by their own equations.
    home.inserted("Account", &[("Name", "Acme, Inc."), ("Phone", "+1 415 555 1234")]);
    let outcome = home.insert("Account", &[("Name", "ACME"), ("Phone", "(415) 555-1234")]);
    refused(&outcome, "DUPLICATES_DETECTED", "Use one of these records?", &[]);
    let lead = [("FirstName", "J."), ("LastName", "Doe"), ("Company", "Acme"), ("Title", "CEO")];
    home.inserted("Lead", &lead);
    let outcome = home.insert("Lead", &[&[("FirstName", "Jo")], &lead[1..]].concat());
    refused(&outcome, "DUPLICATES_DETECTED", "Use one of these records?", &[]);
    // The caller may allow it; it is put on record then.
    home.options.allow_duplicates = true;
    let second = jo(&home, &[("Email", "jo@example.com")]).id.expect("an id");
    let third = jo(&home, &[("Email", "jo@example.com")]).id.expect("an id");
    let rule = home.id("DuplicateRule", "DeveloperName", "Standard_Contact_Duplicate_Rule");
    let sets = home.ids("DuplicateRecordSet", "DuplicateRuleId", rule);
    assert_eq!(sets.len(), 1);
    let set = home.record(sets[0]);
    assert_eq!((set.text("Name"), set.get("RecordCount")), (Some("00000001"), &Value::Int(3)));
    for contact in [first, second, third] {
        assert_eq!(home.ids("DuplicateRecordItem", "RecordId", contact).len(), 1);
    }
}

#[test]
fn changes_are_compared_too() {
    let rules = r#"[{ "fullName": "Contact.Standard_Contact_Duplicate_Rule", "isActive": true,
                      "actionOnUpdate": "Block", "alertText": "Not again." }]"#;
    let mut home = ruled(rules);
    jo(&home, &[("Email", "jo@example.com")]);
    let other = jo(&home, &[("Email", "other@example.com")]).id.expect("an id");
    // A rule that blocks does so whatever the caller says.
    home.options.allow_duplicates = true;
    let outcome = home.update("Contact", other, &[("Email", "jo@example.com")]);
    refused(&outcome, "DUPLICATES_DETECTED", "Not again.", &[]);
    assert!(!found(&outcome).allow_save);
    // What is not compared may change.
    home.updated("Contact", other, &[("Description", "x")]);
    home.updated("Contact", other, &[("LastName", "Roe"), ("Email", "jo@example.com")]);
}

#[test]
fn an_org_has_rules_of_its_own() {
    let mut home = home_with(|org| {
        let rules = r#""matchingRules": [{ "fullName": "Contact.By_Key", "booleanFilter": "1 OR 2", "matchingRuleItems": [
                { "fieldName": "External_Id__c", "matchingMethod": "Exact" },
                { "fieldName": "Account", "matchingMethod": "CompanyName" } ] }],
            "duplicateRules": [{ "fullName": "Contact.By_Key", "isActive": true, "actionOnInsert": "Block",
                "duplicateRuleMatchRules": [{ "matchingRule": "By_Key" }] }], "settings": {"#;
        org.replace(r#""settings": {"#, rules)
    });
    home.options.duplicate_details = true;
    let contact = home.contact("Acme Customers", "Doe");
    let account = home.inserted("Account", &[("Name", "Acme Customers Ltd")]);
    let outcome = home.insert("Contact", &[("LastName", "Roe"), ("AccountId", account.as_str())]);
    refused(&outcome, "DUPLICATES_DETECTED", "Use one of these records?", &[]);
    let result = &found(&outcome).results[0];
    assert_eq!((result.engine, result.records[0].id), ("FuzzyMatchEngine", contact));
    assert_eq!(result.records[0].fields, [("External_Id__c".to_owned(), None)]);
}

#[test]
fn duplicates_are_found_without_a_save() {
    let home = ruled(STANDARD);
    let contact = jo(&home, &[("Email", "jo@example.com")]).id.expect("an id");
    let sent =
        home.sent("Contact", None, &[("FirstName", "Jo"), ("LastName", "Doe"), ("Email", "jo@example.com")]);
    let answer = home.call().find_duplicates(&[sent, home.sent("Contact", Some(contact), &[])]);
    let of_new = answer[0].as_ref().expect("found");
    assert_eq!(of_new.iter().map(ids).collect::<Vec<_>>(), [[contact]]);
    let of_stored = answer[1].as_ref().expect("found");
    assert_eq!(of_stored.iter().map(ids).collect::<Vec<_>>(), [[]]);
    let answer = home.call().find_duplicates(&[home.sent("Case", None, &[])]);
    let faults = answer[0].as_ref().expect_err("no rules");
    let message = "No active duplicate rules are defined for the [Case] object type";
    assert_eq!((faults[0].code.as_str(), faults[0].message.as_str()), ("NO_ACTIVE_DUPLICATE_RULE", message));
}
