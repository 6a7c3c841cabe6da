//! What lists of records, upserts and the recycle bin can be refused for: REST reaches none of it with one record.

use fauxforce::dml::Options;

use crate::support::{home, home_with, refused};

#[test]
fn all_or_none() {
    let mut home = home();
    home.options = Options { all_or_none: true, ..Options::default() };
    let sent = [home.sent("Account", None, &[("Name", "Good")]), home.sent("Account", None, &[])];
    let outcomes = home.call().insert(&sent).expect("a store");
    let message =
        "Record rolled back because not all records were valid and the request was using AllOrNone header";
    refused(&outcomes[0], "ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[]);
    refused(&outcomes[1], "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", &["Name"]);
    assert!(home.ids("Account", "Name", "Good").is_empty());
}

#[test]
fn upserts() {
    let home = home();
    let upsert = |field: &str, fields| {
        let sent = home.sent("Account", None, fields);
        home.call().upsert(field, &[sent]).expect("a store").remove(0)
    };
    let message = "Field name provided, Phone is not an External ID or indexed field for the entity";
    refused(&upsert("Phone", &[("Phone", "1")]), "INVALID_FIELD", message, &[]);
    let message = "External_Id__c not specified";
    refused(&upsert("External_Id__c", &[("Name", "A")]), "MISSING_ARGUMENT", message, &[]);
}

#[test]
fn ids() {
    let home = home();
    // 18 characters with a wrong checksum, a counter that no org has reached, and what is no id in other ways.
    for (text, message, fields) in [
        ("001Ff0000000001ZZZ", "malformed id 001Ff0000000001ZZZ", &[][..]),
        ("001AAAAAAAAAAAA", "Account ID: id value of incorrect type: 001AAAAAAAAAAAA", &["Id"]),
        ("0xxAAAAAAAAAAAA", "bad id 0xxAAAAAAAAAAAA", &[]),
        ("001Ff000000000", "bad id 001Ff000000000", &[]),
        ("001Ff000000000!AAA", "bad id 001Ff000000000!AAA", &[]),
        ("nonsense", "bad id nonsense", &[]),
        ("", "bad id ", &[]),
    ] {
        let outcome = home.call().delete(&[text.to_owned()]).expect("a store").remove(0);
        refused(&outcome, "MALFORMED_ID", message, fields);
    }
    let outcome = home.undelete(home.account("Acme Customers"));
    refused(&outcome, "UNDELETE_FAILED", "Entity is not in the recycle bin", &[]);
}

#[test]
fn setup_objects_and_others_do_not_mix_in_a_transaction() {
    let mixed = |home: &crate::support::Home| {
        let group = [("Name", "Team"), ("Type", "Regular")];
        let sent = [home.sent("Account", None, &[("Name", "A")]), home.sent("Group", None, &group)];
        home.call().insert(&sent).expect("a store")
    };
    assert!(mixed(&home()).iter().all(fauxforce::dml::Outcome::is_success), "lenient by default");
    let home = home_with(|org| org.replace("\"settings\": {", "\"settings\": {\"strictMixedDml\": true,"));
    let message = "DML operation on setup object is not permitted after you have updated a non-setup object (or vice \
                   versa): Group, original object: Account";
    let outcomes = mixed(&home);
    assert!(outcomes[0].is_success());
    refused(&outcomes[1], "MIXED_DML_OPERATION", message, &[]);
    let user = home.user("norole.owner");
    let account = home.account("Acme Customers");
    let update = |field| {
        let sent =
            [home.sent("Account", Some(account), &[("Phone", "1")]), home.sent("User", Some(user), &[field])];
        home.call().update(&sent).expect("a store").remove(1)
    };
    assert!(update(("Title", "Dr")).is_success(), "not every field of User is setup");
    assert_eq!(update(("IsActive", "false")).faults[0].code.as_str(), "MIXED_DML_OPERATION");
}
