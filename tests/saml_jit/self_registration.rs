//! Visitors of a community register themselves.

use fauxforce::message::{Response, StatusCode};

use crate::support::{CUSTOMER, Home, home, home_with, location, text};

const PAGE: &str = "/customers/CommunitiesSelfReg";
const SORRY: &str = "Your request cannot be processed at this time. The site administrator has been alerted.";

/// The community of customers is open to visitors, who belong to this account.
fn open(account: &str) -> Home {
    let more = format!(
        "\"urlPathPrefix\": \"customers\", \"selfRegistrationProfile\": {CUSTOMER:?}, \"selfRegistrationAccount\": {account:?},"
    );
    home_with(|org| org.replace("\"urlPathPrefix\": \"customers\",", &more))
}

fn register(home: &Home, changes: &[(&str, &str)]) -> Response {
    let mut fields = vec![
        ("firstName", "Cora"),
        ("lastName", "Holt"),
        ("communityNickname", "cora"),
        ("email", "cora@acme.test"),
        ("password", "another1password"),
        ("confirmPassword", "another1password"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    home.post(PAGE, &fields)
}

fn mails(home: &Home) -> Vec<(String, String, String)> {
    let state = home.world.lock();
    let mails = state.outbox.borrow();
    mails.iter().map(|mail| (mail.kind.to_owned(), mail.to.clone(), mail.body.clone())).collect()
}

/// A field of all records of an object.
fn values(home: &Home, object: &str, field: &str) -> Vec<String> {
    let state = home.world.lock();
    let org = &state.orgs[0];
    let object = org.object(object).expect("a store").expect("an object");
    let sql = format!("SELECT coalesce(\"{field}\", '') FROM \"{}\" ORDER BY \"Id\"", object.name);
    org.store.rows(&sql, [], |row| row.get(0)).expect("a store")
}

fn refused(home: &Home, response: &Response, message: &str) {
    assert_eq!(response.status, StatusCode::OK);
    let page = text(response);
    assert!(page.contains(&format!("role=\"alert\">{message}</div>")), "{page}");
    assert!(values(home, "User", "Username").iter().all(|name| name != "cora@acme.test"));
    assert!(values(home, "Contact", "LastName").iter().all(|name| name != "Holt"), "nothing is left behind");
}

#[test]
fn the_page_is_where_it_is_switched_on() {
    let home = open("Acme Customers");
    assert!(
        text(&home.get("/customers/login")).contains("href=\"/customers/CommunitiesSelfReg\">Not a member?")
    );
    assert!(text(&home.get(PAGE)).contains("<form id=\"theForm\""));
    assert!(
        text(&home.get("/customers/s/login/SelfRegister"))
            .contains("action=\"/customers/s/login/SelfRegister\"")
    );
    assert_eq!(home.get("/partners/CommunitiesSelfReg").status, StatusCode::NOT_FOUND);
    assert!(!text(&home.get("/partners/login")).contains("Not a member?"));
}

#[test]
fn a_visitor_gets_a_contact_and_a_user_and_is_logged_in() {
    let home = open("Acme Customers");
    let response = register(&home, &[]);
    assert!(location(&response).contains("/customers/secur/frontdoor.jsp?sid=[sid]"), "{}", text(&response));
    let state = home.world.lock();
    let org = &state.orgs[0];
    let find = |object: &'static str, field: &str, value: &str| {
        let object = org.standard(object).expect("an object");
        let ids = org.ids_where(&object, field, &value.into(), 2).expect("a store");
        org.find(&object, ids[0]).expect("a store").expect("a record")
    };
    let (user, contact) = (find("User", "Username", "cora@acme.test"), find("Contact", "LastName", "Holt"));
    let guest = find("Site", "UrlPathPrefix", "customers").id("GuestUserId");
    let account = find("Account", "Name", "Acme Customers");
    assert_eq!((user.id("ContactId"), user.text("CommunityNickname")), (contact.id("Id"), Some("cora")));
    assert_eq!((user.id("CreatedById"), contact.id("CreatedById")), (guest, guest));
    assert_eq!((contact.id("AccountId"), contact.id("OwnerId")), (account.id("Id"), account.id("OwnerId")));
}

#[test]
fn one_unused_contact_is_taken() {
    let home = open("Acme Customers");
    let known = home.contact("Acme Customers", "Old", "cora@acme.test");
    home.contact("Acme Partners", "Elsewhere", "cora@acme.test");
    register(&home, &[]);
    assert_eq!(values(&home, "User", "ContactId").iter().filter(|id| **id == known.as_str()).count(), 1);
    assert_eq!(values(&home, "Contact", "LastName"), ["Old", "Elsewhere"]);
}

#[test]
fn a_contact_that_has_a_user_is_refused() {
    let home = open("Acme Customers");
    register(&home, &[]);
    let again = register(&home, &[("communityNickname", "other")]);
    assert!(text(&again).contains(SORRY));
    assert_eq!(values(&home, "Contact", "LastName"), ["Holt"]);
    let (_, _, body) = mails(&home).pop().expect("a mail");
    assert_eq!(
        body,
        "There was an error in registering a user in site Customers. The error message is: portal user already exists for \
         contact."
    );
}

#[test]
fn of_several_contacts_none_is_taken() {
    let home = open("Acme Customers");
    for name in ["One", "Two"] {
        home.contact("Acme Customers", name, "cora@acme.test");
    }
    register(&home, &[]);
    assert_eq!(values(&home, "Contact", "LastName"), ["One", "Two", "Holt"]);
}

#[test]
fn without_a_password_a_mail_leads_to_one() {
    let home = open("Acme Customers");
    let response = register(&home, &[("password", ""), ("confirmPassword", "")]);
    assert!(location(&response).ends_with("/customers/CommunitiesSelfRegConfirm"));
    assert!(text(&home.get("/customers/CommunitiesSelfRegConfirm")).contains("Thank you for registering."));
    let sent = mails(&home);
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].0.as_str(), sent[0].1.as_str()), ("password_reset", "cora@acme.test"));
}

#[test]
fn the_administrator_is_told_why_a_registration_failed() {
    let home = open("Acme Customers");
    let account = home.account("Acme Customers");
    home.update("Account", account, &[("OwnerId", home.user("norole.owner").as_str())]);
    refused(&home, &register(&home, &[]), SORRY);
    let site = "There was an error in registering a user in site Customers. The error message is: ";
    let told = |home: &Home| mails(home).pop().expect("a mail").2;
    assert_eq!(told(&home), format!("{site}portal account owner must have a role."));
    let home = open("Acme Customers");
    refused(&home, &register(&home, &[("communityNickname", "")]), SORRY);
    assert_eq!(told(&home), format!("{site}Required fields are missing: [CommunityNickname]."));
    refused(&home, &register(&home, &[("email", "nonsense")]), SORRY);
    assert!(told(&home).contains("invalid email address: nonsense"), "{}", told(&home));
}

#[test]
fn a_taken_username_alerts_nobody() {
    let home = open("Acme Customers");
    let before = mails(&home).len();
    let response = register(&home, &[("email", "admin@fauxforce.test")]);
    refused(&home, &response, SORRY);
    assert_eq!(mails(&home).len(), before);
}

#[test]
fn what_is_wrong_with_a_password_is_told_to_the_visitor() {
    let home = open("Acme Customers");
    refused(&home, &register(&home, &[("confirmPassword", "x")]), "Passwords do not match.");
    let short = [("password", "short1"), ("confirmPassword", "short1")];
    refused(&home, &register(&home, &short), "Your password must be at least 8 characters long.");
    assert!(mails(&home).is_empty());
}

#[test]
fn nobody_registers_outside_a_live_community() {
    let only = "That operation is only allowed from within an active site.";
    let fields = [("email", "cora@acme.test"), ("lastName", "Holt")];
    let nowhere = home();
    refused(&nowhere, &nowhere.post("/apex/CommunitiesSelfReg", &fields), only);
    let closed = open("Acme Customers");
    let network = closed.id("Network", "Name", "Customers");
    closed.update("Network", network, &[("Status", "DownForMaintenance")]);
    refused(&closed, &register(&closed, &[]), only);
}

#[test]
fn without_an_account_a_person_account_is_made_where_there_are_any() {
    let open_without_account = |org: String| {
        let more = format!("\"urlPathPrefix\": \"customers\", \"selfRegistrationProfile\": {CUSTOMER:?},");
        org.replace("\"urlPathPrefix\": \"customers\",", &more)
    };
    let home = home_with(open_without_account);
    refused(&home, &register(&home, &[]), SORRY);
    let persons = home_with(|org| {
        open_without_account(org).replace("\"features\": [", "\"features\": [\"PersonAccounts\", ")
    });
    let (admin, role) = (persons.user("admin"), persons.id("UserRole", "Name", "CEO"));
    persons.update("User", admin, &[("UserRoleId", role.as_str())]);
    register(&persons, &[]);
    assert!(values(&persons, "Account", "Name").contains(&"Cora Holt".to_owned()));
    assert!(values(&persons, "User", "Username").contains(&"cora@acme.test".to_owned()));
}
