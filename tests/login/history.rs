//! The login history.

use fauxforce::model::value::Value;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, PASSWORD};

const FIELDS: &[&str] = &[
    "Status",
    "LoginType",
    "LoginSubType",
    "SourceIp",
    "LoginUrl",
    "Application",
    "ApiType",
    "ApiVersion",
    "Browser",
    "Platform",
    "TlsProtocol",
];

/// The rows, oldest first: time and some fields.
fn rows(emulator: &Emulator) -> Vec<String> {
    let state = emulator.server.world().lock();
    let org = &state.orgs[0];
    let history = org.standard("LoginHistory").expect("an object");
    let users = org.standard("User").expect("an object");
    let mut rows = Vec::new();
    for id in org
        .store
        .rows("SELECT \"Id\" FROM \"LoginHistory\" ORDER BY \"Id\"", [], |row| row.get::<_, String>(0))
        .expect("rows")
    {
        let id = fauxforce::model::id::Id::parse(&id).expect("an id");
        let row = org.find(&history, id).expect("a store that works").expect("a row");
        let user =
            org.find(&users, row.id("UserId").expect("a user")).expect("a store that works").expect("a user");
        let Value::Int(time) = row.get("LoginTime") else { panic!("no LoginTime") };
        let fields: Vec<_> = FIELDS.iter().map(|field| row.text(field).unwrap_or("-")).collect();
        rows.push(format!("{time} {}: {}", user.text("Username").expect("a name"), fields.join(" | ")));
    }
    rows
}

#[test]
fn every_attempt_of_a_known_user_is_noted() {
    let emulator = Emulator::start();
    let user = "channel.manager@fauxforce.test";
    emulator.password_grant(ADMIN, PASSWORD);
    emulator.password_grant(ADMIN, "wrong");
    emulator.password_grant("nobody@fauxforce.test", "wrong");
    emulator.token(&[CLIENT, &[("grant_type", "client_credentials")]]);
    emulator
        .token(&[CLIENT, &[("grant_type", "refresh_token"), ("refresh_token", "fauxforce-refresh-token")]]);
    let login = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><CallOptions xmlns=\"urn:x\">\
         <client>simple-salesforce</client></CallOptions></e:Header><e:Body><login xmlns=\"urn:partner.soap.sforce.com\">\
         <username>{ADMIN}</username><password>{PASSWORD}</password></login></e:Body></e:Envelope>"
    );
    let headers =
        [("SOAPAction", "login"), ("user-agent", "python-requests/2.32.3"), ("host", "login.salesforce.com")];
    emulator.post("/services/Soap/u/59.0", &headers, &login);
    emulator.freeze(user, true);
    emulator.password_grant(user, PASSWORD);
    emulator.deactivate(user);
    emulator.password_grant(user, PASSWORD);
    assert_outcomes!("login_history", rows(&emulator).join("\n"));
}

#[test]
fn the_user_remembers_the_last_login_and_the_failures_since() {
    let emulator = Emulator::start();
    let look = || {
        let user = emulator.id("User", ("Username", ADMIN));
        let state = emulator.server.world().lock();
        let org = &state.orgs[0];
        let user =
            org.find(&org.standard("User").expect("an object"), user).expect("a store").expect("a user");
        let fields = ["LastLoginDate", "NumberOfFailedLogins", "LastModifiedDate"];
        fields.map(|field| user.get(field).clone())
    };
    let [_, _, modified] = look();
    emulator.password_grant(ADMIN, "wrong");
    emulator.password_grant(ADMIN, "wrong");
    assert_eq!(look()[1], Value::Int(2));
    emulator.password_grant(ADMIN, PASSWORD);
    assert_eq!(look(), [Value::Int(1_767_225_603_000), Value::Int(0), modified]);
}

#[test]
fn the_last_login_is_told_in_whole_seconds() {
    let folder = tempfile::tempdir().expect("a directory");
    let builder = fauxforce::Server::builder().ca_dir(folder.path());
    let emulator = Emulator::of(builder, Some(folder));
    // One clock that happens to stand at a whole second proves nothing.
    for _ in 0..3 {
        emulator.password_grant(ADMIN, PASSWORD);
        let state = emulator.server.world().lock();
        let org = &state.orgs[0];
        let users = org.standard("User").expect("an object");
        let id = org.ids_where(&users, "Username", &Value::from(ADMIN), 1).expect("a store")[0];
        let user = org.find(&users, id).expect("a store").expect("a user");
        let Value::Int(at) = user.get("LastLoginDate") else { panic!("no LastLoginDate") };
        assert_eq!(at % 1000, 0);
    }
}
