//! Person accounts.

use fauxforce::model::id::Id;
use fauxforce::model::value::Value;

use crate::support::{CUSTOMER, Fields, Home, PARTNER, PLUS, home, home_of, refused, seed_with};

fn people() -> Home {
    let field = r#"<?xml version="1.0" encoding="UTF-8"?>
        <CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>Shoe__c</fullName>
        <label>Shoe</label><type>Text</type><length>10</length></CustomField>"#;
    let path = "force-app/main/default/objects/Contact/fields/Shoe__c.field-meta.xml";
    let features = |org: String| org.replace(r#"["Communities"]"#, r#"["Communities", "PersonAccounts"]"#);
    home_of(&seed_with(features, &[(path, field)]))
}

fn text(home: &Home, id: Id, field: &str) -> String {
    home.record(id).text(field).unwrap_or("-").to_owned()
}

fn contact_of(home: &Home, account: Id) -> Id {
    home.record(account).id("PersonContactId").expect("a contact")
}

fn a_person(home: &Home, fields: Fields) -> Id {
    let owner = home.user("channel.manager");
    let mut all = vec![("LastName", "Doe"), ("OwnerId", owner.as_str())];
    all.extend(fields);
    home.inserted("Account", &all)
}

fn record_type(home: &Home, name: &str) -> Id {
    home.id("RecordType", "DeveloperName", name)
}

#[test]
fn person_fields_make_a_person_account() {
    let home = people();
    let account =
        a_person(&home, &[("FirstName", "Jo"), ("PersonEmail", "jo@example.com"), ("Shoe__pc", "42")]);
    let record = home.record(account);
    assert_eq!(record.text("Name"), Some("Jo Doe"));
    assert_eq!(record.id("RecordTypeId"), Some(record_type(&home, "PersonAccount")));
    assert!(record.get("IsPersonAccount").is_true());
    let contact = home.record(contact_of(&home, account));
    let told = ["Name", "Email", "Shoe__c"].map(|field| contact.text(field));
    assert_eq!(told, [Some("Jo Doe"), Some("jo@example.com"), Some("42")]);
    assert_eq!(contact.id("AccountId"), Some(account));
    assert_eq!(contact.id("OwnerId"), record.id("OwnerId"));
    assert!(contact.get("IsPersonAccount").is_true());
    let business = home.inserted("Account", &[("Name", "Acme")]);
    assert_eq!(home.record(business).id("RecordTypeId"), Some(record_type(&home, "Business_Account")));
    assert!(!home.record(business).get("IsPersonAccount").is_true());
}

#[test]
fn rows_02_and_05_of_person_accounts() {
    let home = people();
    let kind = record_type(&home, "PersonAccount");
    let message = "Required fields are missing: [LastName]";
    for fields in [&[("RecordTypeId", kind.as_str())] as Fields, &[("FirstName", "Jo")]] {
        refused(&home.insert("Account", fields), "REQUIRED_FIELD_MISSING", message, &["LastName"]);
    }
    let outcome = home.insert("Account", &[("LastName", "Doe"), ("PersonEmail", "foo")]);
    refused(&outcome, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: foo", &["PersonEmail"]);
}

#[test]
fn a_person_account_has_no_name_of_its_own() {
    let home = people();
    let message = "Account: bad field names on insert/update call: Name";
    let code = "INVALID_FIELD_FOR_INSERT_UPDATE";
    refused(&home.insert("Account", &[("LastName", "Doe"), ("Name", "Jo")]), code, message, &["Name"]);
    let account = a_person(&home, &[]);
    refused(&home.update("Account", account, &[("Name", "Jo")]), code, message, &["Name"]);
    let parent = home.account("Acme Customers");
    let message = "Account: bad field names on insert/update call: ParentId";
    refused(&home.update("Account", account, &[("ParentId", parent.as_str())]), code, message, &["ParentId"]);
}

#[test]
fn a_business_account_has_no_person_fields() {
    let home = people();
    let code = "INVALID_FIELD_FOR_INSERT_UPDATE";
    let kind = record_type(&home, "Business_Account");
    let fields =
        [("Name", "Acme"), ("RecordTypeId", kind.as_str()), ("FirstName", "Jo"), ("LastName", "Doe")];
    let message = "Account: bad field names on insert/update call: LastName, FirstName";
    refused(&home.insert("Account", &fields), code, message, &["LastName", "FirstName"]);
    let message = "Account: bad field names on insert/update call: PersonEmail";
    let outcome =
        home.update("Account", home.account("Acme Customers"), &[("PersonEmail", "jo@example.com")]);
    refused(&outcome, code, message, &["PersonEmail"]);
}

#[test]
fn without_the_feature_there_are_no_person_accounts() {
    let home = home();
    let outcome = home.insert("Account", &[("Name", "A"), ("IsPersonAccount", "true")]);
    let message = "No such column 'IsPersonAccount' on sobject of type Account";
    refused(&outcome, "INVALID_FIELD", message, &[]);
}

#[test]
fn account_and_contact_follow_each_other() {
    let home = people();
    let account = a_person(&home, &[("FirstName", "Jo"), ("Phone", "1")]);
    let contact = contact_of(&home, account);
    assert_eq!(text(&home, contact, "Phone"), "1");
    home.environment.now.set(home.environment.now.get() + 1000);
    home.updated(
        "Account",
        account,
        &[("LastName", "Roe"), ("PersonMailingCity", "Oslo"), ("Shoe__pc", "40")],
    );
    let told = ["Name", "MailingCity", "Shoe__c"].map(|field| text(&home, contact, field));
    assert_eq!(told, ["Jo Roe", "Oslo", "40"]);
    // A field that only accounts have changes both stamps.
    home.environment.now.set(home.environment.now.get() + 1000);
    home.updated("Account", account, &[("Industry", "Energy")]);
    let stamp = |id| home.record(id).get("LastModifiedDate").clone();
    assert_eq!((stamp(contact), stamp(account)), (stamp(account), Value::Int(home.environment.now.get())));
    home.environment.now.set(home.environment.now.get() + 1000);
    home.updated(
        "Contact",
        contact,
        &[("FirstName", "Max"), ("Email", "max@example.com"), ("Shoe__c", "39")],
    );
    let told =
        ["Name", "PersonEmail", "Shoe__pc", "PersonMailingCity"].map(|field| text(&home, account, field));
    assert_eq!(told, ["Max Roe", "max@example.com", "39", "Oslo"]);
    assert_eq!((stamp(contact), stamp(account)), (stamp(account), Value::Int(home.environment.now.get())));
    let owner = home.user("readonly.owner");
    home.updated("Account", account, &[("OwnerId", owner.as_str())]);
    assert_eq!(home.record(contact).id("OwnerId"), Some(owner));
}

#[test]
fn the_contact_of_a_person_stays_with_its_account() {
    let home = people();
    let account = a_person(&home, &[]);
    let contact = contact_of(&home, account);
    let code = "INVALID_CROSS_REFERENCE_KEY";
    let message = "cannot reference person contact";
    refused(&home.delete(contact), code, message, &[]);
    let (other, owner) = (home.account("Acme Customers"), home.user("readonly.owner"));
    for fields in [("AccountId", other.as_str()), ("AccountId", "null"), ("OwnerId", owner.as_str())] {
        refused(&home.update("Contact", contact, &[fields]), code, message, &[]);
    }
    let message = "cannot specify person account contact; use the account";
    let outcome = home.insert("Contact", &[("LastName", "Roe"), ("AccountId", account.as_str())]);
    refused(&outcome, code, message, &[]);
    let plain = home.contact("Acme Customers", "Roe");
    refused(&home.update("Contact", plain, &[("AccountId", account.as_str())]), code, message, &[]);
    // Both go and come back together.
    assert!(home.delete(account).is_success());
    assert!(home.record(contact).get("IsDeleted").is_true());
    refused(&home.undelete(contact), "UNDELETE_FAILED", "Entity is not in the recycle bin", &[]);
    assert!(home.undelete(account).is_success());
    assert!(!home.record(contact).get("IsDeleted").is_true());
}

#[test]
fn person_accounts_have_customer_users_only() {
    let home = people();
    let account = a_person(&home, &[]);
    let contact = contact_of(&home, account);
    let outcome = home.new_user(PARTNER, &[("ContactId", contact.as_str())]);
    let message = "only customer portal users can be associated to a person account";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ContactId"]);
    let user = home.a_user(PLUS, &[("ContactId", contact.as_str())]);
    let record = home.record(user);
    assert_eq!((record.id("AccountId"), record.text("PortalRole")), (Some(account), Some("PersonAccount")));
    let role = home.record(record.id("UserRoleId").expect("a role"));
    assert_eq!(role.text("Name"), Some("Doe Customer Person Account"));
    home.updated("Account", account, &[("LastName", "Roe")]);
    assert_eq!(text(&home, record.id("UserRoleId").expect("a role"), "Name"), "Roe Customer Person Account");
    let message = "Your attempt to delete Roe could not be completed because it is associated with the following portal \
                   users.: jo@example.com\n";
    refused(&home.delete(account), "DELETE_FAILED", message, &[]);
    // The owner needs a role as that of any other portal account.
    let bare = a_person(&home, &[("OwnerId", home.user("norole.owner").as_str())]);
    let contact = contact_of(&home, bare);
    let outcome =
        home.new_user(CUSTOMER, &[("ContactId", contact.as_str()), ("Username", "bare@example.com")]);
    refused(&outcome, "UNKNOWN_EXCEPTION", "portal account owner must have a role", &[]);
}

#[test]
fn accounts_become_persons_and_businesses_again() {
    let home = people();
    let person = record_type(&home, "PersonAccount");
    let account = home.inserted("Account", &[("Name", "Jo Doe")]);
    let message = "An account must have exactly one contact to become a person account.";
    let marry = [("RecordTypeId", person.as_str())];
    refused(&home.update("Account", account, &marry), "INVALID_PERSON_ACCOUNT_OPERATION", message, &[]);
    let contact = home.inserted(
        "Contact",
        &[
            ("FirstName", "Jo"),
            ("LastName", "Doe"),
            ("Email", "jo@example.com"),
            ("AccountId", account.as_str()),
        ],
    );
    let message = "Cannot specify any additional fields when marrying or separating a Person-Account";
    let more = [("RecordTypeId", person.as_str()), ("Phone", "1")];
    refused(&home.update("Account", account, &more), "INVALID_FIELD_FOR_INSERT_UPDATE", message, &[]);
    home.updated("Account", account, &marry);
    let record = home.record(account);
    assert_eq!((record.text("Name"), record.text("PersonEmail")), (Some("Jo Doe"), Some("jo@example.com")));
    assert_eq!(record.id("PersonContactId"), Some(contact));
    assert!(home.record(contact).get("IsPersonAccount").is_true());
    let business = record_type(&home, "Business_Account");
    home.updated("Account", account, &[("RecordTypeId", business.as_str())]);
    let record = home.record(account);
    assert_eq!((record.text("Name"), record.text("LastName")), (Some("Jo Doe"), None));
    assert!(record.get("PersonContactId").is_null() && !record.get("IsPersonAccount").is_true());
    assert!(!home.record(contact).get("IsPersonAccount").is_true());
    assert_eq!(text(&home, contact, "Email"), "jo@example.com");
    home.inserted("Contact", &[("LastName", "Roe"), ("AccountId", account.as_str())]);
}

#[test]
fn a_record_type_is_one_of_the_object() {
    let home = people();
    let fields = [("Name", "Staff"), ("DeveloperName", "Staff"), ("SobjectType", "Contact")];
    let staff = home.inserted("RecordType", &fields);
    let outcome = home.insert("Account", &[("Name", "Acme"), ("RecordTypeId", staff.as_str())]);
    let message = format!("Record Type ID: this ID value isn't valid for the user: {staff}");
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", &message, &["RecordTypeId"]);
    let account = home.inserted("Account", &[("Name", "Acme")]);
    home.updated("Account", account, &[("RecordTypeId", "012000000000000AAA")]);
    assert!(home.record(account).get("RecordTypeId").is_null());
}

#[test]
fn persons_are_merged_with_their_contacts() {
    let home = people();
    let [master, loser] = ["One", "Two"].map(|name| a_person(&home, &[("LastName", name)]));
    let [kept, gone] = [master, loser].map(|account| contact_of(&home, account));
    let user = home.a_user(PLUS, &[("ContactId", gone.as_str())]);
    let task = home.inserted("Task", &[("WhoId", gone.as_str()), ("Subject", "Call")]);
    let business = home.account("Acme Customers");
    let message = "Person accounts can only be merged with other person accounts.";
    refused(&home.merge(business, &[], &[loser]).outcome, "MERGE_FAILED", message, &[]);
    refused(&home.merge(loser, &[], &[business]).outcome, "MERGE_FAILED", message, &[]);
    let message = "cannot reference person contact";
    refused(&home.merge(kept, &[], &[gone]).outcome, "INVALID_CROSS_REFERENCE_KEY", message, &[]);
    // A portal account goes into a portal account only.
    let message = "When merging portal enabled accounts, the master record must be portal enabled.";
    refused(&home.merge(master, &[], &[loser]).outcome, "MERGE_FAILED", message, &[]);
    let done = home.merge(loser, &[("FirstName", "Jo")], &[master]);
    assert_eq!(done.outcome.faults, []);
    assert_eq!(text(&home, kept, "MasterRecordId"), gone.as_str());
    assert!(home.record(kept).get("IsDeleted").is_true());
    assert_eq!(home.record(user).id("ContactId"), Some(gone));
    assert_eq!(home.record(task).id("WhoId"), Some(gone));
    assert_eq!(text(&home, gone, "Name"), "Jo Two");
}
