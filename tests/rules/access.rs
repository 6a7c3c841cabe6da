//! Access: profiles, permission sets, sharing.

use crate::support::{PARTNER, PLUS, home, home_with, refused, unseen};

#[test]
fn an_object_without_create_permission_is_not_inserted() {
    let home = home().run_by("readonly.owner");
    let outcome = home.insert("Account", &[("Name", "A")]);
    refused(&outcome, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: Account", &[]);
    let outcome = home.new_user("Standard User", &[]);
    refused(&outcome, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: User", &[]);
}

#[test]
fn an_object_without_edit_permission_is_not_updated() {
    let home = home().run_by("readonly.owner");
    let outcome = home.update("Account", home.account("Acme Customers"), &[("Name", "A")]);
    refused(&outcome, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be updated: Account", &[]);
}

#[test]
fn a_record_that_one_may_not_edit_is_not_updated() {
    let home = home().run_by("channel.manager");
    let outcome = home.update("User", home.user("norole.owner"), &[("Title", "X")]);
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &[]);
    home.updated("User", home.user("channel.manager"), &[("Title", "X")]);
    let outcome = home.update("User", home.user("channel.manager"), &[("Username", "x@example.com")]);
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &[]);
}

#[test]
fn only_owners_and_those_above_delete() {
    let home = home();
    let owner = home.user("readonly.owner");
    let account = home.inserted("Account", &[("Name", "Acme"), ("OwnerId", owner.as_str())]);
    let fields = [("LastName", "Doe"), ("OwnerId", owner.as_str()), ("AccountId", account.as_str())];
    let contact = home.inserted("Contact", &fields);
    let home = home.run_by("norole.owner");
    let outcome = home.delete(contact);
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &[]);
    let home = home.run_by("channel.manager");
    assert!(home.delete(contact).is_success());
    // Owners delete what is theirs, and the contacts of their accounts.
    let own = home.user("norole.owner");
    let account = home.inserted("Account", &[("Name", "Own"), ("OwnerId", own.as_str())]);
    let contact = home.inserted("Contact", &[("LastName", "Other"), ("AccountId", account.as_str())]);
    let home = home.run_by("norole.owner");
    assert!(home.delete(contact).is_success());
    assert!(home.delete(account).is_success());
}

#[test]
fn a_reference_that_is_not_visible_is_refused() {
    let home = home();
    home.a_portal_user(PARTNER, "Acme Partners", "Doe");
    let other = home.account("Acme Customers");
    let home = home.run_by("doe@example.com");
    let outcome = home.insert(
        "Opportunity",
        &[("AccountId", other.as_str()), ("Name", "O"), ("StageName", "New"), ("CloseDate", "2026-01-01")],
    );
    unseen(&outcome, other);
    unseen(&home.update("Account", other, &[("Name", "X")]), other);
}

#[test]
fn the_least_that_provisioning_needs() {
    let home = home().run_by("integration");
    home.a_user("Standard User", &[("Username", "one@example.com")]);
    home.a_portal_user(PLUS, "Acme Customers", "Two");
    let account = home.org.standard("Account").expect("Account");
    let access = home.runner.object(&account);
    assert!(access.read && access.create && access.edit && !access.delete);
}

#[test]
fn external_users_need_their_own_permission() {
    let home = home_with(|org| org.replace("\"ManagePartners\",", "")).run_by("integration");
    let contact = home.contact("Acme Customers", "Doe");
    let outcome = home.new_user(PLUS, &[("ContactId", contact.as_str())]);
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &[]);
}

#[test]
fn fields_that_need_a_view_permission() {
    let home =
        home_with(|org| org.replace("\"ViewRoles\",", "").replace("\"ViewSetup\"", "\"ViewHelpLink\""));
    let home = home.run_by("integration");
    let users = home.org.standard("User").expect("User");
    for name in ["ProfileId", "UserRoleId"] {
        assert!(!home.runner.sees_field(&users, users.field(name).expect("a field")), "{name}");
    }
    let outcome =
        home.update("User", home.user("norole.owner"), &[("ProfileId", home.profile("Read Only").as_str())]);
    refused(&outcome, "INVALID_FIELD", "No such column 'ProfileId' on sobject of type User", &[]);
}

#[test]
fn field_level_security() {
    let home = home_with(|org| {
        org.replace("\"objects\": { \"Account\": \"cre\"", "\"fields\": {\"Account.External_Id__c\": \"r\", \"Account.Phone\": \"\"}, \"objects\": { \"Account\": \"cre\"")
    });
    let home = home.run_by("integration");
    let outcome = home.insert("Account", &[("Name", "A"), ("Phone", "1")]);
    refused(&outcome, "INVALID_FIELD", "No such column 'Phone' on sobject of type Account", &[]);
    let outcome = home.insert("Account", &[("Name", "A"), ("External_Id__c", "1")]);
    assert_eq!(
        outcome.faults.first().map(|fault| fault.code.as_str()),
        Some("INVALID_FIELD_FOR_INSERT_UPDATE")
    );
}

#[test]
fn access_follows_its_records() {
    let home = home();
    let account = home.org.standard("Account").expect("Account");
    let user = home.user("readonly.owner");
    let may_create = || home.org.runner(user).expect("a runner").object(&account).create;
    assert!(!may_create());
    let set = home.inserted("PermissionSet", &[("Name", "Creators"), ("Label", "Creators")]);
    let fields = [("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())];
    let assignment = home.inserted("PermissionSetAssignment", &fields);
    assert!(!may_create());
    let fields = [
        ("ParentId", set.as_str()),
        ("SobjectType", "Account"),
        ("PermissionsRead", "true"),
        ("PermissionsCreate", "true"),
    ];
    home.inserted("ObjectPermissions", &fields);
    assert!(may_create());
    assert!(home.delete(assignment).is_success());
    assert!(!may_create());
}

#[test]
fn what_is_undone_is_not_remembered() {
    let home = home();
    let user = home.user("readonly.owner");
    let admin = home.profile("System Administrator");
    let change = home.sent("User", Some(user), &[("ProfileId", admin.as_str())]);
    let broken = home.sent("User", Some(user), &[("Email", "x")]);
    let options = fauxforce::dml::Options { all_or_none: true, ..home.options.clone() };
    let call = fauxforce::dml::Call { options: &options, ..home.call() };
    let outcomes = call.update(&[change, broken]).expect("a store");
    let codes: Vec<_> = outcomes.iter().flat_map(|o| &o.faults).map(|fault| fault.code.as_str()).collect();
    assert_eq!(codes, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_EMAIL_ADDRESS"]);
    assert!(!home.org.runner(user).expect("a runner").may("ModifyAllData"));
    assert_eq!(home.used("Salesforce"), 5);
}

#[test]
fn what_is_hidden_is_absent() {
    use fauxforce::query::soql::{QueryOptions, query};
    let home = home();
    let options = QueryOptions { all_rows: false, api_version: 62 };
    let ask = |home: &crate::support::Home, text: &str| {
        let fault = query(&home.org, &home.environment, &home.runner, text, &options).err();
        fault.map(|fault| (fault.code.to_string(), fault.message))
    };
    assert_eq!(ask(&home, "SELECT Id FROM UserLogin"), None);
    let (code, message) = ask(&home, "SELECT Id FROM Nope").expect("a fault");
    assert_eq!(code, "INVALID_TYPE");
    assert!(message.contains("sObject type 'Nope' is not supported."), "{message}");
    let home = home.run_by("norole.owner");
    let (code, message) = ask(&home, "SELECT Id FROM UserLogin").expect("a fault");
    assert_eq!(code, "INVALID_TYPE");
    assert!(message.contains("sObject type 'UserLogin' is not supported."), "{message}");
    let (code, message) = ask(&home, "SELECT Id, CurrencyIsoCode FROM User").expect("a fault");
    assert_eq!(code, "INVALID_FIELD");
    assert!(message.contains("No such column 'CurrencyIsoCode' on entity 'User'."), "{message}");
}
