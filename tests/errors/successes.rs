//! What is no error: saves that succeed and do more, or less, than they say.

use serde_json::{Value, json};

use crate::scene::{CUSTOMER, PARTNER, PLUS, with_person_accounts};
use crate::surroundings::Surroundings;

fn shown(rig: &Surroundings, object: &str, id: &str, fields: &[&str]) -> Value {
    let record = rig.record(object, id);
    fields.iter().map(|field| ((*field).to_owned(), record[*field].clone())).collect()
}

#[test]
pub fn the_same_member_again_is_no_error() {
    let rig = Surroundings::emulator();
    let group = rig.made("Group", json!({ "Name": "Team", "Type": "Regular" }));
    let row = json!({ "GroupId": group, "UserOrGroupId": rig.user("admin") });
    let first = rig.made("GroupMember", row.clone());
    assert_eq!(rig.made("GroupMember", row), first);
    assert_eq!(rig.ids("SELECT Id FROM GroupMember"), [first]);
}

#[test]
pub fn an_employees_email_waits_for_its_link() {
    let rig = Surroundings::emulator();
    let user = rig.user("norole.owner");
    rig.updated("User", &user, json!({ "Email": "new@example.com", "Title": "Dr" }));
    let record = shown(&rig, "User", &user, &["Email", "Title"]);
    assert_eq!(record, json!({ "Email": "norole.owner@fauxforce.test", "Title": "Dr" }));
    let mails = rig.only_on_an_emulator().mails();
    let sent: Vec<_> = mails.iter().map(|mail| [&mail["kind"], &mail["to"]]).collect();
    assert_eq!(
        sent,
        [["email_change", "new@example.com"], ["email_change_notice", "norole.owner@fauxforce.test"]]
    );
}

#[test]
pub fn an_external_users_email_changes_at_once() {
    let rig = Surroundings::emulator();
    let user = rig.a_portal_user(PLUS, "Acme Customers", "Doe");
    rig.updated("User", &user, json!({ "Email": "new@example.com" }));
    assert_eq!(
        shown(&rig, "User", &user, &["Email", "HasUserVerifiedEmail"]),
        json!({ "Email": "new@example.com", "HasUserVerifiedEmail": false })
    );
}

#[test]
pub fn freeze_and_unfreeze() {
    let rig = Surroundings::emulator();
    let user = rig.user("norole.owner");
    let soql =
        format!("SELECT Id, UserId, IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = '{user}'");
    let login = rig.ids(&soql).remove(0);
    let bearer = format!("Bearer {}", rig.token_of("norole.owner@fauxforce.test", &[]));
    let as_frozen = [("authorization", bearer.as_str())];
    assert_eq!(rig.ask("GET", "v59.0/recent", &as_frozen, "").status, 200);
    rig.updated("UserLogin", &login, json!({ "IsFrozen": true }));
    assert_eq!(rig.ask("GET", "v59.0/recent", &as_frozen, "").status, 401);
    assert_eq!(rig.record("User", &user)["IsActive"], true);
    rig.updated("UserLogin", &login, json!({ "IsFrozen": false, "IsPasswordLocked": false }));
    let again = format!("Bearer {}", rig.token_of("norole.owner@fauxforce.test", &[]));
    assert_eq!(rig.ask("GET", "v59.0/recent", &[("authorization", again.as_str())], "").status, 200);
}

#[test]
pub fn a_disabled_user_is_unlinked_and_the_contact_free() {
    let rig = Surroundings::emulator();
    let user = rig.a_portal_user(PLUS, "Acme Customers", "Doe");
    rig.updated("User", &user, json!({ "IsPortalEnabled": false }));
    assert_eq!(
        shown(&rig, "User", &user, &["IsActive", "IsPortalEnabled", "ContactId", "AccountId", "UserRoleId"]),
        json!({ "IsActive": false, "IsPortalEnabled": false, "ContactId": null, "AccountId": null, "UserRoleId": null })
    );
    assert_ne!(rig.record("User", &user)["Username"], "doe@example.com");
    // Another user, of the same name, on the same contact: as a connector does that finds its user unlinked.
    let contact = rig.id("Contact", "LastName", "Doe");
    let second = rig.a_user(CUSTOMER, json!({ "ContactId": contact, "Username": "doe@example.com" }));
    assert_ne!(second, user);
    let got = rig.update("User", &user, json!({ "IsActive": true }));
    assert_eq!(got.json()[0]["message"], "Cannot create a portal user without contact");
    let got = rig.update("User", &user, json!({ "ContactId": contact }));
    assert_eq!(got.json()[0]["errorCode"], "INVALID_FIELD_FOR_INSERT_UPDATE");
}

#[test]
pub fn a_partner_user_makes_a_partner_account() {
    let rig = Surroundings::emulator();
    let user = rig.a_portal_user(PARTNER, "Acme Customers", "Doe");
    let account = rig.account("Acme Customers");
    assert_eq!(shown(&rig, "Account", &account, &["IsPartner"]), json!({ "IsPartner": true }));
    let role = rig.record("User", &user)["UserRoleId"].as_str().expect("a role").to_owned();
    assert_eq!(
        shown(&rig, "UserRole", &role, &["Name", "PortalType", "PortalRole", "PortalAccountId"]),
        json!({
            "Name": "Acme Customers Partner User", "PortalType": "Partner", "PortalRole": "Worker",
            "PortalAccountId": account,
        })
    );
}

#[test]
pub fn person_fields_make_a_person_account() {
    let rig = &Surroundings::emulator().only_on_an_emulator().seeded(with_person_accounts, &[]);
    let account = rig.made("Account", json!({ "FirstName": "Jo", "LastName": "Doe" }));
    let record = rig.record("Account", &account);
    assert_eq!(
        (&record["IsPersonAccount"], &record["Name"], record["PersonContactId"].is_string()),
        (&true.into(), &"Jo Doe".into(), true)
    );
}
