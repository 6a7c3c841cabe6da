//! Outcomes: what provisioning has led to, as a text that changes only when that does.

use std::process::Command;

use fauxforce::Server;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::{Emulator, To, user};

fn outcome(emulator: &Emulator, to: &To) -> String {
    emulator.get(to, "/_fauxforce/outcome").with(200).body
}

fn id_of(emulator: &Emulator, to: &To, soql: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
    let found = emulator.rest(to, "GET", &format!("query?{query}"), None).with(200).json();
    found["records"][0]["Id"].as_str().unwrap_or_else(|| panic!("{soql}: {found}")).to_owned()
}

fn profile(emulator: &Emulator, to: &To, name: &str) -> String {
    id_of(emulator, to, &format!("SELECT Id FROM Profile WHERE Name = '{name}'"))
}

/// A customer's user, from the account on.
fn provision(emulator: &Emulator, to: &To) {
    let owner = id_of(emulator, to, "SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'");
    let account = json!({"Name": "Hopper", "AccountNumber": "H-1", "OwnerId": owner});
    let account = emulator.create(to, "Account", account);
    let contact =
        json!({"LastName": "Hopper", "FirstName": "Grace", "Email": "grace@acme.test", "AccountId": account});
    let contact = emulator.create(to, "Contact", contact);
    let mut grace = user("grace", &profile(emulator, to, "Acme Customer Community User"));
    grace["ContactId"] = contact.into();
    let grace = emulator.create(to, "User", grace);
    let set = id_of(emulator, to, "SELECT Id FROM PermissionSet WHERE Name = 'Provisioning'");
    let integration =
        id_of(emulator, to, "SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'");
    let assignment = json!({"AssigneeId": integration, "PermissionSetId": set});
    emulator.create(to, "PermissionSetAssignment", assignment);
    // One that is refused.
    let mut twin = user("grace", &profile(emulator, to, "Read Only"));
    twin["LastName"] = "Twin".into();
    emulator.rest(to, "POST", "sobjects/User", Some(&twin)).with(400);
    // One that is frozen, and one that goes.
    let frozen = format!("SELECT Id FROM UserLogin WHERE UserId = '{grace}'");
    let frozen = id_of(emulator, to, &frozen);
    emulator
        .rest(to, "PATCH", &format!("sobjects/UserLogin/{frozen}"), Some(&json!({"IsFrozen": true})))
        .with(204);
    let gone = id_of(emulator, to, "SELECT Id FROM Account WHERE Name = 'Norole Industries'");
    emulator.rest(to, "DELETE", &format!("sobjects/Account/{gone}"), None).with(204);
}

#[test]
fn it_tells_what_came_changed_and_went_by_natural_keys() {
    let emulator = Emulator::start();
    let main = emulator.main();
    assert_eq!(outcome(&emulator, &main), "");
    provision(&emulator, &main);
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("outcome_of_a_world", outcome(&emulator, &main));
    });
    // The library tells the same.
    let told = emulator.server.main().outcome().expect("an outcome");
    assert_eq!(told.to_string(), outcome(&emulator, &main));
    let json = emulator.get(&main, "/_fauxforce/outcome?format=json").with(200).json();
    assert_eq!(json, serde_json::to_value(&told).expect("JSON"));
    // Of one object only.
    let accounts = emulator.get(&main, "/_fauxforce/outcome?objects=account").with(200).body;
    assert!(accounts.starts_with("+ Account Hopper (H-1)\n") && !accounts.contains("Contact"), "{accounts}");
}

/// Another day, reads besides, real ids and times: the same text.
#[test]
fn it_does_not_depend_on_the_day_nor_on_what_is_read() {
    let one = Emulator::start();
    provision(&one, &one.main());
    let other = Emulator::of(Server::builder());
    let main = other.main();
    // So far that no session ends.
    other.put(&main, "/_fauxforce/clock", json!({"advance": "61m"})).with(200);
    for object in ["Profile", "Case", "Group", "PermissionSet"] {
        other.count(&main, &format!("SELECT Id FROM {object}"));
    }
    provision(&other, &main);
    assert_eq!(outcome(&one, &one.main()), outcome(&other, &main));
    assert_ne!(outcome(&one, &one.main()), "");
}

#[test]
fn it_begins_at_a_checkpoint_and_ends_with_a_reset() {
    let emulator = Emulator::start();
    let main = emulator.main();
    emulator.create(&main, "Account", json!({"Name": "Before"}));
    emulator.put(&main, "/_fauxforce/checkpoints/then", json!({})).with(201);
    let id = emulator.create(&main, "Account", json!({"Name": "After"}));
    let told = emulator.get(&main, "/_fauxforce/outcome?since=then").with(200).body;
    assert_eq!(
        told,
        "+ Account After\n    CreatedBy: admin@fauxforce.test\n    Owner: admin@fauxforce.test\n"
    );
    emulator.rest(&main, "DELETE", &format!("sobjects/Account/{id}"), None).with(204);
    assert_eq!(emulator.get(&main, "/_fauxforce/outcome?since=then").body, "");
    emulator.get(&main, "/_fauxforce/outcome?since=nowhere").with(404);
    emulator.get(&main, "/_fauxforce/outcome?format=xml").with(400);
    emulator.get(&main, "/_fauxforce/outcome?colour=red").with(400);
    emulator.post(&main, "/_fauxforce/reset", json!({})).with(204);
    assert_eq!(outcome(&emulator, &main), "");
}

/// The usernames of the platform's own users have the org's id in them.
#[test]
fn users_of_the_platform_are_called_by_their_names() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let system = id_of(
        &emulator,
        &main,
        "SELECT Id FROM User WHERE UserType = 'AutomatedProcess' AND FirstName = 'Automated'",
    );
    let manager =
        id_of(&emulator, &main, "SELECT Id FROM User WHERE Username = 'integration@fauxforce.test'");
    let body = json!({"DelegatedApproverId": system});
    emulator.rest(&main, "PATCH", &format!("sobjects/User/{manager}"), Some(&body)).with(204);
    assert_eq!(
        outcome(&emulator, &main),
        "~ User integration@fauxforce.test\n    DelegatedApproverId: (none) -> Automated Process\n"
    );
}

#[test]
fn twins_are_numbered_by_content() {
    let emulator = Emulator::start();
    let main = emulator.main();
    for phone in ["2", "1"] {
        emulator.create(&main, "Account", json!({"Name": "Twin", "Phone": phone}));
    }
    let lines = outcome(&emulator, &main);
    let (first, second) = lines.split_once("+ Account Twin #2\n").expect("two");
    assert!(first.contains("Phone: 1\n") && second.contains("Phone: 2\n"), "{lines}");
}

#[test]
fn the_command_prints_checks_and_blesses() {
    let emulator = Emulator::start();
    let main = emulator.main();
    emulator.create(&main, "Account", json!({"Name": "Acme"}));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("outcome.txt");
    let run = |arguments: &[&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_fauxforce"))
            .arg("outcome")
            .args(["--url", &main.base])
            .args(arguments)
            .output()
            .expect("the command runs");
        (command.status.code(), String::from_utf8(command.stdout).expect("text"))
    };
    let path = file.to_str().expect("a path");
    assert_eq!(run(&[]), (Some(0), outcome(&emulator, &main)));
    assert_eq!(run(&["--check", path]).0, Some(2));
    assert_eq!(run(&["--bless", path]).0, Some(0));
    assert_eq!(run(&["--check", path]), (Some(0), String::new()));
    emulator.create(&main, "Account", json!({"Name": "Beta"}));
    let (code, difference) = run(&["--check", path]);
    assert_eq!(code, Some(1));
    assert!(difference.contains("\n++ Account Beta\n"), "{difference}");
}

/// Pieces of work that do not depend on each other.
fn piece(emulator: &Emulator, to: &To, number: usize) {
    match number {
        0 => drop(emulator.create(to, "Account", json!({"Name": "One", "Phone": "1"}))),
        1 => drop(emulator.create(to, "Account", json!({"Name": "Two"}))),
        2 => drop(emulator.create(to, "Contact", json!({"LastName": "Doe", "Email": "doe@acme.test"}))),
        3 => drop(emulator.create(
            to,
            "Contact",
            json!({"LastName": "Doe", "Email": "doe@acme.test", "Title": "CTO"}),
        )),
        4 => drop(emulator.create(to, "User", user("ann", &profile(emulator, to, "Standard User")))),
        5 => drop(emulator.create(
            to,
            "Group",
            json!({"Name": "Staff", "DeveloperName": "Staff", "Type": "Queue"}),
        )),
        6 => drop(emulator.rest(to, "POST", "sobjects/User", Some(&user("bob", "00e000000000000")))),
        7 => drop(emulator.create(to, "Case", json!({"Subject": "Help"}))),
        _ => drop(emulator.count(to, "SELECT Id FROM Profile")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_work_in_another_order_has_the_same_outcome(
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        reads in prop::collection::vec(0..8usize, 0..4),
    ) {
        let emulator = Emulator::start();
        let (one, other) = (emulator.server.main().fork().expect("a fork"), emulator.server.main().fork().expect("a fork"));
        for number in 0..8 {
            piece(&emulator, &To::url(one.url()), number);
        }
        for number in order {
            if reads.contains(&number) {
                piece(&emulator, &To::url(other.url()), usize::MAX);
            }
            piece(&emulator, &To::url(other.url()), number);
        }
        let told = one.outcome().expect("an outcome");
        prop_assert_eq!(told.to_string(), other.outcome().expect("an outcome").to_string());
        prop_assert_eq!(told.records.len(), 7);
    }
}

#[test]
fn logins_mails_and_seats_are_told() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let form = |password: &str| {
        format!(
            "grant_type=password&client_id=fauxforce-client-id&client_secret=fauxforce-client-secret\
             &username=admin%40fauxforce.test&password={password}"
        )
    };
    for password in ["fauxforce1", "wrong", "wrong"] {
        _ = super::client::agent()
            .post(format!("{}/services/oauth2/token", main.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form(password))
            .expect("an answer");
    }
    let told = emulator.server.main().outcome().expect("an outcome");
    assert_eq!(
        told.logins,
        ["login admin@fauxforce.test: Invalid Password", "login admin@fauxforce.test: Success"]
    );
    emulator.create(&main, "User", user("ann", &profile(&emulator, &main, "Standard User")));
    let told = emulator.server.main().outcome().expect("an outcome");
    assert!(told.seats.iter().any(|line| line.starts_with("seats Salesforce: ")), "{told}");
    let value: Value = serde_json::to_value(&told).expect("JSON");
    assert_eq!(value["records"][0]["change"], "added");
}
