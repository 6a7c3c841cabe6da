//! Contact and Account.

use crate::support::{CUSTOMER, PLUS, home, refused, unseen};

#[test]
fn contacts_and_accounts_need_a_name() {
    let home = home();
    let missing = |field: &str| format!("Required fields are missing: [{field}]");
    refused(
        &home.insert("Contact", &[("LastName", "")]),
        "REQUIRED_FIELD_MISSING",
        &missing("LastName"),
        &["LastName"],
    );
    refused(&home.insert("Account", &[]), "REQUIRED_FIELD_MISSING", &missing("Name"), &["Name"]);
}

#[test]
fn an_email_of_a_contact_has_the_form_of_an_address() {
    let outcome = home().insert("Contact", &[("LastName", "Doe"), ("Email", "foo")]);
    refused(&outcome, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: foo", &["Email"]);
}

#[test]
fn an_owner_is_a_user() {
    let home = home();
    let group = home.id("Group", "DeveloperName", "AllInternalUsers");
    let outcome = home.insert("Account", &[("Name", "A"), ("OwnerId", group.as_str())]);
    let message = format!("Owner ID: id value of incorrect type: {group}");
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", &message, &["OwnerId"]);
}

#[test]
fn parents_of_accounts_make_no_circle() {
    let home = home();
    let parent = home.inserted("Account", &[("Name", "Parent")]);
    let child = home.inserted("Account", &[("Name", "Child"), ("ParentId", parent.as_str())]);
    let message = "attempt to violate hierarchy constraints";
    for above in [child, parent] {
        let outcome = home.update("Account", parent, &[("ParentId", above.as_str())]);
        refused(&outcome, "CIRCULAR_DEPENDENCY", message, &[]);
    }
}

#[test]
fn reports_to_makes_no_circle() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    let outcome = home.update("Contact", contact, &[("ReportsToId", contact.as_str())]);
    let message = "attempt to violate hierarchy constraints";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ReportsToId"]);
}

#[test]
fn an_inactive_user_owns_nothing_new() {
    let home = home();
    let owner = home.a_user("Standard User", &[("IsActive", "false")]);
    for (object, name, label) in [("Contact", "LastName", "contact"), ("Account", "Name", "account")] {
        let outcome = home.insert(object, &[(name, "X"), ("OwnerId", owner.as_str())]);
        let message =
            format!("operation performed with inactive user [{}] as owner of {label}", owner.short());
        refused(&outcome, "INACTIVE_OWNER_OR_USER", &message, &[]);
    }
    // Other lookups to inactive users are accepted.
    home.updated("User", home.user("norole.owner"), &[("ManagerId", owner.as_str())]);
}

#[test]
fn a_record_with_a_portal_user_is_not_deleted() {
    let home = home();
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let contact = home.record(user).id("ContactId").expect("a contact");
    let message = |name: &str| {
        format!(
            "Your attempt to delete {name} could not be completed because it is associated with the following portal \
             users.: doe@example.com\n"
        )
    };
    refused(&home.delete(contact), "DELETE_FAILED", &message("Doe"), &[]);
    refused(&home.delete(home.account("Acme Customers")), "DELETE_FAILED", &message("Acme Customers"), &[]);
    home.updated("User", user, &[("IsPortalEnabled", "false")]);
    let account = home.account("Acme Customers");
    assert!(home.delete(account).is_success());
    assert!(home.ids("UserRole", "PortalAccountId", account).is_empty());
}

#[test]
fn a_record_with_cases_is_not_deleted() {
    let home = home();
    let contact = home.contact("Acme Customers", "Davis");
    home.updated("Contact", contact, &[("FirstName", "Josh"), ("Salutation", "Mr.")]);
    let case = home.inserted("Case", &[("ContactId", contact.as_str())]);
    let number = home.record(case).text("CaseNumber").unwrap_or(case.as_str()).to_owned();
    let message = format!(
        "Your attempt to delete Mr. Josh Davis could not be completed because it is associated with the following cases.: \
         {number}\n"
    );
    refused(&home.delete(contact), "DELETE_FAILED", &message, &[]);
    let role = home.id("UserRole", "Name", "Channel Manager");
    let message = "Your attempt to delete Channel Manager could not be completed because it is associated with the \
                   following users.: Casey Manager\n";
    refused(&home.delete(role), "DELETE_FAILED", message, &[]);
}

#[test]
fn a_deleted_record_is_gone() {
    let home = home();
    let contact = home.contact("Acme Customers", "Doe");
    assert!(home.delete(contact).is_success());
    let outcome = home.update("Contact", contact, &[("LastName", "X")]);
    refused(&outcome, "ENTITY_IS_DELETED", "entity is deleted", &[]);
    refused(&home.delete(contact), "ENTITY_IS_DELETED", "entity is deleted", &[]);
    let outcome = home.insert("Case", &[("ContactId", contact.as_str())]);
    refused(&outcome, "ENTITY_IS_DELETED", "entity is deleted", &[]);
}

#[test]
fn an_account_goes_and_comes_back_with_its_contacts() {
    let home = home();
    let account = home.inserted("Account", &[("Name", "Whole")]);
    let kept = home.contact("Whole", "Kept");
    let gone = home.contact("Whole", "Gone");
    home.inserted("Task", &[("WhoId", kept.as_str()), ("Subject", "Call")]);
    assert!(home.delete(gone).is_success());
    assert!(home.delete(account).is_success());
    assert!(home.record(kept).get("IsDeleted").is_true());
    assert!(home.undelete(account).is_success());
    assert!(!home.record(kept).get("IsDeleted").is_true());
    // What was deleted before stays deleted.
    assert!(home.record(gone).get("IsDeleted").is_true());
}

#[test]
fn fields_of_features_that_are_off_are_unknown() {
    let home = home();
    let outcome = home.insert("Contact", &[("LastName", "Doe"), ("CurrencyIsoCode", "EUR")]);
    let message = "No such column 'CurrencyIsoCode' on sobject of type Contact";
    refused(&outcome, "INVALID_FIELD", message, &[]);
    let outcome = home.insert("Contact", &[("LastName", "Doe"), ("MailingCountryCode", "GB")]);
    let message = "No such column 'MailingCountryCode' on sobject of type Contact";
    refused(&outcome, "INVALID_FIELD", message, &[]);
}

#[test]
fn parents_are_found_by_external_id() {
    let home = home();
    home.updated("Account", home.account("Acme Customers"), &[("External_Id__c", "A1")]);
    let contact = home.contact("Acme Customers", "Doe");
    home.updated("Contact", contact, &[("External_Id__c", "C1")]);
    let sent = home.sent("Contact", None, &[("External_Id__c", "C1"), ("LastName", "Roe")]);
    let outcome = home.call().upsert("External_Id__c", &[sent]).expect("a store").remove(0);
    assert_eq!((outcome.id, outcome.created), (Some(contact), false));
    home.a_portal_user(CUSTOMER, "Acme Customers", "Two");
}

#[test]
fn a_converted_lead_does_not_change() {
    let home = home();
    let lead = home.inserted("Lead", &[("LastName", "Doe"), ("Company", "Acme")]);
    let sql = "UPDATE \"Lead\" SET \"IsConverted\" = 1 WHERE \"Id\" = ?1";
    home.org.store.execute(sql, [lead.as_str()]).expect("a store");
    let outcome = home.update("Lead", lead, &[("Title", "X")]);
    refused(&outcome, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]);
}

#[test]
fn ids_do_not_stand_among_fields() {
    let home = home();
    let account = home.account("Acme Customers");
    let outcome = home.insert("Account", &[("Id", account.as_str()), ("Name", "A")]);
    refused(&outcome, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", &[]);
    home.inserted("Account", &[("Id", "null"), ("Name", "A")]);
    let outcome = home.update("Account", account, &[("Id", account.as_str())]);
    let message = "The Id field should not be specified in the sobject data.";
    refused(&outcome, "INVALID_FIELD", message, &[]);
}

#[test]
fn a_partner_account_is_disabled_before_it_goes() {
    let home = home();
    let account = home.account("Acme Partners");
    let message = "Your attempt to delete Acme Partners could not be completed because it is enabled as a partner \
                   account.\n";
    refused(&home.delete(account), "DELETE_FAILED", message, &[]);
    home.updated("Account", account, &[("IsPartner", "false")]);
    assert!(home.delete(account).is_success());
}

#[test]
fn a_contact_without_account_is_private() {
    let home = home();
    let own =
        home.inserted("Contact", &[("LastName", "Own"), ("OwnerId", home.user("integration").as_str())]);
    let private = home.inserted("Contact", &[("LastName", "Private")]);
    let shared = home.contact("Acme Customers", "Shared");
    let home = home.run_by("integration");
    for contact in [own, shared] {
        home.updated("Contact", contact, &[("Title", "X")]);
    }
    unseen(&home.update("Contact", private, &[("Title", "X")]), private);
}
