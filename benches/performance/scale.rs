//! The same calls with a hundred users and with a hundred thousand, and what SQLite alone takes to insert them.

use std::time::Instant;

use crate::load::{self, Run, request};
use crate::raw::Table;
use crate::server::Server;
use crate::{Failure, median, table};

const CONNECTIONS: usize = 16;
const SMALL: usize = 100;
const LARGE: usize = 100_000;
const REQUESTS: usize = 2_000;
const ROUNDS: usize = 5;

/// What is measured at either size: microseconds a call.
struct Figures {
    load: f64,
    get: f64,
    login: f64,
    unique: f64,
    query: f64,
}

pub fn run() -> Result<(), Failure> {
    let [small, large] = [measure(SMALL)?, measure(LARGE)?];
    let row = |name: &str, of: fn(&Figures) -> f64| {
        let (small, large) = (of(&small), of(&large));
        vec![name.to_owned(), format!("{small:.0}"), format!("{large:.0}"), format!("{:.2}", large / small)]
    };
    let rows = [
        row("GET of a User by id", |f| f.get),
        row("login (OAuth password grant)", |f| f.login),
        row("create refused: username taken", |f| f.unique),
        row("query by username", |f| f.query),
        row("create of a Contact and its community User", |f| f.load),
    ];
    let head = ["µs a call, one connection", "100 users", "100,000 users", "ratio"];
    table::print(&format!("Medians of {ROUNDS} rounds"), &head, &rows);
    raw()
}

fn measure(users: usize) -> Result<Figures, Failure> {
    let server = Server::start()?;
    let token = server.told("accessToken")?.to_owned();
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let profile = server.id("SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'")?;
    let load = fill(&server, &token, &account, &profile, users)?;

    let middle = format!("bench{}@acme.example", users / 2);
    let id = server.id(&format!("SELECT Id FROM User WHERE Username = '{middle}'"))?;
    let get = request("GET", &format!("/services/data/v59.0/sobjects/User/{id}"), &token, "");
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "password")
        .append_pair("client_id", server.told("clientId")?)
        .append_pair("client_secret", server.told("clientSecret")?)
        .append_pair("username", server.told("username")?)
        .append_pair("password", server.told("password")?)
        .finish();
    let login = request("POST", "/services/oauth2/token", "", &form);
    let standard = server.id("SELECT Id FROM Profile WHERE Name = 'Standard User'")?;
    let taken = user(&middle, &standard, None);
    let unique = request("POST", "/services/data/v59.0/sobjects/User", &token, &taken);
    let soql = format!("SELECT+Id+FROM+User+WHERE+Username='{middle}'");
    let query = request("GET", &format!("/services/data/v59.0/query?q={soql}"), &token, "");
    let (get, unique, query) =
        (call(&server, get, 200)?, call(&server, unique, 400)?, call(&server, query, 200)?);
    // Last: there may be more logins than sessions, and then the session of the other calls ends.
    Ok(Figures { load, get, unique, query, login: call(&server, login, 200)? })
}

/// Creates contacts and their users through the API; gives the microseconds that one of each takes.
fn fill(server: &Server, token: &str, account: &str, profile: &str, users: usize) -> Result<f64, Failure> {
    let start = Instant::now();
    let (by, at) = (token.to_owned(), account.to_owned());
    load::run(server.address, CONNECTIONS, users, 201, move |number| {
        let body = serde_json::json!({
            "LastName": format!("Bench{number}"),
            "Email": format!("bench{number}@acme.example"),
            "AccountId": at,
        });
        request("POST", "/services/data/v59.0/sobjects/Contact", &by, &body.to_string())
    })?;
    let mut contacts = Vec::with_capacity(users);
    while contacts.len() < users {
        let last = contacts.last().cloned().unwrap_or_else(|| "000000000000000AAA".to_owned());
        let page = server.ids(&format!(
            "SELECT Id FROM Contact WHERE AccountId = '{account}' AND Id > '{last}' ORDER BY Id LIMIT 2000"
        ))?;
        if page.is_empty() {
            return Err(format!("only {} of {users} contacts are there", contacts.len()).into());
        }
        contacts.extend(page);
    }
    let (by, profile) = (token.to_owned(), profile.to_owned());
    load::run(server.address, CONNECTIONS, users, 201, move |number| {
        let contact = contacts.get(number).map(String::as_str);
        let body = user(&format!("bench{number}@acme.example"), &profile, contact);
        request("POST", "/services/data/v59.0/sobjects/User", &by, &body)
    })?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / users as f64)
}

fn user(username: &str, profile: &str, contact: Option<&str>) -> String {
    let name = username.split('@').next().unwrap_or_default();
    let mut body = serde_json::json!({
        "Username": username,
        "LastName": name,
        "Email": username,
        "Alias": name.replace("bench", "b"),
        "CommunityNickname": name,
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "de_DE",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de",
        "ProfileId": profile,
    });
    if let Some(contact) = contact {
        body["ContactId"] = contact.into();
    }
    body.to_string()
}

/// Microseconds of a call, one after the other on one connection.
fn call(server: &Server, bytes: Vec<u8>, expected: u16) -> Result<f64, Failure> {
    let rounds = (0..ROUNDS)
        .map(|_| {
            let bytes = bytes.clone();
            load::run(server.address, 1, REQUESTS, expected, move |_| bytes.clone())
        })
        .collect::<Result<Vec<Run>, _>>()?;
    Ok(median(rounds.iter().map(|run| 1e6 / run.per_second()).collect()))
}

/// What rusqlite alone takes for the same row in the same table with the same indexes, each in a transaction.
fn raw() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("org.db");
    {
        let server = Server::start_with(&["--db".as_ref(), file.as_os_str()])?;
        let profile = server.id("SELECT Id FROM Profile WHERE Name = 'Standard User'")?;
        let body = user("bench@acme.example", &profile, None);
        let path = "/services/data/v59.0/sobjects/User";
        load::once(server.address, &request("POST", path, server.told("accessToken")?, &body))?;
    }
    let table = Table::of(&file, "User", "\"Username\" = 'bench@acme.example'")?;
    let raw = table.insert(LARGE, 1, |column, number| match column {
        "Id" => Some(format!("005Ff0{number:09}AAA")),
        "Username" | "CommunityNickname" => Some(format!("bench{number}@acme.example")),
        _ => None,
    })?;
    let each = raw.elapsed.as_secs_f64() * 1e6 / LARGE as f64;
    println!("\nrusqlite alone, the same row into the same table, {LARGE} times: {each:.1} µs a row");
    Ok(())
}
