//! Employees and their users: what Setup > Employee User Settings does.

#[path = "../bulk/emulator.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod emulator;
#[path = "../harness/fixture.rs"]
mod fixture;

use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;

use emulator::Emulator;

const DATA: &str = "/services/data/v62.0";
const SETTINGS: &str = "/_fauxforce/employees/settings";
const PROCESSES: &str = "/_fauxforce/employees/processes";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// The settings of these tests; by hand unless they are changed.
fn settings() -> Value {
    json!({
        "profile": "Standard User", "permissionSet": "Provisioning", "domainName": "acme.test",
        "automaticUserCreation": false
    })
}

fn seed(settings: Value) -> TempDir {
    fixture::changed_seed(|org| {
        org["licenses"]["Salesforce"] = json!(30_000);
        org["features"] = json!(["Communities", "PersonAccounts", "UnifiedEmployee"]);
        org["settings"]["employeeUserSettings"] = settings.clone();
    })
}

struct Org {
    emulator: Emulator,
    _seed: TempDir,
}

impl Org {
    fn with(settings: Value) -> Org {
        let seed = seed(settings);
        Org { emulator: Emulator::of(fixture::builder().seed(seed.path())), _seed: seed }
    }

    fn create(&self, object: &str, fields: Value) -> String {
        let made = self.emulator.json("POST", &format!("{DATA}/sobjects/{object}"), &fields.to_string());
        made["id"].as_str().unwrap_or_else(|| panic!("{object}: {made}")).to_owned()
    }

    /// The documented order: person account, its contact, employee.
    fn hire(&self, number: &str, first: &str, last: &str) -> String {
        let email = format!("{}.{}@old.test", first.to_lowercase(), last.to_lowercase());
        let person = json!({ "FirstName": first, "LastName": last, "PersonEmail": email });
        let account = self.create("Account", person);
        let found = self.query(&format!("SELECT PersonContactId FROM Account WHERE Id = '{account}'"));
        self.create("Employee2", employee(number, found[0]["PersonContactId"].as_str().expect("a contact")))
    }

    fn query(&self, soql: &str) -> Vec<Value> {
        let path = format!("{DATA}/query?q={}", soql.replace(' ', "+").replace('%', "%25"));
        let found = self.emulator.json("GET", &path, "");
        let mut records = found["records"].as_array().unwrap_or_else(|| panic!("{soql}: {found}")).clone();
        for record in &mut records {
            record.as_object_mut().expect("a record").remove("attributes");
        }
        records
    }

    fn run(&self, body: &str) -> (u16, Value) {
        let got = self.emulator.ask("POST", PROCESSES, JSON, body);
        (got.status, serde_json::from_str(&got.body).expect("JSON"))
    }

    /// The process that has run last.
    fn last(&self) -> Value {
        self.emulator.json("GET", PROCESSES, "")[0].clone()
    }

    fn log(&self) -> Vec<Value> {
        self.query("SELECT ExternalUsername, Status, Details FROM UserProvisioningLog ORDER BY Id")
    }

    fn change_settings(&self, settings: &Value) {
        let got = self.emulator.ask("PUT", SETTINGS, JSON, &settings.to_string());
        assert_eq!(got.status, 200, "{got:?}");
    }
}

fn employee(number: &str, contact: &str) -> Value {
    json!({
        "ContactId": contact, "EmployeeNumber": number, "EmployeeStatus": "Active",
        "StatusStartDate": "2026-01-01T00:00:00Z"
    })
}

fn counts(process: &Value) -> Value {
    json!([process["status"], process["total"], process["created"], process["linked"], process["failed"]])
}

#[test]
fn run_user_provisioning_creates_users_and_links_those_who_are_there() {
    let org = Org::with(settings());
    let new = org.hire("E-1", "Ada", "Lovelace");
    org.hire("E-2", "Grace", "Hopper");
    let users = "SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'";
    let admin = org.query(users)[0]["Id"].as_str().expect("an id").to_owned();
    let set = json!({ "EmployeeNumber": "E-2" }).to_string();
    let got = org.emulator.ask("PATCH", &format!("{DATA}/sobjects/User/{admin}"), JSON, &set);
    assert_eq!(got.status, 204, "{got:?}");
    assert_eq!(org.run("").0, 202);
    assert_eq!(counts(&org.last()), json!(["Completed", 2, 1, 1, 0]));
    let made = org.query(&format!(
        "SELECT User.Username, User.Alias, User.Email, User.EmployeeNumber, User.Profile.Name, User.ContactId \
         FROM Employee2 WHERE Id = '{new}'"
    ));
    let user = &made[0]["User"];
    assert_eq!(user["Username"], "ada.lovelace@acme.test");
    assert_eq!(user["Alias"], "ALovelac");
    assert_eq!(user["Email"], "ada.lovelace@old.test");
    assert_eq!(user["EmployeeNumber"], "E-1");
    assert_eq!(user["Profile"]["Name"], "Standard User");
    assert_eq!(user["ContactId"], Value::Null);
    let linked = org.query("SELECT UserId FROM Employee2 WHERE EmployeeNumber = 'E-2'");
    assert_eq!(linked[0]["UserId"], admin.as_str());
    let assigned = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name = 'Provisioning' AND \
                    Assignee.Username = 'ada.lovelace@acme.test'";
    assert_eq!(org.query(assigned).len(), 1);
    let requests = org.query("SELECT AppName, State FROM UserProvisioningRequest");
    assert_eq!(requests, [json!({ "AppName": "Employee User Provisioning", "State": "Completed" })]);
    assert_eq!(org.log().iter().map(|row| row["Status"].clone()).collect::<Vec<_>>(), ["Created", "Linked"]);
}

#[test]
fn what_fails_is_logged_with_its_employee_and_can_be_run_again() {
    let org = Org::with(settings());
    let none = org.create("Contact", json!({ "LastName": "Nomail", "AccountId": any_account(&org) }));
    org.create("Employee2", employee("E-1", &none));
    org.hire("E-2", "Ada", "Lovelace");
    org.run("");
    assert_eq!(counts(&org.last()), json!(["CompletedWithErrors", 2, 1, 0, 1]));
    let failed = &org.log()[0];
    assert_eq!(failed["ExternalUsername"], "E-1");
    assert_eq!(failed["Details"], "REQUIRED_FIELD_MISSING: Required fields are missing: [Email]");
    let got = org.emulator.ask(
        "PATCH",
        &format!("{DATA}/sobjects/Contact/{none}"),
        JSON,
        r#"{"Email":"no@mail.test"}"#,
    );
    assert_eq!(got.status, 204, "{got:?}");
    org.run("");
    assert_eq!(counts(&org.last()), json!(["Completed", 1, 1, 0, 0]));
}

fn any_account(org: &Org) -> String {
    org.query("SELECT Id FROM Account LIMIT 1")[0]["Id"].as_str().expect("an id").to_owned()
}

#[test]
fn licences_that_do_not_match_fail_the_row_and_leave_no_user() {
    let org = Org::with(settings());
    org.hire("E-1", "Ada", "Lovelace");
    org.change_settings(&json!({
        "profile": "Chatter Free User", "permissionSet": "Provisioning", "domainName": "acme.test",
        "automaticUserCreation": false
    }));
    assert_eq!(org.run("").0, 202);
    assert_eq!(counts(&org.last()), json!(["CompletedWithErrors", 1, 0, 0, 1]));
    let log = org.log();
    assert!(
        log[0]["Details"].as_str().expect("a text").contains("The user license doesn't allow"),
        "{log:?}"
    );
    assert_eq!(org.query("SELECT Id FROM User WHERE LastName = 'Lovelace'").len(), 0);
}

#[test]
fn users_that_several_match_or_another_has_are_refused() {
    let org = Org::with(settings());
    org.hire("E-1", "Ada", "Lovelace");
    for user in org.query("SELECT Id FROM User WHERE UserType = 'Standard' AND IsActive = true LIMIT 2") {
        let path = format!("{DATA}/sobjects/User/{}", user["Id"].as_str().expect("an id"));
        assert_eq!(org.emulator.ask("PATCH", &path, JSON, r#"{"EmployeeNumber":"E-1"}"#).status, 204);
    }
    org.run("");
    let told = "DUPLICATE_VALUE: Multiple users match the employee by EmployeeNumber";
    assert_eq!(org.log()[0]["Details"], told);
    // The first Ada gets ada.lovelace@acme.test, and the second finds it.
    org.hire("E-3", "Grace", "Hopper");
    org.run("");
    org.hire("E-4", "Grace", "Hopper");
    org.run("");
    let told =
        "DUPLICATE_VALUE: The user that matches the employee by Username is linked to another employee";
    assert_eq!(org.log().last().expect("a row")["Details"], told);
}

#[test]
fn who_comes_into_the_status_gets_a_user_by_itself() {
    let mut automatic = settings();
    automatic["automaticUserCreation"] = json!(true);
    automatic["cascadeEmployeeChanges"] = json!(true);
    let org = Org::with(automatic);
    let ada = org.hire("E-1", "Ada", "Lovelace");
    let process = org.last();
    assert_eq!(process["automatic"], true);
    assert_eq!(counts(&process), json!(["Completed", 1, 1, 0, 0]));
    let path = format!("{DATA}/sobjects/Employee2/{ada}");
    let got = org.emulator.ask("PATCH", &path, JSON, r#"{"EmployeeStatus":"Terminated"}"#);
    assert_eq!(got.status, 204, "{got:?}");
    let user = org.query("SELECT IsActive FROM User WHERE Username = 'ada.lovelace@acme.test'");
    assert_eq!(user, [json!({ "IsActive": false })]);
}

#[test]
fn settings_that_are_missing_and_selections_that_are_too_long_are_refused() {
    let org = Org::with(json!({ "profile": "Nobody", "permissionSet": "Provisioning" }));
    let (status, told) = org.run("");
    assert_eq!(status, 400);
    assert_eq!(told["error"], "Employee User Settings: Profile is not set, or names nothing in the org");
    org.change_settings(&settings());
    let ada = org.hire("E-1", "Ada", "Lovelace");
    org.hire("E-2", "Grace", "Hopper");
    assert_eq!(org.run(&json!({ "employees": vec![&ada; 201] }).to_string()).0, 400);
    assert_eq!(org.run(&json!({ "employees": [ada] }).to_string()).0, 202);
    assert_eq!(counts(&org.last()), json!(["Completed", 1, 1, 0, 0]));
    assert_eq!(org.query("SELECT Id FROM Employee2 WHERE UserId = null").len(), 1);
}

#[test]
fn an_external_profile_makes_users_on_the_employees_contact() {
    let mut external = settings();
    external["profile"] = json!("Acme Customer Community User");
    let org = Org::with(external);
    let ada = org.hire("E-1", "Ada", "Lovelace");
    external_without_set(&org);
    org.run("");
    assert_eq!(org.log()[0]["Details"], "UNKNOWN_EXCEPTION: portal account owner must have a role");
    let role = org.query("SELECT Id FROM UserRole WHERE PortalType = 'None' LIMIT 1")[0]["Id"].clone();
    let admin = org.query("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")[0]["Id"].clone();
    let path = format!("{DATA}/sobjects/User/{}", admin.as_str().expect("an id"));
    let got = org.emulator.ask("PATCH", &path, JSON, &json!({ "UserRoleId": role }).to_string());
    assert_eq!(got.status, 204, "{got:?}");
    org.run("");
    assert_eq!(org.log().last().expect("a row")["Status"], "Created", "{:?}", org.log());
    let found = org.query(&format!("SELECT ContactId, User.ContactId FROM Employee2 WHERE Id = '{ada}'"));
    assert_eq!(found[0]["ContactId"], found[0]["User"]["ContactId"]);
}

/// Gives the users a set that an external licence carries.
fn external_without_set(org: &Org) {
    org.create("PermissionSet", json!({ "Name": "Staff", "Label": "Staff" }));
    let mut external = settings();
    external["profile"] = json!("Acme Customer Community User");
    external["permissionSet"] = json!("Staff");
    org.change_settings(&external);
}

/// A long process goes on in the background; logins and queries come in between, and a second run is refused.
#[test]
fn a_long_process_lets_others_in() {
    const MANY: usize = 2000;
    let seed = seed(settings());
    let emulator = Emulator::of(fauxforce::Server::builder().seed(seed.path()));
    let account = emulator.json("POST", &format!("{DATA}/sobjects/Account"), r#"{"Name":"Staff"}"#);
    let contacts: String = (0..MANY)
        .map(|n| format!("Doe{n},doe{n}@old.test,{}\n", account["id"].as_str().expect("an id")))
        .collect();
    load(&emulator, "Contact", &format!("LastName,Email,AccountId\n{contacts}"));
    let path = format!("{DATA}/query?q=SELECT+Id+FROM+Contact+WHERE+LastName+LIKE+'Doe%25'+LIMIT+2000");
    let found = emulator.json("GET", &path, "");
    let ids = found["records"].as_array().expect("records");
    assert_eq!(ids.len(), MANY);
    let rows: String = ids
        .iter()
        .enumerate()
        .map(|(n, row)| format!("{},N{n},Active,2026-01-01T00:00:00Z\n", row["Id"].as_str().expect("an id")))
        .collect();
    load(&emulator, "Employee2", &format!("ContactId,EmployeeNumber,EmployeeStatus,StatusStartDate\n{rows}"));
    assert_eq!(emulator.ask("POST", PROCESSES, JSON, "").status, 202);
    let second = emulator.ask("POST", PROCESSES, JSON, "");
    assert_eq!(second.status, 409, "{second:?}");
    assert!(second.body.contains("A user provisioning process is already running"), "{second:?}");
    let (mut between, begun) = (0, Instant::now());
    let process = loop {
        let process = emulator.json("GET", PROCESSES, "")[0].clone();
        if process["endDate"].is_string() {
            break process;
        }
        between += 1;
    };
    println!("{MANY} employees in {:?}, {between} calls in between", begun.elapsed());
    assert!(between > 3, "nobody was let in");
    assert_eq!(counts(&process), json!(["Completed", MANY, MANY, 0, 0]));
}

/// Loads records by Bulk API 2.0.
fn load(emulator: &Emulator, object: &str, csv: &str) {
    let jobs = format!("{DATA}/jobs/ingest");
    let made = emulator.json("POST", &jobs, &json!({ "object": object, "operation": "insert" }).to_string());
    let job = format!("{jobs}/{}", made["id"].as_str().expect("an id"));
    let sent = emulator.ask("PUT", &format!("{job}/batches"), &[("content-type", "text/csv")], csv);
    assert_eq!(sent.status, 201, "{sent:?}");
    emulator.json("PATCH", &job, r#"{"state":"UploadComplete"}"#);
    let info = loop {
        let info = emulator.json("GET", &job, "");
        if !matches!(info["state"].as_str(), Some("UploadComplete" | "InProgress")) {
            break info;
        }
    };
    assert_eq!((&info["state"], &info["numberRecordsFailed"]), (&json!("JobComplete"), &json!(0)), "{info}");
}
