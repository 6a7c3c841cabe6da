//! Merging accounts, contacts and leads.

use fauxforce::model::id::Id;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home, refused};

fn text(home: &Home, id: Id, field: &str) -> String {
    home.record(id).text(field).unwrap_or("-").to_owned()
}

#[test]
fn accounts_become_one() {
    let home = home();
    let [master, loser, other] =
        ["Acme", "ACME", "Acme Inc"].map(|name| home.inserted("Account", &[("Name", name)]));
    home.updated("Account", loser, &[("External_Id__c", "A1")]);
    let contact = home.inserted("Contact", &[("LastName", "Doe"), ("AccountId", loser.as_str())]);
    let case = home.inserted("Case", &[("AccountId", loser.as_str())]);
    let task = home.inserted("Task", &[("WhatId", other.as_str()), ("Subject", "Call")]);
    let child = home.inserted("Account", &[("Name", "Below"), ("ParentId", other.as_str())]);
    let done = home.merge(master, &[("Phone", "1"), ("External_Id__c", "A1")], &[loser, other]);
    assert_eq!(done.outcome.faults, []);
    assert_eq!((done.outcome.id, done.losers), (Some(master), vec![loser, other]));
    let mut moved = vec![contact, case, task, child];
    moved.sort();
    assert_eq!(done.moved, moved);
    for (id, field) in [(contact, "AccountId"), (case, "AccountId"), (task, "WhatId"), (child, "ParentId")] {
        assert_eq!(text(&home, id, field), master.as_str());
    }
    assert_eq!(
        (text(&home, master, "Phone"), text(&home, master, "External_Id__c")),
        ("1".into(), "A1".into())
    );
    for gone in [loser, other] {
        assert!(home.record(gone).get("IsDeleted").is_true());
        assert_eq!(text(&home, gone, "MasterRecordId"), master.as_str());
    }
    // A loser comes back without what has moved.
    home.updated("Account", master, &[("External_Id__c", "A2")]);
    assert!(home.undelete(loser).is_success());
    assert_eq!(text(&home, loser, "MasterRecordId"), "-");
    assert_eq!(text(&home, contact, "AccountId"), master.as_str());
}

#[test]
fn leads_become_one() {
    let home = home();
    let [master, loser] =
        ["A", "B"].map(|name| home.inserted("Lead", &[("LastName", name), ("Company", "Acme")]));
    let done = home.merge(master, &[("Title", "Dr")], &[loser]);
    assert!(done.outcome.is_success() && done.losers == [loser]);
    assert_eq!(text(&home, loser, "MasterRecordId"), master.as_str());
    let converted = home.inserted("Lead", &[("LastName", "C"), ("Company", "Acme")]);
    let sql = "UPDATE \"Lead\" SET \"IsConverted\" = 1 WHERE \"Id\" = ?1";
    home.org.store.execute(sql, [converted.as_str()]).expect("a store");
    let outcome = home.merge(master, &[], &[converted]).outcome;
    refused(&outcome, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]);
}

#[test]
fn hierarchies_get_no_circle() {
    let home = home();
    let message = "attempt to violate hierarchy constraints";
    let top = home.inserted("Account", &[("Name", "Top")]);
    let below = home.inserted("Account", &[("Name", "Below"), ("ParentId", top.as_str())]);
    refused(&home.merge(below, &[], &[top]).outcome, "CIRCULAR_DEPENDENCY", message, &[]);
    let top = home.contact("Acme Customers", "Top");
    let middle = home.contact("Acme Customers", "Middle");
    let below = home.contact("Acme Customers", "Below");
    home.updated("Contact", middle, &[("ReportsToId", top.as_str())]);
    home.updated("Contact", below, &[("ReportsToId", middle.as_str())]);
    let outcome = home.merge(below, &[], &[top]).outcome;
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ReportsToId"]);
    assert_eq!(text(&home, middle, "ReportsToId"), top.as_str(), "nothing has moved");
    assert!(home.merge(top, &[], &[middle]).outcome.is_success());
    assert_eq!(text(&home, below, "ReportsToId"), top.as_str());
}

#[test]
fn what_cannot_be_merged() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    let account = home.account("Acme Customers");
    let case = home.inserted("Case", &[]);
    let second = home.inserted("Case", &[]);
    let message = "entity type Case does not support merge";
    refused(&home.merge(case, &[], &[second]).outcome, "INVALID_TYPE_FOR_OPERATION", message, &[]);
    let message = "A merge needs one or two records to merge into the master record.";
    refused(&home.merge(contact, &[], &[]).outcome, "MERGE_FAILED", message, &[]);
    let more = ["A", "B", "C"].map(|name| home.contact("Acme Customers", name));
    refused(&home.merge(contact, &[], &more).outcome, "MERGE_FAILED", message, &[]);
    let message = "A record cannot be merged with itself, and each only once.";
    refused(&home.merge(contact, &[], &[contact]).outcome, "MERGE_FAILED", message, &[]);
    let message = "invalid cross reference id";
    refused(&home.merge(contact, &[], &[account]).outcome, "INVALID_CROSS_REFERENCE_KEY", message, &[]);
    let gone = more[0];
    assert!(home.delete(gone).is_success());
    refused(&home.merge(contact, &[], &[gone]).outcome, "ENTITY_IS_DELETED", "entity is deleted", &[]);
    refused(&home.merge(gone, &[], &[contact]).outcome, "ENTITY_IS_DELETED", "entity is deleted", &[]);
    // The master's new values are checked as in any save, and nothing is left half done.
    let outcome = home.merge(contact, &[("Email", "foo")], &[more[1]]).outcome;
    refused(&outcome, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: foo", &["Email"]);
    assert!(!home.record(more[1]).get("IsDeleted").is_true());
    // Whoever may not delete a record may not merge it away.
    let home = home.run_by("integration");
    let outcome = home.merge(contact, &[], &[more[1]]).outcome;
    let message = "cannot merge with entity that is not accessible";
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", message, &[]);
}

#[test]
fn portal_accounts_merge_into_portal_accounts() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let customers = home.account("Acme Customers");
    let plain =
        home.inserted("Account", &[("Name", "Plain"), ("OwnerId", home.user("channel.manager").as_str())]);
    let message = "When merging portal enabled accounts, the master record must be portal enabled.";
    refused(&home.merge(plain, &[], &[customers]).outcome, "MERGE_FAILED", message, &[]);
    assert!(home.merge(customers, &[], &[plain]).outcome.is_success());
    let message = "The accounts cannot be merged. Selected records do not have compatible portal types and cannot be \
                   merged together.";
    let partners = home.account("Acme Partners");
    refused(&home.merge(customers, &[], &[partners]).outcome, "MERGE_FAILED", message, &[]);
    // The users move along and get the roles of the master; those of the loser go.
    let second =
        home.inserted("Account", &[("Name", "Second"), ("OwnerId", home.user("channel.manager").as_str())]);
    home.a_portal_user(PLUS, "Second", "Roe");
    let done = home.merge(second, &[], &[customers]);
    assert_eq!(done.outcome.faults, []);
    let record = home.record(user);
    assert_eq!(record.id("AccountId"), Some(second));
    let role = home.record(record.id("UserRoleId").expect("a role"));
    assert_eq!((role.id("PortalAccountId"), role.text("Name")), (Some(second), Some("Second Customer User")));
    assert!(home.ids("UserRole", "PortalAccountId", customers).is_empty());
}

#[test]
fn the_master_contact_keeps_one_portal_user() {
    let home = home();
    let contact = |user: Id| home.record(user).id("ContactId").expect("a contact");
    // The only user moves to the master.
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "One");
    let (loser, master) = (contact(user), home.contact("Acme Customers", "Master"));
    let done = home.merge(master, &[], &[loser]);
    assert_eq!((done.outcome.faults, done.moved), (Vec::new(), vec![user]));
    assert_eq!(contact(user), master);
    assert!(home.record(user).get("IsActive").is_true());
    // Of several the master's stays, and the others are disabled.
    let other = home.a_portal_user(PLUS, "Acme Customers", "Two");
    let loser = contact(other);
    assert!(home.merge(master, &[], &[loser]).outcome.is_success());
    assert_eq!(contact(user), master);
    let disabled = home.record(other);
    assert!(!disabled.get("IsActive").is_true() && disabled.get("ContactId").is_null());
    assert!(!disabled.get("IsPortalEnabled").is_true());
    // Contacts of several accounts do not merge when a portal user is among them.
    let far = home.a_portal_user(PARTNER, "Acme Partners", "Three");
    let message = "When merging portal enabled contacts, the contacts must belong to the same account.";
    refused(&home.merge(master, &[], &[contact(far)]).outcome, "MERGE_FAILED", message, &[]);
}
