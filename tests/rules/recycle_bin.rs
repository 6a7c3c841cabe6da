//! Deleting, bringing back, emptying the recycle bin.

use fauxforce::dml::{Call, Options, Outcome};
use fauxforce::model::id::Id;

use crate::support::{Home, PLUS, home, home_of, refused, seed_with};

const NOT_IN_BIN: &str = "Entity is not in the recycle bin";

fn is_deleted(home: &Home, id: Id) -> bool {
    home.record(id).get("IsDeleted").is_true()
}

fn emptied(home: &Home, id: Id) -> Outcome {
    home.call().empty_recycle_bin(&[id.to_string()]).expect("a store").remove(0)
}

#[test]
fn look_ups_are_emptied_and_come_back() {
    let field = r#"<?xml version="1.0" encoding="UTF-8"?>
        <CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>Referrer__c</fullName>
        <label>Referrer</label><type>Lookup</type><referenceTo>Contact</referenceTo>
        <relationshipName>Referred</relationshipName></CustomField>"#;
    let path = "force-app/main/default/objects/Contact/fields/Referrer__c.field-meta.xml";
    let home = home_of(&seed_with(|org| org, &[(path, field)]));
    let boss = home.contact("Acme Customers", "Boss");
    let [first, second] = ["First", "Second"].map(|name| home.contact("Acme Customers", name));
    for contact in [first, second] {
        home.updated("Contact", contact, &[("ReportsToId", boss.as_str()), ("Referrer__c", boss.as_str())]);
    }
    assert!(home.delete(boss).is_success());
    assert!(
        home.record(first).get("ReportsToId").is_null() && home.record(first).get("Referrer__c").is_null()
    );
    // Whoever has another by then keeps it.
    home.updated("Contact", second, &[("ReportsToId", first.as_str())]);
    assert!(home.undelete(boss).is_success());
    assert_eq!(home.record(first).id("ReportsToId"), Some(boss));
    assert_eq!(home.record(first).id("Referrer__c"), Some(boss));
    assert_eq!(home.record(second).id("ReportsToId"), Some(first));
    assert_eq!(home.record(second).id("Referrer__c"), Some(boss));
}

#[test]
fn what_went_together_comes_back_together() {
    let home = home();
    let account = home.inserted("Account", &[("Name", "Whole")]);
    let below = home.inserted("Account", &[("Name", "Below"), ("ParentId", account.as_str())]);
    let [boss, contact] = ["Boss", "Doe"].map(|name| home.contact("Whole", name));
    home.updated("Contact", contact, &[("ReportsToId", boss.as_str())]);
    let task = home.inserted("Task", &[("WhoId", contact.as_str()), ("Subject", "Call")]);
    assert!(home.delete(account).is_success());
    for gone in [account, boss, contact, task] {
        assert!(is_deleted(&home, gone));
    }
    assert!(home.record(below).get("ParentId").is_null());
    // Only the account is in the bin, the others are in it with the account.
    for part in [contact, task] {
        refused(&home.undelete(part), "UNDELETE_FAILED", NOT_IN_BIN, &[]);
        refused(&emptied(&home, part), "DELETE_FAILED", NOT_IN_BIN, &[]);
    }
    home.environment.now.set(home.environment.now.get() + 1000);
    assert!(home.undelete(account).is_success());
    for back in [account, boss, contact, task] {
        assert!(!is_deleted(&home, back));
        assert_eq!(home.record(back).get("SystemModstamp"), &home.environment.now.get().into());
    }
    assert_eq!(home.record(contact).id("ReportsToId"), Some(boss));
    assert_eq!(home.record(below).id("ParentId"), Some(account));
}

#[test]
fn what_cannot_come_back() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    refused(&home.undelete(contact), "UNDELETE_FAILED", NOT_IN_BIN, &[]);
    refused(&emptied(&home, contact), "DELETE_FAILED", NOT_IN_BIN, &[]);
    let unknown = Id::numbered("003", 999_999);
    refused(&home.undelete(unknown), "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    let user = home.user("admin");
    let outcome = home.undelete(user);
    refused(&outcome, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Entity type is not undeletable", &[]);
    let malformed = home.call().undelete(&["x".to_owned()]).expect("a store").remove(0);
    refused(&malformed, "MALFORMED_ID", "bad id x", &[]);
    // Another record has its unique value by now.
    home.updated("Contact", contact, &[("External_Id__c", "C1")]);
    assert!(home.delete(contact).is_success());
    let other = home.contact("Acme Customers", "Roe");
    home.updated("Contact", other, &[("External_Id__c", "C1")]);
    let outcome = home.undelete(contact);
    assert_eq!(outcome.faults.first().map(|fault| fault.code.as_str()), Some("DUPLICATE_VALUE"));
    assert!(is_deleted(&home, contact));
}

#[test]
fn an_emptied_bin_gives_nothing_back() {
    let home = home();
    let account = home.inserted("Account", &[("Name", "Whole")]);
    let contact = home.contact("Whole", "Doe");
    assert!(home.delete(account).is_success());
    assert!(emptied(&home, account).is_success());
    for gone in [account, contact] {
        refused(&home.undelete(gone), "UNDELETE_FAILED", NOT_IN_BIN, &[]);
        assert!(is_deleted(&home, gone), "a query for all rows still finds it");
    }
    let contact = home.contact("Acme Customers", "Roe");
    let done = home.call().hard_delete(&[contact.to_string()]).expect("a store").remove(0);
    assert!(done.is_success() && is_deleted(&home, contact));
    refused(&home.undelete(contact), "UNDELETE_FAILED", NOT_IN_BIN, &[]);
}

#[test]
fn a_contact_comes_back_without_an_account_that_has_gone() {
    let home = home();
    let account = home.inserted("Account", &[("Name", "Whole")]);
    let contact = home.contact("Whole", "Doe");
    assert!(home.delete(contact).is_success() && home.delete(account).is_success());
    assert!(home.undelete(contact).is_success());
    assert!(home.record(contact).get("AccountId").is_null());
}

#[test]
fn portal_roles_do_not_come_back() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let account = home.account("Acme Customers");
    home.updated("User", user, &[("IsPortalEnabled", "false")]);
    assert!(home.delete(account).is_success() && home.undelete(account).is_success());
    assert!(home.ids("UserRole", "PortalAccountId", account).is_empty());
    assert!(home.ids("UserRole", "Name", "Acme Customers Customer User").is_empty());
}

#[test]
fn children_are_found_in_tables_that_came_after_the_last_deletion() {
    let home = home();
    let there = |object: &str| home.org.store.has_table(object).expect("an answer");
    let first = home.contact("Acme Customers", "First");
    assert!(!there("Task") && !there("Event"));
    assert!(home.delete(first).is_success());
    let contact = home.contact("Acme Customers", "Second");
    // A table that a failed call has made is gone again.
    let strict = Options { all_or_none: true, ..Options::default() };
    let records = [
        home.sent("Task", None, &[("WhoId", contact.as_str()), ("Subject", "Call")]),
        home.sent("Task", None, &[("WhoId", "nobody")]),
    ];
    let failed = Call { options: &strict, ..home.call() }.insert(&records);
    assert!(failed.expect("a store").iter().all(|outcome| !outcome.is_success()));
    assert!(home.delete(contact).is_success());
    assert!(home.undelete(contact).is_success());
    let task = home.inserted("Task", &[("WhoId", contact.as_str()), ("Subject", "Call")]);
    assert!(there("Task"));
    assert!(home.delete(contact).is_success());
    assert!(is_deleted(&home, task));
    assert!(home.undelete(contact).is_success());
    assert!(!is_deleted(&home, task));
}
